"""Replication: copies new versions of a bucket to other buckets, by the bucket's rules.

Rules (user guide, "Replicating objects within and across Regions"; F-130, F-131):

- A new object is copied to every destination of the enabled rules that apply to it. If several rules have the same
  destination, the one with the highest priority applies. The replica has the same version id and the same dates.
- A delete marker is copied if the rule says so, and by rules of the first generation. The deletion of a version, the
  actions of lifecycle rules, and replicas are never copied.
- Later changes of tags, ACL and lock are copied too. Changes of replicas are copied only if the rules of their bucket
  enable replica modification sync (``ReplicaModifications``).
- Objects with SSE-KMS are copied only if the rule selects them. Objects written to an archive class are never copied.
- A replica has the retention of its original; without one, the default retention of its bucket. A bucket with Object
  Lock is not replicated to a bucket without it.
- S3 acts as the configuration's role. Its permissions are checked. If one is missing, the status is FAILED.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.effects import replicas, replication_metrics
from mocks3.effects.events import S3, ObjectEvent, Origin
from mocks3.effects.records import Replication
from mocks3.effects.replication_rules import DOCUMENT, rules_for
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from mocks3.effects.records import PendingReplication
    from mocks3.effects.rule_filters import Content
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket, Changes, Version, VersionChange
    from mocks3.storage.iam.caller import Caller

PENDING, COMPLETED, FAILED, REPLICA = "PENDING", "COMPLETED", "FAILED", "REPLICA"


def replicate(world: EffectsWorld, made: Changes) -> Iterator[ObjectEvent]:
    """Replicate the changes of a request by the rules of their buckets. Yield the events of the destinations."""
    for change in made:
        bucket = world.store.bucket(change.bucket)
        content = None if bucket is None else bucket.configurations.get(DOCUMENT)
        if bucket is None or content is None or change.after is None:
            continue
        if change.before is not None:
            _replicate_change(world, bucket, content, change)
        elif change.after.replication_status is None:
            rules = rules_for(content, change.after)
            if rules:
                world.effects.unreplicated.append(
                    replication_metrics.pending_replication(bucket.name, change.after, rules)
                )
                _set_status(world, bucket.name, change.after, PENDING)
    if not world.effects.paused:
        yield from resume(world)


def resume(world: EffectsWorld) -> Iterator[ObjectEvent]:
    """Copy all versions that wait for replication."""
    waiting, world.effects.unreplicated = world.effects.unreplicated, []
    for each in waiting:
        bucket = world.store.bucket(each.bucket)
        version = None if bucket is None else bucket.version(each.version.key, each.version.version_id)
        content = None if bucket is None else bucket.configurations.get(DOCUMENT)
        if bucket is not None and version is not None and content is not None:
            yield from _copy(world, bucket, content, each._replace(version=version))


def _copy(
    world: EffectsWorld, bucket: Bucket, content: Content, waiting_version: PendingReplication
) -> Iterator[ObjectEvent]:
    """Copy one version to all its destinations."""
    status, version = COMPLETED, waiting_version.version
    caller, refused = replicas.assume_role(world, content["Role"])
    for rule in rules_for(content, version):
        problem = refused
        if caller is not None:
            problem = replicas.write_replica(world, caller, bucket, version, rule.destination, rule.content)
        attempt = Replication(
            bucket.name, version.key, version.version_id, rule.destination, rule.id, COMPLETED
        )
        if problem is None and caller is not None:
            yield _replica_event(caller, version, rule.destination)
            yield from replication_metrics.events_of_copy(waiting_version, rule)
        elif problem is not None:
            status = FAILED
            attempt = replace(
                attempt, status=FAILED, why=problem.why, decision=problem.decision, reason=problem.reason
            )
            yield from replication_metrics.events_of_failure(waiting_version, rule, problem.reason)
        world.effects.replications.append(attempt)
    _set_status(world, bucket.name, version, status)


def _replica_event(caller: Caller, version: Version, destination: str) -> ObjectEvent:
    """Return the event of a new replica in its destination."""
    ids, marked = s3_headers(), version.is_delete_marker
    origin = Origin(
        f"AWS:{caller.user_id}",
        caller.account or "",
        S3,
        ids["x-amz-request-id"],
        ids["x-amz-id-2"],
        "DeleteObject" if marked else "PutObject",
    )
    name = "ObjectRemoved:DeleteMarkerCreated" if marked else "ObjectCreated:Put"
    return ObjectEvent(name, destination, version, origin, clock.now())


def _set_status(world: EffectsWorld, name: str, version: Version, status: str) -> None:
    with world.store.editing(name) as bucket:
        stored = bucket.version(version.key, version.version_id)
        if stored is not None:
            bucket.update(replace(stored, replication_status=status))


def _replicate_change(world: EffectsWorld, bucket: Bucket, content: Content, change: VersionChange) -> None:
    """Copy a change of tags, ACL or lock to the replicas."""
    version = change.after
    assert version is not None
    status = version.replication_status
    if status not in (COMPLETED, REPLICA):
        return
    caller, _ = replicas.assume_role(world, content["Role"])
    for rule in rules_for(content, replace(version, tags=change.before.tags if change.before else {})):
        if caller is not None and (status == COMPLETED or rule.selects("ReplicaModifications")):
            replicas.update_replica(world, caller, bucket, version, rule.destination, rule.content)
