"""What the lifecycle rules of a bucket make due, and when. Nothing is done here but what ``Due.act`` does.

Rules (user guide, "Managing the lifecycle of objects", "Lifecycle configuration elements"):

- Everything happens at midnight UTC: the days of a rule are added to the moment an object was written, a version
  became noncurrent, or an upload began, and the result is rounded up to the next midnight.
- A version became noncurrent when its successor was written.
- Expiration deletes for good in a bucket without versioning, and puts a delete marker otherwise. A delete marker
  that is the only version of its key is removed.
- Transitions go down the waterfall of storage classes only, and leave small objects where they are, unless the
  rule's filter speaks of sizes.
- At the same midnight deletions go before transitions, and transitions before delete markers.
- What waits for its replication, or failed it, stays as it is (user guide, "Amazon S3 Inventory list": actions are
  prevented "until replication has succeeded").
- Nobody's permission is asked (F-15, M-40); Object Lock protects its versions all the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.clock import next_midnight
from mocks3.effects.rule_filters import Content, RuleFilter, filter_of
from mocks3.lib.limits import LATEST, later
from mocks3.operations.configurations.lifecycle import MINIMUM_SIZE, MINIMUM_SIZES
from mocks3.rules import locks, tiers
from mocks3.storage import REPLICATION_STATUS

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Upload, Version

DOCUMENT = "lifecycle"
SMALL = 128 << 10
"""Bytes below which an object stays in its class, unless a rule says otherwise."""

WATERFALL = (
    "STANDARD",
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
"""Storage classes from the warmest on; objects move to a later one only."""

_UNREPLICATED = frozenset({"PENDING", "FAILED"})
DELETE, MOVE, MARK, ABORT = "delete", "move", "mark", "abort"
_ORDER = {DELETE: 0, ABORT: 0, MOVE: 1, MARK: 2}


class LifecycleAction(NamedTuple):
    """One act: when, what, on which version (or upload), by which rule, and to which storage class."""

    moment: datetime
    kind: str
    version: Version
    rule: str
    storage_class: str = ""
    upload: str = ""

    @property
    def order(self) -> tuple[int, int]:
        """Its place among the acts of one midnight; the coldest of several classes goes first."""
        return _ORDER[self.kind], -WATERFALL.index(self.storage_class) if self.kind == MOVE else 0

    def apply(self, bucket: Bucket) -> None:
        """Do it, to what is still there of its version."""
        version = self.version
        if self.kind == ABORT:
            bucket.abort_upload(self.upload)
            return
        there = bucket.version(version.key, version.version_id)
        if there is None or there.sequence != version.sequence:
            return
        if self.kind == DELETE:
            bucket.remove(version.key, version.version_id)
        elif self.kind == MOVE:
            if is_colder(self.storage_class, there.storage_class):
                bucket.update(tiers.moved(there, self.storage_class, self.moment))
        elif bucket.current(version.key) is there:
            bucket.add_delete_marker(version.key, owner=bucket.owner, last_modified=self.moment)


class LifecycleRule(NamedTuple):
    """An enabled rule, read."""

    id: str
    filter: RuleFilter
    content: Content
    archive_minimum: int

    def covers(self, version: Version) -> bool:
        """Whether the rule is about an object. What is yet to be replicated, or could not be, waits for that."""
        if version.facts.get(REPLICATION_STATUS) in _UNREPLICATED:
            return False
        return self.filter.covers(version.key, version.tags, version.size)

    def expires(self, version: Version) -> datetime | None:
        """When the rule lets an object that is current expire."""
        return _moment(self.content.get("Expiration") or {}, version.last_modified)

    def may_move(self, version: Version, storage_class: str) -> bool:
        """Whether an object may go to a storage class from where it is."""
        if version.size < self.minimum_size(storage_class):
            return False
        return is_colder(storage_class, version.storage_class)

    def minimum_size(self, storage_class: str) -> int:
        """Bytes that an object must have to go there."""
        archive = storage_class in ("GLACIER", "DEEP_ARCHIVE")
        return 0 if self.filter.sizes_given or (archive and not self.archive_minimum) else SMALL


def is_colder(storage_class: str, than: str) -> bool:
    """Whether a class comes later on the waterfall; those that are not on it stand at its top."""
    return WATERFALL.index(storage_class) > (WATERFALL.index(than) if than in WATERFALL else 0)


def enabled_rules(content: Content) -> list[LifecycleRule]:
    """The rules that are enabled. ``smallest`` is 0 where archives take objects of any size."""
    smallest = SMALL if content.get(MINIMUM_SIZE, MINIMUM_SIZES[0]) == MINIMUM_SIZES[0] else 0
    return [
        LifecycleRule(r["ID"], filter_of(r), r, smallest)
        for r in content["Rules"]
        if r["Status"] == "Enabled"
    ]


def scheduled_actions(bucket: Bucket) -> Iterator[LifecycleAction]:
    """Everything that the rules will do to what the bucket holds, whenever it is."""
    content = bucket.documents.get(DOCUMENT)
    if content is None:
        return
    active = enabled_rules(content)
    listed = bucket.list_versions(limit=1 << 62).entries
    for _key, entries in itertools.groupby(listed, key=lambda entry: entry.version.key):
        versions = [entry.version for entry in entries]
        for rule in active:
            yield from _of_current(bucket, rule, versions)
            yield from _of_noncurrent(rule, versions)
    for upload in bucket.uploads.values():
        yield from upload_aborts(upload, content)


def expiration_dates(bucket: Bucket) -> dict[tuple[str, str], datetime]:
    """When each version that the bucket's rules let go will go: by key and version id."""
    found: dict[tuple[str, str], datetime] = {}
    for each in scheduled_actions(bucket):
        if each.kind in (DELETE, MARK):
            kept = each.version.key, each.version.version_id
            found[kept] = min(each.moment, found.get(kept, each.moment))
    return found


