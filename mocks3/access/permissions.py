"""The permissions of one request, checked one by one on the resources they are about."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access import (
    bucket_checks,
    refusing,
    requester_pays,
    roles,
    root_sessions,
    uploads,
    web_identity_tokens,
)
from mocks3.access.access_points import object_lambdas
from mocks3.access.ask import ask_recorded
from mocks3.access.decision import Decision, denial_message
from mocks3.access.kms import calls as kms_calls
from mocks3.access.kms import keys_of_calls
from mocks3.access.question import Question
from mocks3.access.resources import POLICY_CALLS
from mocks3.errors import METHOD_NOT_ALLOWED, S3Error
from mocks3.errors.refusals import DENIED_BY_POLICIES
from mocks3.model.permissions import (
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
    ROOT_USER,
    SOURCE,
    Need,
    On,
)
from mocks3.model.target import Target
from mocks3.policy import PolicyOutcome, Reason

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World
    from mocks3.storage import Encryption, EndedUpload, Upload
    from mocks3.storage.kms import KeyRecord


@dataclass(slots=True)
class RequestPermissions:
    """The permissions that one request requires. Implements ``model.stages.Permissions``."""

    world: World
    operation: Operation
    authenticated: Authenticated
    request_info: RequestInfo
    target: Target | None
    source: Target | None
    upload: Upload | EndedUpload | None
    kms_key: KeyRecord | None = None
    _answers: dict[tuple[str, str | None, str | None], Decision] = field(default_factory=dict)
    encryption: Encryption | None = None
    """How KMS will encrypt what the call writes; None if it is encrypted in another way."""

    def require_row(self) -> None:
        """Check the row of the operation: its needs in their order, and what S3 asks of KMS last (X-48, F-64)."""
        for need in self.operation.required:
            self.require(need)
        if self.upload is not None:
            self.require_initiator(self.upload)
        if self.source is not None or (self.target is not None and self.target.is_configured):
            requester_pays.require_requester_pays(
                self.world, self.authenticated, self.operation, self.target, self.source
            )
        for need in self.operation.kms:
            self.require_key(need)

    def require(self, need: Need) -> None:
        """Raise AccessDenied if the permission is required and not granted."""
        target = self.target if need.on is OBJECT else self._target_of(need)
        if need.when is not None and not need.when.applies(
            self.authenticated.parsed, target or Target("", None)
        ):
            return
        check = None if need.on is OBJECT else self._other_check(need)
        if check is not None:
            check(self, need)
            return
        refusal = self._refusal(need.action, target)
        if refusal is not None:
            raise refusal

    def require_initiator(self, upload: Upload | EndedUpload) -> None:
        """Refuse parts and completion by another identity than the upload's initiator, plainly (M-2 to M-4, M-14)."""
        if self.operation.name not in uploads.INITIATOR_ONLY:
            return
        if not uploads.may_send_parts(self.authenticated.caller, upload, self.world.settings):
            may_put = self._decide("s3:PutObject", self.target)
            decision = dataclasses.replace(may_put, outcome=PolicyOutcome(False, Reason.INITIATOR))
            refusal = self._refusal_of(refusing.record_decision(self.world, decision))
            if refusal is not None:
                raise refusal

    def require_key(self, need: Need) -> None:
        """Raise the refusal of KMS if S3 may not use a key that it needs for the call (F-60)."""
        parsed, target = self.authenticated.parsed, self.target
        assert target is not None
        if need.when is not None and not need.when.applies(parsed, target):
            return
        use = keys_of_calls.find_key_use(need.on, parsed, target, self.upload)
        if use is not None:
            encryption = keys_of_calls.require_key_use(self.world, self.authenticated, need.action, use)
            self.encryption = encryption if use.new else self.encryption

    def allows(self, action: str) -> bool:
        """Whether a need of mode OPTIONAL is met (F-30)."""
        need = self._row(OPTIONAL, action)
        return self._decide(need.action, self._target_of(need)).allowed

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """The error for one entry of a multi-key call (F-11); None when it may proceed."""
        assert self.target is not None
        entry = self.target.in_same_bucket(key, version_id)
        for need in self.operation.needs:
            arises = need.when is None or need.when.applies(self.authenticated.parsed, entry)
            if need.mode is PER_KEY and arises:
                refusal = self._refusal(need.action, entry)
                if refusal is not None:
                    return refusal
        return None

    def explain_refusal(self, error: S3Error, key: str, version_id: str | None) -> None:
        """Record why one entry of a multi-key call was refused, if the error is a refusal."""
        assert self.target is not None
        entry = self.target.in_same_bucket(key, version_id)
        refusing.explain_refusal(
            self.world, error, self.authenticated.parsed, self.authenticated.caller, entry
        )

    def missing_key_denial(self) -> S3Error | None:
        """The refusal that hides whether a key exists; None where its absence may be told."""
        for need in self.operation.needs:
            if need.mode is REVEAL:
                target = self.source if need.on is SOURCE else self.target
                assert target is not None
                return self._refusal(need.action, target.in_same_bucket())
        return None

    def _row(self, mode: object, action: str) -> Need:
        return next(n for n in self.operation.needs if n.mode is mode and n.action == action)

    def _target_of(self, need: Need) -> Target | None:
        if need.on is OBJECT:
            return self.target
        if need.on in (ACCOUNT, ROLE, ROOT_USER, KMS_KEY, ANSWERED, On.OUTSIDE_AWS):
            return None
        if need.on is SOURCE:
            return self.source
        assert self.target is not None
        if need.on is BUCKET:
            return self.target.in_same_bucket()
        if need.on is NEW_BUCKET:
            # If a bucket has this name already, its policy does not decide about CreateBucket (F-70, X-22).
            return Target(self.target.name, None)
        return self.target

    def _other_check(self, need: Need) -> Callable[[RequestPermissions, Need], None] | None:
        """Return the check of a permission on something that is neither a bucket nor an object."""
        return _require_kms if self.operation.service == "kms" else _OTHER_CHECKS.get(need.on)

    def _refusal(self, action: str, target: Target | None) -> S3Error | None:
        return self._refusal_of(self._decide(action, target))

    def _refusal_of(self, decision: Decision) -> S3Error | None:
        if decision.outcome.allowed:
            if decision.question.action not in POLICY_CALLS:
                return None
            foreign = decision.question.caller.account != decision.owner
            return METHOD_NOT_ALLOWED() if foreign else None
        return refusing.refusal(self.world, decision, self._access_denied)

    def _access_denied(self, decision: Decision) -> S3Error:
        bucket = None if decision.question.target is None else decision.question.target.bucket
        tells_region = self.operation.name in bucket_checks.DENIAL_NAMES_REGION
        headers = {"x-amz-bucket-region": bucket.region} if tells_region and bucket is not None else None
        return DENIED_BY_POLICIES(headers, message=denial_message(decision))

    def _decide(self, action: str, target: Target | None) -> Decision:
        known = (action, None, None) if target is None else (action, target.arn, target.version_id)
        decision = self._answers.get(known)
        if decision is None:
            prospective = action == "s3:PutObjectAcl" and self.operation.name != "PutObjectAcl"
            decision = ask_recorded(
                self.world,
                Question(
                    self.request_info,
                    action,
                    target,
                    action in uploads.DEFAULT_RIGHTS
                    and uploads.is_party(self.authenticated.caller, self.upload),
                    prospective and self._is_foreign_writer(),
                    prospective,
                ),
            )
            self._answers[known] = decision
        return decision

    def _is_foreign_writer(self) -> bool:
        """Return whether only the writer's own account decides about the ACL header of a write (A-43).

        It does if the writer is not of the bucket owner's account, whichever account will own the object. Services
        are such writers: the policies that AWS documents for them allow s3:PutObject alone, on the condition of an
        ACL (CloudTrail user guide, "Amazon S3 bucket policy"). The anonymous caller is one too, without an account
        that could refuse the header.
        """
        if self.target is None or self.target.bucket is None:
            return False
        return self.authenticated.caller.account != self.target.bucket.owner


