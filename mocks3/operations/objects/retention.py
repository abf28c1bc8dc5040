"""Get and PutObjectRetention.

Source: their API pages; user guide "Object Lock considerations"; R-61, R-62; F-40 to F-42.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML, NO_OBJECT_LOCK, OBJECT_LOCKED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need, When, all_of, equals
from mocks3.model.stages import Authorized
from mocks3.rules import event_holds, locks, message_dates
from mocks3.rules.finding import check_key_and_version, editing, find_version, lookup_version
from mocks3.storage import Lock

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        GetObjectRetentionRequestTypeDef,
        ObjectLockRetentionOutputTypeDef,
        ObjectLockRetentionTypeDef,
        PutObjectRetentionRequestTypeDef,
    )

    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target


# The words of the user guide, "Troubleshooting variable retention". The message of S3 was never recorded.
_NO_DATE = "When the event hold is off, the object version must have a retain-until-date."


@operation(
    Need("s3:GetObjectRetention", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_retention(call: Authorized, params: GetObjectRetentionRequestTypeDef) -> Params:
    """Return the mode and the end of the retention of a version, also after its end.

    With an event hold, the end is computed for the present time. Raise ``InvalidRequest`` without Object Lock, or
    ``NoSuchObjectLockConfiguration`` if the version has no retention.
    """
    locks.require_enabled(call.bucket)
    version = find_version(call.bucket, call.key, params.get("VersionId"), "GET", masked=False)
    if version.lock.mode is None:
        raise NO_OBJECT_LOCK()
    return {"Retention": _members(version.lock, clock.now())}


def _weakens(parsed: Parsed, target: Target) -> bool:
    version = (
        None if target.bucket is None else lookup_version(target.bucket, target.key or "", target.version_id)
    )
    if version is None or version.lock.mode != "GOVERNANCE":
        return False
    now = clock.now()
    return is_weaker(
        version.lock, _changed(version.lock, _requested_lock(parsed.params.get("Retention")), now), now
    )


WEAKENS_RETENTION = all_of(
    equals("BypassGovernanceRetention", True),
    When("GOVERNANCE retention is shortened, removed or altered", _weakens),
)


@operation(
    Need("s3:PutObjectRetention", OBJECT),
    Need("s3:BypassGovernanceRetention", OBJECT, when=WEAKENS_RETENTION),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def put_object_retention(call: Authorized, params: PutObjectRetentionRequestTypeDef) -> Params:
    """Set or remove the retention of a version: a date, or an event hold.

    An empty ``Retention`` removes it. A changed or released event hold never makes the end earlier, unless governance
    is bypassed. Raise ``InvalidRequest`` without Object Lock, ``MalformedXML``, ``InvalidArgument`` for a date in the
    past, or ``AccessDenied`` for a weaker retention.
    """
    now = clock.now()
    with editing(call) as bucket:
        locks.require_enabled(bucket)
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        requested = _requested_lock(params.get("Retention"))
        if requested.until is not None and requested.until <= now:
            raise INVALID_ARGUMENT(
                message="The retain until date must be in the future!",
                ArgumentName="RetainUntilDate",
                ArgumentValue=message_dates.format_date(requested.until),
            )
        lock = _changed(version.lock, requested, now)
        if lock.mode is not None and event_holds.retained_until(lock, now) is None:
            raise INVALID_REQUEST(message=_NO_DATE)
        bypassed = version.lock.mode == "GOVERNANCE" and params.get("BypassGovernanceRetention")
        if is_weaker(version.lock, lock, now) and not bypassed:
            if requested.event_hold is None or lock.mode != version.lock.mode:
                raise OBJECT_LOCKED()
            lock = replace(lock, until=event_holds.retained_until(version.lock, now))
        bucket.update(replace(version, lock=lock))
    return {}


def is_weaker(lock: Lock, requested: Lock, now: datetime) -> bool:
    """Return whether the new lock is weaker than a lock in effect: it ends earlier, has no end, or another mode."""
    if not locks.retains(lock, now):
        return False
    before, after = event_holds.retained_until(lock, now), event_holds.retained_until(requested, now)
    return requested.mode != lock.mode or before is None or after is None or after < before


def _changed(lock: Lock, requested: Lock, now: datetime) -> Lock:
    """Return the lock with the requested changes, before any check."""
    until, hold, period = requested.until, requested.event_hold, requested.period
    if requested.mode is not None:
        if hold is None:
            hold, period = lock.event_hold, lock.period
        elif not hold and until is None:
            until = event_holds.retained_until(lock, now)
    return replace(lock, mode=requested.mode, until=until, event_hold=hold, period=period)


def _requested_lock(retention: ObjectLockRetentionTypeDef | ObjectLockRetentionOutputTypeDef | None) -> Lock:
    """Return the lock in the body. Raise ``MalformedXML`` unless it is complete or empty, or ``InvalidArgument``."""
    if retention is None:
        raise MALFORMED_XML()
    mode, until = retention.get("Mode"), retention.get("RetainUntilDate")
    assert not isinstance(until, str), "``wire`` reads dates"
    event_hold = event_holds.from_body(retention)
    # An event hold, on or off, needs no date. Every retention needs a mode.
    if (mode is None) != (until is None and event_hold.on is None):
        raise MALFORMED_XML()
    return Lock(mode, until, event_hold=event_hold.on, period=event_hold.period)


def _members(lock: Lock, now: datetime) -> dict[str, Any]:
    members: dict[str, Any] = {"Mode": lock.mode, "RetainUntilDate": event_holds.retained_until(lock, now)}
    if lock.event_hold is not None:
        members["EventHold"] = "ON" if lock.event_hold else "OFF"
    if lock.period is not None:
        members["EventHoldDuration"] = event_holds.period_members(lock.period)
    return members
