"""Policy documents as people hand them over: a dict, JSON text, or the path of a ``.json`` file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mocks3.errors import Mocks3Error
from mocks3.policy import Policy, PolicyKind

Document = Mapping[str, Any] | str | os.PathLike[str]


def document_text(document: Document) -> str:
    """The document's JSON text.

    Args: ``document`` a mapping, text that begins with ``{``, or a path (a string ending in ``.json``, or any
    path-like). Raises ``OSError`` when the file cannot be read, :class:`Mocks3Error` for anything else.
    """
    if isinstance(document, Mapping):
        try:
            return json.dumps(document)
        except TypeError as error:
            raise Mocks3Error(f"a policy holds what JSON cannot: {error}") from None
    if isinstance(document, str) and document.startswith("arn:"):
        raise Mocks3Error(f"mocks3 has none of AWS's managed policies: hand over the document of {document}")
    if isinstance(document, str) and not document.endswith(".json"):
        return document
    if not isinstance(document, str | os.PathLike):
        raise Mocks3Error(f"a policy is a dict, JSON text, or the path of a .json file, not {document!r}")
    return Path(document).read_text(encoding="utf-8")


def parse_document(document: Document, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    """Compile one document. Those of identities bind whom they are attached to, and name no principal (PE-18).

    Raises ``PolicySyntaxError`` saying where it is malformed.
    """
    return Policy.parse(document_text(document), name=name, kind=kind)


def parse_trust(document: Document, name: str) -> Policy:
    """Compile a role's trust policy. Its statements name no Resource: the role itself is meant.

    Raises ``PolicySyntaxError`` saying where it is malformed.
    """
    text = document_text(document)
    Policy.parse(text, name=name, kind=PolicyKind.TRUST)
    trust = json.loads(text)
    statements = trust["Statement"] if isinstance(trust["Statement"], list) else [trust["Statement"]]
    trust["Statement"] = [{**statement, "Resource": "*"} for statement in statements]
    return Policy.parse(json.dumps(trust), name=name)


def parse_key_policy(document: Document | None, account: str) -> Policy:
    """Compile a KMS key's policy. Without one it is KMS's default: the account decides, by identity policies.

    Raises ``PolicySyntaxError`` saying where it is malformed.
    """
    text = json.dumps(_delegation(account)) if document is None else document_text(document)
    return Policy.parse(text, name="key policy", kind=PolicyKind.RESOURCE)


def _delegation(account: str) -> dict[str, Any]:
    """KMS developer guide, "Default key policy"."""
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def parse_documents(documents: Document | Iterable[Document], name: str) -> dict[str, Policy]:
    """Compile one document or several; they are named ``NAME``, ``NAME-2`` and so on.

    Raises ``PolicySyntaxError`` saying where one is malformed.
    """
    if not isinstance(documents, Iterable) or isinstance(documents, (Mapping, str)):
        documents = [documents]
    several = list(documents)
    names = [name if i == 0 else f"{name}-{i + 1}" for i in range(len(several))]
    return {each: parse_document(document, each) for each, document in zip(names, several, strict=True)}
