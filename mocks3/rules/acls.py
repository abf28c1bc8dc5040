"""Access control lists of buckets and objects: read from requests, shown in responses.

    acl_from_headers(call, params, owner, …)    the ACL in the headers of a write: CreateBucket, PutObject, …
    replacement_acl(call, params, owner, …)     the ACL of PutBucketAcl and PutObjectAcl, in headers or in the body
    response_members(call, acl, owner)          the response of GetBucketAcl and GetObjectAcl

Rule 1: None is the default ACL, which gives the owner FULL_CONTROL (A-1). Explicit grants are stored exactly as sent
(A-41). Rule 2: errors have this order: malformed requests, ACLs that Object Ownership forbids (A-50, A-51), ACLs that
Block Public Access forbids (B-1). Only PutObjectAcl refuses a public ACL first (A-51). Source: A-30 to A-42.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import (
    ACL_NOT_SUPPORTED,
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    MALFORMED_ACL,
    METHOD_NOT_ALLOWED,
    MISSING_SECURITY_HEADER,
    UNEXPECTED_CONTENT,
    Why,
)
from mocks3.errors.refusals import ACCESS_DENIED, PUBLIC_ACCESS_BLOCKED
from mocks3.model import habits
from mocks3.storage import (
    ALL_USERS,
    ANONYMOUS,
    AUTHENTICATED_USERS,
    GROUPS,
    LOG_DELIVERY,
    PUBLIC_GROUPS,
    Acl,
    AclGrantee,
    Grant,
)

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import AccessControlPolicyTypeDef, GrantTypeDef, TargetGrantTypeDef

    from mocks3.errors import S3Error
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authenticated, Authorized
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.rules.inputs import NewObject, ReplacedAcl, WithAcl
    from mocks3.storage import Bucket, Owner
    from mocks3.storage.iam.caller import Caller

ENFORCED = "BucketOwnerEnforced"
PREFERRED = "BucketOwnerPreferred"
AMAZON_EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
"""Canonical user ID of Amazon EC2, to which ``aws-exec-read`` gives READ (A-30)."""

ENFORCED_NOTE = (
    "Object Ownership of the bucket is BucketOwnerEnforced, the default of new buckets since April 2023, and turns "
    "ACLs off (A-50). Send no ACL, or create the bucket with ObjectOwnership='ObjectWriter' (boto3) or "
    "ownership='ObjectWriter' (mocks3's create_bucket); " + habits.ACLS.hint
)
"""The note on the error for an ACL that Object Ownership forbids."""

MAX_GRANTS = 100
"""The most grants of one ACL (A-3)."""

ExtraGrants = tuple[tuple[str, str], ...]
_CANNED: Mapping[str, ExtraGrants] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((AMAZON_EC2, "READ"),),
}
"""The grants that each canned ACL adds to the owner's FULL_CONTROL (A-30)."""

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
    # For buckets only; users report that PutObject accepts it (jenkinsci/pipeline-aws-plugin #183).
    "log-delivery-write": (),
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


def owner_of_new_object(call: Authorized, params: NewObject) -> Owner:
    """Return the owner of an object that this request writes (docs/rules/ownership.md)."""
    bucket = call.bucket
    handed_over = bucket.ownership == PREFERRED and params.get("ACL") == "bucket-owner-full-control"
    if bucket.ownership == ENFORCED or handed_over:
        return bucket.owner
    return call.world.iam.owner_id(call.caller)


