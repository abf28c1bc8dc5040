"""Get and PutObjectRetention: until when a version is kept, and who may make that shorter.

Source: their API pages; user guide "Object Lock considerations"; R-61, R-62; F-40 to
F-42.
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
    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target


# User guide "Troubleshooting variable retention", in its words; what S3 itself says was never recorded.
_NO_DATE = "When the event hold is off, the object version must have a retain-until-date."


@operation(
    Need("s3:GetObjectRetention", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_retention(call: Authorized, params: Params) -> Params:
    """Mode and date of a version's retention, also of one that is over; with an event hold the date as it is now.

    Raises ``InvalidRequest`` without Object Lock, ``NoSuchObjectLockConfiguration`` where nothing was set.
    """
    locks.require_enabled(call.bucket)
    version = find_version(call.bucket, call.key, params.get("VersionId"), "GET", masked=False)
    if version.lock.mode is None:
        raise NO_OBJECT_LOCK()
    return {"Retention": _shown(version.lock, clock.now())}


def _loosens(parsed: Parsed, target: Target) -> bool:
    version = (
        None if target.bucket is None else lookup_version(target.bucket, target.key or "", target.version_id)
    )
    if version is None or version.lock.mode != "GOVERNANCE":
        return False
    now = clock.now()
    return is_weaker(version.lock, _changed(version.lock, _asked(parsed.params), now), now)


WEAKENS_RETENTION = all_of(
    equals("BypassGovernanceRetention", True),
    When("GOVERNANCE retention is shortened, removed or altered", _loosens),
)


@operation(
    Need("s3:PutObjectRetention", OBJECT),
    Need("s3:BypassGovernanceRetention", OBJECT, when=WEAKENS_RETENTION),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def put_object_retention(call: Authorized, params: Params) -> Params:
    """Retain a version until a date, hold it for an event, let the event begin the time, or retain it no longer.

    With nothing in ``Retention`` it is retained no longer. An event hold that is changed or released never brings the
    date forward, unless governance is bypassed.

    Raises ``InvalidRequest`` without Object Lock, ``MalformedXML``, ``InvalidArgument`` for a date in the past, and
    ``AccessDenied`` where it would keep the version for less than it is kept now.
    """
    now = clock.now()
    with editing(call) as bucket:
        locks.require_enabled(bucket)
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        asked = _asked(params)
        if asked.until is not None and asked.until <= now:
            raise INVALID_ARGUMENT(
                message="The retain until date must be in the future!",
                ArgumentName="RetainUntilDate",
                ArgumentValue=message_dates.format_date(asked.until),
            )
        lock = _changed(version.lock, asked, now)
        if lock.mode is not None and event_holds.retained_until(lock, now) is None:
            raise INVALID_REQUEST(message=_NO_DATE)
        bypassed = version.lock.mode == "GOVERNANCE" and params.get("BypassGovernanceRetention")
        if is_weaker(version.lock, lock, now) and not bypassed:
            if asked.event_hold is None or lock.mode != version.lock.mode:
                raise OBJECT_LOCKED()
            lock = replace(lock, until=event_holds.retained_until(version.lock, now))
        bucket.update(replace(version, lock=lock))
    return {}


def is_weaker(lock: Lock, asked: Lock, now: datetime) -> bool:
    """Whether a lock that holds would hold for less: shorter, not at all, or in another mode."""
    if not locks.retains(lock, now):
        return False
    before, after = event_holds.retained_until(lock, now), event_holds.retained_until(asked, now)
    return asked.mode != lock.mode or before is None or after is None or after < before


def _changed(lock: Lock, asked: Lock, now: datetime) -> Lock:
    """What a request makes of a lock, were there nothing that kept it from doing so."""
    until, hold, period = asked.until, asked.event_hold, asked.period
    if asked.mode is not None:
        if hold is None:
            hold, period = lock.event_hold, lock.period
        elif not hold and until is None:
            until = event_holds.retained_until(lock, now)
    return replace(lock, mode=asked.mode, until=until, event_hold=hold, period=period)


def _asked(params: Params) -> Lock:
    """What the body asks for. Raises ``MalformedXML`` for what is neither complete nor empty, ``InvalidArgument``."""
    retention: dict[str, Any] | None = params.get("Retention")
    if retention is None:
        raise MALFORMED_XML()
    mode, until = retention.get("Mode"), retention.get("RetainUntilDate")
    held = event_holds.from_body(retention)
    # An event hold, on or off, does without the date; nothing does without the mode.
    if (mode is None) != (until is None and held.on is None):
        raise MALFORMED_XML()
    return Lock(mode, until, event_hold=held.on, period=held.period)


def _shown(lock: Lock, now: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {"Mode": lock.mode, "RetainUntilDate": event_holds.retained_until(lock, now)}
    if lock.event_hold is not None:
        shown["EventHold"] = "ON" if lock.event_hold else "OFF"
    if lock.period is not None:
        shown["EventHoldDuration"] = event_holds.period_members(lock.period)
    return shown
