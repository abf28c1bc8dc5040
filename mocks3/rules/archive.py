"""Archived objects, and the copies of them that a restore brings back for a while.

Rule: nothing happens by itself. A restore knows from its beginning when it is done and when its copy goes; what an
object is at a moment follows from the clock.

Source: API_RestoreObject; user guide "Restoring an archived object" (how long each tier takes; expiry at midnight UTC
after the last day) and "Understanding archive retrieval options".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.lib.limits import later
from mocks3.rules import tiers
from mocks3.storage import Restore

if TYPE_CHECKING:
    from mocks3.storage import Version

RESTORE_DURATIONS = {
    "GLACIER": {
        "Expedited": timedelta(minutes=5),
        "Standard": timedelta(hours=5),
        "Bulk": timedelta(hours=12),
    },
    "DEEP_ARCHIVE": {"Standard": timedelta(hours=12), "Bulk": timedelta(hours=48)},
}
RESTORE_DURATIONS |= dict(zip(tiers.ARCHIVE_TIERS, tuple(RESTORE_DURATIONS.values()), strict=True))
"""How long a restore takes at most, by archive and tier: of the storage classes and access tiers that need one."""


class RestoredCopy(NamedTuple):
    """A restored copy, or one on its way. ``expires`` is known once it is there, None if it is there for good."""

    ongoing: bool
    expires: datetime | None

    @property
    def header(self) -> str:
        """As ``x-amz-restore`` says it."""
        if self.ongoing or self.expires is None:
            return f'ongoing-request="{str(self.ongoing).lower()}"'
        return f'ongoing-request="false", expiry-date="{format_datetime(self.expires, usegmt=True)}"'


def restored_copy(version: Version) -> RestoredCopy | None:
    """The restored copy as it is now; None where there is none, or no longer."""
    restore = version.restore
    if restore is None:
        return None
    now = clock.now()
    if now < restore.ready:
        return RestoredCopy(True, None)
    return RestoredCopy(False, restore.expires) if restore.expires is None or now < restore.expires else None


def archive_name(version: Version) -> str | None:
    """The archive that an object is in: a storage class, or an access tier; None where it is not archived."""
    return (
        version.storage_class if version.storage_class in RESTORE_DURATIONS else tiers.archive_tier(version)
    )


def is_readable(version: Version) -> bool:
    """Whether the bytes can be had: always, unless they are archived and not restored."""
    if version.storage_class not in RESTORE_DURATIONS:
        return tiers.archive_tier(version) is None
    copy = restored_copy(version)
    return copy is not None and not copy.ongoing


def start_restore(version: Version, now: datetime, tier: str, days: int) -> Restore:
    """A restore that is asked for now. From an access tier the object comes back for good, which is for 0 days."""
    ready = now + RESTORE_DURATIONS[archive_name(version) or ""][tier]
    return Restore(now, ready, expiry_date(ready, days) if days else None, tier, days)


def expiry_date(start: datetime, days: int) -> datetime:
    """The midnight (UTC) that follows so many days after the start."""
    return clock.next_midnight(later(start, days=days))
