"""What Intelligent-Tiering archives, and when: objects that nobody accessed for as many days as a configuration says.

Rules (user guide, "How S3 Intelligent-Tiering works"; API_Tiering):

- Objects of at least 128 KB go to the archive tiers, the current one of a key and noncurrent ones alike, where an
  enabled configuration is about them; the earliest of several counts.
- An object is accessed when it is written, read, copied or restored. A move between tiers does not count.
- An object that is restored is in the fastest tier again, and may be archived anew.
- As all that is due by the day, it happens at midnight UTC (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mocks3.clock import next_midnight
from mocks3.effects.lifecycle import SMALL
from mocks3.effects.rule_filters import filter_of
from mocks3.lib.limits import later
from mocks3.rules import tiers

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Version

DOCUMENT = "intelligent-tiering"
ARCHIVE = "archive"


class ArchiveAction(NamedTuple):
    """One object that goes to an archive tier, and when."""

    moment: datetime
    version: Version
    tier: str
    kind: str = ARCHIVE

    @property
    def order(self) -> tuple[int, int]:
        """Its place among the acts of one midnight: after all of lifecycle; the deeper of two tiers goes first."""
        return 3, -tiers.ARCHIVES.index(self.tier)

    def apply(self, bucket: Bucket) -> None:
        """Move it, if it is still there and not as deep already."""
        there = bucket.version(self.version.key, self.version.version_id)
        if there is None or there.sequence != self.version.sequence or there.storage_class != tiers.TIERING:
            return
        if tiers.depth(there) <= tiers.ARCHIVES.index(self.tier):
            bucket.update(tiers.archived(there, self.tier))


def scheduled_actions(bucket: Bucket) -> Iterator[ArchiveAction]:
    """Everything that the configurations will do to what the bucket holds, whenever it is."""
    contents = bucket.documents.get(DOCUMENT, {}).values()
    rules = [(filter_of(each), each["Tierings"]) for each in contents if each["Status"] == "Enabled"]
    for version, _ in bucket.list_versions(limit=1 << 62).entries if rules else ():
        if version.storage_class != tiers.TIERING or version.is_delete_marker or version.size < SMALL:
            continue
        for about, tierings in rules:
            if about.covers(version.key, version.tags, version.size):
                yield from _of(version, tierings)


def _of(version: Version, tierings: list[dict[str, int | str]]) -> Iterator[ArchiveAction]:
    since = tiers.last_access(version)
    for tiering in tierings:
        tier, days = str(tiering["AccessTier"]), int(tiering["Days"])
        if tiers.depth(version) <= tiers.ARCHIVES.index(tier):
            yield ArchiveAction(next_midnight(later(since, days=days)), version, tier)