def _require_role(permissions: RequestPermissions, need: Need) -> None:
    """Check the role that the call assumes."""
    roles.require(permissions.world, permissions.authenticated, need.action)


def _require_root(permissions: RequestPermissions, need: Need) -> None:
    """Check the root user that the call wants a session of."""
    root_sessions.require(permissions.world, permissions.authenticated, need.action)


def _require_outbound_token(permissions: RequestPermissions, need: Need) -> None:
    """Check the token that the call wants, with its audience and lifetime."""
    web_identity_tokens.require(permissions.world, permissions.authenticated, need.action)


def _require_passing(permissions: RequestPermissions, need: Need) -> None:
    """Check the role that the body passes to S3."""
    question = roles.pass_role_question(permissions.world, permissions.authenticated, need.action)
    _raise_if_denied(permissions, ask_recorded(permissions.world, question))


def _require_function(permissions: RequestPermissions, need: Need) -> None:
    """Check the function that an Object Lambda access point calls with the caller's permissions."""
    assert permissions.target is not None
    world = permissions.world
    decision = object_lambdas.decide_invocation(
        world, permissions.authenticated, need.action, permissions.target
    )
    refusing.require(world, decision, object_lambdas.invocation_error)


def _require_answer(permissions: RequestPermissions, need: Need) -> None:
    """Check the Object Lambda access point whose caller gets the response."""
    target = object_lambdas.response_target(permissions.world.store, permissions.authenticated)
    _raise_if_denied(permissions, permissions._decide(need.action, target))


def _raise_if_denied(permissions: RequestPermissions, decision: Decision) -> None:
    refusal = permissions._refusal_of(decision)
    if refusal is not None:
        raise refusal


def _require_kms(permissions: RequestPermissions, need: Need) -> None:
    """Check a KMS key, or KMS itself."""
    permissions.kms_key = kms_calls.require_kms_permission(permissions.world, permissions.authenticated, need)


_OTHER_CHECKS: Mapping[On, Callable[[RequestPermissions, Need], None]] = {
    ROLE: _require_role,
    ROOT_USER: _require_root,
    On.OUTSIDE_AWS: _require_outbound_token,
    PASSED_ROLE: _require_passing,
    FUNCTION: _require_function,
    ANSWERED: _require_answer,
}
"""The checks of permissions on something that is neither a bucket nor an object."""
