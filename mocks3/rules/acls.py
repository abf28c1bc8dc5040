"""Access control lists between requests, storage and answers; for buckets and for objects alike.

    given(call, params, owner, OBJECT_CANNED)     an ACL that comes with a write: CreateBucket, PutObject, …
    replacement(call, params, owner, …)           the ACL of PutBucketAcl and PutObjectAcl: headers or a body
    shown(call, acl, owner)                       the answer of GetBucketAcl and GetObjectAcl

Rule 1: None is the default list, the owner's FULL_CONTROL (A-1); explicit grants are kept exactly as sent (A-41).
Rule 2: what is malformed is named first, then what Object Ownership forbids (A-50, A-51), then what Block Public
Access forbids (B-1). Source: A-30 to A-42.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import (
    ACCESS_DENIED,
    ACL_NOT_SUPPORTED,
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    MALFORMED_ACL,
    METHOD_NOT_ALLOWED,
    MISSING_SECURITY_HEADER,
    PUBLIC_ACCESS_BLOCKED,
    UNEXPECTED_CONTENT,
)
from mocks3.storage import (
    ALL_USERS,
    ANONYMOUS,
    AUTHENTICATED_USERS,
    GROUPS,
    LOG_DELIVERY,
    Acl,
    Grant,
    Grantee,
)

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket, Owner

ENFORCED = "BucketOwnerEnforced"
PREFERRED = "BucketOwnerPreferred"
AMAZON_EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
"""The account that ``aws-exec-read`` lets read (A-30)."""

MAX_GRANTS = 100
"""Grants in one ACL (A-3)."""

ExtraGrants = tuple[tuple[str, str], ...]
_CANNED: Mapping[str, ExtraGrants] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((AMAZON_EC2, "READ"),),
}
"""What each canned ACL adds to the owner's FULL_CONTROL (A-30)."""

