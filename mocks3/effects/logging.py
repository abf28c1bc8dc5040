"""Server access logs: one line for every request to a logged bucket, written as log objects to the target bucket.

S3 delivers logs within hours, in batches. mocks3 delivers the lines when a request names the target bucket, as one
object for each logged bucket. The principal ``logging.s3.amazonaws.com`` writes it. If neither the policy nor the ACL
of the target bucket allows that (F-132, A-60), the lines are discarded.

Source: user guide, "Logging requests with server access logging", "Log object key format".
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from mocks3 import clock
from mocks3.access.targets import source_target
from mocks3.effects import log_lines, request_charged
from mocks3.effects.log_lines import LoggedRequest
from mocks3.effects.records import LogLine
from mocks3.effects.service_writes import write_as_service
from mocks3.effects.state import last_midnight
from mocks3.errors import S3Error
from mocks3.rules import locks
from mocks3.storage import AclGrantee, Grant
from mocks3.storage.iam.callers import LOG_WRITER

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_s3.type_defs import (
        LoggingEnabledOutputTypeDef,
        LoggingEnabledTypeDef,
        TargetGrantTypeDef,
    )

    from mocks3.effects.events import ObjectEvent
    from mocks3.effects.state import EffectsWorld
    from mocks3.model.exchange import Exchange
    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

DOCUMENT: Final = "logging"
_STAMP = "%Y-%m-%d-%H-%M-%S"


def log_request(world: EffectsWorld, exchange: Exchange) -> None:
    """Log a request that was answered, if its bucket or the source of its copy is logged."""
    parsed = exchange.parsed
    if parsed is None:
        return
    bucket = None if parsed.address.bucket is None else world.store.resolve_bucket(parsed.address.bucket)
    bucket = bucket if bucket is not None and DOCUMENT in bucket.configurations else None
    source = _source(world, parsed) if "CopySource" in parsed.head else None
    if bucket is not None or source is not None:
        logged = LoggedRequest(bucket, source, parsed, exchange.authenticated, exchange.error, clock.now())
        for name, text in log_lines.lines(world, logged, exchange.answer):
            _add(world, name, LogLine(logged.received, text))


def _source(world: EffectsWorld, parsed: Parsed) -> Target | None:
    """Return the source of a copy, if its bucket is logged."""
    try:
        source = source_target(parsed, world.store)
    except S3Error:  # the header is not valid
        return None
    return source if is_logged(source) else None


def is_logged(target: Target | None) -> bool:
    """Return whether the bucket of a target is logged."""
    return target is not None and target.bucket is not None and DOCUMENT in target.bucket.configurations


def log_lifecycle(world: EffectsWorld, bucket: Bucket, events: Iterable[ObjectEvent]) -> None:
    """Log the actions of lifecycle rules in a bucket."""
    if DOCUMENT in bucket.configurations:
        for event in events:
            _add(world, bucket.name, LogLine(event.at, log_lines.lifecycle_line(world, event, bucket)))


def log_abort(world: EffectsWorld, bucket: Bucket, key: str, at: datetime) -> None:
    """Log an upload that a lifecycle rule aborted."""
    if DOCUMENT in bucket.configurations:
        _add(world, bucket.name, LogLine(at, log_lines.abort_line(world, bucket, key, at)))


def _add(world: EffectsWorld, name: str, line: LogLine) -> None:
    lines = world.effects.lines
    lines[name] = (*lines.get(name, ()), line)


def deliver_logs(world: EffectsWorld, name: str | None) -> None:
    """Write the lines that are waiting for a target bucket, because a request names it."""
    if name is None:
        return
    for source_name in list(world.effects.lines):
        source = world.store.bucket(source_name)
        content = None if source is None else source.configurations.get(DOCUMENT)
        enabled = None if content is None else content.get("LoggingEnabled")
        if source is None or not enabled:
            del world.effects.lines[source_name]
        elif enabled["TargetBucket"] == name:
            lines = world.effects.lines.pop(source_name)
            if _accepts_logs(world, name):
                _write(world, source, enabled, lines)


def _accepts_logs(world: EffectsWorld, name: str) -> bool:
    """Return whether a bucket can receive logs: not with default retention and not with Requester Pays (ServerLogs)."""
    target = world.store.bucket(name)
    if target is None:
        return False
    rule = target.configurations.get(locks.DOCUMENT, {}).get("Rule")
    payer = target.configurations.get(request_charged.DOCUMENT, {}).get("Payer")
    return not rule and payer != "Requester"


def _write(
    world: EffectsWorld,
    source: Bucket,
    enabled: LoggingEnabledTypeDef | LoggingEnabledOutputTypeDef,
    lines: Iterable[LogLine],
) -> None:
    """Write lines as one object, or as one object a day if keys are partitioned by day."""
    in_order = sorted(lines, key=lambda line: line.at)
    for start, several in itertools.groupby(in_order, key=lambda line: _key(source, enabled, line.at)):
        data = "".join(f"{line.text}\n" for line in several).encode()
        key = f"{start}-{os.urandom(8).hex().upper()}"
        grants = tuple(map(_grant, enabled.get("TargetGrants", ())))
        write_as_service(world, LOG_WRITER, source, enabled["TargetBucket"], key, data, grants=grants)


def _key(source: Bucket, enabled: LoggingEnabledTypeDef | LoggingEnabledOutputTypeDef, at: datetime) -> str:
    """Return a log object's key without its unique suffix.

    It is ``PREFIXYYYY-mm-DD-HH-MM-SS``; a partitioned key has account, Region, bucket and date before that. The time is
    that of delivery. In partitioned keys it is by default the midnight of the day of the requests
    (API_PartitionedPrefix).
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


def _grant(given: TargetGrantTypeDef) -> Grant:
    grantee = given["Grantee"]
    kind = grantee["Type"]
    return Grant(AclGrantee(kind, grantee["URI"] if kind == "Group" else grantee["ID"]), given["Permission"])