def upload_aborts(upload: Upload, content: Content) -> Iterator[LifecycleAction]:
    """When the rules abort an upload that goes on."""
    for rule in enabled_rules(content):
        yield from _of_upload(rule, upload)


def _of_current(
    bucket: Bucket, rule: LifecycleRule, versions: Sequence[Version]
) -> Iterator[LifecycleAction]:
    version = versions[0]
    if not rule.covers(version):
        return
    expires = rule.expires(version)
    if version.is_delete_marker:
        if len(versions) == 1:
            at = expires
            if (rule.content.get("Expiration") or {}).get("ExpiredObjectDeleteMarker"):
                at = next_midnight(version.last_modified)
            if at is not None:
                yield LifecycleAction(at, DELETE, version, rule.id)
        return
    if expires is not None:
        yield LifecycleAction(expires, DELETE if bucket.versioning is None else MARK, version, rule.id)
    for transition in rule.content.get("Transitions", ()):
        at = _moment(transition, version.last_modified)
        if at is not None and rule.may_move(version, transition["StorageClass"]):
            yield LifecycleAction(at, MOVE, version, rule.id, transition["StorageClass"])


def _of_noncurrent(rule: LifecycleRule, versions: Sequence[Version]) -> Iterator[LifecycleAction]:
    expiration = rule.content.get("NoncurrentVersionExpiration") or {}
    for newer, (successor, version) in enumerate(itertools.pairwise(versions)):
        if not rule.covers(version):
            continue
        since = successor.last_modified
        at = _noncurrent(expiration, since, newer)
        if at is not None:
            yield LifecycleAction(_unlocked(version, at), DELETE, version, rule.id)
        if version.is_delete_marker:
            continue
        for transition in rule.content.get("NoncurrentVersionTransitions", ()):
            at = _noncurrent(transition, since, newer)
            if at is not None and rule.may_move(version, transition["StorageClass"]):
                yield LifecycleAction(at, MOVE, version, rule.id, transition["StorageClass"])


def _of_upload(rule: LifecycleRule, upload: Upload) -> Iterator[LifecycleAction]:
    abort = rule.content.get("AbortIncompleteMultipartUpload") or {}
    if "DaysAfterInitiation" in abort and upload.key.startswith(rule.filter.prefix):
        at = next_midnight(later(upload.initiated, days=abort["DaysAfterInitiation"]))
        yield LifecycleAction(at, ABORT, upload.draft, rule.id, upload=upload.id)


def _moment(action: Content, written: datetime) -> datetime | None:
    """When an action with days or a date is due for what was written then; a date that is past means at once."""
    if "Days" in action:
        return next_midnight(later(written, days=action["Days"]))
    date: Any = action.get("Date")
    return None if date is None else max(date, next_midnight(written))


def _noncurrent(action: Content, since: datetime, newer: int) -> datetime | None:
    """When an action is due for a version that is noncurrent since then, with so many newer noncurrent ones."""
    if "NoncurrentDays" not in action or newer < action.get("NewerNoncurrentVersions", 0):
        return None
    return next_midnight(later(since, days=action["NoncurrentDays"]))


def _unlocked(version: Version, at: datetime) -> datetime:
    """The first midnight at which Object Lock lets the version go."""
    if not locks.protects(version, at, bypassed=False):
        return at
    lock = version.lock
    moving = lock.period is not None  # with an event hold that is on
    return LATEST if lock.legal_hold or moving or lock.until is None else next_midnight(lock.until)
