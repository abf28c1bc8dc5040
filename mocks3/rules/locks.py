"""Object Lock: the lock that a write asks for, and the protection of versions from deletion.

A bucket has Object Lock if it has an ``object-lock`` document. Source: user guide "Locking objects with Object
Lock"; R-50 to R-57, R-60, R-112; F-40 to F-45.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, Why
from mocks3.lib.limits import later
from mocks3.rules import event_holds
from mocks3.storage import UNLOCKED, Lock

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.rules.inputs import NewObject
    from mocks3.storage import Bucket, HoldPeriod, Version

DOCUMENT: Final = "object-lock"
_HEADERS = frozenset(
    {"ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", *event_holds.HEADERS}
)
_MODE, _DATE = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"


def is_enabled(bucket: Bucket) -> bool:
    """Return whether the bucket has Object Lock."""
    return DOCUMENT in bucket.configurations


def require_enabled(bucket: Bucket) -> None:
    """Raise ``InvalidRequest`` for a bucket without Object Lock."""
    if not is_enabled(bucket):
        raise INVALID_REQUEST(message="Bucket is missing Object Lock Configuration")


def requested(call: Authorized, params: NewObject, now: datetime) -> Lock:
    """Return the lock of a write: the one its headers name, otherwise the default of the bucket.

    Raise ``InvalidArgument``, or ``InvalidRequest`` if the bucket has no Object Lock (F-23).
    """
    if _HEADERS.isdisjoint(params):
        return default_lock(call.bucket, now)
    lock = _retention(call, params, now)
    hold = params.get("ObjectLockLegalHoldStatus")
    if hold not in (None, "ON", "OFF"):
        raise INVALID_ARGUMENT(
            message="Legal Hold must be either of 'ON' or 'OFF'",
            ArgumentName="x-amz-object-lock-legal-hold",
            ArgumentValue=hold,
        )
    require_enabled(call.bucket)
    if lock is UNLOCKED:
        lock = default_lock(call.bucket, now)
    return lock if hold is None else replace(lock, legal_hold=hold == "ON")


def has_lock_headers(params: NewObject) -> bool:
    """Return whether a request has any Object Lock header."""
    return not _HEADERS.isdisjoint(params)


def protects(version: Version, now: datetime, *, bypassed: bool) -> bool:
    """Return whether the lock forbids to delete the version permanently (F-41, F-42)."""
    lock = version.lock
    if lock is UNLOCKED:
        return False
    if lock.legal_hold:
        return True
    return retains(lock, now) and (lock.mode == "COMPLIANCE" or not bypassed)


def why_locked(version: Version, now: datetime, what: str, action: str | None = None) -> Why:
    """Return why a lock refuses a call, with the values of the lock.

    Args:
        version: The version that is locked.
        now: The time of the call.
        what: What the lock forbids, such as ``"deleting it"``.
        action: The IAM action that is refused. Default: the operation's own.
    """
    lock = version.lock
    if lock.legal_hold:
        text = f"the version {version.version_id} has a legal hold, which forbids {what}"
        fixes = ("remove the legal hold first: put_object_legal_hold(LegalHold={'Status': 'OFF'})",)
        return Why("object-lock", text, "F-42", fixes, action=action)
    until = event_holds.retained_until(lock, now)
    ends = (
        f"until {until:%Y-%m-%dT%H:%M:%SZ}" if until and not lock.event_hold else "while its event hold is on"
    )
    text = f"the version {version.version_id} is under {lock.mode} retention {ends}, which forbids {what}"
    if lock.mode == "COMPLIANCE":
        unfixable = (
            "COMPLIANCE retention cannot be shortened or removed, also not by the root user; it ends by time"
        )
        return Why("object-lock", text, "F-42", (), unfixable, action)
    bypass = "send BypassGovernanceRetention=True, which also needs s3:BypassGovernanceRetention"
    return Why("object-lock", text, "F-41", (bypass,), action=action)


def retains(lock: Lock, now: datetime) -> bool:
    """Return whether the retention, fixed or variable, is not over."""
    until = event_holds.retained_until(lock, now)
    return lock.mode is not None and until is not None and now < until


def _retention(call: Authorized, params: NewObject, now: datetime) -> Lock:
    """Return the retention in the headers. ``UNLOCKED`` if there is none."""
    mode, until = params.get("ObjectLockMode"), params.get("ObjectLockRetainUntilDate")
    assert not isinstance(until, str), "``wire`` reads dates"
    event_hold = event_holds.from_headers(params)
    if event_hold.on is not None and mode is None:
        raise INVALID_ARGUMENT(message="An event hold requires a retention mode", ArgumentName=_MODE)
    # An event hold that is on needs no date.
    if (mode is None) != (until is None and not event_hold.on):
        raise INVALID_ARGUMENT(
            message=f"{_DATE} and {_MODE} must both be supplied",
            ArgumentName=_MODE if mode is None else _DATE,
        )
    if mode is None:
        return UNLOCKED
    if mode not in ("GOVERNANCE", "COMPLIANCE"):
        raise INVALID_ARGUMENT(message="Unknown wormMode directive.", ArgumentName=_MODE, ArgumentValue=mode)
    if until is not None and until <= now:
        # Users report the header as it was sent (PutObjectRetention formats the date instead).
        raise INVALID_ARGUMENT(
            message="The retain until date must be in the future!",
            ArgumentName=_DATE,
            ArgumentValue=call.parsed.request.headers[_DATE],
        )
    return Lock(mode, until, event_hold=event_hold.on, period=event_hold.period)


def default_lock(bucket: Bucket, now: datetime) -> Lock:
    """Return the default retention of the bucket: fixed, variable, or both. ``UNLOCKED`` if it has none."""
    rule = bucket.configurations.get(DOCUMENT, {}).get("Rule", {}).get("DefaultRetention")
    if not rule:
        return UNLOCKED
    until: datetime | None = None
    if "Days" in rule or "Years" in rule:
        until = later(now, days=rule["Days"] if "Days" in rule else 365 * rule["Years"])
    if "DefaultEventHold" not in rule:
        return Lock(rule["Mode"], until)
    period: HoldPeriod = event_holds.period(rule["DefaultEventHold"])
    return Lock(rule["Mode"], until, event_hold=True, period=period)
