"""Who may do what in a directory bucket (F-150 to F-152).

Of the policies one question is asked, ``s3express:CreateSession`` on the bucket: when a session is made, and again for
every call that comes without one. What a session's own credentials sign needs no policy, only a session of the right
mode. Managing a bucket takes the ``s3express:`` action of the same name, in the owner's account (F-151).

Where no mode is asked for, ReadWrite is tried before ReadOnly (API_CreateSession, API_HeadBucket, API_CopyObject).
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
from mocks3.policy import Outcome, Reason

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.errors import S3Error

CREATE_SESSION = "s3express:CreateSession"
READ_WRITE, READ_ONLY = "ReadWrite", "ReadOnly"
Modes = tuple[str, ...]


class DirectoryBucketPermissions(RequestPermissions):
    """The row of a request that touches a directory bucket, as its target, its source, or both."""

    __slots__ = ()

    def enter(self) -> None:
        """Raise ``AccessDenied`` unless the caller may do in the target's bucket what the operation does."""
        express = self.operation.express
        if isinstance(self.target, DirectoryTarget) and express is not None and not express.regional:
            self.target = self._entered(self.target, self._modes(writes=express.writes))

    def require(self, need: Need) -> None:
        """Check the permission as usual for general purpose buckets and for bucket management.

        Object calls were already checked by ``enter`` (s3express:CreateSession).
        """
        if need.on is SOURCE:
            if isinstance(self.source, DirectoryTarget):
                self._entered(self.source, (READ_WRITE, READ_ONLY))
                return
        elif isinstance(self.target, DirectoryTarget) and not self._manages:
            return
        super().require(need)

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """Entries of a multi-key call are the call's."""
        if isinstance(self.target, DirectoryTarget):
            return None
        return super().refusal(key, version_id)

    def allows(self, action: str) -> bool:
        """Whoever may read an object reads all of it."""
        return isinstance(self.target, DirectoryTarget) or super().allows(action)

    def missing_key_denial(self) -> S3Error | None:
        """Whoever may read may list (API_CreateSession)."""
        asked_of = self.target if self.source is None else self.source
        return None if isinstance(asked_of, DirectoryTarget) else super().missing_key_denial()

    @property
    def _manages(self) -> bool:
        return self.operation.express is not None and self.operation.express.regional

    def _target_of(self, need: Need) -> Target | None:
        if isinstance(self.target, DirectoryTarget):
            if need.on is NEW_BUCKET:
                return self._to_be(self.target)
            return self.target if need.on is not SOURCE else self.source
        return super()._target_of(need)

    def _to_be(self, target: DirectoryTarget) -> Target:
        """A bucket that is yet to be: of the Region that is asked, and the caller's own."""
        region = self.authenticated.parsed.address.region or self.world.settings.region
        return DirectoryTarget(
            target.name, None, region_and_account=f"{region}:{self.authenticated.caller.account or ''}"
        )

    def _decide(self, action: str, target: Target | None) -> Decision:
        """Managing a directory bucket is an action of its own service (F-151)."""
        if isinstance(target, DirectoryTarget) and self._manages:
            target = dataclasses.replace(target, key=None, source=None)
            action = f"s3express:{action.partition(':')[2]}"
        return super()._decide(action, target)

    def _modes(self, *, writes: bool) -> Modes:
        asked = self.authenticated.parsed.head.get("SessionMode")
        if asked is not None and self.operation.name == "CreateSession":
            return (asked,)
        return (READ_WRITE,) if writes else (READ_WRITE, READ_ONLY)

    def _entered(self, target: DirectoryTarget, modes: Modes) -> DirectoryTarget:
        """The target, once its bucket is open in one of the modes, the first of which is tried first."""
        admitted = self.authenticated.caller.admitted
        if admitted is None:
            decision = self._tried(target, modes)
        elif self._takes_session() and (READ_ONLY in modes or not admitted.read_only):
            return target
        else:
            asked = ask(self.world, self._question(target, READ_WRITE))
            decision = dataclasses.replace(asked, outcome=Outcome(False, Reason.BUCKET_SESSION))
        refusal = self._refusal_of(refusing.record_decision(self.world, decision))
        if refusal is not None:
            raise refusal
        opened = decision.question.target
        return dataclasses.replace(target, mode=opened.mode if isinstance(opened, DirectoryTarget) else None)

    def _tried(self, target: DirectoryTarget, modes: Modes) -> Decision:
        """What comes of the first mode that is allowed; of the first of all where none is."""
        decisions = [ask(self.world, self._question(target, modes[0]))]
        for mode in modes[1:]:
            if not decisions[-1].allowed:
                decisions.append(ask(self.world, self._question(target, mode)))
        return decisions[-1] if decisions[-1].allowed else decisions[0]

    def _takes_session(self) -> bool:
        return self.operation.express is not None and self.operation.express.by_session

    def _question(self, target: DirectoryTarget, mode: str) -> Question:
        entrance = DirectoryTarget(
            target.name, target.bucket, region_and_account=target.region_and_account, mode=mode
        )
        return Question(self.request_info, CREATE_SESSION, entrance)
