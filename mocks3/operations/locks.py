"""Object Lock on versions: what a write asks for, what protects a version from being deleted.

A bucket has Object Lock when its ``object-lock`` document is there. Source: user guide "Locking objects with Object
Lock"; answers.md PutObject, DeleteObject; authorization.md 7.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, NotSupported
from mocks3.storage import UNLOCKED, Lock

if TYPE_CHECKING:
    from mocks3.call import Params
    from mocks3.storage import Bucket, Version

DOCUMENT = "object-lock"
_HEADERS = frozenset({"ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"})
_EVENT_HOLD = ("ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears")
_ALL = _HEADERS.union(_EVENT_HOLD)
_MODE, _DATE = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"


def is_enabled(bucket: Bucket) -> bool:
    """Whether the bucket has Object Lock."""
    return DOCUMENT in bucket.documents


def check_enabled(bucket: Bucket) -> None:
    """Raise ``InvalidRequest`` for a bucket without Object Lock."""
    if not is_enabled(bucket):
        raise INVALID_REQUEST(message="Bucket is missing Object Lock Configuration")


def requested(bucket: Bucket, params: Params, now: datetime) -> Lock:
    """The lock on what a request writes: as its headers say, else as the bucket's default says.

    Raises ``InvalidArgument``, and ``InvalidRequest`` where the bucket has no Object Lock (F-23).
    """
    if _ALL.isdisjoint(params):
        return _default(bucket, now)
    for member in _EVENT_HOLD:
        if member in params:
            raise NotSupported(f"mocks3 does not support event holds yet ({member})")
    mode, until = _retention(params, now)
    hold = params.get("ObjectLockLegalHoldStatus")
    if hold not in (None, "ON", "OFF"):
        raise INVALID_ARGUMENT(
            message="Legal Hold must be either of 'ON' or 'OFF'",
            ArgumentName="x-amz-object-lock-legal-hold",
            ArgumentValue=hold,
        )
    check_enabled(bucket)
    if mode is None:
        default = _default(bucket, now)
        mode, until = default.mode, default.until
    return Lock(mode, until, None if hold is None else hold == "ON")


def are_given(params: Params) -> bool:
    """Whether a request speaks of Object Lock."""
    return not _HEADERS.isdisjoint(params)


def protects(version: Version, now: datetime, *, bypassed: bool) -> bool:
    """Whether the version may not be deleted for good (F-41, F-42)."""
    lock = version.lock
    if lock is UNLOCKED:
        return False
    if lock.legal_hold:
        return True
    if lock.mode is None or lock.until is None or lock.until <= now:
        return False
    return lock.mode == "COMPLIANCE" or not bypassed


def _retention(params: Params, now: datetime) -> tuple[str | None, datetime | None]:
    mode, until = params.get("ObjectLockMode"), params.get("ObjectLockRetainUntilDate")
    if (mode is None) != (until is None):
        raise INVALID_ARGUMENT(
            message=f"{_DATE} and {_MODE} must both be supplied",
            ArgumentName=_DATE if until is None else _MODE,
        )
    if mode not in (None, "GOVERNANCE", "COMPLIANCE"):
        raise INVALID_ARGUMENT(message="Unknown wormMode directive.", ArgumentName=_MODE, ArgumentValue=mode)
    if until is not None and until <= now:
        raise INVALID_ARGUMENT(
            message="The retain until date must be in the future!",
            ArgumentName=_DATE,
            ArgumentValue=until.isoformat(),
        )
    return mode, until


def _default(bucket: Bucket, now: datetime) -> Lock:
    """What the bucket's own rule puts on every new version."""
    document: Mapping[str, Any] = bucket.documents.get(DOCUMENT) or {}
    rule = document.get("Rule", {}).get("DefaultRetention")
    if not rule:
        return UNLOCKED
    days = timedelta(days=rule["Days"]) if "Days" in rule else timedelta(days=365 * rule["Years"])
    return Lock(rule["Mode"], now + days)
