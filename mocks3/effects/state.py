"""What a mock stores about the effects of configurations. It is part of every snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3 import clock
from mocks3.model.world import World

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.effects.records import Event, LogLine, PendingReplication, Replication
    from mocks3.model.parsed import Parsed
    from mocks3.policy import Policy

Listener = Callable[[dict[str, Any]], object]
VersionKey = tuple[str, str, str]
"""Bucket, key and version id."""


class EffectsWorld(World, Protocol):
    """The in-memory AWS as this package uses it: with the state of effects and all decisions."""

    @property
    def effects(self) -> EffectsState: ...

    @property
    def decisions(self) -> list[Decision | Refusal]: ...

    def withdraw_decisions(self, since: int, parsed: Parsed | None) -> None:
        """Remove the decisions about a request, beginning with number ``since``, because it is decided again."""


class EffectsMark(NamedTuple):
    """The result of :meth:`EffectsState.snapshot`."""

    applied_until: datetime.datetime
    events: int
    replications: int
    unreplicated: list[PendingReplication]
    restoring: dict[VersionKey, datetime.datetime]
    listeners: dict[str, tuple[Listener, ...]]
    destinations: dict[str, Policy | None]
    lines: dict[str, tuple[LogLine, ...]]


class EffectsState:
    """The state of effects.

    ``applied_until`` is the last midnight whose effects were applied. ``events`` are the messages sent so far;
    ``listeners`` are called for messages to their ARN; ``destinations`` are the ARNs and policies that the test
    declared. ``replications`` are the replication attempts so far; ``unreplicated`` are the versions that wait while
    replication is ``paused``. ``restoring`` are the versions whose restored copy will appear or expire, with the time
    up to which their events were sent. ``lines`` are log lines that are not delivered yet, by logged bucket.
    """

    def __init__(self) -> None:
        self.applied_until = last_midnight(clock.now())
        self.events: list[Event] = []
        self.replications: list[Replication] = []
        self.unreplicated: list[PendingReplication] = []
        self.paused = 0
        self.restoring: dict[VersionKey, datetime.datetime] = {}
        self.listeners: dict[str, tuple[Listener, ...]] = {}
        self.destinations: dict[str, Policy | None] = {}
        self.lines: dict[str, tuple[LogLine, ...]] = {}
        self._sequence = 0

    def next_sequencer(self) -> str:
        """Return the next ``sequencer`` of events. As a string it is greater than all before it."""
        self._sequence += 1
        return f"{int(clock.now().timestamp()):010X}{self._sequence:08X}"

    def snapshot(self) -> EffectsMark:
        """Return a copy of the state."""
        return EffectsMark(
            self.applied_until,
            len(self.events),
            len(self.replications),
            list(self.unreplicated),
            dict(self.restoring),
            dict(self.listeners),
            dict(self.destinations),
            dict(self.lines),
        )

    def restore(self, mark: EffectsMark) -> None:
        """Replace the state by the one of a snapshot."""
        self.applied_until = mark.applied_until
        del self.events[mark.events :]
        del self.replications[mark.replications :]
        self.unreplicated = list(mark.unreplicated)
        self.restoring = dict(mark.restoring)
        self.listeners = dict(mark.listeners)
        self.destinations = dict(mark.destinations)
        self.lines = dict(mark.lines)


def last_midnight(moment: datetime.datetime) -> datetime.datetime:
    """Return the midnight (UTC) at which the day of a time began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
