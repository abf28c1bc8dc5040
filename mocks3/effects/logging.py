"""Server access logs: a line for every request to a bucket that is logged, and objects of lines in the target bucket.

S3 delivers logs within hours, in batches. Here what was logged so far is written when somebody looks at the bucket
that it goes to, as one object for each bucket that is logged. Nothing is written where that bucket does not let
``logging.s3.amazonaws.com`` in, by its policy or its ACL (F-132, A-60); what was logged is lost then.

Source: user guide, "Logging requests with server access logging", "Log object key format".
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.access.targets import source_target
from mocks3.effects import log_lines, request_charged
from mocks3.effects.service_writes import write_as_service
from mocks3.effects.state import last_midnight
from mocks3.errors import S3Error
from mocks3.rules import locks
from mocks3.storage import Grant, Grantee
from mocks3.storage.iam.callers import LOG_WRITER

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.effects.events import ObjectEvent
    from mocks3.effects.state import EffectsWorld
    from mocks3.model.exchange import Exchange
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

DOCUMENT = "logging"
_STAMP = "%Y-%m-%d-%H-%M-%S"


class UnloggedRequest(NamedTuple):
    """A request before its answer is known: to a bucket that is logged, or to copy from ``source``, which is."""

    bucket: Bucket | None
    source: Target | None
    parsed: Parsed
    authenticated: Authenticated | None
    error: S3Error | None
    received: datetime


class Line(NamedTuple):
    """A line that was logged then."""

    at: datetime
    text: str


def log(world: EffectsWorld, exchange: Exchange) -> None:
    """Log a request that was answered, if it is to a bucket that is logged, or copies from one."""
    parsed = exchange.parsed
    succeeded = exchange.authorized is not None and exchange.error is None
    if parsed is None or (
        succeeded and exchange.changes is None
    ):  # no configuration was in force when it ran
        return
    bucket = None if parsed.address.bucket is None else world.store.behind(parsed.address.bucket)
    bucket = bucket if bucket is not None and DOCUMENT in bucket.documents else None
    source = _source(world, parsed) if "CopySource" in parsed.head else None
    if bucket is not None or source is not None:
        logged = UnloggedRequest(bucket, source, parsed, exchange.authenticated, exchange.error, clock.now())
        for name, text in log_lines.lines(world, logged, exchange.answer):
            _add(world, name, Line(logged.received, text))


def _source(world: EffectsWorld, parsed: Parsed) -> Target | None:
    """What a request copies, if it is in a bucket that is logged."""
    try:
        source = source_target(parsed, world.store)
    except S3Error:  # the header names nothing
        return None
    return source if is_logged(source) else None


def is_logged(target: Target | None) -> bool:
    """Whether requests to a bucket or an object are logged."""
    return target is not None and target.bucket is not None and DOCUMENT in target.bucket.documents


def log_lifecycle(world: EffectsWorld, bucket: Bucket, happened: Iterable[ObjectEvent]) -> None:
    """Log what lifecycle rules did in a bucket."""
    if DOCUMENT in bucket.documents:
        for what in happened:
            _add(world, bucket.name, Line(what.at, log_lines.lifecycle_line(world, what, bucket)))


def log_abort(world: EffectsWorld, bucket: Bucket, key: str, at: datetime) -> None:
    """Log an upload that a lifecycle rule aborted."""
    if DOCUMENT in bucket.documents:
        _add(world, bucket.name, Line(at, log_lines.abort_line(world, bucket, key, at)))


def _add(world: EffectsWorld, name: str, line: Line) -> None:
    lines = world.effects.lines
    lines[name] = (*lines.get(name, ()), line)


def deliver_logs(world: EffectsWorld, name: str | None) -> None:
    """Write what was logged so far into a bucket that somebody looks at."""
    if name is None:
        return
    for source_name in list(world.effects.lines):
        source = world.store.bucket(source_name)
        content = None if source is None else source.documents.get(DOCUMENT)
        enabled: dict[str, Any] = (content or {}).get("LoggingEnabled") or {}
        if source is None or not enabled:
            del world.effects.lines[source_name]
        elif enabled["TargetBucket"] == name:
            lines = world.effects.lines.pop(source_name)
            if _takes_logs(world, name):
                _write(world, source, enabled, lines)


def _takes_logs(world: EffectsWorld, name: str) -> bool:
    """Whether a bucket can have logs: not one that retains by default, nor one whose requesters pay (ServerLogs)."""
    target = world.store.bucket(name)
    if target is None:
        return False
    rule = (target.documents.get(locks.DOCUMENT) or {}).get("Rule")
    return not rule and (target.documents.get(request_charged.DOCUMENT) or {}).get("Payer") != "Requester"


def _write(world: EffectsWorld, source: Bucket, enabled: dict[str, Any], lines: Iterable[Line]) -> None:
    """Write lines as one object, or as one for each day of theirs."""
    in_order = sorted(lines, key=lambda line: line.at)
    for start, several in itertools.groupby(in_order, key=lambda line: _key(source, enabled, line.at)):
        data = "".join(f"{line.text}\n" for line in several).encode()
        key = f"{start}-{os.urandom(8).hex().upper()}"
        grants = tuple(map(_grant, enabled.get("TargetGrants", ())))
        write_as_service(world, LOG_WRITER, source, enabled["TargetBucket"], key, data, grants=grants)


def _key(source: Bucket, enabled: dict[str, Any], at: datetime) -> str:
    """``PREFIXYYYY-mm-DD-HH-MM-SS``, or the same below account, Region, bucket and date; without what makes it unique.

    The moment is that of delivery, or the midnight of the day on which the lines were logged, which is how it is by
    default where keys are partitioned (API_PartitionedPrefix).
    """
    prefix = enabled.get("TargetPrefix") or ""
    form = enabled.get("TargetObjectKeyFormat") or {}
    partition = form.get("PartitionedPrefix")
    if partition is None:
        return f"{prefix}{clock.now():{_STAMP}}"
    by_delivery = partition.get("PartitionDateSource") == "DeliveryTime"
    moment = clock.now() if by_delivery else last_midnight(at)
    folder = f"{prefix}{source.owner}/{source.region}/{source.name}"
    return f"{folder}/{moment:%Y/%m/%d}/{moment:{_STAMP}}"


def _grant(given: dict[str, Any]) -> Grant:
    grantee = given["Grantee"]
    kind = grantee["Type"]
    return Grant(Grantee(kind, grantee["URI" if kind == "Group" else "ID"]), given["Permission"])
