"""The permissions that access control lists grant (docs/rules/acls.md, evaluation.md). ACLs can only allow.

Rule 1: no ACL can grant an action that is not in the tables below (A-10). Rule 2: only this module checks whether ACLs
apply at all (Object Ownership, Block Public Access).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.policy import Grantee
from mocks3.policy.evaluation import NO_GRANTEES
from mocks3.storage import ALL_USERS, AUTHENTICATED_USERS

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.target import ObjectSnapshot
    from mocks3.storage import Acl, Bucket

ON_BUCKET = {
    "s3:ListBucket": "READ",
    "s3:ListBucketVersions": "READ",
    "s3:ListBucketMultipartUploads": "READ",
    "s3:PutObject": "WRITE",
    "s3:DeleteObject": "WRITE",
    "s3:DeleteObjectVersion": "WRITE",
    "s3:GetBucketAcl": "READ_ACP",
    "s3:PutBucketAcl": "WRITE_ACP",
}
"""Actions that a grant in the bucket's ACL can allow, and the permission of that grant [dev-guide: acl-overview]."""

ON_OBJECT = {
    "s3:GetObject": "READ",
    "s3:GetObjectVersion": "READ",
    "s3:GetObjectVersionForReplication": "READ",
    "s3:GetObjectTorrent": "READ",
    "s3:GetObjectAcl": "READ_ACP",
    "s3:GetObjectVersionAcl": "READ_ACP",
    "s3:PutObjectAcl": "WRITE_ACP",
    "s3:PutObjectVersionAcl": "WRITE_ACP",
}
"""Actions that a grant in the object version's ACL can allow, and the permission of that grant."""


DISABLED = "BucketOwnerEnforced"
"""The setting of Object Ownership under which ACLs do not apply (E-90)."""


def enabled(bucket: Bucket) -> bool:
    """Return whether ACLs apply."""
    return bucket.ownership != DISABLED


def grantees(
    acl: Acl | None, permission: str, canonical_id: str, *, ignore_public: bool
) -> frozenset[Grantee]:
    """Return the grantees through which the account with this canonical id has ``permission`` or FULL_CONTROL.

    The default ACL, which is None, grants nothing to other accounts; the owner needs no grant (E-93).
    """
    return (
        NO_GRANTEES
        if acl is None
        else frozenset(_matching_grantees(acl, permission, canonical_id, ignore_public))
    )


def _matching_grantees(
    acl: Acl, permission: str, canonical_id: str, ignore_public: bool
) -> Iterable[Grantee]:
    for grant in acl.grants:
        if grant.permission not in (permission, "FULL_CONTROL"):
            continue
        if grant.grantee.id == canonical_id:
            yield Grantee.ACCOUNT
        elif grant.grantee.id == ALL_USERS and not ignore_public:
            yield Grantee.ALL_USERS
        elif grant.grantee.id == AUTHENTICATED_USERS and not ignore_public:
            yield Grantee.AUTHENTICATED_USERS


def granted(
    action: str,
    bucket: Bucket,
    present: ObjectSnapshot | None,
    *,
    canonical_id: str,
    account: str | None,
    ignore_public: bool,
) -> frozenset[Grantee]:
    """Return the grantees through which the bucket's or the object's ACL allows the action.

    ``present`` is the current object. A missing key has no ACL: READ on the bucket, which lists its keys, takes its
    place, and the caller learns that the key does not exist (X-4). WRITE on the bucket applies to an existing key only
    if the caller's account owns the bucket or that object (OQ-3).
    """
    if not enabled(bucket):
        return NO_GRANTEES
    if action in ON_OBJECT:
        if present is None:
            return grantees(bucket.acl, "READ", canonical_id, ignore_public=ignore_public)
        return grantees(present.acl, ON_OBJECT[action], canonical_id, ignore_public=ignore_public)
    permission = ON_BUCKET.get(action)
    if permission is None:
        return NO_GRANTEES
    if permission == "WRITE" and not _may_write(action, bucket, present, account):
        return NO_GRANTEES
    return grantees(bucket.acl, permission, canonical_id, ignore_public=ignore_public)


def _may_write(action: str, bucket: Bucket, present: ObjectSnapshot | None, account: str | None) -> bool:
    if account is None:
        return action == "s3:PutObject" and present is None
    if action == "s3:DeleteObjectVersion":
        return account == bucket.owner
    if present is None:
        return action == "s3:PutObject" or account == bucket.owner
    return account in (bucket.owner, present.owner)


def ignored_grants(decision: Decision) -> frozenset[Grantee]:
    """Return the ACL grants to the caller that IgnorePublicAcls ignores."""
    target, caller = decision.question.target, decision.question.caller
    bucket = None if target is None else target.bucket
    guardrails = decision.question.request_info.guardrails
    block = None if target is None else target.public_access_block(guardrails)
    if bucket is None or block is None or not block.ignore_public_acls or decision.at_access_point:
        return NO_GRANTEES
    if decision.question.prospective:
        return NO_GRANTEES
    present = getattr(decision.request.context, "present", None)
    every = granted(
        decision.action,
        bucket,
        present,
        canonical_id=caller.canonical_id,
        account=caller.account,
        ignore_public=False,
    )
    return every - decision.circumstances.acl
