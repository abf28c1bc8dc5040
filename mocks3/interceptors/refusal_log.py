"""The denied calls and the worlds of a test, for the report of the pytest plugin.

A world records each call that it refuses, whatever the client is, and also if no exception reaches the test.

Rule 1: nothing is recorded without the plugin, because decisions keep buckets in memory. Rule 2: this module imports
only a lock of mocks3: interceptors and mocks call it.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from mocks3.lib.locking import leaf_lock

MAX_REFUSALS = 50
"""The number of denials per test that are recorded: a retry loop has many, a reader needs few."""


class RefusedCall(NamedTuple):
    """A call that was refused, or one entry of it: the operation, its parameters, and the decision or refusal."""

    operation: str
    params: Mapping[str, Any]
    decision: Any


# The plugin is always imported before a mock is opened. Without it, nothing reads the log.
_listening = "pytest_mocks3.plugin" in sys.modules
_refusals: deque[RefusedCall] = deque(maxlen=MAX_REFUSALS)
_worlds: deque[Any] = deque(maxlen=MAX_REFUSALS)
_recording = leaf_lock()


def record_refusal(operation: str, params: object, decision: object) -> None:
    """Record a refused call. A client records it again, with the parameters that it was called with."""
    if not _listening:
        return
    call = RefusedCall(operation, params if isinstance(params, Mapping) else {}, decision)
    with _recording:  # several worlds have a lock each
        for place, known in enumerate(_refusals):
            if known.decision is decision:
                _refusals[place] = call
                return
        _refusals.append(call)


def record_world(world: object) -> None:
    """Record a world that starts to answer."""
    if _listening and not any(each is world for each in _worlds):
        _worlds.append(world)


def refusals() -> tuple[RefusedCall, ...]:
    """Return the denied calls since :func:`clear`, in order."""
    return tuple(_refusals)


def worlds() -> tuple[Any, ...]:
    """Return the worlds since :func:`clear`."""
    return tuple(_worlds)


@contextmanager
def unheard() -> Iterator[None]:
    """Record nothing in the block: the test does not make the calls there."""
    global _listening
    heard, _listening = _listening, False
    try:
        yield
    finally:
        _listening = heard


def remove_expected(decision: object) -> None:
    """Remove the denials that the test expected. They need no explanation."""
    for refusal in [each for each in _refusals if each.decision is decision]:
        _refusals.remove(refusal)


def clear() -> None:
    """Remove everything, before the next test."""
    _refusals.clear()
    _worlds.clear()