def acl_from_headers(
    call: Authorized,
    params: WithAcl,
    owner: Owner,
    canned: Mapping[str, ExtraGrants],
    bucket: Bucket | None = None,
) -> Acl | None:
    """Return the ACL in the headers of a write: a canned ACL or grants. None means the default ACL.

    Args:
        call: The authorized request.
        params: The members of the operation's input.
        owner: The owner that the new bucket or object will have.
        canned: ``BUCKET_CANNED`` or ``OBJECT_CANNED``.
        bucket: The bucket whose owner gets the grants of ``bucket-owner-*`` ACLs.

    Raises:
        S3Error: ``InvalidRequest``, ``InvalidArgument`` or ``MethodNotAllowed``.
    """
    if _HEADERS.isdisjoint(params):
        return None
    name = params.get("ACL")
    given: Mapping[str, object] = params
    headers = [(header, permission, str(given[m])) for m, header, permission in _GRANT_HEADERS if m in given]
    if name is not None and headers:
        raise INVALID_REQUEST(message="Specifying both Canned ACLs and Header Grants is not allowed")
    if name is not None:
        if name not in canned:
            raise INVALID_ARGUMENT(message="", ArgumentName="x-amz-acl", ArgumentValue=name)
        return _canned(call, canned[name], owner, bucket)
    return _acl_of([g for header in headers for g in _header_grants(call, *header)])


def acl_of_new_object(call: Authorized, params: NewObject, owner: Owner) -> Acl | None:
    """Return the ACL in the headers of a new object. Raise an error if the bucket does not allow it (A-50, B-1).

    A bucket with ACLs disabled still accepts an ACL that is equal to the default one.
    """
    acl = acl_from_headers(call, params, owner, OBJECT_CANNED, call.bucket)
    if acl is not None:
        require_acls_enabled(call)
    copies = call.parsed.operation == "CopyObject"
    require_public_acl_allowed(call, acl, "s3:CopyObject" if copies else "s3:PutObject")
    return acl


def replacement_acl(
    call: Authorized, params: ReplacedAcl, owner: Owner, canned: Mapping[str, ExtraGrants], action: str
) -> Acl | None:
    """Return the ACL that PutBucketAcl or PutObjectAcl stores.

    Args:
        call: The authorized request.
        params: The members of the operation's input.
        owner: The present owner of the bucket or object.
        canned: ``BUCKET_CANNED`` or ``OBJECT_CANNED``.
        action: The IAM action that the AccessDenied message names.

    Raises:
        S3Error: An error for a malformed ACL, ``AccessControlListNotSupported``, or ``AccessDenied`` for a public ACL
            that Block Public Access forbids.
    """
    document = params.get("AccessControlPolicy")
    in_headers = not _HEADERS.isdisjoint(params)
    if document is None and not in_headers:
        raise MISSING_SECURITY_HEADER(MissingHeaderName="x-amz-acl")
    if document is not None and in_headers:
        raise UNEXPECTED_CONTENT()
    acl = acl_from_headers(call, params, owner, canned, call.bucket)
    if document is not None:
        acl = _acl_of_body(call, document, owner)
    if action == "s3:PutObjectAcl":  # a public ACL is refused before ACLs that are disabled
        require_public_acl_allowed(call, acl, action)
        require_acls_enabled(call)
    else:
        require_acls_enabled(call)
        require_public_acl_allowed(call, acl, action)
    return acl


def require_acls_enabled(call: Authorized) -> None:
    """Raise ``AccessControlListNotSupported`` if ACLs of the bucket are disabled (A-50)."""
    if call.bucket.ownership == ENFORCED:
        raise ACL_NOT_SUPPORTED().with_note(ENFORCED_NOTE)
    if habits.allows(call.settings, habits.ACLS):
        habits.count(habits.ACLS)


def require_public_acl_allowed(call: Authorized, acl: Acl | None, action: str) -> None:
    """Raise ``AccessDenied`` if the ACL is public and the bucket blocks public ACLs (B-1, B-21)."""
    if acl is None or not acl.is_public or not _blocks_public_acls(call.world, call.target):
        return
    named = "s3:CopyObject" if call.parsed.operation == "CopyObject" else action  # B-21
    raise public_acl_blocked(
        call.caller, call.bucket.owner, call.target.arn, action, public_groups(acl), named
    )


def public_groups(acl: Acl) -> set[str]:
    """Return the public groups that an ACL names."""
    return {each.grantee.id for each in acl.grants} & PUBLIC_GROUPS


