"""The events of restored objects: when the temporary copy becomes available, and when it expires.

The restore status of an object follows from the clock (``rules.archive``). This module only sends the events, with the
time at which they were due.

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
    """Track the versions that a request restores. If a restore is extended, its earlier events are not sent again."""
    for change in made:
        if change.after is not None:
            name = change.bucket, change.after.key, change.after.version_id
            world.effects.restoring.setdefault(name, clock.now())


def due_times(world: EffectsWorld, now: datetime) -> set[datetime]:
    """Return the times, up to now, at which events are due."""
    return {at for name in world.effects.restoring for _, at in _unsent(world, name) if at <= now}


def events_at(world: EffectsWorld, moment: datetime) -> Iterator[ObjectEvent]:
    """Yield the events that are due at a time. Stop tracking a version that has no more events."""
    restoring = world.effects.restoring
    for name in list(restoring):
        version, unsent = _version(world, name), _unsent(world, name)
        for event, at in unsent:
            if at <= moment and version is not None:
                restoring[name] = at
                yield event_by_s3(event, name[0], version, OPERATION, at)
        if all(at <= moment for _, at in unsent):
            del restoring[name]


def _unsent(world: EffectsWorld, name: VersionKey) -> list[TimedEvent]:
    version = _version(world, name)
    restore = None if version is None else version.restore
    if restore is None:
        return []
    since = world.effects.restoring[name]
    events: list[TimedEvent] = [("ObjectRestore:Completed", restore.ready)]
    if restore.expires is not None:
        events.append(("ObjectRestore:Delete", restore.expires))
    return [(event, at) for event, at in events if at > since]


def _version(world: EffectsWorld, name: VersionKey) -> Version | None:
    bucket_name, key, version_id = name
    bucket = world.store.bucket(bucket_name)
    return None if bucket is None else bucket.version(key, version_id)
