"""Archived objects, and their temporary copies that RestoreObject makes.

Rule: no timer runs. A restore stores at its start the time when it is done and the time when its copy expires. The
present state of an object is computed from these times and the clock.

Source: API_RestoreObject; user guide "Restoring an archived object" (how long each tier takes; expiry at midnight UTC
after the last day) and "Understanding archive retrieval options".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.errors import Why
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
"""The longest duration of a restore, by archive (a storage class or an access tier) and retrieval tier."""


class RestoredCopy(NamedTuple):
    """A restored copy, or an ongoing restore. ``expires`` is None while it is ongoing, and for a permanent copy."""

    ongoing: bool
    expires: datetime | None

    @property
    def header(self) -> str:
        """The value of the ``x-amz-restore`` header."""
        if self.ongoing or self.expires is None:
            return f'ongoing-request="{str(self.ongoing).lower()}"'
        return f'ongoing-request="false", expiry-date="{format_datetime(self.expires, usegmt=True)}"'


def restored_copy(version: Version) -> RestoredCopy | None:
    """Return the present restored copy. None if there is none, or if it has expired."""
    restore = version.restore
    if restore is None:
        return None
    now = clock.now()
    if now < restore.ready:
        return RestoredCopy(True, None)
    return RestoredCopy(False, restore.expires) if restore.expires is None or now < restore.expires else None


def archive_name(version: Version) -> str | None:
    """Return the archive of an object: a storage class or an access tier. None if it is not archived."""
    return (
        version.storage_class if version.storage_class in RESTORE_DURATIONS else tiers.archive_tier(version)
    )


def is_readable(version: Version) -> bool:
    """Return whether the content can be read: always, except for archived objects that are not restored."""
    if version.storage_class not in RESTORE_DURATIONS:
        return tiers.archive_tier(version) is None
    copy = restored_copy(version)
    return copy is not None and not copy.ongoing


def why_unreadable(version: Version) -> Why:
    """Return why the content of an archived object cannot be read now."""
    copy = restored_copy(version)
    if copy is not None and copy.ongoing and version.restore is not None:
        ready = f"{version.restore.ready:%Y-%m-%dT%H:%M:%SZ}"
        text, fix = f"the restore of the archived object ends at {ready}", "read the object after that time"
    else:
        expired = version.restore is not None
        text = f"the object is archived in {archive_name(version)}, and " + (
            "its restored copy has expired" if expired else "it was not restored"
        )
        fix = "restore it first: restore_object, then wait until it is done"
    return Why("storage-class", text, "F-140", (fix,))


def start_restore(version: Version, now: datetime, tier: str, days: int) -> Restore:
    """Return a restore that starts now. 0 days means a permanent restore, from an access tier."""
    ready = later(now, seconds=RESTORE_DURATIONS[archive_name(version) or ""][tier].total_seconds())
    return Restore(now, ready, expiry_date(ready, days) if days else None, tier, days)


def expiry_date(start: datetime, days: int) -> datetime:
    """Return the first midnight (UTC) that is at least this number of days after the start."""
    return clock.next_midnight(later(start, days=days))
