"""The worlds that are open. All interceptors ask this module; none has a list of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from mocks3.effects import EffectsWorld

if TYPE_CHECKING:
    from mocks3.model.request_context import RequestContext
    from mocks3.storage.iam import AccessKeyRecord


class WorldProfiles(Protocol):
    """The profiles of a world: their names, and the access key that sessions of each sign with.

    ``instance`` is the ARN of the role of this machine, if the test gave it an instance profile.
    """

    def __iter__(self) -> Iterator[str]: ...

    def key(self, name: str | None) -> AccessKeyRecord: ...

    @property
    def instance(self) -> str | None: ...

    def instance_key(self, session_name: str) -> AccessKeyRecord: ...


class OpenWorld(EffectsWorld, Protocol):
    """The in-memory AWS as interceptors see it.

    ``facts`` is the request context that a test has set, ``ambient_key`` the key of clients without credentials;
    ``profiles`` are the named profiles; ``ended`` says that the mock was stopped.
    """

    @property
    def context(self) -> RequestContext: ...

    @property
    def ambient_key(self) -> AccessKeyRecord: ...

    @property
    def profiles(self) -> WorldProfiles: ...

    @property
    def ended(self) -> bool: ...


_open: list[OpenWorld] = []
"""The open worlds, the innermost last. All threads share them, because s3transfer sends from its own threads."""


def current() -> OpenWorld | None:
    """Return the world that answers clients which are not bound to one, or None if no mock is open."""
    return _open[-1] if _open else None


def outer() -> tuple[OpenWorld, ...]:
    """Return the open worlds around the one that answers."""
    return tuple(_open[:-1])


def add(world: OpenWorld) -> bool:
    """Add an open world. Return whether it is the only one."""
    _open.append(world)
    return len(_open) == 1


def remove(world: OpenWorld) -> bool:
    """Remove a world. The one that was opened before it answers again. Return whether none is left."""
    _open.remove(world)
    return not _open


def is_open(world: OpenWorld) -> bool:
    """Whether the world is open."""
    return any(each is world for each in _open)
