"""The actions of a bucket's lifecycle rules, and when they are due. ``LifecycleAction.apply`` performs one.

Rules (user guide, "Managing the lifecycle of objects", "Lifecycle configuration elements"):

- All actions are due at midnight UTC. The days of a rule are added to the time when an object was written, a version
  became noncurrent, or an upload was initiated. The result is rounded up to the next midnight.
- A version became noncurrent when its successor was written.
- In a bucket without versioning, expiration deletes the object permanently. Otherwise it adds a delete marker. A delete
  marker that is the only version of its key is removed.
- Transitions go down the waterfall of storage classes only. They skip small objects, unless the rule's filter has
  sizes.
- At the same midnight, deletions are applied first, then transitions, then delete markers, then what these make
  due.
- No action applies to a version whose replication is pending or failed (user guide, "Amazon S3 Inventory list":
  actions are prevented "until replication has succeeded").
- No permissions are checked (F-15, M-40). Object Lock still protects its versions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mocks3.clock import next_midnight
from mocks3.effects.rule_filters import Content, RuleFilter, filter_of
from mocks3.lib.limits import LATEST, later
from mocks3.operations.configurations.lifecycle import MINIMUM_SIZE, MINIMUM_SIZES
from mocks3.rules import locks, tiers

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Upload, Version

DOCUMENT: Final = "lifecycle"
SMALL = 128 << 10
"""Objects with fewer bytes stay in their storage class, unless a rule sets another size."""

WATERFALL = (
    "STANDARD",
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
"""Storage classes, the warmest first. Objects move only to a later one."""

_UNREPLICATED = frozenset({"PENDING", "FAILED"})
DELETE, MOVE, MARK, ABORT = "delete", "move", "mark", "abort"
_ORDER = {DELETE: 0, ABORT: 0, MOVE: 1, MARK: 2}


class LifecycleAction(NamedTuple):
    """One action on a version or an upload.

    ``moment`` is when it is due, ``rule`` the rule's id, ``storage_class`` the class to move to.
    """

    moment: datetime
    kind: str
    version: Version
    rule: str
    storage_class: str = ""
    upload: str = ""

    @property
    def order(self) -> tuple[int, int]:
        """The sort key among the actions of one midnight. Of several transitions, the coldest class is first."""
        return _ORDER[self.kind], -WATERFALL.index(self.storage_class) if self.kind == MOVE else 0

    def apply(self, bucket: Bucket) -> None:
        """Perform the action, if its version or upload still exists unchanged."""
        version = self.version
        if self.kind == ABORT:
            bucket.abort_upload(self.upload)
            return
        stored = bucket.version(version.key, version.version_id)
        if stored is None or stored.sequence != version.sequence:
            return
        if self.kind == DELETE:
            bucket.remove(version.key, version.version_id)
        elif self.kind == MOVE:
            if is_colder(self.storage_class, stored.storage_class):
                bucket.update(tiers.moved_to_class(stored, self.storage_class, self.moment))
        elif bucket.current(version.key) is stored:
            bucket.add_delete_marker(version.key, owner=bucket.owner, last_modified=self.moment)


class LifecycleRule(NamedTuple):
    """An enabled rule. ``archive_minimum`` is the size from which objects move to archive classes."""

    id: str
    filter: RuleFilter
    content: Content
    archive_minimum: int

    def covers(self, version: Version) -> bool:
        """Return whether the rule applies to a version. It does not while replication is pending or failed."""
        if version.replication_status in _UNREPLICATED:
            return False
        return self.filter.covers(version.key, version.tags, version.size)

    def expires(self, version: Version) -> datetime | None:
        """Return when the rule expires a current version, None if it does not."""
        return _due_date(self.content.get("Expiration") or {}, version.last_modified)

    def may_move(self, version: Version, storage_class: str) -> bool:
        """Return whether a version may move from its storage class to another one."""
        if version.size < self.minimum_size(storage_class):
            return False
        return is_colder(storage_class, version.storage_class)

    def minimum_size(self, storage_class: str) -> int:
        """Return the least size in bytes for a move to a storage class."""
        archive = storage_class in ("GLACIER", "DEEP_ARCHIVE")
        return 0 if self.filter.sizes_given or (archive and not self.archive_minimum) else SMALL


def is_colder(storage_class: str, than: str) -> bool:
    """Return whether a class is later on the waterfall. A class that is not on it counts as the first."""
    return WATERFALL.index(storage_class) > (WATERFALL.index(than) if than in WATERFALL else 0)


def enabled_rules(content: Content) -> list[LifecycleRule]:
    """Return the enabled rules. ``archive_minimum`` is 0 if archive classes accept objects of any size."""
    smallest = SMALL if content.get(MINIMUM_SIZE, MINIMUM_SIZES[0]) == MINIMUM_SIZES[0] else 0
    return [
        LifecycleRule(r["ID"], filter_of(r), r, smallest)
        for r in content["Rules"]
        if r["Status"] == "Enabled"
    ]


def scheduled_actions(bucket: Bucket) -> Iterator[LifecycleAction]:
    """Yield all actions of the rules on the bucket's versions and uploads, due at any time."""
    content = bucket.configurations.get(DOCUMENT)
    if content is None:
        return
    active = enabled_rules(content)
    listed = bucket.list_versions(limit=1 << 62).entries
    for _key, entries in itertools.groupby(listed, key=lambda entry: entry.version.key):
        versions = [entry.version for entry in entries]
        for rule in active:
            yield from _current_actions(bucket, rule, versions)
            yield from _noncurrent_actions(rule, versions)
    for upload in bucket.uploads.values():
        yield from upload_aborts(upload, content)


