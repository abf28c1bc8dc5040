r"""Read settings in the shapes that the AWS CLI prints, so that people can paste them.

    aws s3api get-public-access-block    {"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, ...}}
    aws s3api get-bucket-ownership-controls    {"OwnershipControls": {"Rules": [{"ObjectOwnership": "..."}]}}
    aws s3api get-bucket-acl             {"Owner": {...}, "Grants": [{"Grantee": {...}, "Permission": "READ"}]}
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
from mocks3.storage import GROUPS, Acl, AclGrantee, Grant, PublicAccessBlock

_SETTINGS = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
_OWNERSHIPS = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
_PERMISSIONS = ("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
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
        if name not in _SETTINGS:
            raise CliOutputError(
                f"Block Public Access has no setting {name!r}{suggestion(name, _SETTINGS)}", pointer
            )
        if not isinstance(value, bool):
            raise CliOutputError(f"{name} must be true or false, not {value!r}", f"{pointer}/{name}")
    return PublicAccessBlock(**{ours: settings.get(name, False) for name, ours in _SETTINGS.items()})


def ownership(printed: object) -> str:
    """Return the Object Ownership setting, from the CLI output or alone. Raise CliOutputError."""
    mode, pointer = printed, ""
    if isinstance(printed, Mapping):
        controls, pointer = _inside(printed, "OwnershipControls")
        rules = controls.get("Rules")
        if not isinstance(rules, list) or len(rules) != 1 or not isinstance(rules[0], Mapping):
            raise CliOutputError("OwnershipControls must have a list Rules with exactly one rule", pointer)
        mode, pointer = rules[0].get("ObjectOwnership"), f"{pointer}/Rules/0/ObjectOwnership"
    if mode not in _OWNERSHIPS:
        hint = suggestion(str(mode), _OWNERSHIPS)
        raise CliOutputError(
            f"ObjectOwnership must be one of {', '.join(_OWNERSHIPS)}, not {mode!r}{hint}", pointer
        )
    return str(mode)


def acl(printed: object) -> Acl:
    """Return the ACL. Raise CliOutputError."""
    listed = printed.get("Grants") if isinstance(printed, Mapping) else None
    if not isinstance(listed, list):
        raise CliOutputError("an ACL must have a list Grants, as aws s3api get-bucket-acl prints it")
    return Acl(tuple(_grant(grant, f"/Grants/{number}") for number, grant in enumerate(listed)))


def _grant(printed: Any, pointer: str) -> Grant:
    if not isinstance(printed, Mapping) or not isinstance(printed.get("Grantee"), Mapping):
        raise CliOutputError("a grant must have a Grantee and a Permission", pointer)
    grantee, permission = printed["Grantee"], printed.get("Permission")
    if permission not in _PERMISSIONS:
        hint = suggestion(str(permission), _PERMISSIONS)
        raise CliOutputError(
            f"Permission must be one of {', '.join(_PERMISSIONS)}, not {permission!r}{hint}",
            f"{pointer}/Permission",
        )
    if isinstance(grantee.get("ID"), str):
        return Grant(AclGrantee("CanonicalUser", grantee["ID"]), permission)
    if grantee.get("URI") not in GROUPS:
        raise CliOutputError(
            f"a Grantee must have an ID, or a URI that is one of {', '.join(sorted(GROUPS))}",
            f"{pointer}/Grantee",
        )
    return Grant(AclGrantee("Group", grantee["URI"]), permission)


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
