"""Get and PutObjectRetention: until when a version is kept, and who may make that shorter.

Source: their API pages; user guide "Managing Object Lock"; answers.md "Object lock"; authorization.md F-40 to F-42.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.call import Authorized, Params
from mocks3.errors import INVALID_ARGUMENT, MALFORMED_XML, NO_OBJECT_LOCK, OBJECT_LOCKED, NotSupported
from mocks3.needs import BUCKET, OBJECT, REVEAL, Need, When, all_of, equals
from mocks3.operations import locks, pacific
from mocks3.operations.finding import check_named, editing, find, named
from mocks3.operations.registry import operation

if TYPE_CHECKING:
    from mocks3.call import Parsed, Target
    from mocks3.storage import Lock

Retention = tuple[str | None, datetime | None]
"""Mode and date; both None where nothing is retained."""


@operation(
    Need("s3:GetObjectRetention", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_named,
)
def get_object_retention(call: Authorized, params: Params) -> Params:
    """Mode and date of a version's retention, also of one that is over.

    Raises ``InvalidRequest`` without Object Lock, ``NoSuchObjectLockConfiguration`` where nothing was set.
    """
    locks.check_enabled(call.bucket)
    version = find(call.bucket, call.key, params.get("VersionId"), "GET", masked=False)
    if version.lock.mode is None:
        raise NO_OBJECT_LOCK()
    return {"Retention": {"Mode": version.lock.mode, "RetainUntilDate": version.lock.until}}


def _loosens(parsed: Parsed, target: Target) -> bool:
    version = None if target.bucket is None else named(target.bucket, target.key or "", target.version_id)
    if version is None or version.lock.mode != "GOVERNANCE":
        return False
    return is_looser(version.lock, _asked(parsed.params), clock.now())


LOOSENING = all_of(
    equals("BypassGovernanceRetention", True),
    When("GOVERNANCE retention is shortened, removed or altered", _loosens),
)


@operation(
    Need("s3:PutObjectRetention", OBJECT),
    Need("s3:BypassGovernanceRetention", OBJECT, when=LOOSENING),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_named,
)
def put_object_retention(call: Authorized, params: Params) -> Params:
    """Retain a version until a date, or, with nothing in ``Retention``, no longer.

    Raises ``InvalidRequest`` without Object Lock, ``MalformedXML``, ``InvalidArgument`` for a date in the past, and
    ``AccessDenied`` where it would keep the version for less than it is kept now.
    """
    now = clock.now()
    with editing(call) as bucket:
        locks.check_enabled(bucket)
        version = find(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        mode, until = _asked(params)
        if until is not None and until <= now:
            raise INVALID_ARGUMENT(
                message="The retain until date must be in the future!",
                ArgumentName="RetainUntilDate",
                ArgumentValue=pacific.text(until),
            )
        bypassed = version.lock.mode == "GOVERNANCE" and params.get("BypassGovernanceRetention")
        if is_looser(version.lock, (mode, until), now) and not bypassed:
            raise OBJECT_LOCKED()
        bucket.update(replace(version, lock=replace(version.lock, mode=mode, until=until)))
    return {}


def is_looser(lock: Lock, asked: Retention, now: datetime) -> bool:
    """Whether a lock that holds would hold for less: shorter, not at all, or in another mode."""
    if lock.mode is None or lock.until is None or lock.until <= now:
        return False
    mode, until = asked
    return mode != lock.mode or until is None or until < lock.until


def _asked(params: Params) -> Retention:
    """What the body asks for. Raises ``MalformedXML`` for one without mode or date, unless both are missing."""
    retention: dict[str, Any] | None = params.get("Retention")
    if retention is None:
        raise MALFORMED_XML()
    for member in ("EventHold", "EventHoldDuration"):
        if member in retention:
            raise NotSupported(f"mocks3 does not support event holds yet (Retention.{member})")
    mode, until = retention.get("Mode"), retention.get("RetainUntilDate")
    if (mode is None) != (until is None):
        raise MALFORMED_XML()
    return mode, until
