"""Buckets and objects as the engine sees them: policy, ACL, owners, Block Public Access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_bucket_policy, current_policy
from mocks3.access.context import ObjectSnapshot
from mocks3.access.context.organization import vpc_endpoint_of
from mocks3.access.engine import Resource
from mocks3.access.question import AskedResource
from mocks3.policy import Circumstances, Policy
from mocks3.policy.evaluation import NO_GRANTEES, Grantee

if TYPE_CHECKING:
    from mocks3.access.question import Question
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Bucket, Version

BUCKET_OWNER_CONTROLLED = frozenset(
    {
        "s3:PutObject",  # E-68
        "s3:DeleteObject",  # E-61
        "s3:DeleteObjectVersion",
        "s3:RestoreObject",  # E-62
        "s3:AbortMultipartUpload",  # E-65, seed 1
        "s3:ListMultipartUploadParts",
        "s3:GetObjectTagging",  # E-65
        "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
        "s3:DeleteObjectTagging",
        "s3:DeleteObjectVersionTagging",
        "s3:GetObjectRetention",  # OQ-4
        "s3:PutObjectRetention",
        "s3:GetObjectLegalHold",
        "s3:PutObjectLegalHold",
        "s3:BypassGovernanceRetention",
    }
)
"""Object actions that the bucket's owner controls, also for objects of other owners (E-60 to E-68)."""

POLICY_CALLS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""Actions that the bucket policy cannot deny to the owner's root user, so that it can repair a lock-out (E-71)."""


def bucket_resource(world: World, question: Question) -> Resource:
    """Return the bucket or object of a question, or the account for a question about neither."""
    caller, target = question.caller, question.target
    bucket = None if target is None else target.bucket
    version = None if question.prospective else _version(target)
    policy = _bucket_policy(world, question, bucket)
    return Resource(
        bucket.owner if bucket else caller.account or "",
        policy,
        _circumstances(question, bucket, version, policy),
        question.request_info.guardrails.rcps(caller.principal, bucket.owner) if bucket else (),
        endpoint_policies(world, question),
        _present(version),
    )


def circumstances_of(question: Question, policy: Policy | None) -> Circumstances:
    """Return what decides a question about a bucket besides policies: its ACL, the object's owner, and others."""
    bucket = None if question.target is None else question.target.bucket
    version = None if question.prospective else _version(question.target)
    return _circumstances(question, bucket, version, policy)


def _circumstances(
    question: Question, bucket: Bucket | None, version: Version | None, policy: Policy | None
) -> Circumstances:
    return Circumstances(
        _acl(question, bucket, version),
        _object_owner(question, bucket, version),
        question.default_right,
        question.own_account_only,
        is_restricted(question, policy),
    )


def object_snapshot(question: Question) -> ObjectSnapshot | None:
    """Return the snapshot of the object version that the question is about; None if there is none."""
    return None if question.prospective else _present(_version(question.target))


def _present(version: Version | None) -> ObjectSnapshot | None:
    return None if version is None else ObjectSnapshot(version.owner, version.acl, version.tags)


def endpoint_policies(world: World, question: Question) -> tuple[Policy, ...]:
    """Return the policy of the request's VPC endpoint (E-3). Empty if it has none: the default allows everything."""
    record = vpc_endpoint_of(question.request_info)
    if record is None or record.policy is None:
        return ()
    return (current_policy(record.policy, record.principals, world.iam),)


def is_restricted(question: Question, policy: Policy | None) -> bool:
    """Return whether RestrictPublicBuckets denies the caller, because the bucket's or access point's policy is public.

    It does not deny the accounts that own the bucket and the access point (B-4, B-47).
    """
    target, caller = question.target, question.caller
    if (
        target is None
        or target.bucket is None
        or policy is None
        or question.asked_resource is AskedResource.OBJECT_LAMBDA
    ):
        return False
    block, point = target.public_access_block(question.request_info.guardrails), target.access_point
    if block is None or not block.restrict_public_buckets or caller.principal.kind == "service":
        return False
    if caller.account == target.bucket.owner or (point is not None and caller.account == point.account):
        return False
    if point is None or question.asked_resource is AskedResource.BUCKET:
        return is_public(policy.text)
    return point.vpc is None and is_public(policy.text, of_access_point=True)


def _version(target: Target | None) -> Version | None:
    """Return the object version that the question is about; None for a missing key or a delete marker."""
    if target is None or target.bucket is None or target.key is None:
        return None
    if target.version_id is not None:
        version = target.bucket.version(target.key, target.version_id)
    else:
        version = target.bucket.current(target.key)
    return None if version is None or version.is_delete_marker else version


def _bucket_policy(world: World, question: Question, bucket: Bucket | None) -> Policy | None:
    text = None if bucket is None else current_bucket_policy(bucket, world.iam)
    if bucket is None or text is None:
        return None
    if bucket.zone is not None and question.action != "s3express:CreateSession":
        return None  # only identity policies apply to managing directory buckets (F-151, API_PutBucketPolicy)
    caller = question.caller
    if question.action in POLICY_CALLS and caller.root and caller.account == bucket.owner:
        return None
    return Policy.parse(text, name=f"bucket policy of {bucket.name}")


def _object_owner(question: Question, bucket: Bucket | None, version: Version | None) -> str | None:
    """Return the owner of an object that another account than the bucket's owns; None for all other questions."""
    if bucket is None or version is None or version.owner == bucket.owner:
        return None
    if not acl.enabled(bucket) or question.action in BUCKET_OWNER_CONTROLLED:
        return None
    return version.owner


def _acl(question: Question, bucket: Bucket | None, version: Version | None) -> frozenset[Grantee]:
    if bucket is None:
        return NO_GRANTEES
    assert question.target is not None
    block = question.target.public_access_block(question.request_info.guardrails)
    return acl.granted(
        question.action,
        bucket,
        version,
        canonical_id=question.caller.canonical_id,
        account=question.caller.account,
        ignore_public=block is not None and block.ignore_public_acls,
    )
