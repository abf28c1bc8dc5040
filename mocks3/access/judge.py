"""One question of permission, gathered and decided: policies, ACLs and owners go to ``procedure.rule``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.context import MULTIVALUED, Present, RequestContext
from mocks3.access.context.organization import endpoint
from mocks3.access.decision import Decision
from mocks3.access.named import present_text
from mocks3.access.procedure import Case, Ruled, rule
from mocks3.access.public import is_public
from mocks3.policy import Policies, Policy, Request, weigh

if TYPE_CHECKING:
    from mocks3.access.context import Scene
    from mocks3.call import Caller, Target, World
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


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the caller of ``scene`` may do ``action`` on ``target``.

    ``default_holder`` and ``own_account_only`` are what the operation knows beyond policies: a multipart upload's
    own parties (M-5, M-6), and an ACL on an object that the writer's account will own (A-43). ``prospective``: the
    question is about the object that the call is to write, whoever owns the one that is there.
    """

    scene: Scene
    action: str
    target: Target | None
    default_holder: bool = False
    own_account_only: bool = False
    prospective: bool = False

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.scene.caller

    @property
    def resource(self) -> str:
        """The ARN that policies see; service-level calls are about ``*`` (C-5)."""
        return "*" if self.target is None else self.target.arn


def judge(world: World, question: Question) -> Decision:
    """Decide one authorization, and write it into the world's journal."""
    decision = decide(world, question)
    world.decisions.append(decision)
    return decision


def decide(world: World, question: Question) -> Decision:
    """Decide one authorization as authorization.md 2.3 says."""
    caller, target = question.caller, question.target
    bucket = None if target is None else target.bucket
    bucket_owner = bucket.owner if bucket else caller.account or ""
    version = None if question.prospective else _version(target)
    present = None if version is None else Present(version.owner, version.acl, version.tags)
    context = RequestContext(question.scene, question.action, target, bucket_owner, present)
    rails = question.scene.guardrails
    policies = Policies(
        identity=caller.identity,
        resource=_bucket_policy(world, question, bucket),
        boundaries=caller.boundaries,
        session=caller.session,
        scps=rails.scps(caller.principal),
        rcps=rails.rcps(caller.principal, bucket.owner) if bucket else (),
        vpc_endpoint=_endpoint_policy(context),
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
        _is_restricted(caller, bucket, policies.resource),
    )
    return Decision(question, case, rule(case))


def reconsider(decision: Decision, policies: Policies, *, restricting: bool = True) -> Ruled:
    """What would come of the same question under other policies, with everything else as it was.

    ``restricting`` False leaves RestrictPublicBuckets out of it.
    """
    target = decision.question.target
    bucket = None if target is None else target.bucket
    case = dataclasses.replace(
        decision.case,
        findings=weigh(decision.request, policies),
        restricted=restricting and _is_restricted(decision.question.caller, bucket, policies.resource),
    )
    return rule(case)


def _endpoint_policy(context: RequestContext) -> tuple[Policy, ...]:
    """The policy of the VPC endpoint that the request came through (E-3); by default that allows everything."""
    record = endpoint(context)
    return () if record is None or record.policy is None else (record.policy,)


def _is_restricted(caller: Caller, bucket: Bucket | None, policy: Policy | None) -> bool:
    """Whether RestrictPublicBuckets keeps the caller out of a bucket whose policy is public (B-4)."""
    if bucket is None or policy is None or bucket.public_access_block is None:
        return False
    if not bucket.public_access_block.restrict_public_buckets or caller.principal.kind == "service":
        return False
    return caller.account != bucket.owner and is_public(policy.text)


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
    return acl.granted(
        question.action,
        bucket,
        version,
        canonical_id=question.caller.canonical_id,
        account=question.caller.account,
        ignore_public=bucket.public_access_block is not None
        and bucket.public_access_block.ignore_public_acls,
    )