def expiration_dates(bucket: Bucket) -> dict[tuple[str, str], datetime]:
    """Return when the bucket's rules will remove each version, by key and version id."""
    found: dict[tuple[str, str], datetime] = {}
    for each in scheduled_actions(bucket):
        if each.kind in (DELETE, MARK):
            name = each.version.key, each.version.version_id
            found[name] = min(each.moment, found.get(name, each.moment))
    return found


def upload_aborts(upload: Upload, content: Content) -> Iterator[LifecycleAction]:
    """Yield the actions that abort an upload in progress."""
    for rule in enabled_rules(content):
        yield from _upload_actions(rule, upload)


def _current_actions(
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
        at = _due_date(transition, version.last_modified)
        if at is not None and rule.may_move(version, transition["StorageClass"]):
            yield LifecycleAction(at, MOVE, version, rule.id, transition["StorageClass"])


def _noncurrent_actions(rule: LifecycleRule, versions: Sequence[Version]) -> Iterator[LifecycleAction]:
    expiration = rule.content.get("NoncurrentVersionExpiration") or {}
    for newer, (successor, version) in enumerate(itertools.pairwise(versions)):
        if not rule.covers(version):
            continue
        since = successor.last_modified
        at = _noncurrent_due_date(expiration, since, newer)
        if at is not None:
            yield LifecycleAction(_after_lock(version, at), DELETE, version, rule.id)
        if version.is_delete_marker:
            continue
        for transition in rule.content.get("NoncurrentVersionTransitions", ()):
            at = _noncurrent_due_date(transition, since, newer)
            if at is not None and rule.may_move(version, transition["StorageClass"]):
                yield LifecycleAction(at, MOVE, version, rule.id, transition["StorageClass"])


def _upload_actions(rule: LifecycleRule, upload: Upload) -> Iterator[LifecycleAction]:
    abort = rule.content.get("AbortIncompleteMultipartUpload") or {}
    if "DaysAfterInitiation" in abort and upload.key.startswith(rule.filter.prefix):
        at = next_midnight(later(upload.initiated, days=abort["DaysAfterInitiation"]))
        yield LifecycleAction(at, ABORT, upload.draft, rule.id, upload=upload.id)


def _due_date(action: Content, written: datetime) -> datetime | None:
    """Return when an action with days or a date is due: at the earliest, the midnight after the object was written."""
    if "Days" in action:
        return next_midnight(later(written, days=action["Days"]))
    date: Any = action.get("Date")
    return None if date is None else max(date, next_midnight(written))


def _noncurrent_due_date(action: Content, since: datetime, newer: int) -> datetime | None:
    """Return when an action is due for a version that became noncurrent at ``since``.

    ``newer`` is the number of newer noncurrent versions.
    """
    if "NoncurrentDays" not in action or newer < action.get("NewerNoncurrentVersions", 0):
        return None
    return next_midnight(later(since, days=action["NoncurrentDays"]))


def _after_lock(version: Version, at: datetime) -> datetime:
    """Return the first midnight, from ``at``, at which Object Lock allows to delete the version."""
    if not locks.protects(version, at, bypassed=False):
        return at
    lock = version.lock
    open_ended = lock.period is not None  # an event hold is on
    return LATEST if lock.legal_hold or open_ended or lock.until is None else next_midnight(lock.until)
