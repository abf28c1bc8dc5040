"""Play each call twice, directly and by HTTP, in the same state of the mock, and compare everything that can be seen.

    with twins.played() as played: ...        # every call of a boto3 client to S3 in the block
    MOCKS3_TWINS=1 pytest tests/operations    # every such call of a test run

Before the second play, the state of the mock is restored. Ids, random numbers and the time are the same in both. The
client gets the answer of HTTP.
"""

from __future__ import annotations

import copy
import datetime
import itertools
import os
import random
import sys
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any
from unittest import mock

from botocore.context import get_context
from botocore.utils import S3RegionRedirectorv2

from mocks3 import clock
from mocks3.access import Decision
from mocks3.access.context.table import ROWS
from mocks3.interceptors import direct_calls
from mocks3.interceptors.response_bodies import MemoryBody
from mocks3.model.signature import NeedsSignature
from mocks3.storage import ids as storage_ids
from mocks3.storage.upload import Upload
from mocks3.wire import ids as wire_ids

Played = list[tuple[str, bool]]
"""The operations that were played twice, and whether the call succeeded."""


_playing: list[str] = []
"""The call that is being played. Calls that it makes itself, and blocks within blocks, are not played again."""


@contextmanager
def played() -> Iterator[Played]:
    """Play every direct call within the block twice."""
    calls: Played = []
    send = direct_calls._send

    def both(route: Any, model: Any, request: dict[str, Any]) -> Any:
        if _playing or route.world.lock.editors or route.world.effects.listeners:
            return send(route, model, request)
        _playing.append(model.name)
        try:
            return _compare(calls, send, route, model, request)
        finally:
            _playing.clear()

    with mock.patch.object(direct_calls, "_send", both):
        yield calls


def _compare(calls: Played, send: Callable[..., Any], route: Any, model: Any, request: dict[str, Any]) -> Any:
    world = route.world
    mark = world.snapshot()
    sequence, counters = world.store._id_generator.sequence(), (world.effects._sequence, world.iam.serial)
    moment = datetime.datetime.now(datetime.UTC)
    features = get_context().features
    get_context().features = features.copy()
    regions = _regions_of_buckets(route.endpoint)
    known = regions.copy()
    with _pinned(world, moment, sequence):
        direct = _outcome(send, route, model, _copy(request))
        seen = _seen(world, mark, direct)
    if isinstance(direct[1], NeedsSignature):
        return send(route, model, request)
    world.restore(mark)
    world.effects._sequence, world.iam.serial = counters
    get_context().features = features.copy()
    regions.clear()
    regions.update(known)
    if hasattr(request["body"], "seek"):
        request["body"].seek(0)
    with _pinned(world, moment, sequence):
        answer, error = wire = _outcome(route.endpoint.make_request, model, request)
        expected = _seen(world, mark, wire)
    for name, value in expected.items():
        assert seen[name] == value, f"{model.name}: {name}: directly {seen[name]!r}, by HTTP {value!r}"
    calls.append((model.name, error is None and answer[0].status_code < 300))
    if error is not None:
        raise error
    return answer


def _regions_of_buckets(endpoint: Any) -> dict[str, str]:
    """Return what the client has learned from redirects."""
    handlers = endpoint._event_emitter._emitter._handlers.prefix_search("needs-retry.s3.HeadBucket")
    owners = [each.__self__ for each in handlers if hasattr(each, "__self__")]
    found: dict[str, str] = next(each._cache for each in owners if isinstance(each, S3RegionRedirectorv2))
    return found


def _copy(request: dict[str, Any]) -> dict[str, Any]:
    context = {
        name: copy.copy(value) if isinstance(value, dict) else value
        for name, value in request["context"].items()
    }
    return {**request, "headers": dict(request["headers"]), "context": context}


def _outcome(call: Callable[..., Any], *arguments: Any) -> tuple[Any, Exception | None]:
    try:
        return call(*arguments), None
    except Exception as error:
        return None, error


