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
from mocks3.effects.event_messages import time
from mocks3.effects.events import Occurrence, by_s3
from mocks3.effects.replication_rules import DOCUMENT, rules_for

if TYPE_CHECKING:
    from mocks3.effects.replication_rules import Rule
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Version

MINUTES = 15
THRESHOLD = timedelta(minutes=MINUTES)
"""How long a copy may take under Replication Time Control; there is no other value (API_ReplicationTimeValue)."""


class Pending(NamedTuple):
    """A version that waits to be copied since then; ``late`` when that was told.

    ``metered`` are the rules with metrics that see it: their ids and destinations.
    """

    bucket: str
    version: Version
    since: datetime
    metered: tuple[tuple[str, str], ...]
    late: bool = False


def pending(bucket: str, version: Version, rules: list[Rule]) -> Pending:
    """A version that is to be copied by these rules from now on."""
    metered = tuple((rule.id, rule.destination) for rule in rules if rule.is_metered)
    return Pending(bucket, version, clock.now(), metered)


def moments(world: EffectsWorld, now: datetime) -> set[datetime]:
    """When anything becomes late, up to now."""
    due = (each.since + THRESHOLD for each in world.acting.unreplicated if not each.late)
    return {at for at in due if at <= now}


def tell(world: EffectsWorld, moment: datetime) -> Iterator[Occurrence]:
    """What there is to tell at a moment of what waits."""
    for n, each in enumerate(world.acting.unreplicated):
        rules = rules_of(world, each)
        seen = {rule.id for rule in rules if rule.is_metered}
        lost = [(rule, to) for rule, to in each.metered if rule not in seen]
        for rule, to in lost:
            yield _event("NotTracked", each, rule, to, moment)
        each = each._replace(metered=tuple(known for known in each.metered if known not in lost))
        if not each.late and each.since + THRESHOLD <= moment:
            each = each._replace(late=True)
            for late in rules:
                if late.is_timed:
                    yield _event(
                        "MissedThreshold",
                        each,
                        late.id,
                        late.destination,
                        each.since + THRESHOLD,
                        threshold=str(MINUTES),
                    )
        world.acting.unreplicated[n] = each


def rules_of(world: EffectsWorld, what: Pending) -> list[Rule]:
    """The rules by which a version that waits would be copied now."""
    bucket = world.store.bucket(what.bucket)
    content = None if bucket is None else bucket.documents.get(DOCUMENT)
    version = None if bucket is None else bucket.version(what.version.key, what.version.version_id)
    return [] if content is None or version is None else rules_for(content, version)


def copied(what: Pending, rule: Rule) -> Iterator[Occurrence]:
    """What there is to tell of a copy that was made."""
    now = clock.now()
    if rule.is_timed and now >= what.since + THRESHOLD:
        yield _event(
            "ReplicatedAfterThreshold",
            what,
            rule.id,
            rule.destination,
            now,
            threshold=str(MINUTES),
            replicationTime=time(now),
        )


def failed(what: Pending, rule: Rule, reason: str) -> Iterator[Occurrence]:
    """What there is to tell of a copy that could not be made."""
    if rule.is_metered:
        yield _event("FailedReplication", what, rule.id, rule.destination, clock.now(), failureReason=reason)


def _event(name: str, what: Pending, rule: str, destination: str, at: datetime, **more: str) -> Occurrence:
    data = {
        "replicationRuleId": rule,
        "destinationBucket": f"arn:aws:s3:::{destination}",
        "s3Operation": "OBJECT_DELETE" if what.version.is_delete_marker else "OBJECT_PUT",
        "requestTime": time(what.since),
        **more,
    }
    return by_s3(
        f"Replication:Operation{name}",
        what.bucket,
        what.version,
        "Replication",
        at,
        {"replicationEventData": data},
    )
