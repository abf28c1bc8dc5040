"""The records of one in-memory AWS: its calls, and its decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import Decision, Refusal
from mocks3.handles.calls import Call, last_use
from mocks3.interceptors import decision_log, refusal_log
from mocks3.lib.record import Record
from mocks3.model.world import AccessKeyUse

if TYPE_CHECKING:
    from mocks3.errors import S3Error
    from mocks3.model.parsed import Parsed
    from mocks3.model.signature import Signature
    from mocks3.storage.iam.caller import Caller


class Journal:
    """The part of ``MockAWS`` that records calls and decisions.

    Args:
        limit: The most calls and the most decisions that are kept; None to keep all.

    Attributes:
        decisions: The latest decisions and refusals, in order. ``decisions.dropped`` counts those that were dropped.
        calls: The latest calls, in order. ``calls.dropped`` counts those that were dropped.
    """

    def __init__(self, limit: int | None) -> None:
        self.decisions: Record[Decision | Refusal] = Record(limit)
        self.calls: Record[Call] = Record(limit)

    def record_decision(self, decision: object) -> None:
        """Add a decision, or a refusal by a rule, to :attr:`decisions`."""
        assert isinstance(decision, Decision | Refusal)
        self.decisions.append(decision)
        if len(self.decisions) > self.decisions.limit:
            self.decisions.trim()
        if decision_log.decisions is not None:
            decision_log.decisions.append(decision)

    def withdraw_decisions(self, since: int, parsed: Parsed | None) -> None:
        """Remove the decisions about a request from :attr:`decisions`, beginning at position ``since``."""
        latest = self.decisions.since(since)
        self.decisions.replace(since, [each for each in latest if each.parsed is not parsed])
        decision_log.withdraw([each for each in latest if each.parsed is parsed])

    def record_refusal(self, parsed: Parsed | None, decision: object) -> None:
        """Record that a call, or one entry of it, was refused, for the report of a failing test."""
        refusal_log.record_refusal(
            "" if parsed is None else parsed.operation, {} if parsed is None else parsed.head, decision
        )

    def record_call(
        self,
        parsed: Parsed,
        caller: Caller | None,
        signature: Signature,
        error: S3Error | None,
        fault: object = None,
    ) -> None:
        """Add a call to :attr:`calls`."""
        principal = "unknown" if caller is None else caller.arn or "anonymous"
        code = None if error is None else error.code
        injected = None if fault is None else repr(fault)
        self.calls.append(
            Call(parsed.service, parsed.operation, principal, parsed.head, code, signature, injected)
        )
        if len(self.calls) > self.calls.limit:
            self.calls.trim()

    def last_use(self, key_id: str) -> AccessKeyUse | None:
        """Return the last call that was signed with an access key, or None."""
        return last_use(self.calls, key_id)
