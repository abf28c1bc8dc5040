"""What became due since anybody last looked, moment by moment.

All that S3 does by the calendar it does at midnight UTC. So unless a copy of an archived object, or of one that is
replicated, is on its way, nothing can be due on a day that was looked at already, and a request on such a day costs one
look at the clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.effects import (
    inventory,
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
from mocks3.storage import recorded

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Change


def apply_due_effects(world: EffectsWorld) -> None:
    """Let everything happen that was due by now. Going back in time undoes nothing."""
    now, acting = clock.now(), world.effects
    if acting.applied_until <= now < later(acting.applied_until, days=1) and not (
        acting.restoring or acting.unreplicated
    ):
        return
    happened: list[ObjectEvent] = []
    with world.store.lock:
        settled, acting.applied_until = acting.applied_until, last_midnight(now)
        first = later(settled, days=1)
        reports = _reports(world, first, now)
        moments = {*reports, *restores.due_times(world, now), *replication_metrics.due_times(world, now), now}
        for moment in sorted(moments):
            if first <= moment:
                for name, bucket in world.store.buckets().items():
                    if not _DAILY.isdisjoint(bucket.documents):
                        _change(world, name, first, moment, happened)
            happened += restores.events_at(world, moment)
            happened += replication_metrics.events_at(world, moment)
            for name in reports.get(moment, ()):
                inventory.write_reports(world, world.store.buckets()[name], moment)
    notifications.publish(world, happened)


def _reports(world: EffectsWorld, first: datetime, now: datetime) -> dict[datetime, list[str]]:
    """The midnights at which buckets report what they hold, as it is then."""
    found: dict[datetime, list[str]] = {}
    for name, bucket in world.store.buckets().items():
        for moment in inventory.report_times(bucket, first, now):
            found.setdefault(moment, []).append(name)
    return found


_DAILY = frozenset({lifecycle.DOCUMENT, tiering.DOCUMENT})


def _change(
    world: EffectsWorld, name: str, first: datetime, now: datetime, happened: list[ObjectEvent]
) -> None:
    """Let a bucket's rules act at every midnight from the first on at which anything is due."""
    floor = first
    while True:
        with world.store.editing(name) as bucket:
            waiting: list[lifecycle.LifecycleAction | tiering.ArchiveAction] = [
                *lifecycle.scheduled_actions(bucket),
                *tiering.scheduled_actions(bucket),
            ]
            moment = max(floor, min((each.moment for each in waiting), default=LATEST))
            if moment > now:
                return
            for each in sorted((e for e in waiting if e.moment <= moment), key=lambda e: e.order):
                with recorded() as made:
                    each._replace(moment=moment).apply(bucket)
                did = [_occurrence(each, change, moment) for change in made]
                happened += did
                if isinstance(each, lifecycle.LifecycleAction):
                    logging.log_lifecycle(world, bucket, did)
                if each.kind == lifecycle.ABORT:
                    logging.log_abort(world, bucket, each.version.key, moment)
        floor = moment


_NAMES = {
    lifecycle.DELETE: ("LifecycleExpiration:Delete", "Lifecycle Expiration"),
    lifecycle.MARK: ("LifecycleExpiration:DeleteMarkerCreated", "Lifecycle Expiration"),
    lifecycle.MOVE: ("LifecycleTransition", "Lifecycle Transition"),
    tiering.ARCHIVE: ("IntelligentTiering", "Intelligent-Tiering"),
}


def _occurrence(
    due: lifecycle.LifecycleAction | tiering.ArchiveAction, change: Change, at: datetime
) -> ObjectEvent:
    name, reason = _NAMES[due.kind]
    version = change.after or change.before
    assert version is not None
    if isinstance(due, lifecycle.LifecycleAction):
        return event_by_s3(name, change.bucket, version, reason, at)
    more = {"intelligentTieringEventData": {"destinationAccessTier": due.tier}}
    return event_by_s3(name, change.bucket, version, reason, at, more)
