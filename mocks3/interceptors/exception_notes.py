"""Add the decision behind an error answer to the exception that a client raises.

    except ClientError as error:
        print(error.mocks3_decision)

botocore raises its exception after the last of its events, so no event handler can reach it. New classes of clients get
a base class that wraps their calls, through the event for such changes; the calls of existing clients are wrapped too.
Rule: AWS's own text is not changed: ``error.response`` and ``str(error)`` are botocore's. A note, which a traceback
shows, has the reason in one line.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from mocks3.interceptors import open_worlds, refusal_log

_NOTHING: tuple[Any, tuple[str, ...], bool] = (None, (), False)
_latest: ContextVar[tuple[Any, tuple[str, ...], bool]] = ContextVar("latest", default=_NOTHING)
"""The decision and the notes behind the latest answer in this thread or task, and whether it has an injected fault."""


def remember(decision: object, notes: tuple[str, ...], fault: object = None) -> None:
    """Remember the decision behind an answer, its notes, and the fault in it, until the client's call ends."""
    if fault is not None:
        notes = (*notes, f"injected by aws.faults: {fault}")
    _latest.set((decision, notes, fault is not None))


def has_fault() -> bool:
    """Return whether a fault was injected into the latest answer in this thread or task."""
    return _latest.get()[2]


class Explaining:
    """A base class of clients that adds the decision to exceptions."""

    def _make_api_call(self, operation_name: str, api_params: object) -> object:
        __tracebackhide__ = True
        call = super()._make_api_call  # type: ignore[misc]
        return _explained(call, operation_name, api_params)


class AsyncExplaining(Explaining):
    """The base class for clients whose calls are awaited."""

    async def _make_api_call(self, operation_name: str, api_params: object) -> object:
        __tracebackhide__ = True
        call = super(Explaining, self)._make_api_call  # type: ignore[misc]
        return await _explained_later(call, operation_name, api_params)


def _explained(call: Callable[[str, object], object], operation_name: str, api_params: object) -> object:
    __tracebackhide__ = True
    _latest.set(_NOTHING)
    try:
        return call(operation_name, api_params)
    except ClientError as error:
        _explain(error, operation_name, api_params)
        raise


async def _explained_later(call: Callable[[str, Any], Any], operation_name: str, api_params: Any) -> object:
    __tracebackhide__ = True
    _latest.set(_NOTHING)
    try:
        return await call(operation_name, api_params)
    except ClientError as error:
        _explain(error, operation_name, api_params)
        raise


def _explain(error: ClientError, operation_name: str, api_params: object) -> None:
    decision, notes, _ = _latest.get()
    for note in (*notes, *_notes_on_outer_mocks(error, api_params)):
        error.add_note(f"mocks3: {note}")
    if decision is not None:
        error.mocks3_decision = decision
        lookup = f" (see: {decision.lookup})" if decision.lookup else ""
        error.add_note(f"mocks3: {decision.headline}{lookup}")
        refusal_log.record_refusal(operation_name, api_params, decision)


def _notes_on_outer_mocks(error: ClientError, api_params: Any) -> list[str]:
    """Return a note on a bucket that is missing in the innermost mock only."""
    if error.response.get("Error", {}).get("Code") not in ("NoSuchBucket", "404"):
        return []
    bucket = api_params.get("Bucket") if isinstance(api_params, dict) else None
    outer = [world for world in open_worlds.outer() if world.store.bucket(bucket or "") is not None]
    if not outer:
        return []
    advice = 'A nested mock is a new AWS; with mock_s3(nested="join") it is the same'
    return [f"the bucket {bucket} is in a mock that was opened before this one. {advice}"]


def creating_class(base_classes: list[type], **_: object) -> None:
    """Handle ``creating-client-class``: add the base class to a new class of clients."""
    if not any(issubclass(each, Explaining) for each in base_classes):
        made = AsyncExplaining if any(is_awaited(each) for each in base_classes) else Explaining
        base_classes.insert(0, made)


def is_awaited(client: BaseClient) -> bool:
    """Whether the calls of a client, or of a class of clients, are awaited, as aiobotocore's are."""
    return inspect.iscoroutinefunction(getattr(client, "_make_api_call", None))


def is_client(value: object) -> bool:
    """Whether the object is a botocore client. ``isinstance`` is not used: it may run the code of a proxy."""
    return issubclass(type(value), BaseClient)


def explain_calls_of(client: BaseClient) -> None:
    """Wrap the calls of an existing client."""
    if not isinstance(client, Explaining):
        explained = _explained_later if is_awaited(client) else _explained
        client._make_api_call = functools.partial(explained, client._make_api_call)
