"""Replication: what a bucket's rules copy elsewhere when it is written to, and what comes of it.

Rules (user guide, "Replicating objects within and across Regions"; F-130, F-131):

- A new object is copied to every destination that an enabled rule names for it; of several rules with one
  destination the one with the highest priority counts. Its replica has the same version id and the same dates.
- A delete marker is copied where a rule says so, and by rules of the first generation; the deletion of a version
  never is, nor what lifecycle rules do, nor a replica.
- Later changes of tags, ACL and lock follow their object; those of replicas only where the rules of their bucket
  say that modifications of replicas are synchronized.
- Objects under SSE-KMS are left alone unless a rule selects them; what was archived when it was written always is.
- A replica is retained as its original, and as its bucket's default says where that is not retained at all. What may
  be locked is not copied to where nothing can be.
- S3 does it as the configuration's role, whose permissions are asked, and says FAILED where one is lacking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.effects import replicas, replication_metrics
from mocks3.effects.events import S3, ObjectEvent, Origin
from mocks3.effects.replication_rules import DOCUMENT, rules_for
from mocks3.storage import REPLICATION_STATUS
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.effects.replication_metrics import PendingReplication
    from mocks3.effects.rule_filters import Content
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket, Change, Changes, Version
    from mocks3.storage.iam.caller import Caller

PENDING, COMPLETED, FAILED, REPLICA = "PENDING", "COMPLETED", "FAILED", "REPLICA"


@dataclass(frozen=True, slots=True)
class Replication:
    """One attempt to copy a version (or a delete marker) by a rule, and its outcome.

    ``status`` is COMPLETED or FAILED. Of a failure, ``why`` says what was lacking, ``reason`` what AWS calls it
    (``DstPutObjectNotPermitted``), and ``decision`` is the refusal behind it, None where it was not for a permission.
    """

    bucket: str
    key: str
    version_id: str
    destination: str
    rule: str
    status: str
    why: str | None = None
    decision: Decision | None = None
    reason: str | None = None


def replicate(world: EffectsWorld, made: Changes) -> Iterator[ObjectEvent]:
    """Copy what was written, as the rules of its bucket say. Yields what happened to the destinations by it."""
    for change in made:
        bucket = world.store.bucket(change.bucket)
        content = None if bucket is None else bucket.documents.get(DOCUMENT)
        if bucket is None or content is None or change.after is None:
            continue
        if change.before is not None:
            _follow_change(world, bucket, content, change)
        elif REPLICATION_STATUS not in change.after.facts:
            rules = rules_for(content, change.after)
            if rules:
                world.effects.unreplicated.append(
                    replication_metrics.pending_replication(bucket.name, change.after, rules)
                )
                _mark(world, bucket.name, change.after, PENDING)
    if not world.effects.paused:
        yield from resume(world)


def resume(world: EffectsWorld) -> Iterator[ObjectEvent]:
    """Copy everything that waits for it."""
    waiting, world.effects.unreplicated = world.effects.unreplicated, []
    for each in waiting:
        bucket = world.store.bucket(each.bucket)
        version = None if bucket is None else bucket.version(each.version.key, each.version.version_id)
        content = None if bucket is None else bucket.documents.get(DOCUMENT)
        if bucket is not None and version is not None and content is not None:
            yield from _copy(world, bucket, content, each._replace(version=version))


def _copy(
    world: EffectsWorld, bucket: Bucket, content: Content, what: PendingReplication
) -> Iterator[ObjectEvent]:
    """Copy one version to all its destinations."""
    status, version = COMPLETED, what.version
    caller, refused = replicas.assume_role(world, content["Role"])
    for rule in rules_for(content, version):
        problem = refused
        if caller is not None:
            problem = replicas.write_replica(world, caller, bucket, version, rule.destination, rule.content)
        tried = Replication(
            bucket.name, version.key, version.version_id, rule.destination, rule.id, COMPLETED
        )
        if problem is None and caller is not None:
            yield _written(caller, version, rule.destination)
            yield from replication_metrics.events_of_copy(what, rule)
        elif problem is not None:
            status = FAILED
            tried = replace(
                tried, status=FAILED, why=problem.why, decision=problem.decision, reason=problem.reason
            )
            yield from replication_metrics.events_of_failure(what, rule, problem.reason)
        world.effects.replications.append(tried)
    _mark(world, bucket.name, version, status)


def _written(caller: Caller, version: Version, destination: str) -> ObjectEvent:
    """What happened to the destination."""
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


def _mark(world: EffectsWorld, name: str, version: Version, status: str) -> None:
    with world.store.editing(name) as bucket:
        there = bucket.version(version.key, version.version_id)
        if there is not None:
            bucket.update(replace(there, facts={**there.facts, REPLICATION_STATUS: status}))


def _follow_change(world: EffectsWorld, bucket: Bucket, content: Content, change: Change) -> None:
    """Let tags, ACL and lock of copies follow those of what they are copies of."""
    version = change.after
    assert version is not None
    status: Any = version.facts.get(REPLICATION_STATUS)
    if status not in (COMPLETED, REPLICA):
        return
    caller, _ = replicas.assume_role(world, content["Role"])
    for rule in rules_for(content, replace(version, tags=change.before.tags if change.before else {})):
        if caller is not None and (status == COMPLETED or rule.selects("ReplicaModifications")):
            replicas.update_replica(world, caller, bucket, version, rule.destination, rule.content)
