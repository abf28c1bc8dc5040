"""One authorization on a bucket, or on nothing of S3's: its policies, ACLs and owners go to ``procedure.rule``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.context import MULTIVALUED, Present, RequestContext
from mocks3.access.context.organization import endpoint
from mocks3.access.decision import At, Decision
from mocks3.access.named import present_policy, present_text
from mocks3.access.procedure import Case, rule
from mocks3.access.public import is_public
from mocks3.policy import Policies, Policy, Request, weigh

if TYPE_CHECKING:
    from mocks3.access.question import Question
    from mocks3.call import Target, World
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
"""Object actions over which the bucket's owner has the say, whoever owns the object (authorization.md 2.6)."""

POLICY_CALLS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""Where the owner's root is not bound by the bucket policy, so that a lock-out can be repaired (E-71)."""


def decide(world: World, question: Question) -> Decision:
    """Decide by what bears on the bucket and its objects, whatever the request came through."""
    caller, target = question.caller, question.target
    bucket = None if target is None else target.bucket
    bucket_owner = bucket.owner if bucket else caller.account or ""
    version = None if question.prospective else _version(target)
    kept = None if version is None else Present(version.owner, version.acl, version.tags)
    context = RequestContext(question.scene, question.action, target, bucket_owner, kept)
    rails = question.scene.guardrails
    policies = Policies(
        identity=caller.identity,
        resource=_bucket_policy(world, question, bucket),
        boundaries=caller.boundaries,
        session=caller.session,
        scps=rails.scps(caller.principal),
        rcps=rails.rcps(caller.principal, bucket.owner) if bucket else (),
        vpc_endpoint=endpoint_policy(world, context),
    )
    request = Request(
        caller.principal, question.action, question.resource, bucket_owner, context, MULTIVALUED
    )
    findings = weigh(request, policies)
    case = Case(
        caller,
        findings,
        _acl(question, bucket, version),
        bucket_owner,
        _owner(question, bucket, version),
        question.default_holder,
        question.own_account_only,
        is_restricted(question, policies.resource),
    )
    return Decision(question, case, rule(case))


def present(question: Question) -> Present | None:
    """The object version that the question is about, as far as decisions keep it."""
    version = None if question.prospective else _version(question.target)
    return None if version is None else Present(version.owner, version.acl, version.tags)


def endpoint_policy(world: World, context: RequestContext) -> tuple[Policy, ...]:
    """The policy of the VPC endpoint that the request came through (E-3); by default that allows everything."""
    record = endpoint(context)
    if record is None or record.policy is None:
        return ()
    return (present_policy(record.policy, record.principals, world.directory),)


def is_restricted(question: Question, policy: Policy | None) -> bool:
    """Whether RestrictPublicBuckets keeps the caller out of a bucket, or an access point, whose policy is public.

    The bucket's owner is let in, and so is the access point's (B-4, B-47).
    """
    target, caller = question.target, question.caller
    if target is None or target.bucket is None or policy is None or question.at is At.OBJECT_LAMBDA:
        return False
    block, point = target.public_access_block, target.access_point
    if block is None or not block.restrict_public_buckets or caller.principal.kind == "service":
        return False
    if caller.account == target.bucket.owner or (point is not None and caller.account == point.account):
        return False
    if point is None or question.at is At.BUCKET:
        return is_public(policy.text)
    return point.vpc is None and is_public(policy.text, of_access_point=True)


def _version(target: Target | None) -> Version | None:
    """The object version the question is about, or None where nothing (or only a delete marker) is there."""
    if target is None or target.bucket is None or target.key is None:
        return None
    if target.version_id is not None:
        version = target.bucket.version(target.key, target.version_id)
    else:
        version = target.bucket.current(target.key)
    return None if version is None or version.is_delete_marker else version


def _bucket_policy(world: World, question: Question, bucket: Bucket | None) -> Policy | None:
    text = None if bucket is None else present_text(bucket, world.directory)
    if bucket is None or text is None:
        return None
    if bucket.zone is not None and question.action != "s3express:CreateSession":
        return None  # directory buckets are managed by identity policies alone (F-151, API_PutBucketPolicy)
    caller = question.caller
    if question.action in POLICY_CALLS and caller.root and caller.account == bucket.owner:
        return None
    return Policy.parse(text, name=f"bucket policy of {bucket.name}")


def _owner(question: Question, bucket: Bucket | None, version: Version | None) -> str:
    """Whose say it is (2.3 step 4): the bucket's owner, but for an object that another account owns."""
    if bucket is None:
        return question.caller.account or ""
    if version is None or not acl.enabled(bucket) or question.action in BUCKET_OWNER_CONTROLLED:
        return bucket.owner
    return version.owner


def _acl(question: Question, bucket: Bucket | None, version: Version | None) -> frozenset[acl.Grantee]:
    if bucket is None:
        return acl.NOBODY
    assert question.target is not None
    block = question.target.public_access_block
    return acl.granted(
        question.action,
        bucket,
        version,
        canonical_id=question.caller.canonical_id,
        account=question.caller.account,
        ignore_public=block is not None and block.ignore_public_acls,
    )
