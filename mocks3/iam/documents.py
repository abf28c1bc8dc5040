"""Policy documents in calls to IAM: parsed, or refused with IAM's message; written as IAM writes them.

Source: API_CreatePolicy, API_PutUserPolicy, API_CreateRole ("MalformedPolicyDocument"); IAM user guide, "IAM and AWS
STS quotas". The messages as users report them (99designs/iamy #65, kubernetes-sigs/external-dns #3085,
hashicorp/terraform #13449 and #35086, hashicorp/terraform-provider-aws #8905, aws-cloudformation/cfn-lint #708,
ministryofjustice/modernisation-platform-environments #590).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import S3Error
from mocks3.iam.faults import LIMIT_EXCEEDED, MALFORMED_DOCUMENT, quota_exceeded
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.rules.policy_documents import stored_text, trust_of
from mocks3.rules.policy_elements import RefusedElement, check_elements, check_sid, statements, texts

if TYPE_CHECKING:
    from mocks3.storage.iam import IamStore, RoleRecord

MANAGED_SIZE = 6144
"""The size of a managed policy in characters, without white space."""

TRUST_SIZE = 2048
"""The size of a trust policy in characters, without white space."""

INLINE_SIZES = {"user": 2048, "group": 5120, "role": 10240}
"""The size of all inline policies of an entity together, without white space."""

_SENTENCES = {
    "bad-version": "Policy document must be version 2012-10-17 or greater.",
    "missing-action": "Policy statement must contain actions.",
    "missing-resource": "Policy statement must contain resources.",
    "principal-not-allowed": "Policy document should not specify a principal.",
    "duplicate-sid": "Statement IDs (SID) in a single policy must be unique.",
    "missing-principal": "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in "
    "policy has a statement with no principals!",
    "bad-principal": "Invalid principal in policy",
    "empty-principal": "Invalid principal in policy",
}
_SYNTAX = "Syntax errors in policy."
"""The message for all other reasons."""


def malformed(message: str) -> S3Error:
    """Return ``MalformedPolicyDocument``."""
    return MALFORMED_DOCUMENT(message=message)


def identity_policy(text: str, name: str) -> Policy:
    """Return a parsed identity policy. Raises ``MalformedPolicyDocument``."""
    policy = _parsed(stored_text(text), name, PolicyKind.IDENTITY)
    with _refusing():
        check_elements(policy)
    return policy


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """Raise ``MalformedPolicyDocument`` for an element that the block refuses."""
    try:
        yield
    except RefusedElement as refused:
        error = malformed(refused.message)
        raise error.with_note(refused.note) if refused.note else error from None


def managed_policy(text: str, arn: str) -> Policy:
    """Return a parsed managed policy. Raises ``MalformedPolicyDocument``, ``LimitExceeded``."""
    if _length(text) > MANAGED_SIZE:
        raise quota_exceeded("PolicySize", MANAGED_SIZE)
    policy = identity_policy(text, arn)
    if json.loads(policy.text).get("Version") != "2012-10-17":
        raise malformed(_SENTENCES["bad-version"])
    return policy


def trust_policy(iam: IamStore, text: str) -> tuple[Policy, stored_principals.PrincipalIds]:
    """Return a parsed trust policy, and the unique ids of the principals that it names (PE-14).

    ``text`` is the text to store (``rules.policy_documents.stored_text``).

    Raises ``MalformedPolicyDocument``; ``LimitExceeded``.
    """
    if _length(text) > TRUST_SIZE:
        raise quota_exceeded("ACLSizePerRole", TRUST_SIZE)
    policy = _parsed(text, "trust policy", PolicyKind.TRUST)
    for statement in statements(policy):
        with _refusing():
            check_sid(statement)
        for field in ("Resource", "NotResource"):
            if field in statement:
                raise malformed(f"Has prohibited field {field}")
        if any(not action.lower().startswith("sts:") for action in texts(statement.get("Action", []))):
            raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    try:
        principals = stored_principals.of_policy(iam, policy)
    except stored_principals.UnknownPrincipal as unknown:
        member = unknown.member.upper()
        raise malformed(f'Invalid principal in policy: "{member}":"{unknown.value}"') from None
    return trust_of(text, "trust policy"), principals


def _parsed(text: str, name: str, kind: PolicyKind) -> Policy:
    try:
        policy = Policy.parse(text, name=name, kind=kind)
        policy.check_strictly(kind)
    except PolicySyntaxError as error:
        raise malformed(_SENTENCES.get(error.reason, _SYNTAX)) from error
    return policy


def check_inline_size(kind: str, name: str, policies: Iterator[Policy]) -> None:
    """Raise ``LimitExceeded`` if all inline policies of an entity together are too large."""
    limit = INLINE_SIZES[kind]
    if sum(_length(policy.text) for policy in policies) > limit:
        raise LIMIT_EXCEEDED(message=f"Maximum policy size of {limit} bytes exceeded for {kind} {name}")


def _length(text: str) -> int:
    """Return the length that quotas count: without white space."""
    return len(re.sub(r"\s", "", text))


def encoded(text: str) -> str:
    """Return a document as IAM returns it: percent-encoded (RFC 3986). botocore decodes it."""
    return quote(text, safe="-_.~")


def trust_text(iam: IamStore, role: RoleRecord) -> str:
    """Return the current text of a role's trust policy (PE-14), without the Resource that mocks3 adds."""
    document = json.loads(stored_principals.current_policy(role.trust, role.principals, iam).text)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        statement.pop("Resource", None)
    return json.dumps(document)
