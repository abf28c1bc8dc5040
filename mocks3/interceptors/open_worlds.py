"""Which worlds answer at present: every door asks here, none keeps a list of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS

_open: list[MockAWS] = []
"""The worlds that answer, innermost last. Shared by all threads: s3transfer sends from threads of its own."""


def answering() -> MockAWS | None:
    """The world that answers whoever is not bound to another one; None while no mock is open."""
    return _open[-1] if _open else None


def add(world: MockAWS) -> bool:
    """Let a world answer. Returns whether it is the only one."""
    _open.append(world)
    return len(_open) == 1


def remove(world: MockAWS) -> bool:
    """Stop answering for a world; whichever was opened before it answers again. Returns whether none is left."""
    _open.remove(world)
    return not _open


def is_open(world: MockAWS) -> bool:
    """Whether the world is among those that are open."""
    return any(each is world for each in _open)