def _seen(world: Any, mark: Any, outcome: tuple[Any, Exception | None]) -> dict[str, object]:
    """Return everything that can be seen of a call: its answer, what was recorded of it, and the state after it."""
    answer, error = outcome
    seen: dict[str, object] = {"exception": error and (type(error), str(error))}
    if answer is not None:
        http, parsed = answer
        streams = {name: each for name, each in parsed.items() if hasattr(each, "_raw_stream")}
        content = [_read_again(each) for each in streams.values()] or http.content
        parsed = {**parsed, **{name: type(each) for name, each in streams.items()}}
        seen |= {"status": http.status_code, "url": http.url, "content": content}
        seen |= {"headers": list(http.headers.items()), "parsed": parsed, "order": repr(parsed)}
    seen["calls"] = [_plain(each) for each in world.calls[mark.calls :]]
    seen["signatures"] = [each.signature for each in world.calls[mark.calls :]]
    seen["decisions"] = [_decision(each) for each in world.decisions[mark.decisions :]]
    seen["events"] = [_plain(each) for each in world.effects.events[mark.effects.events :]]
    seen["lines"] = _plain(world.effects.lines)
    seen["notes"] = world.notes[mark.notes :]
    seen["buckets"] = {name: _bucket(each) for name, each in world.store.buckets().items()}
    return seen


def _read_again(body: Any) -> object:
    """Return the content of a body, which can be read again afterwards."""
    content = body._raw_stream.read()
    body._raw_stream = MemoryBody(content)
    return content


def _decision(each: Any) -> object:
    """Return a decision with the value of every condition key; a refusal by a rule as its text."""
    if not isinstance(each, Decision):
        return str(each)
    shown = each.action, each.resource, each.principal, each.outcome, each.operation
    context = each.request.context
    return (*shown, {key: value for key in ROWS if (value := context.get(key)) is not None})


_IDENTITIES = {"edit", "_lock", "_id_generator", "_editors", "_keys", "_uploads"}


def _bucket(bucket: Any) -> object:
    kept = {name: _plain(getattr(bucket, name)) for name in bucket.__slots__ if name not in _IDENTITIES}
    versions = [_plain(each.version) for each in bucket.list_versions(limit=1 << 60).entries]
    return kept, versions, [_plain(each) for each in bucket.uploads.values()], _plain(bucket._uploads.ended)


def _plain(value: Any) -> object:
    """Return a value without the identity of objects: what two plays have in common."""
    if hasattr(value, "chunks"):
        return b"".join(bytes(piece) for piece in value.chunks())
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    slots = getattr(value, "__slots__", None)
    if isinstance(value, Upload):
        return {name: _plain(getattr(value, name)) for name in slots or () if name not in _IDENTITIES}
    return value


@contextmanager
def _pinned(world: Any, moment: datetime.datetime, sequence: int) -> Iterator[None]:
    """Use the same time, ids and random numbers as in the other play."""
    numbers = random.Random(1)
    pinned = types.SimpleNamespace(
        datetime=types.SimpleNamespace(
            now=lambda zone: moment, fromisoformat=datetime.datetime.fromisoformat
        ),
        UTC=datetime.UTC,
        timedelta=datetime.timedelta,
    )
    world.store._id_generator.sequence = itertools.count(sequence).__next__
    world.kms.serial = sequence
    for generator in (storage_ids._random, wire_ids._random):
        generator.seed(sequence)
    with ExitStack() as stack:
        replace = stack.enter_context
        replace(mock.patch.object(clock, "datetime", pinned))
        for name in ("botocore.auth", "botocore.endpoint", "botocore.crt.auth"):
            if hasattr(sys.modules.get(name), "get_current_datetime"):
                replace(mock.patch(f"{name}.get_current_datetime", partial(_now, moment)))
        if not hasattr(sys.modules["botocore.auth"], "get_current_datetime"):  # botocore before 1.41
            replace(mock.patch("botocore.auth.datetime", types.SimpleNamespace(datetime=_stopped_at(moment))))
        replace(mock.patch.object(os, "urandom", numbers.randbytes))
        replace(mock.patch.object(uuid, "uuid4", partial(_uuid4, numbers)))
        yield


def _stopped_at(moment: datetime.datetime) -> type[datetime.datetime]:
    """Return a class of dates whose present time is always the same."""

    class Stopped(datetime.datetime):
        @classmethod
        def utcnow(cls) -> Stopped:
            return cls.fromisoformat(moment.replace(tzinfo=None).isoformat())

    return Stopped


def _now(moment: datetime.datetime, remove_tzinfo: bool = True) -> datetime.datetime:
    return moment.replace(tzinfo=None) if remove_tzinfo else moment


def _uuid4(numbers: random.Random) -> uuid.UUID:
    return uuid.UUID(int=numbers.getrandbits(128), version=4)
