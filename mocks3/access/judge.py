"""The row of one request, asked need by need: each on what it is about, by whoever decides about such things."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access import (
    acl,
    encryption,
    gate,
    kms_calls,
    object_lambdas,
    roles,
    uploads,
)
from mocks3.access.at_bucket import POLICY_CALLS
from mocks3.access.deciding import judge
from mocks3.access.decision import Decision, sentence
from mocks3.access.named import present_text
from mocks3.access.procedure import Reason, Ruled
from mocks3.access.public import is_public
from mocks3.access.question import Question
from mocks3.call import Target
from mocks3.errors import METHOD_NOT_ALLOWED, S3Error
from mocks3.needs import (
    ACCOUNT,
    ANSWERED,
    BUCKET,
    FUNCTION,
    KMS_KEY,
    NEW_BUCKET,
    OBJECT,
    OPTIONAL,
    PASSED_ROLE,
    PER_KEY,
    REVEAL,
    ROLE,
    SOURCE,
    Need,
    On,
)

if TYPE_CHECKING:
    from mocks3.access.context import Scene
    from mocks3.call import Authenticated, World
    from mocks3.identity import AccessKeyRecord
    from mocks3.operations import Operation
    from mocks3.storage import Encryption, EndedUpload, Upload


@dataclass(slots=True)
class Judge:
    """The row of one request, asked need by need. Meets ``call.Ruling``."""

    world: World
    operation: Operation
    authenticated: Authenticated
    scene: Scene
    target: Target | None
    source: Target | None
    upload: Upload | EndedUpload | None
    _answers: dict[tuple[str, str | None, str | None], Decision] = field(default_factory=dict)
    _encryption: Encryption | None = None

    def enter(self) -> None:
        """What is asked before any need; in general purpose buckets nothing."""

    def require(self, need: Need) -> None:
        """Raise ``AccessDenied`` unless the need does not arise or is met."""
        target = self._target_of(need)
        if need.when is None or need.when.holds(self.authenticated.parsed, target or Target("", None)):
            decide = None if need.on is OBJECT else self._elsewhere(need)
            if decide is not None:
                decide(self, need)
                return
            refusal = self._refusal(need.action, target)
            if refusal is not None:
                raise refusal

    def hold_initiator(self) -> None:
        """Refuse parts and completion by another identity than the upload's initiator, plainly (M-2 to M-4, M-14)."""
        if self.upload is None or self.operation.name not in uploads.INITIATOR_ONLY:
            return
        if not uploads.accepts(self.authenticated.caller, self.upload, self.world.settings):
            may_put = self._decide("s3:PutObject", self.target)
            decision = dataclasses.replace(may_put, ruled=Ruled(False, Reason.INITIATOR))
            self.world.decisions.append(decision)
            refusal = self._refusal_of(decision)
            if refusal is not None:
                raise refusal

    def use_key(self, need: Need) -> None:
        """Raise unless KMS lets S3 use a key for the caller, where S3 uses one (F-60)."""
        parsed, target = self.authenticated.parsed, self.target
        assert target is not None
        if need.when is not None and not need.when.holds(parsed, target):
            return
        use = encryption.find(need.on, parsed, target, self.upload)
        if use is not None:
            held = encryption.require(self.world, self.authenticated, need.action, use)
            self._encryption = held if use.new else self._encryption

    def encryption(self) -> Encryption | None:
        """How KMS will encrypt what the call writes."""
        return self._encryption

    def allows(self, action: str) -> bool:
        """Whether a need of mode OPTIONAL is met (F-30)."""
        need = self._row(OPTIONAL, action)
        return self._decide(need.action, self._target_of(need)).allowed

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """The error for one entry of a multi-key call (F-11); None when it may proceed."""
        assert self.target is not None
        entry = self.target.within(key, version_id)
        for need in self.operation.needs:
            arises = need.when is None or need.when.holds(self.authenticated.parsed, entry)
            if need.mode is PER_KEY and arises:
                refusal = self._refusal(need.action, entry)
                if refusal is not None:
                    return refusal
        return None

    def unrevealed(self) -> S3Error | None:
        """The refusal that hides whether a key exists; None where its absence may be told."""
        for need in self.operation.needs:
            if need.mode is REVEAL:
                target = self.source if need.on is SOURCE else self.target
                assert target is not None
                return self._refusal(need.action, target.within())
        return None

    def validate_policy(self, text: str) -> dict[str, str]:
        """Whom a new bucket policy names (section 8)."""
        from mocks3.access import bucket_policy

        assert self.target is not None
        return bucket_policy.validate(self.world.directory, self.target.name, text)

    def policy_text(self) -> str | None:
        """The bucket's policy as it reads now (PE-14)."""
        assert self.target is not None
        assert self.target.bucket is not None
        return present_text(self.target.bucket, self.world.directory)

    def is_public(self, policy: str) -> bool:
        """Whether a bucket policy is public (4.4)."""
        return is_public(policy)

    @property
    def access_key_id(self) -> str | None:
        """The key that the request is signed with."""
        return self.authenticated.signature.access_key_id

    def signer(self) -> AccessKeyRecord | None:
        """The caller's key: of unknown ones the one that stands for them; None where nobody signed."""
        if self.authenticated.caller.anonymous:
            return None
        directory = self.world.directory
        known = directory.key(self.access_key_id or "")
        return known or directory.ambient or directory.root_key(self.world.settings.account)

    def forwarded(self, service: str) -> AccessKeyRecord:
        """A key with which a service goes on as the caller (P-10)."""
        key = self.signer()
        assert key is not None, "access points take signed requests only"
        return self.world.directory.forward(key, service)

    def _row(self, mode: object, action: str) -> Need:
        return next(n for n in self.operation.needs if n.mode is mode and n.action == action)

    def _target_of(self, need: Need) -> Target | None:
        if need.on is OBJECT:
            return self.target
        if need.on in (ACCOUNT, ROLE, KMS_KEY, ANSWERED):
            return None
        if need.on is SOURCE:
            return self.source
        assert self.target is not None
        if need.on is BUCKET:
            return self.target.within()
        if need.on is NEW_BUCKET:
            # A bucket that is yet to be is its maker's business alone, whoever holds the name now (F-70, X-22).
            return Target(self.target.name, None)
        return self.target

    def _elsewhere(self, need: Need) -> Callable[[Judge, Need], None] | None:
        """Who decides on what is no bucket's and no object's."""
        return _call_kms if self.operation.service == "kms" else _ELSEWHERE.get(need.on)

    def _refusal(self, action: str, target: Target | None) -> S3Error | None:
        return self._refusal_of(self._decide(action, target))

    def _refusal_of(self, decision: Decision) -> S3Error | None:
        if decision.allowed:
            foreign = decision.question.caller.account != decision.owner
            return METHOD_NOT_ALLOWED() if decision.action in POLICY_CALLS and foreign else None
        if self.world.settings.enforce == "report":
            return None
        bucket = None if decision.question.target is None else decision.question.target.bucket
        told = self.operation.name in gate.TELL_REGION
        headers = {"x-amz-bucket-region": bucket.region} if told and bucket is not None else None
        error = S3Error("AccessDenied", 403, sentence(decision), None, headers)
        error.decision = decision
        return error

    def _decide(self, action: str, target: Target | None) -> Decision:
        known = (action, None, None) if target is None else (action, target.arn, target.version_id)
        decision = self._answers.get(known)
        if decision is None:
            prospective = action == "s3:PutObjectAcl" and self.operation.name != "PutObjectAcl"
            decision = judge(
                self.world,
                Question(
                    self.scene,
                    action,
                    target,
                    action in uploads.DEFAULT_RIGHTS
                    and uploads.is_party(self.authenticated.caller, self.upload),
                    prospective and self._writer_will_own(),
                    prospective,
                ),
            )
            self._answers[known] = decision
        return decision

    def _writer_will_own(self) -> bool:
        """Whether an ACL comes with a write whose object will be the writer's own, in another's bucket (A-43).

        Services' writes count as such: the policies that AWS documents for them allow s3:PutObject alone, on the
        condition that they hand the object over by an ACL (CloudTrail user guide, "Amazon S3 bucket policy").
        """
        if self.target is None or self.target.bucket is None:
            return False
        bucket, caller = self.target.bucket, self.authenticated.caller
        if caller.principal.kind == "service":
            return True
        if caller.anonymous or caller.account == bucket.owner or not acl.enabled(bucket):
            return False
        handed_over = self.authenticated.parsed.head.get("ACL") == "bucket-owner-full-control"
        return not (bucket.ownership == "BucketOwnerPreferred" and handed_over)


