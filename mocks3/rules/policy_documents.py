"""Policy documents that users of mocks3 pass: a dict, JSON text, or the path of a ``.json`` file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mocks3.errors import Mocks3Error
from mocks3.lib.partitions import partition_of
from mocks3.policy import Policy, PolicyKind, storing

Document = Mapping[str, Any] | str | os.PathLike[str]

_LIKE_A_NAME = re.compile(r"[\w./~-]+")
_STATEMENT = (
    "a policy is required, not a statement: put the statement into a policy, like "
    '{"Version": "2012-10-17", "Statement": [...]}'
)
_STATEMENTS = (
    "a policy is required, not a list of statements: put the list into a policy, like "
    '{"Version": "2012-10-17", "Statement": [...]}'
)
_MANAGED_NAME = re.compile(r"[A-Z]\w+")
_MANAGED = "; to attach a managed policy of AWS, use attach('arn:aws:iam::aws:policy/{}')"


def document_text(document: Document) -> str:
    """Return the JSON text to store for a document. See :func:`read_document`."""
    return stored_text(read_document(document))


def stored_text(text: str) -> str:
    """Return the text to store for the text of a policy: the same, unless a measurement replaces policies."""
    return storing.stored_text(text)


def read_document(document: Document) -> str:
    """Return the JSON text of a document that is not stored.

    Args:
        document: A mapping, JSON text, or a path: a string that ends in ``.json``, or any path-like object.

    Raises:
        OSError: The file cannot be read.
        Mocks3Error: The document is of another type, a statement, or the path of a file that does not exist, or cannot
            be converted to JSON.
    """
    if isinstance(document, Mapping):
        if "Effect" in document and "Statement" not in document:
            raise Mocks3Error(_STATEMENT)
        try:
            return json.dumps(document)
        except TypeError as error:
            raise Mocks3Error(
                f"a policy contains a value that cannot be converted to JSON: {error}"
            ) from None
    if isinstance(document, str) and document.startswith("arn:"):
        raise Mocks3Error(
            f"a policy document is required, not the ARN {document}: attach a managed policy with attach(), or pass "
            "its document"
        )
    if isinstance(document, str) and not document.endswith(".json"):
        if _LIKE_A_NAME.fullmatch(document):
            raise Mocks3Error(
                f"a policy must be a dict, JSON text, or the path of a .json file; {document!r} is none of them"
                + (_MANAGED.format(document) if _MANAGED_NAME.fullmatch(document) else "")
            )
        if '"Effect"' in document and '"Statement"' not in document:
            raise Mocks3Error(_STATEMENT)
        return document
    if isinstance(document, Sequence) and any(
        isinstance(each, Mapping) and "Effect" in each for each in document
    ):
        raise Mocks3Error(_STATEMENTS)
    if not isinstance(document, str | os.PathLike):
        raise Mocks3Error(
            f"a policy must be a dict, JSON text, or the path of a .json file, not {document!r}"
        )
    try:
        text = Path(document).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Mocks3Error(
            f"there is no policy file {os.fspath(document)!r} in {os.getcwd()}; a text that ends in .json is taken for "
            "a path"
        ) from None
    storing.read_from(text, os.fspath(document))
    return text


def parse_document(document: Document, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    """Compile a document. Identity policies apply to the identity they are attached to and name no principal (PE-18).

    Raise ``PolicySyntaxError`` with the place of the error for a malformed document.
    """
    return Policy.parse(document_text(document), name=name, kind=kind)


def parse_trust(document: Document, name: str) -> Policy:
    """Compile the trust policy of a role. Its statements have no Resource: the resource is the role.

    Raise ``PolicySyntaxError`` with the place of the error for a malformed document.
    """
    return trust_of(document_text(document), name)


def default_trust(document: Mapping[str, Any], name: str) -> Policy:
    """Compile the trust policy of a role for which the caller gives none. No measurement records or replaces it."""
    return trust_of(json.dumps(document), name)


def trust_of(text: str, name: str) -> Policy:
    """Compile the text of a trust policy that is stored."""
    Policy.parse(text, name=name, kind=PolicyKind.TRUST)
    trust = json.loads(text)
    for statement in trust["Statement"] if isinstance(trust["Statement"], list) else [trust["Statement"]]:
        statement["Resource"] = "*"
    completed = json.dumps(trust)
    storing.derived_from(completed, text)
    return Policy.parse(completed, name=name)


def parse_key_policy(document: Document | None, account: str, region: str) -> Policy:
    """Compile the policy of a KMS key. None means the default key policy, which delegates to identity policies.

    Raise ``PolicySyntaxError`` with the place of the error for a malformed document.
    """
    return key_policy_of(None if document is None else document_text(document), account, region)


def key_policy_of(text: str | None, account: str, region: str) -> Policy:
    """Compile the text of a key policy that is stored. None means the default key policy."""
    if text is None:
        text = json.dumps(_default_key_policy(account, region))
    return Policy.parse(text, name="key policy", kind=PolicyKind.RESOURCE)


def _default_key_policy(account: str, region: str) -> dict[str, Any]:
    """Return the default key policy (KMS developer guide, "Default key policy")."""
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition_of(region)}:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def parse_documents(documents: Document | Iterable[Document], name: str) -> dict[str, Policy]:
    """Compile one document or several. Their names are ``NAME``, ``NAME-2`` and so on.

    Raise ``PolicySyntaxError`` with the place of the error for a malformed document.
    """
    if not isinstance(documents, Iterable) or isinstance(documents, (Mapping, str)):
        documents = [documents]
    several = list(documents)
    names = [name if i == 0 else f"{name}-{i + 1}" for i in range(len(several))]
    return {each: parse_document(document, each) for each, document in zip(names, several, strict=True)}
