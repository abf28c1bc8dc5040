"""Replication: what a bucket's rules copy elsewhere when it is written to, and what comes of it.

Rules (user guide, "Replicating objects within and across Regions"; authorization.md F-130, F-131):

- A new object is copied to every destination that an enabled rule names for it; of several rules with one
  destination the one with the highest priority counts. Its replica has the same version id and the same dates.
- A delete marker is copied where a rule says so, and by rules of the first generation; the deletion of a version
  never is, nor what lifecycle rules do, nor a replica.
- Later changes of tags, ACL and lock follow their object; those of replicas only where the rules of their bucket
  say that modifications of replicas are synchronized.
- Objects under SSE-KMS are left alone unless a rule selects them.
- S3 does it as the configuration's role, whose permissions are asked, and says FAILED where one is lacking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.acting import replicas
from mocks3.acting.occurrences import S3, Occurrence, Origin
from mocks3.acting.rules import Content, Scope, scope
from mocks3.storage import REPLICATION_STATUS
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.call import World
    from mocks3.storage import Bucket, Change, Changes, Version

DOCUMENT = "replication"
PENDING, COMPLETED, FAILED, REPLICA = "PENDING", "COMPLETED", "FAILED", "REPLICA"


@dataclass(frozen=True, slots=True)
class Replication:
    """One attempt to copy a version (or a delete marker) by a rule, and its outcome.

    ``status`` is COMPLETED or FAILED; ``why`` says of a failure what was lacking, and ``decision`` is the refusal
    behind it, None where it was not for a permission.
    """

    bucket: str
    key: str
    version_id: str
    destination: str
    rule: str
    status: str
    why: str | None = None
    decision: Decision | None = None


class Rule(NamedTuple):
    """An enabled rule, read."""

    id: str
    priority: int
    scope: Scope
    destination: str
    content: Content

    @property
    def copies_markers(self) -> bool:
        """Whether delete markers go along: asked for, or by default in rules of the first generation."""
        if "Filter" not in self.content:
            return True
        return bool((self.content.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled")

    def selects(self, what: str) -> bool:
        """Whether ``SourceSelectionCriteria`` has this in: ``SseKmsEncryptedObjects``, ``ReplicaModifications``."""
        criteria = self.content.get("SourceSelectionCriteria") or {}
        return bool((criteria.get(what) or {}).get("Status") == "Enabled")

    def covers(self, version: Version) -> bool:
        """Whether the rule is about a new version."""
        if not self.scope.covers(version.key, version.tags, version.size):
            return False
        if version.is_delete_marker:
            return self.copies_markers
        return version.encryption.kms_key is None or self.selects("SseKmsEncryptedObjects")


def rules_for(content: Content, version: Version) -> list[Rule]:
    """The rules by which a version is copied: one for each destination."""
    chosen: dict[str, Rule] = {}
    for each in content["Rules"]:
        destination = each["Destination"]["Bucket"].rpartition(":")[2]
        rule = Rule(each["ID"], each.get("Priority", 0), scope(each), destination, each)
        if each["Status"] == "Enabled" and rule.covers(version):
            before = chosen.get(destination)
            if before is None or rule.priority > before.priority:
                chosen[destination] = rule
    return list(chosen.values())


def replicate(world: World, made: Changes) -> Iterator[Occurrence]:
    """Copy what was written, as the rules of its bucket say. Yields what happened to the destinations by it."""
    for change in made:
        bucket = world.store.bucket(change.bucket)
        content = None if bucket is None else bucket.documents.get(DOCUMENT)
        if bucket is None or content is None or change.after is None:
            continue
        if change.before is not None:
            _follow_change(world, bucket, content, change)
        elif REPLICATION_STATUS not in change.after.facts and rules_for(content, change.after):
            _mark(world, bucket.name, change.after, PENDING)
            world.acting.unreplicated.append((bucket.name, change.after.key, change.after.version_id))
    if not world.acting.paused:
        yield from resume(world)


def resume(world: World) -> Iterator[Occurrence]:
    """Copy everything that waits for it."""
    waiting, world.acting.unreplicated = world.acting.unreplicated, []
    for name, key, version_id in waiting:
        bucket = world.store.bucket(name)
        version = None if bucket is None else bucket.version(key, version_id)
        content = None if bucket is None else bucket.documents.get(DOCUMENT)
        if bucket is not None and version is not None and content is not None:
            yield from _copy(world, bucket, content, version)


def _copy(world: World, bucket: Bucket, content: Content, version: Version) -> Iterator[Occurrence]:
    """Copy one version to all its destinations."""
    status = COMPLETED
    caller, refused = replicas.assumed(world, content["Role"])
    for rule in rules_for(content, version):
        problem = refused
        if caller is not None:
            problem = replicas.write(world, caller, bucket, version, rule.destination, rule.content)
        outcome = COMPLETED if problem is None else FAILED
        status = status if problem is None else FAILED
        why, decision = problem or (None, None)
        world.acting.replications.append(
            Replication(
                bucket.name,
                version.key,
                version.version_id,
                rule.destination,
                rule.id,
                outcome,
                why,
                decision,
            )
        )
        if problem is None and caller is not None:
            ids = s3_headers()
            origin = Origin(
                f"AWS:{caller.user_id}",
                caller.account or "",
                S3,
                ids["x-amz-request-id"],
                ids["x-amz-id-2"],
                "DeleteObject" if version.is_delete_marker else "PutObject",
            )
            name = "ObjectRemoved:DeleteMarkerCreated" if version.is_delete_marker else "ObjectCreated:Put"
            yield Occurrence(name, rule.destination, version, origin, clock.now())
    _mark(world, bucket.name, version, status)


def _mark(world: World, name: str, version: Version, status: str) -> None:
    with world.store.editing(name) as bucket:
        there = bucket.version(version.key, version.version_id)
        if there is not None:
            bucket.update(replace(there, facts={**there.facts, REPLICATION_STATUS: status}))


def _follow_change(world: World, bucket: Bucket, content: Content, change: Change) -> None:
    """Let tags, ACL and lock of copies follow those of what they are copies of."""
    version = change.after
    assert version is not None
    status: Any = version.facts.get(REPLICATION_STATUS)
    if status not in (COMPLETED, REPLICA):
        return
    caller, _ = replicas.assumed(world, content["Role"])
    for rule in rules_for(content, replace(version, tags=change.before.tags if change.before else {})):
        if caller is not None and (status == COMPLETED or rule.selects("ReplicaModifications")):
            replicas.change(world, caller, bucket, version, rule.destination, rule.content)
