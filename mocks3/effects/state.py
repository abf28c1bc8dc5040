"""What a world remembers of what its configurations did: part of every snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3 import clock
from mocks3.model.world import World

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.effects.logging import Line
    from mocks3.effects.notifications import Event
    from mocks3.effects.replication import Replication
    from mocks3.effects.replication_metrics import PendingReplication
    from mocks3.policy import Policy

Listener = Callable[[dict[str, Any]], object]
VersionKey = tuple[str, str, str]
"""Bucket, key and version id."""


class EffectsWorld(World, Protocol):
    """The in-memory AWS as effects see it: with what its configurations did, and the decisions so far."""

    @property
    def effects(self) -> EffectsState: ...

    @property
    def decisions(self) -> list[Decision]: ...


class EffectsMark(NamedTuple):
    """What :meth:`Acting.snapshot` remembers."""

    applied_until: datetime.datetime
    events: int
    replications: int
    unreplicated: list[PendingReplication]
    restoring: dict[VersionKey, datetime.datetime]
    listeners: dict[str, tuple[Listener, ...]]
    destinations: dict[str, Policy | None]
    lines: dict[str, tuple[Line, ...]]


class EffectsState:
    """What a world remembers.

    ``settled``: the midnight up to which all that was due has happened (the next one is still to come). ``events``
    were sent to ``destinations`` (ARN to its policy, as far as a test knows any), and ``listeners`` are called for
    those of their ARN. ``replications`` were tried; ``unreplicated`` versions wait while replication is ``paused``.
    ``restoring`` are the versions whose restored copies are to come or to go, and until when that was told. ``lines``
    were logged by bucket and are not delivered yet.
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
        self.lines: dict[str, tuple[Line, ...]] = {}
        self._sequence = 0

    def next_sequencer(self) -> str:
        """What orders the events of a key: greater than all before it, as texts compare."""
        self._sequence += 1
        return f"{int(clock.now().timestamp()):010X}{self._sequence:08X}"

    def snapshot(self) -> EffectsMark:
        """Remember everything."""
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
        """Bring back what was remembered."""
        self.applied_until = mark.applied_until
        del self.events[mark.events :]
        del self.replications[mark.replications :]
        self.unreplicated = list(mark.unreplicated)
        self.restoring = dict(mark.restoring)
        self.listeners = dict(mark.listeners)
        self.destinations = dict(mark.destinations)
        self.lines = dict(mark.lines)


def last_midnight(moment: datetime.datetime) -> datetime.datetime:
    """The midnight in UTC with which a moment's day began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
