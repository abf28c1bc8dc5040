"""Compile the identity policies that a test passes, and refuse those that IAM would refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error, S3Error
from mocks3.handles.arguments import aws_answer
from mocks3.rules.policy_documents import Document, parse_document, parse_documents
from mocks3.rules.policy_elements import check_elements

if TYPE_CHECKING:
    from mocks3.policy import Policy


def identity_policy(document: Document, name: str) -> Policy:
    """Compile the document of an identity policy.

    Raises:
        PolicySyntaxError: The document is malformed.
        Mocks3Error: IAM would refuse an action or a resource. The message contains IAM's own.
    """
    policy = parse_document(document, name)
    check_identity_policy(policy, name)
    return policy


def identity_policies(documents: Document | Iterable[Document], name: str) -> dict[str, Policy]:
    """Compile one document or several, as :func:`identity_policy` does. Their names are ``NAME``, ``NAME-2`` etc."""
    policies = parse_documents(documents, name)
    for each, policy in policies.items():
        check_identity_policy(policy, each)
    return policies


def session_policies(documents: Document | Iterable[Document]) -> tuple[Policy, ...]:
    """Compile the policies of a session. STS refuses what IAM refuses (inferred)."""
    return tuple(identity_policies(documents, "session-policy").values())


def check_identity_policy(policy: Policy, name: str) -> None:
    """Raise Mocks3Error if IAM would refuse a Sid, an action or a resource. The message contains IAM's own."""
    try:
        check_elements(policy)
    except S3Error as error:
        raise Mocks3Error(f"the policy {name!r}: {aws_answer(error)}") from None
