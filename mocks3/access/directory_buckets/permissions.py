"""The permissions of requests to directory buckets (F-150 to F-152).

Policies decide only about ``s3express:CreateSession`` on the bucket: when a session is created, and for every call that
is not signed with a session. A call that is signed with a session needs only a session with the right mode. Managing a
bucket requires the ``s3express:`` action of the same name, in the owner's account (F-151).

If the caller names no mode, ReadWrite is tried before ReadOnly (API_CreateSession, API_HeadBucket, API_CopyObject).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.ask import ask
from mocks3.access.permissions import RequestPermissions
from mocks3.access.question import Question
from mocks3.model.permissions import NEW_BUCKET, SOURCE, Need
from mocks3.model.target import DirectoryTarget, Target
from mocks3.policy import PolicyOutcome, Reason

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.errors import S3Error

CREATE_SESSION = "s3express:CreateSession"
READ_WRITE, READ_ONLY = "ReadWrite", "ReadOnly"
Modes = tuple[str, ...]


class DirectoryBucketPermissions(RequestPermissions):
    """The permissions of a request whose target or copy source, or both, are in a directory bucket."""

    __slots__ = ()

    def require_row(self) -> None:
        """Check the row, after the session.

        Raise ``AccessDenied`` if the caller has no session, and may not create one, that allows the operation.
        """
        express = self.operation.express
        if isinstance(self.target, DirectoryTarget) and express is not None and not express.regional:
            self.target = self._require_session(self.target, self._modes(writes=express.writes))
        super().require_row()

    def require(self, need: Need) -> None:
        """Check the permission as usual for general purpose buckets and for bucket management.

        Object calls were already checked by ``require_row`` (s3express:CreateSession).
        """
        if need.on is SOURCE:
            if isinstance(self.source, DirectoryTarget):
                self._require_session(self.source, (READ_WRITE, READ_ONLY))
                return
        elif isinstance(self.target, DirectoryTarget) and not self._manages:
            return
        super().require(need)

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """Return None: the permission for the call covers all entries of a multi-key call."""
        if isinstance(self.target, DirectoryTarget):
            return None
        return super().refusal(key, version_id)

    def allows(self, action: str) -> bool:
        """Return True: callers who may read an object may read all parts of the response."""
        return isinstance(self.target, DirectoryTarget) or super().allows(action)

    def missing_key_denial(self) -> S3Error | None:
        """Return None: callers who may read may also list (API_CreateSession)."""
        target = self.target if self.source is None else self.source
        return None if isinstance(target, DirectoryTarget) else super().missing_key_denial()

    @property
    def _manages(self) -> bool:
        return self.operation.express is not None and self.operation.express.regional

    def _target_of(self, need: Need) -> Target | None:
        if isinstance(self.target, DirectoryTarget):
            if need.on is NEW_BUCKET:
                return self._new_bucket(self.target)
            return self.target if need.on is not SOURCE else self.source
        return super()._target_of(need)

    def _new_bucket(self, target: DirectoryTarget) -> Target:
        """Return the bucket to be created: in the Region of the endpoint, and owned by the caller."""
        region = self.authenticated.parsed.address.region or self.world.settings.region
        return DirectoryTarget(
            target.name, None, region_and_account=f"{region}:{self.authenticated.caller.account or ''}"
        )

    def _decide(self, action: str, target: Target | None) -> Decision:
        """Decide with the ``s3express:`` action for the management of a directory bucket (F-151)."""
        if isinstance(target, DirectoryTarget) and self._manages:
            target = dataclasses.replace(target, key=None, source=None)
            action = f"s3express:{action.partition(':')[2]}"
        return super()._decide(action, target)

    def _modes(self, *, writes: bool) -> Modes:
        mode = self.authenticated.parsed.head.get("SessionMode")
        if mode is not None and self.operation.name == "CreateSession":
            return (mode,)
        return (READ_WRITE,) if writes else (READ_WRITE, READ_ONLY)

    def _require_session(self, target: DirectoryTarget, modes: Modes) -> DirectoryTarget:
        """Return the target with the first mode that is allowed. Raise AccessDenied if none is."""
        admitted = self.authenticated.caller.admitted
        if admitted is None:
            decision = self._try_modes(target, modes)
        elif self._accepts_session() and (READ_ONLY in modes or not admitted.read_only):
            return target
        else:
            decision = ask(self.world, self._question(target, READ_WRITE))
            decision = dataclasses.replace(decision, outcome=PolicyOutcome(False, Reason.BUCKET_SESSION))
        refusal = self._refusal_of(refusing.record_decision(self.world, decision))
        if refusal is not None:
            raise refusal
        decided = decision.question.target
        return dataclasses.replace(
            target, mode=decided.mode if isinstance(decided, DirectoryTarget) else None
        )

    def _try_modes(self, target: DirectoryTarget, modes: Modes) -> Decision:
        """Return the decision on the first allowed mode; if none is allowed, the decision on the first mode."""
        decisions = [ask(self.world, self._question(target, modes[0]))]
        for mode in modes[1:]:
            if not decisions[-1].allowed:
                decisions.append(ask(self.world, self._question(target, mode)))
        return decisions[-1] if decisions[-1].allowed else decisions[0]

    def _accepts_session(self) -> bool:
        return self.operation.express is not None and self.operation.express.by_session

    def _question(self, target: DirectoryTarget, mode: str) -> Question:
        bucket = DirectoryTarget(
            target.name, target.bucket, region_and_account=target.region_and_account, mode=mode
        )
        return Question(self.request_info, CREATE_SESSION, bucket)
