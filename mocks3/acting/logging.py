"""Server access logs: a line for every request to a bucket that is logged, and objects of lines in the target bucket.

S3 delivers logs within hours, in batches. Here what was logged so far is written when somebody looks at the bucket
that it goes to, as one object for each bucket that is logged. Nothing is written where that bucket does not let
``logging.s3.amazonaws.com`` in, by its policy or its ACL (authorization.md F-132, A-60); what was logged is lost then.

Source: user guide, "Logging requests with server access logging", "Log object key format".
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.acting import loglines
from mocks3.acting.deposits import deposit
from mocks3.identity.callers import LOG_WRITER
from mocks3.storage import Acl, Grant, Grantee

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.call import Authenticated, Parsed, WireResponse, World
    from mocks3.errors import S3Error
    from mocks3.storage import Bucket

DOCUMENT = "logging"


class Heard(NamedTuple):
    """A request to a bucket that is logged, before its answer is known."""

    bucket: Bucket
    parsed: Parsed
    authenticated: Authenticated | None
    error: S3Error | None
    received: datetime


def hear(
    world: World, parsed: Parsed, authenticated: Authenticated | None, error: S3Error | None = None
) -> None:
    """Note a request that will be answered, if it is to a bucket that is logged."""
    bucket = None if parsed.address.bucket is None else world.store.bucket(parsed.address.bucket)
    if bucket is not None and DOCUMENT in bucket.documents:
        heard = Heard(bucket, parsed, authenticated, error, clock.now())
        world.acting.heard[threading.get_ident()] = heard


def write_down(world: World, answer: WireResponse) -> None:
    """Log the request that this thread has just answered, if it is one that is logged."""
    heard = world.acting.heard.pop(threading.get_ident(), None)
    if heard is not None:
        lines = world.acting.lines
        lines[heard.bucket.name] = (*lines.get(heard.bucket.name, ()), *loglines.lines(world, heard, answer))


def deliver(world: World, name: str | None) -> None:
    """Write what was logged so far into a bucket that somebody looks at."""
    if name is None:
        return
    for source_name in list(world.acting.lines):
        source = world.store.bucket(source_name)
        content = None if source is None else source.documents.get(DOCUMENT)
        enabled: dict[str, Any] = (content or {}).get("LoggingEnabled") or {}
        if source is None or not enabled:
            del world.acting.lines[source_name]
        elif enabled["TargetBucket"] == name:
            lines = world.acting.lines.pop(source_name)
            data = "".join(f"{line}\n" for line in lines).encode()
            grants = _acl(world, source, enabled)
            deposit(world, LOG_WRITER, source, name, _key(source, enabled), data, acl=grants)


def _key(source: Bucket, enabled: dict[str, Any]) -> str:
    """``PREFIXYYYY-mm-DD-HH-MM-SS-UniqueString``, or the same below account, Region, bucket and date."""
    now = clock.now()
    name = f"{now:%Y-%m-%d-%H-%M-%S}-{os.urandom(8).hex().upper()}"
    prefix = enabled.get("TargetPrefix") or ""
    if "PartitionedPrefix" not in (enabled.get("TargetObjectKeyFormat") or {}):
        return prefix + name
    return f"{prefix}{source.owner}/{source.region}/{source.name}/{now:%Y/%m/%d}/{name}"


def _acl(world: World, source: Bucket, enabled: dict[str, Any]) -> Acl | None:
    """The grants that the configuration gives on its logs, beside the owner's."""
    given = enabled.get("TargetGrants")
    if not given:
        return None
    owner = Grant(Grantee("CanonicalUser", world.directory.canonical_id(source.owner)), "FULL_CONTROL")
    return Acl((owner, *(_grant(each) for each in given)))


def _grant(given: dict[str, Any]) -> Grant:
    grantee = given["Grantee"]
    kind = grantee["Type"]
    return Grant(Grantee(kind, grantee["URI" if kind == "Group" else "ID"]), given["Permission"])
