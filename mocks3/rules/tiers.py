"""The access tiers of Intelligent-Tiering: in which archive tier an object is, and when it was last accessed.

Reading an object in the two faster tiers that the service keeps for what is seldom read is like reading any other; they
are not told apart here. Objects come into the archive tiers by ``acting``, and leave them by a restore.

Source: user guide, "How S3 Intelligent-Tiering works" (what constitutes an access), "Restoring objects from the S3
Intelligent-Tiering Archive Access and Deep Archive Access tiers".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.storage import recorded

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import Version

INTELLIGENT_TIERING = "INTELLIGENT_TIERING"
ARCHIVE_TIERS = ("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS")
"""The archive tiers, from the warmer one on."""

_TIER, _ACCESSED = "access-tier", "accessed"
"""Facts of a version: the archive tier that it was moved to last, and the day of its last access."""


def archive_tier(version: Version) -> str | None:
    """The archive tier that an object is in; None in the other tiers, and in other storage classes."""
    if version.storage_class != INTELLIGENT_TIERING:
        return None
    restore = version.restore
    restored = restore is not None and restore.ready <= clock.now()
    return None if restored else version.facts.get(_TIER)


def archive_depth(version: Version) -> int:
    """How deep an object is, or will be once its restore is done: 0 where it is not archived."""
    tier = version.facts.get(_TIER)
    return 0 if tier is None or version.restore is not None else ARCHIVE_TIERS.index(tier) + 1


def moved_to_tier(version: Version, tier: str) -> Version:
    """The object, moved to an archive tier, which is no access."""
    facts = {**version.facts, _TIER: tier, _ACCESSED: last_access(version)}
    return replace(version, restore=None, facts=facts)


def moved_to_class(version: Version, storage_class: str, at: datetime) -> Version:
    """The object in another storage class. Intelligent-Tiering begins and ends with it."""
    if storage_class == INTELLIGENT_TIERING:
        return _accessed(replace(version, storage_class=storage_class), at)
    if version.storage_class == INTELLIGENT_TIERING:
        return replace(version, storage_class=storage_class, restore=None)
    return replace(version, storage_class=storage_class)


def last_access(version: Version) -> datetime:
    """When an object was last accessed, to the day; it was so when it was written, and when a restore was done."""
    accessed: datetime = version.facts.get(_ACCESSED, version.last_modified)
    moments = [version.last_modified, accessed]
    return max(moments if version.restore is None else [*moments, version.restore.ready])


def record_access(call: Authorized, bucket: str, version: Version) -> None:
    """Remember that an object is accessed, which nobody is told. Once a day is enough: tiers change at midnight."""
    now = clock.now()
    if (
        version.storage_class != INTELLIGENT_TIERING
        or last_access(version).astimezone(UTC).date() >= now.date()
    ):
        return
    with recorded(), call.store.editing(bucket) as there:
        present = there.version(version.key, version.version_id)
        if present is not None and present.sequence == version.sequence:
            there.update(_accessed(present, now))


def _accessed(version: Version, at: datetime) -> Version:
    return replace(version, facts={**version.facts, _ACCESSED: at})
