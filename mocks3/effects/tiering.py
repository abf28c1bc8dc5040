"""The archive actions of Intelligent-Tiering: move objects that were not accessed for a number of days.

Rules (user guide, "How S3 Intelligent-Tiering works"; API_Tiering):

- Current and noncurrent versions of at least 128 KB move to the archive tiers, if an enabled configuration applies to
  them. Of several configurations, the earliest action counts.
- Writing, reading, copying and restoring count as access. A move between tiers does not.
- A restored object is in the Frequent Access tier again, and may be archived again.
- The actions are due at midnight UTC (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3.clock import next_midnight
from mocks3.effects.lifecycle import SMALL
from mocks3.effects.rule_filters import filter_of
from mocks3.lib.limits import later
from mocks3.rules import tiers

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import TieringTypeDef

    from mocks3.storage import Bucket, Version

DOCUMENT: Final = "intelligent-tiering"
ARCHIVE = "archive"


class ArchiveAction(NamedTuple):
    """One move of a version to an archive tier. ``moment`` is when it is due."""

    moment: datetime
    version: Version
    tier: str
    kind: str = ARCHIVE

    @property
    def order(self) -> tuple[int, int]:
        """The sort key among the actions of one midnight: after lifecycle actions; the deeper tier is first."""
        return 3, -tiers.ARCHIVE_TIERS.index(self.tier)

    def apply(self, bucket: Bucket) -> None:
        """Move the version, if it still exists unchanged and is not in this tier or a deeper one."""
        stored = bucket.version(self.version.key, self.version.version_id)
        if (
            stored is None
            or stored.sequence != self.version.sequence
            or stored.storage_class != tiers.INTELLIGENT_TIERING
        ):
            return
        if tiers.archive_depth(stored) <= tiers.ARCHIVE_TIERS.index(self.tier):
            bucket.update(tiers.moved_to_tier(stored, self.tier))


def scheduled_actions(bucket: Bucket) -> Iterator[ArchiveAction]:
    """Yield all archive actions of the bucket's configurations, due at any time."""
    contents = bucket.configurations.get(DOCUMENT, {}).values()
    rules = [(filter_of(each), each["Tierings"]) for each in contents if each["Status"] == "Enabled"]
    for version, _ in bucket.list_versions(limit=1 << 62).entries if rules else ():
        if (
            version.storage_class != tiers.INTELLIGENT_TIERING
            or version.is_delete_marker
            or version.size < SMALL
        ):
            continue
        for filter_, tierings in rules:
            if filter_.covers(version.key, version.tags, version.size):
                yield from _archive_actions(version, tierings)


def _archive_actions(version: Version, tierings: Sequence[TieringTypeDef]) -> Iterator[ArchiveAction]:
    since = tiers.last_access(version)
    for tiering in tierings:
        tier, days = tiering["AccessTier"], tiering["Days"]
        if tiers.archive_depth(version) <= tiers.ARCHIVE_TIERS.index(tier):
            yield ArchiveAction(next_midnight(later(since, days=days)), version, tier)
