"""Apply the effects that became due since the last request, in the order of their time.

S3's daily actions are due at midnight UTC. Only restores and replication have effects at other times. If there are none
of these, only the first request of a day has effects to apply; every other request costs one comparison of times.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.effects import (
    inventory,
    jobs,
    lifecycle,
    logging,
    notifications,
    replication_metrics,
    restores,
    tiering,
)
from mocks3.effects.events import ObjectEvent, event_by_s3
from mocks3.effects.state import last_midnight
from mocks3.lib.limits import LATEST, later
from mocks3.storage import record_changes

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import VersionChange


_NONE, _DAY = timedelta(), timedelta(days=1)


def apply_due_effects(world: EffectsWorld) -> None:
    """Apply all effects that are due by now. Moving the clock back undoes nothing."""
    now, state = clock.now(), world.effects
    if world.store.control.waiting_jobs:
        jobs.run_due(world, now)
    if _NONE <= now - state.applied_until < _DAY and not (state.restoring or state.unreplicated):
        return
    events_so_far: list[ObjectEvent] = []
    with world.store.lock:
        applied_until, state.applied_until = state.applied_until, last_midnight(now)
        first = later(applied_until, days=1)
        reports = _reports(world, first, now)
        moments = {*reports, *restores.due_times(world, now), *replication_metrics.due_times(world, now), now}
        for moment in sorted(moments):
            if first <= moment:
                for name, bucket in world.store.buckets().items():
                    if not _DAILY.isdisjoint(bucket.configurations):
                        _apply_actions(world, name, first, moment, events_so_far)
            events_so_far += restores.events_at(world, moment)
            events_so_far += replication_metrics.events_at(world, moment)
            for name in reports.get(moment, ()):
                inventory.write_reports(world, world.store.buckets()[name], moment)
    notifications.publish(world, events_so_far)


def _reports(world: EffectsWorld, first: datetime, now: datetime) -> dict[datetime, list[str]]:
    """Return the midnights at which inventory reports are due, each with the names of the buckets."""
    found: dict[datetime, list[str]] = {}
    for name, bucket in world.store.buckets().items():
        for moment in inventory.report_times(bucket, first, now):
            found.setdefault(moment, []).append(name)
    return found


_DAILY = frozenset({lifecycle.DOCUMENT, tiering.DOCUMENT})


def _apply_actions(
    world: EffectsWorld, name: str, first: datetime, now: datetime, events_so_far: list[ObjectEvent]
) -> None:
    """Apply a bucket's lifecycle and tiering actions at every midnight from ``first`` to ``now``."""
    earliest = first
    while True:
        with world.store.editing(name) as bucket:
            actions: list[lifecycle.LifecycleAction | tiering.ArchiveAction] = [
                *lifecycle.scheduled_actions(bucket),
                *tiering.scheduled_actions(bucket),
            ]
            moment = max(earliest, min((each.moment for each in actions), default=LATEST))
            if moment > now:
                return
            for each in sorted((e for e in actions if e.moment <= moment), key=lambda e: e.order):
                with record_changes() as made:
                    each._replace(moment=moment).apply(bucket)
                events = [_event(each, change, moment) for change in made]
                events_so_far += events
                if isinstance(each, lifecycle.LifecycleAction):
                    logging.log_lifecycle(world, bucket, events)
                if each.kind == lifecycle.ABORT:
                    logging.log_abort(world, bucket, each.version.key, moment)
        earliest = moment


_NAMES = {
    lifecycle.DELETE: ("LifecycleExpiration:Delete", "Lifecycle Expiration"),
    lifecycle.MARK: ("LifecycleExpiration:DeleteMarkerCreated", "Lifecycle Expiration"),
    lifecycle.MOVE: ("LifecycleTransition", "Lifecycle Transition"),
    tiering.ARCHIVE: ("IntelligentTiering", "Intelligent-Tiering"),
}


def _event(
    due: lifecycle.LifecycleAction | tiering.ArchiveAction, change: VersionChange, at: datetime
) -> ObjectEvent:
    name, reason = _NAMES[due.kind]
    version = change.after or change.before
    assert version is not None
    if isinstance(due, lifecycle.LifecycleAction):
        return event_by_s3(name, change.bucket, version, reason, at)
    more = {"intelligentTieringEventData": {"destinationAccessTier": due.tier}}
    return event_by_s3(name, change.bucket, version, reason, at, more)