def _become(judge_of: Judge, need: Need) -> None:
    """The role that the call assumes."""
    roles.require(judge_of.world, judge_of.authenticated, need.action)


def _hand_over(judge_of: Judge, need: Need) -> None:
    """The role that the body gives to S3."""
    question = roles.passing(judge_of.world, judge_of.authenticated, need.action)
    _hold(judge_of, judge(judge_of.world, question))


def _invoke(judge_of: Judge, need: Need) -> None:
    """The function that an Object Lambda access point calls in the caller's name."""
    assert judge_of.target is not None
    decision = object_lambdas.invocation(judge_of.world, judge_of.authenticated, need.action, judge_of.target)
    if not decision.allowed and judge_of.world.settings.enforce != "report":
        raise object_lambdas.not_invoked(decision)


def _answer(judge_of: Judge, need: Need) -> None:
    """The Object Lambda access point whose caller is to be answered."""
    target = object_lambdas.answered(judge_of.world.store, judge_of.authenticated)
    _hold(judge_of, judge_of._decide(need.action, target))


def _hold(judge_of: Judge, decision: Decision) -> None:
    refusal = judge_of._refusal_of(decision)
    if refusal is not None:
        raise refusal


def _call_kms(judge_of: Judge, need: Need) -> None:
    """A key, or KMS itself."""
    judge_of.target = kms_calls.require(judge_of.world, judge_of.authenticated, need)


_ELSEWHERE: Mapping[On, Callable[[Judge, Need], None]] = {
    ROLE: _become,
    PASSED_ROLE: _hand_over,
    FUNCTION: _invoke,
    ANSWERED: _answer,
}
"""Who decides about what is neither a bucket nor in one."""
