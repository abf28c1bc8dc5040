"""The in-memory AWS as the handles see it: its state, without the methods that create handles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mocks3.interceptors.open_worlds import OpenWorld
from mocks3.lib.record import Record

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.handles.calls import Call
    from mocks3.storage.iam.guardrails import GuardRails


class AwsState(OpenWorld, Protocol):
    """The state of ``MockAWS``.

    ``decisions`` are the permission decisions and refusals so far, ``calls`` the calls. ``notes`` are assumptions
    that a test may want to know. ``clients`` are the clients that are shared, by access key id and service.
    """

    decisions: Record[Decision | Refusal]
    calls: Record[Call]
    notes: list[str]
    clients: dict[tuple[str | None, str], Any]

    @property
    def guardrails(self) -> GuardRails: ...

    @guardrails.setter
    def guardrails(self, rails: GuardRails) -> None: ...