BUCKET_CANNED: Mapping[str, ExtraGrants] = {
    **_CANNED,
    # Ignored on buckets.
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
BUCKET_OWNER = "bucket owner"
OBJECT_CANNED: Mapping[str, ExtraGrants] = {
    **_CANNED,
    "bucket-owner-read": ((BUCKET_OWNER, "READ"),),
    "bucket-owner-full-control": ((BUCKET_OWNER, "FULL_CONTROL"),),
}

_GRANT_HEADERS = (
    ("GrantFullControl", "x-amz-grant-full-control", "FULL_CONTROL"),
    ("GrantRead", "x-amz-grant-read", "READ"),
    ("GrantWrite", "x-amz-grant-write", "WRITE"),
    ("GrantReadACP", "x-amz-grant-read-acp", "READ_ACP"),
    ("GrantWriteACP", "x-amz-grant-write-acp", "WRITE_ACP"),
)
_HEADERS = frozenset({"ACL", *(member for member, _, _ in _GRANT_HEADERS)})
_GRANTEE = re.compile(r'\s*(id|uri|emailAddress)\s*=\s*("[^"]*"|[^",]*?)\s*', re.ASCII)


def owner_of_new_object(call: Authorized, params: Params) -> Owner:
    """Who owns an object that this request writes (docs/rules/ownership.md)."""
    bucket = call.bucket
    handed_over = bucket.ownership == PREFERRED and params.get("ACL") == "bucket-owner-full-control"
    if bucket.ownership == ENFORCED or handed_over:
        return bucket.owner
    return call.world.directory.owner_id(call.caller)


def acl_from_headers(
    call: Authorized,
    params: Params,
    owner: Owner,
    canned: Mapping[str, ExtraGrants],
    bucket: Bucket | None = None,
) -> Acl | None:
    """The ACL in a write's headers: canned, or grants; None when neither was sent, or nothing but the default.

    Args: ``owner`` the account that will own the thing; ``canned`` BUCKET_CANNED or OBJECT_CANNED; ``bucket`` whose
    owner the bucket-owner-* lists mean. Raises ``InvalidRequest``, ``InvalidArgument``, ``MethodNotAllowed``.
    """
    if _HEADERS.isdisjoint(params):
        return None
    name = params.get("ACL")
    headers = [(header, permission, params[m]) for m, header, permission in _GRANT_HEADERS if m in params]
    if name is not None and headers:
        raise INVALID_REQUEST(message="Specifying both Canned ACLs and Header Grants is not allowed")
    if name is not None:
        if name not in canned:
            raise INVALID_ARGUMENT(message="", ArgumentName="x-amz-acl", ArgumentValue=name)
        return _canned(call, canned[name], owner, bucket)
    return _limited([g for header in headers for g in _header_grants(call, *header)])


def acl_of_new_object(call: Authorized, params: Params, owner: Owner) -> Acl | None:
    """The ACL that a new object comes with, once the bucket's settings allow it (A-50, B-1).

    Where ACLs are disabled, those that come to the same as the default list are still taken.
    """
    acl = acl_from_headers(call, params, owner, OBJECT_CANNED, call.bucket)
    if acl is not None and call.bucket.ownership == ENFORCED:
        raise ACL_NOT_SUPPORTED()
    require_public_acl_allowed(call, acl, "s3:PutObject")
    return acl


def replacement_acl(
    call: Authorized, params: Params, owner: Owner, canned: Mapping[str, ExtraGrants], action: str
) -> Acl | None:
    """The ACL that PutBucketAcl or PutObjectAcl puts in place.

    Args: ``owner`` the account that owns the thing now; ``action`` the IAM action that a refusal names. Raises
    what is malformed, ``AccessControlListNotSupported``, and ``AccessDenied`` for a public list that is blocked.
    """
    document = params.get("AccessControlPolicy")
    in_headers = not _HEADERS.isdisjoint(params)
    if document is None and not in_headers:
        raise MISSING_SECURITY_HEADER(MissingHeaderName="x-amz-acl")
    if document is not None and in_headers:
        raise UNEXPECTED_CONTENT()
    acl = acl_from_headers(call, params, owner, canned, call.bucket)
    if document is not None:
        acl = _document(call, document, owner)
    if call.bucket.ownership == ENFORCED:
        raise ACL_NOT_SUPPORTED()
    require_public_acl_allowed(call, acl, action)
    return acl


def require_public_acl_allowed(call: Authorized, acl: Acl | None, action: str) -> None:
    """Raise ``AccessDenied`` for a public ACL in a bucket that blocks them (B-1, B-21)."""
    block = call.target.public_access_block
    if acl is None or block is None or not (block.block_public_acls and acl.is_public):
        return
    if call.caller.account != call.bucket.owner:
        raise ACCESS_DENIED()
    raise PUBLIC_ACCESS_BLOCKED(
        user=call.caller.arn, action=action, arn=call.target.arn, what="ACLs", setting="BlockPublicAcls"
    )


def response_members(call: Authorized, acl: Acl | None, owner: Owner) -> Params:
    """Owner and grants as an answer holds them. Under BucketOwnerEnforced the stored list is dormant (A-7).

    Grants that IgnorePublicAcls makes of no effect are not shown (B-2, OQ-5); they are kept.
    """
    if call.bucket.ownership == ENFORCED:
        acl, owner = None, call.bucket.owner
    owner_id = canonical_id(call, owner)
    grants = (_full_control(owner_id),) if acl is None else acl.grants
    block = call.target.public_access_block
    if block is not None and block.ignore_public_acls:
        grants = tuple(grant for grant in grants if grant.grantee.id not in (ALL_USERS, AUTHENTICATED_USERS))
    return {"Owner": {"ID": owner_id}, "Grants": [_shown_grant(grant) for grant in grants]}


def canonical_id(call: Authorized, owner: Owner) -> str:
    """The canonical id that stands for an owner in answers."""
    directory = call.world.directory
    return directory.anonymous().canonical_id if owner == ANONYMOUS else directory.canonical_id(owner)


def _canned(call: Authorized, extra: ExtraGrants, owner: Owner, bucket: Bucket | None) -> Acl | None:
    grants = []
    for grantee, permission in extra:
        if grantee == BUCKET_OWNER:
            assert bucket is not None
            if bucket.owner == owner:
                continue  # then the list is just the private one
            grantee = canonical_id(call, bucket.owner)
        grants.append(_grant(grantee, permission))
    if not grants:
        return None
    return Acl((_full_control(canonical_id(call, owner)), *grants))


def _full_control(canonical: str) -> Grant:
    return Grant(Grantee("CanonicalUser", canonical), "FULL_CONTROL")


def _grant(grantee: str, permission: str) -> Grant:
    return Grant(Grantee("Group" if grantee in GROUPS else "CanonicalUser", grantee), permission)


def _limited(grants: list[Grant]) -> Acl:
    if len(grants) > MAX_GRANTS:
        raise MALFORMED_ACL()
    return Acl(tuple(grants))


def _header_grants(call: Authorized, header: str, permission: str, text: str) -> list[Grant]:
    """The grants of one header: ``id="…", uri="…"`` (A-40)."""
    grants = []
    for item in text.split(","):
        match = _GRANTEE.fullmatch(item)
        if match is None:
            raise INVALID_ARGUMENT(
                message="Argument format not recognized", ArgumentName=header, ArgumentValue=item.strip()
            )
        kind, value = match.group(1), match.group(2).strip('"')
        grants.append(_grant(_grantee(call, kind, value, kind), permission))
    return grants


def _document(call: Authorized, document: Mapping[str, Any], owner: Owner) -> Acl:
    """The list in a body. Its owner must be the present one (A-6)."""
    owner_id = document.get("Owner", {}).get("ID")
    if owner_id is None or "Grants" not in document:
        raise MALFORMED_ACL()
    _grantee(call, "id", owner_id, "CanonicalUser/ID")
    if owner_id != canonical_id(call, owner):
        raise ACCESS_DENIED()
    return _limited([parse_grant(call, grant) for grant in document["Grants"]])


_MEMBERS = {
    "CanonicalUser": ("ID", "id", "CanonicalUser/ID"),
    "Group": ("URI", "uri", "Group/URI"),
    "AmazonCustomerByEmail": ("EmailAddress", "emailAddress", "EmailAddress"),
}


def is_grant(grant: Mapping[str, Any]) -> bool:
    """Return whether a grant of a body has a permission, and a grantee with the member that its type needs."""
    grantee = grant.get("Grantee") or {}
    kind = grantee.get("Type")
    return "Permission" in grant and kind in _MEMBERS and _MEMBERS[kind][0] in grantee


def parse_grant(call: Authorized, grant: Mapping[str, Any]) -> Grant:
    """Return a grant of a body. Raises ``MalformedACLError`` for what is none, and what its grantee has wrong."""
    if not is_grant(grant):
        raise MALFORMED_ACL()
    grantee = grant["Grantee"]
    member, kind, argument = _MEMBERS[grantee["Type"]]
    return _grant(_grantee(call, kind, grantee[member], argument), grant["Permission"])


def _grantee(call: Authorized, kind: str, value: str, argument: str) -> str:
    """A grantee that exists. E-mail addresses name nobody since October 2025 (A-2)."""
    if kind == "emailAddress":
        raise METHOD_NOT_ALLOWED()
    if kind == "uri" and value not in GROUPS:
        raise INVALID_ARGUMENT(message="Invalid group uri", ArgumentName=argument, ArgumentValue=value)
    if kind == "id" and not _exists(call, value):
        raise INVALID_ARGUMENT(message="Invalid id", ArgumentName=argument, ArgumentValue=value)
    return value


def _exists(call: Authorized, canonical: str) -> bool:
    directory = call.world.directory
    known = (AMAZON_EC2, directory.anonymous().canonical_id)
    return canonical in known or directory.by_canonical_id(canonical) is not None


def _shown_grant(grant: Grant) -> Params:
    member = "URI" if grant.grantee.kind == "Group" else "ID"
    return {
        "Grantee": {"Type": grant.grantee.kind, member: grant.grantee.id},
        "Permission": grant.permission,
    }
