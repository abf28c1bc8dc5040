r"""Read one setting or policy in the shape that the AWS CLI prints, so that people can paste it. Files: mocks3.load.

    aws s3api get-public-access-block    {"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, ...}}
    aws s3api get-bucket-policy          {"Policy": "{\"Version\": ..."}
    aws iam get-user-policy, get-role-policy, get-policy-version, get-role    the document in a member

Rule: each is also accepted without its envelope. Any other shape is an error that names the place, a JSON pointer, and
what is allowed there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.storage import PublicAccessBlock

BLOCK_SETTINGS = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
_DOCUMENTS = ("Policy", "PolicyDocument", "Document", "AssumeRolePolicyDocument")
_ENVELOPES = ("PolicyVersion", "Role")


class CliOutputError(Mocks3Error):
    """The value does not have a shape that the AWS CLI prints. ``pointer`` is the JSON pointer to the place."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class FoundPolicy(NamedTuple):
    """A policy document in CLI output: its JSON value or text, and the JSON pointer to it."""

    document: Any
    pointer: str


def public_access_block(printed: object) -> PublicAccessBlock:
    """Return the Block Public Access settings. A setting that is missing is off. Raise CliOutputError."""
    settings, pointer = _inside(printed, "PublicAccessBlockConfiguration")
    for name, value in settings.items():
        if name not in BLOCK_SETTINGS:
            raise CliOutputError(
                f"Block Public Access has no setting {name!r}{suggestion(name, BLOCK_SETTINGS)}", pointer
            )
        if not isinstance(value, bool):
            raise CliOutputError(f"{name} must be true or false, not {value!r}", f"{pointer}/{name}")
    return PublicAccessBlock(**{ours: settings.get(name, False) for name, ours in BLOCK_SETTINGS.items()})


def policy_document(printed: object) -> FoundPolicy:
    """Return the policy document: JSON text where the CLI prints text, or the value itself if it has no envelope."""
    value, pointer = printed, ""
    for envelope in _ENVELOPES:
        if isinstance(value, Mapping) and isinstance(value.get(envelope), Mapping):
            value, pointer = value[envelope], f"{pointer}/{envelope}"
    for member in _DOCUMENTS:
        if isinstance(value, Mapping) and "Statement" not in value and member in value:
            return FoundPolicy(value[member], f"{pointer}/{member}")
    return FoundPolicy(value, pointer)


def _inside(printed: object, envelope: str) -> tuple[Mapping[str, Any], str]:
    inner = printed.get(envelope, printed) if isinstance(printed, Mapping) else printed
    if not isinstance(inner, Mapping):
        raise CliOutputError(f"{envelope} must be a JSON object")
    return inner, "" if inner is printed else f"/{envelope}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a "did you mean" hint, or an empty string."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
