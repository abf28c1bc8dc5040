"""The access tiers of Intelligent-Tiering: the archive tier of an object, and the time of its last access.

Tiers with instant access are not distinguished, because reading from them is the same. ``mocks3.effects`` moves objects
into the archive tiers; RestoreObject moves them back.

Source: user guide, "How S3 Intelligent-Tiering works" (what constitutes an access), "Restoring objects from the S3
Intelligent-Tiering Archive Access and Deep Archive Access tiers".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.storage import record_changes

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import Version

INTELLIGENT_TIERING = "INTELLIGENT_TIERING"
ARCHIVE_TIERS = ("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS")
"""The archive tiers. Objects move from the first to the second."""


def archive_tier(version: Version) -> str | None:
    """Return the archive tier of an object. None in other tiers and other storage classes."""
    if version.storage_class != INTELLIGENT_TIERING:
        return None
    restore = version.restore
    restored = restore is not None and restore.ready <= clock.now()
    return None if restored else version.archive_tier


def archive_depth(version: Version) -> int:
    """Return 1 or 2 for the archive tiers, 0 if the object is not archived or is being restored."""
    tier = version.archive_tier
    return 0 if tier is None or version.restore is not None else ARCHIVE_TIERS.index(tier) + 1


def moved_to_tier(version: Version, tier: str) -> Version:
    """Return the version in an archive tier. The move is not an access."""
    return replace(version, restore=None, archive_tier=tier, accessed=last_access(version))


def moved_to_class(version: Version, storage_class: str, at: datetime) -> Version:
    """Return the version in another storage class, and start or end its Intelligent-Tiering."""
    if storage_class == INTELLIGENT_TIERING:
        return replace(version, storage_class=storage_class, accessed=at)
    if version.storage_class == INTELLIGENT_TIERING:
        return replace(version, storage_class=storage_class, restore=None)
    return replace(version, storage_class=storage_class)


def last_access(version: Version) -> datetime:
    """Return the time of the last access, exact to the day. Writes and completed restores count as accesses."""
    moments = [version.last_modified, version.accessed or version.last_modified]
    return max(moments if version.restore is None else [*moments, version.restore.ready])


def record_access(call: Authorized, bucket: str, version: Version) -> None:
    """Record an access, without any effects. Once a day is enough, because tiers change at midnight."""
    now = clock.now()
    if (
        version.storage_class != INTELLIGENT_TIERING
        or last_access(version).astimezone(UTC).date() >= now.date()
    ):
        return
    with record_changes(), call.store.editing(bucket) as edited:
        stored = edited.version(version.key, version.version_id)
        if stored is not None and stored.sequence == version.sequence:
            edited.update(replace(stored, accessed=now))
