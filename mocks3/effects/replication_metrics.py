"""What replication metrics and Replication Time Control tell of what is to be copied: failures, delays, loss of sight.

Rules (user guide, "Receiving replication failure events with Amazon S3 Event Notifications"):

- ``OperationFailedReplication`` tells of a copy that failed, and why, where the rule has metrics.
- ``OperationMissedThreshold`` tells of a version that waits for longer than 15 minutes, and
  ``OperationReplicatedAfterThreshold`` of its copy at last, where the rule has Replication Time Control.
- ``OperationNotTracked`` tells of a version that waits, and that no metrics see any more: it is gone, or its rule is,
  or the rule's metrics are.

The messages of the last three are inferred from that of the first, which the page shows, and from the members that
AWS's SDK for Java reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.effects.event_messages import timestamp
from mocks3.effects.events import ObjectEvent, event_by_s3
from mocks3.effects.replication_rules import DOCUMENT, rules_for

if TYPE_CHECKING:
    from mocks3.effects.replication_rules import ReplicationRule
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Version

MINUTES = 15
THRESHOLD = timedelta(minutes=MINUTES)
"""How long a copy may take under Replication Time Control; there is no other value (API_ReplicationTimeValue)."""


class PendingReplication(NamedTuple):
    """A version that waits to be copied since then; ``late`` when that was told.

    ``metered`` are the rules with metrics that see it: their ids and destinations.
    """

    bucket: str
    version: Version
    since: datetime
    metrics_rules: tuple[tuple[str, str], ...]
    late: bool = False


def pending_replication(bucket: str, version: Version, rules: list[ReplicationRule]) -> PendingReplication:
    """A version that is to be copied by these rules from now on."""
    metered = tuple((rule.id, rule.destination) for rule in rules if rule.has_metrics)
    return PendingReplication(bucket, version, clock.now(), metered)


def due_times(world: EffectsWorld, now: datetime) -> set[datetime]:
    """When anything becomes late, up to now."""
    due = (each.since + THRESHOLD for each in world.effects.unreplicated if not each.late)
    return {at for at in due if at <= now}


def events_at(world: EffectsWorld, moment: datetime) -> Iterator[ObjectEvent]:
    """What there is to tell at a moment of what waits."""
    for n, each in enumerate(world.effects.unreplicated):
        rules = current_rules(world, each)
        seen = {rule.id for rule in rules if rule.has_metrics}
        lost = [(rule, to) for rule, to in each.metrics_rules if rule not in seen]
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


def current_rules(world: EffectsWorld, what: PendingReplication) -> list[ReplicationRule]:
    """The rules by which a version that waits would be copied now."""
    bucket = world.store.bucket(what.bucket)
    content = None if bucket is None else bucket.documents.get(DOCUMENT)
    version = None if bucket is None else bucket.version(what.version.key, what.version.version_id)
    return [] if content is None or version is None else rules_for(content, version)


def events_of_copy(what: PendingReplication, rule: ReplicationRule) -> Iterator[ObjectEvent]:
    """What there is to tell of a copy that was made."""
    now = clock.now()
    if rule.has_time_control and now >= what.since + THRESHOLD:
        yield _event(
            "ReplicatedAfterThreshold",
            what,
            rule.id,
            rule.destination,
            now,
            threshold=str(MINUTES),
            replicationTime=timestamp(now),
        )


def events_of_failure(what: PendingReplication, rule: ReplicationRule, reason: str) -> Iterator[ObjectEvent]:
    """What there is to tell of a copy that could not be made."""
    if rule.has_metrics:
        yield _event("FailedReplication", what, rule.id, rule.destination, clock.now(), failureReason=reason)


def _event(
    name: str, what: PendingReplication, rule: str, destination: str, at: datetime, **more: str
) -> ObjectEvent:
    data = {
        "replicationRuleId": rule,
        "destinationBucket": f"arn:aws:s3:::{destination}",
        "s3Operation": "OBJECT_DELETE" if what.version.is_delete_marker else "OBJECT_PUT",
        "requestTime": timestamp(what.since),
        **more,
    }
    return event_by_s3(
        f"Replication:Operation{name}",
        what.bucket,
        what.version,
        "Replication",
        at,
        {"replicationEventData": data},
    )
