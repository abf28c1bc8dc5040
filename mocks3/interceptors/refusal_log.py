"""What was refused, and in which worlds, for whoever reports on a test: the pytest plugin.

Rule 1: nothing is kept unless somebody listens; decisions hold on to buckets. Rule 2: nothing is imported: doors and
mocks tell this module, it asks nobody.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_REFUSALS = 50
"""Refusals of one test that are kept: a retry loop has many, a reader needs few."""


class Refusal(NamedTuple):
    """A call that a client raised an exception for: what was called, with what, and the decision behind it."""

    operation: str
    params: Mapping[str, Any]
    decision: Any
    error: BaseException


# The plugin is there before any mock is: where it is not, nobody would ever read this.
_listening = "pytest_mocks3.plugin" in sys.modules
_refusals: deque[Refusal] = deque(maxlen=MAX_REFUSALS)
_worlds: deque[Any] = deque(maxlen=MAX_REFUSALS)


def record_refusal(operation: str, params: Any, decision: Any, error: BaseException) -> None:
    """A client is about to raise."""
    if _listening:
        _refusals.append(Refusal(operation, params if isinstance(params, Mapping) else {}, decision, error))


def record_world(world: Any) -> None:
    """A world begins to answer."""
    if _listening and not any(each is world for each in _worlds):
        _worlds.append(world)


def refusals() -> tuple[Refusal, ...]:
    """What was refused since :func:`forget`, in order."""
    return tuple(_refusals)


def worlds() -> tuple[Any, ...]:
    """The worlds opened since :func:`forget`."""
    return tuple(_worlds)


def remove_expected(decision: Any) -> None:
    """A refusal that the test asked for needs no explanation."""
    for refusal in [each for each in _refusals if each.decision is decision]:
        _refusals.remove(refusal)


def clear() -> None:
    """Another test begins."""
    _refusals.clear()
    _worlds.clear()
