"""The denied calls and the worlds of a test, for the report of the pytest plugin.

Rule 1: nothing is recorded without the plugin, because decisions keep buckets in memory. Rule 2: this module imports
nothing of mocks3: interceptors and mocks call it.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_REFUSALS = 50
"""The number of denials per test that are recorded: a retry loop has many, a reader needs few."""


class Refusal(NamedTuple):
    """A call whose client raised an exception: the operation, its parameters, the decision and the exception."""

    operation: str
    params: Mapping[str, Any]
    decision: Any
    error: BaseException


# The plugin is always imported before a mock is opened. Without it, nothing reads the log.
_listening = "pytest_mocks3.plugin" in sys.modules
_refusals: deque[Refusal] = deque(maxlen=MAX_REFUSALS)
_worlds: deque[Any] = deque(maxlen=MAX_REFUSALS)


def record_refusal(operation: str, params: object, decision: object, error: BaseException) -> None:
    """Record a denied call."""
    if _listening:
        _refusals.append(Refusal(operation, params if isinstance(params, Mapping) else {}, decision, error))


def record_world(world: object) -> None:
    """Record a world that starts to answer."""
    if _listening and not any(each is world for each in _worlds):
        _worlds.append(world)


def refusals() -> tuple[Refusal, ...]:
    """Return the denied calls since :func:`clear`, in order."""
    return tuple(_refusals)


def worlds() -> tuple[Any, ...]:
    """Return the worlds since :func:`clear`."""
    return tuple(_worlds)


def remove_expected(decision: object) -> None:
    """Remove the denials that the test expected. They need no explanation."""
    for refusal in [each for each in _refusals if each.decision is decision]:
        _refusals.remove(refusal)


def clear() -> None:
    """Remove everything, before the next test."""
    _refusals.clear()
    _worlds.clear()