def check_public_object_acl(world: World, call: Authenticated, target: Target) -> None:
    """Raise ``AccessDenied`` for a public ACL in the headers of PutObjectAcl if the bucket blocks public ACLs.

    S3 does so before it checks permissions (A-51). An ACL in the body is checked afterwards, because S3 reads a body
    only then (W-193).
    """
    if target.bucket is None:
        return
    public = _public_groups_in_headers(call.parsed.head)
    if public and _blocks_public_acls(world, target):
        raise public_acl_blocked(call.caller, target.bucket.owner, target.arn, "s3:PutObjectAcl", public)


def _public_groups_in_headers(head: Mapping[str, Any]) -> set[str]:
    granted = {grantee for grantee, _ in OBJECT_CANNED.get(head.get("ACL", ""), ())}
    for member, _, _ in _GRANT_HEADERS:
        items = (_GRANTEE.fullmatch(item) for item in head.get(member, "").split(","))
        granted |= {match[2].strip('"') for match in items if match is not None and match[1] == "uri"}
    return granted & PUBLIC_GROUPS


def _blocks_public_acls(world: World, target: Target) -> bool:
    block = target.public_access_block(world.guardrails)
    return block is not None and block.block_public_acls


def public_acl_blocked(
    caller: Caller, owner: Owner, arn: str, action: str, public: set[str], named: str | None = None
) -> S3Error:
    """Return the error of a public ACL that Block Public Access blocks. Only the owner's account gets the reason.

    Args:
        caller: The caller.
        owner: The account that owns the bucket.
        arn: The ARN of the bucket or object.
        action: The IAM action that is refused.
        public: The public groups that the ACL names.
        named: What the message names in place of the action.
    """
    groups = " and ".join(sorted(group.rpartition("/")[2] for group in public))
    why = Why(
        "block-public-access",
        f"the ACL grants access to {groups}, and BlockPublicAcls of Block Public Access forbids that",
        "B-1, B-21",
        (
            "send no ACL, or one that is not public, and allow the readers in the bucket policy",
            "turn BlockPublicAcls off, if everybody shall have access: put_public_access_block",
        ),
        action=action,
        resource=arn,
    )
    if caller.account != owner:
        return ACCESS_DENIED(why)
    return PUBLIC_ACCESS_BLOCKED(
        why, user=caller.arn, action=named or action, arn=arn, what="ACLs", setting="BlockPublicAcls"
    )


def response_members(call: Authorized, acl: Acl | None, owner: Owner) -> Params:
    """Return the owner and the grants as members of a response.

    Under BucketOwnerEnforced the stored ACL has no effect and is not shown (A-7). Grants that IgnorePublicAcls disables
    are not shown either (B-2, OQ-5), but stay stored.
    """
    if call.bucket.ownership == ENFORCED:
        acl, owner = None, call.bucket.owner
    owner_id = canonical_id(call, owner)
    grants = (_full_control(owner_id),) if acl is None else acl.grants
    block = call.target.public_access_block(call.world.guardrails)
    if block is not None and block.ignore_public_acls:
        grants = tuple(grant for grant in grants if grant.grantee.id not in (ALL_USERS, AUTHENTICATED_USERS))
    return {"Owner": {"ID": owner_id}, "Grants": [_grant_members(grant) for grant in grants]}


def canonical_id(call: Authorized, owner: Owner) -> str:
    """Return the canonical user ID that responses show for an owner."""
    iam = call.world.iam
    return iam.anonymous().canonical_id if owner == ANONYMOUS else iam.canonical_id(owner)


def _canned(call: Authorized, extra: ExtraGrants, owner: Owner, bucket: Bucket | None) -> Acl | None:
    grants = []
    for grantee, permission in extra:
        if grantee == BUCKET_OWNER:
            assert bucket is not None
            if bucket.owner == owner:
                continue  # the same as ``private``
            grantee = canonical_id(call, bucket.owner)
        grants.append(_grant(grantee, permission))
    if not grants:
        return None
    return Acl((_full_control(canonical_id(call, owner)), *grants))


def _full_control(canonical: str) -> Grant:
    return Grant(AclGrantee("CanonicalUser", canonical), "FULL_CONTROL")


