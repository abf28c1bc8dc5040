"""Restores by the clock: events say when the copy of an archived object is there, and when it is gone again.

What an object is at a moment follows from the clock by itself (``operations.archive``). Here it is only told, at the
moments themselves, however late anybody looks.

Source: user guide, "Supported event types for SQS, SNS, and Lambda" (``s3:ObjectRestore:Completed``, ``:Delete``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.effects.events import ObjectEvent, event_by_s3

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld, VersionKey
    from mocks3.storage import Changes, Version

OPERATION = "RestoreObject"

TimedEvent = tuple[str, datetime]
"""The name of an event, and when it is due."""


def track(world: EffectsWorld, made: Changes) -> None:
    """Keep an eye on the copies that were asked for; of one that is kept longer, what was told stays told."""
    for change in made:
        if change.after is not None:
            kept = change.bucket, change.after.key, change.after.version_id
            world.effects.restoring.setdefault(kept, clock.now())


def due_times(world: EffectsWorld, now: datetime) -> set[datetime]:
    """When there is anything to tell, up to now."""
    return {at for kept in world.effects.restoring for _, at in _untold(world, kept) if at <= now}


def events_at(world: EffectsWorld, moment: datetime) -> Iterator[ObjectEvent]:
    """What there is to tell at a moment. What will never have anything to tell is forgotten."""
    restoring = world.effects.restoring
    for kept in list(restoring):
        version, untold = _version(world, kept), _untold(world, kept)
        for name, at in untold:
            if at <= moment and version is not None:
                restoring[kept] = at
                yield event_by_s3(name, kept[0], version, OPERATION, at)
        if all(at <= moment for _, at in untold):
            del restoring[kept]


def _untold(world: EffectsWorld, kept: VersionKey) -> list[TimedEvent]:
    version = _version(world, kept)
    restore = None if version is None else version.restore
    if restore is None:
        return []
    since = world.effects.restoring[kept]
    told: list[TimedEvent] = [("ObjectRestore:Completed", restore.ready)]
    if restore.expires is not None:
        told.append(("ObjectRestore:Delete", restore.expires))
    return [(name, at) for name, at in told if at > since]


def _version(world: EffectsWorld, kept: VersionKey) -> Version | None:
    name, key, version_id = kept
    bucket = world.store.bucket(name)
    return None if bucket is None else bucket.version(key, version_id)
