"""The decisions of all worlds of this process, for measurements such as policy coverage.

A world keeps its own decisions, but a test can restore an earlier state, and has several worlds.

Rule 1: nothing is recorded unless a measurement called :func:`start`. Rule 2: this module imports nothing of mocks3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

decisions: list[Any] | None = None
"""The decisions since the last :func:`take`; None if nothing is recorded. Worlds append to it."""


_outer: list[list[Any] | None] = []
"""The decisions of measurements that are interrupted by one inside them: a test can run pytest in its process."""


def start() -> None:
    """Record decisions from now on, for the measurement that starts."""
    global decisions
    _outer.append(decisions)
    decisions = []


def stop() -> None:
    """Forget what is recorded. Record for the measurement around this one, if there is one."""
    global decisions
    decisions = _outer.pop()


@contextmanager
def unheard() -> Iterator[None]:
    """Record nothing in the block: what is decided there is no part of what is measured."""
    global decisions
    heard, decisions = decisions, None
    try:
        yield
    finally:
        decisions = heard


def withdraw(withdrawn: Iterable[object]) -> None:
    """Remove decisions of an attempt that was repeated in a later state of its world."""
    if decisions is not None:
        removed = set(map(id, withdrawn))
        decisions[:] = [each for each in decisions if id(each) not in removed]


def take() -> list[Any]:
    """Return the decisions since the last call, in order, and remove them."""
    if decisions is None:
        return []
    taken = decisions[:]
    del decisions[: len(taken)]  # a thread may have added others meanwhile
    return taken