def _grant(grantee: str, permission: str) -> Grant:
    return Grant(AclGrantee("Group" if grantee in GROUPS else "CanonicalUser", grantee), permission)


def _acl_of(grants: list[Grant]) -> Acl:
    if len(grants) > MAX_GRANTS:
        raise MALFORMED_ACL()
    return Acl(tuple(grants))


def _header_grants(call: Authorized, header: str, permission: str, text: str) -> list[Grant]:
    """Return the grants of one header: ``id="…", uri="…"`` (A-40)."""
    grants = []
    for item in text.split(","):
        match = _GRANTEE.fullmatch(item)
        if match is None:
            raise INVALID_ARGUMENT(
                message="Argument format not recognized", ArgumentName=header, ArgumentValue=item.strip()
            )
        kind, value = match.group(1), match.group(2).strip('"')
        grants.append(_grant(_checked_grantee(call, kind, value, kind), permission))
    return grants


def _acl_of_body(call: Authorized, document: AccessControlPolicyTypeDef, owner: Owner) -> Acl:
    """Return the ACL in a body. Raise ``AccessDenied`` if its owner is not the present one (A-6)."""
    owner_id = document.get("Owner", {}).get("ID")
    if owner_id is None or "Grants" not in document:
        raise MALFORMED_ACL()
    _checked_grantee(call, "id", owner_id, "CanonicalUser/ID")
    present = canonical_id(call, owner)
    if owner_id != present:
        raise ACCESS_DENIED(
            Why(
                "acl-owner",
                f"the ACL names the owner {owner_id}, but the owner is {present}, and an ACL never changes it",
                "A-6",
                (f"send Owner={{'ID': '{present}'}}, as GetObjectAcl and GetBucketAcl return it",),
            )
        )
    return _acl_of([parse_grant(call, grant) for grant in document["Grants"]])


_MEMBERS = {
    "CanonicalUser": ("ID", "id", "CanonicalUser/ID"),
    "Group": ("URI", "uri", "Group/URI"),
    "AmazonCustomerByEmail": ("EmailAddress", "emailAddress", "EmailAddress"),
}


def is_grant(grant: GrantTypeDef | TargetGrantTypeDef) -> bool:
    """Return whether a grant of a body has a permission, and a grantee with the member that its type requires."""
    grantee = grant.get("Grantee", {})
    kind = grantee.get("Type")
    return "Permission" in grant and kind in _MEMBERS and _MEMBERS[kind][0] in grantee


def parse_grant(call: Authorized, grant: GrantTypeDef | TargetGrantTypeDef) -> Grant:
    """Return a grant of a body. Raise ``MalformedACLError`` for an incomplete grant, or the error of its grantee."""
    if not is_grant(grant):
        raise MALFORMED_ACL()
    grantee: Mapping[str, object] = grant["Grantee"]
    member, kind, argument = _MEMBERS[str(grantee["Type"])]
    return _grant(_checked_grantee(call, kind, str(grantee[member]), argument), grant["Permission"])


def _checked_grantee(call: Authorized, kind: str, value: str, argument: str) -> str:
    """Return the grantee if it exists. S3 refuses e-mail addresses since October 2025 (A-2)."""
    if kind == "emailAddress":
        raise METHOD_NOT_ALLOWED()
    if kind == "uri" and value not in GROUPS:
        raise INVALID_ARGUMENT(message="Invalid group uri", ArgumentName=argument, ArgumentValue=value)
    if kind == "id" and not _is_known_id(call, value):
        raise INVALID_ARGUMENT(message="Invalid id", ArgumentName=argument, ArgumentValue=value)
    return value


def _is_known_id(call: Authorized, canonical: str) -> bool:
    iam = call.world.iam
    known = (AMAZON_EC2, iam.anonymous().canonical_id)
    return canonical in known or iam.by_canonical_id(canonical) is not None


def _grant_members(grant: Grant) -> Params:
    member = "URI" if grant.grantee.kind == "Group" else "ID"
    return {
        "Grantee": {"Type": grant.grantee.kind, member: grant.grantee.id},
        "Permission": grant.permission,
    }
