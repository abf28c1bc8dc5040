"""The events of replication metrics and Replication Time Control: failures, delays, and versions no longer tracked.

Rules (user guide, "Receiving replication failure events with Amazon S3 Event Notifications"):

- ``OperationFailedReplication``: a copy failed, and why. Sent if the rule has metrics.
- ``OperationMissedThreshold``: a version waits for longer than 15 minutes. ``OperationReplicatedAfterThreshold``: that
  version was copied later. Sent if the rule has Replication Time Control.
- ``OperationNotTracked``: a version that waits is no longer tracked by metrics, because the version, the rule or the
  rule's metrics were deleted.

AWS documents the message of the first. The other three are inferred from it and from the members that AWS's SDK for
Java reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.effects.event_messages import timestamp
from mocks3.effects.events import ObjectEvent, event_by_s3
from mocks3.effects.records import PendingReplication
from mocks3.effects.replication_rules import DOCUMENT, rules_for

if TYPE_CHECKING:
    from mocks3.effects.replication_rules import ReplicationRule
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Version

MINUTES = 15
THRESHOLD = timedelta(minutes=MINUTES)
"""The time limit of Replication Time Control, the only value that AWS supports (API_ReplicationTimeValue)."""


def pending_replication(bucket: str, version: Version, rules: list[ReplicationRule]) -> PendingReplication:
    """Return the entry for a version that these rules will copy."""
    metered = tuple((rule.id, rule.destination) for rule in rules if rule.has_metrics)
    return PendingReplication(bucket, version, clock.now(), metered)


def due_times(world: EffectsWorld, now: datetime) -> set[datetime]:
    """Return the times, up to now, at which a waiting version misses the threshold."""
    due = (each.since + THRESHOLD for each in world.effects.unreplicated if not each.late)
    return {at for at in due if at <= now}


def events_at(world: EffectsWorld, moment: datetime) -> Iterator[ObjectEvent]:
    """Yield the events about waiting versions at a time."""
    for n, each in enumerate(world.effects.unreplicated):
        rules = current_rules(world, each)
        metered = {rule.id for rule in rules if rule.has_metrics}
        lost = [(rule, to) for rule, to in each.metrics_rules if rule not in metered]
        for rule, to in lost:
            yield _event("NotTracked", each, rule, to, moment)
        each = each._replace(metrics_rules=tuple(known for known in each.metrics_rules if known not in lost))
        if not each.late and each.since + THRESHOLD <= moment:
            each = each._replace(late=True)
            for late in rules:
                if late.has_time_control:
                    yield _event(
                        "MissedThreshold",
                        each,
                        late.id,
                        late.destination,
                        each.since + THRESHOLD,
                        threshold=str(MINUTES),
                    )
        world.effects.unreplicated[n] = each


def current_rules(world: EffectsWorld, waiting: PendingReplication) -> list[ReplicationRule]:
    """Return the rules by which a waiting version would be copied now."""
    bucket = world.store.bucket(waiting.bucket)
    content = None if bucket is None else bucket.configurations.get(DOCUMENT)
    version = None if bucket is None else bucket.version(waiting.version.key, waiting.version.version_id)
    return [] if content is None or version is None else rules_for(content, version)


def events_of_copy(waiting: PendingReplication, rule: ReplicationRule) -> Iterator[ObjectEvent]:
    """Yield the event of a late copy, if the rule has Replication Time Control."""
    now = clock.now()
    if rule.has_time_control and now >= waiting.since + THRESHOLD:
        yield _event(
            "ReplicatedAfterThreshold",
            waiting,
            rule.id,
            rule.destination,
            now,
            threshold=str(MINUTES),
            replicationTime=timestamp(now),
        )


def events_of_failure(
    waiting: PendingReplication, rule: ReplicationRule, reason: str
) -> Iterator[ObjectEvent]:
    """Yield the event of a failed copy, if the rule has metrics."""
    if rule.has_metrics:
        yield _event(
            "FailedReplication", waiting, rule.id, rule.destination, clock.now(), failureReason=reason
        )


def _event(
    name: str, waiting: PendingReplication, rule: str, destination: str, at: datetime, **more: str
) -> ObjectEvent:
    data = {
        "replicationRuleId": rule,
        "destinationBucket": f"arn:aws:s3:::{destination}",
        "s3Operation": "OBJECT_DELETE" if waiting.version.is_delete_marker else "OBJECT_PUT",
        "requestTime": timestamp(waiting.since),
        **more,
    }
    return event_by_s3(
        f"Replication:Operation{name}",
        waiting.bucket,
        waiting.version,
        "Replication",
        at,
        {"replicationEventData": data},
    )
