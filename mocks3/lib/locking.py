"""The lock of one in-memory AWS. A request decides and acts on the same state.

Rule 1: code that changes a world's state, or reads more than one part of it, must hold the world's lock. A request
holds it from its first look at the state until its response is made.
Rule 2: user code (streamed bodies, functions, listeners) never runs while the lock is held, because it may wait for
another thread that needs the lock. It runs inside ``released``, or after the request (``later``).
Rule 3: each change increments ``edition``. A decision is only used under the edition in which it was made.
Rule 4: a fork waits until no other thread holds a lock, so that the child process gets consistent state. The wait is
limited (``PATIENCE``). In the child process every lock is free.
"""

from __future__ import annotations

import functools
import operator
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Self = TypeVar("Self")


class Changed(Exception):
    """The state changed after the request was authorized. The pipeline authorizes the request again."""


class UnreadBody(Exception):
    """The body must be read before the request can continue, and reading it runs user code.

    Attributes:
        read: Reads the body. Call it while the lock is released.
    """

    def __init__(self, read: Callable[[], object]) -> None:
        super().__init__("the body must be read while the lock is released")
        self.read = read


class WorldLock:
    """A re-entrant lock with a counter of changes.

    Attributes:
        edition: The number of changes that were made under the lock.
        editors: How many blocks of the thread that holds the lock are changing buckets.
    """

    __slots__ = ("__weakref__", "_depth", "_lock", "_waiting", "edition", "editors")

    def __init__(self) -> None:
        self.edition = 0
        self._renew()
        with _registry:
            _locks.add(self)

    def _renew(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._waiting: list[Callable[[], object]] = []
        self.editors = 0

    def acquire(self, blocking: bool = True) -> bool:
        """Acquire the lock, and return whether it was acquired (always, if ``blocking``)."""
        taken = self._lock.acquire(blocking)
        if taken:
            self._depth += 1
        return taken

    def release(self) -> None:
        """Release the lock. The calls that were registered with ``later`` run once it is free."""
        self._depth -= 1
        if self._depth or not self._waiting:
            self._lock.release()
            return
        waiting, self._waiting = self._waiting, []
        self._lock.release()
        for call in waiting:
            call()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def later(self, call: Callable[[], object]) -> None:
        """Register a call that this thread makes as soon as it no longer holds the lock. The lock must be held."""
        self._waiting.append(call)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release the lock completely within the block, and acquire it again afterwards. The lock must be held."""
        depth, self._depth = self._depth, 0
        waiting, self._waiting = self._waiting, []
        for _ in range(depth):
            self._lock.release()
        try:
            yield
        finally:
            for _ in range(depth):
                self._lock.acquire()
            self._depth, self._waiting = depth, waiting


def holding(
    path: str,
) -> Callable[
    [Callable[Concatenate[Self, Parameters], Result]], Callable[Concatenate[Self, Parameters], Result]
]:
    """Decorate a method so that it holds a world's lock while it runs.

    Args:
        path: The attribute path from ``self`` to the lock, such as ``_aws.lock``.
    """
    lock_of = operator.attrgetter(path)

    def decorate(
        method: Callable[Concatenate[Self, Parameters], Result],
    ) -> Callable[Concatenate[Self, Parameters], Result]:
        @functools.wraps(method)
        def locked(self: Self, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            with lock_of(self):
                return method(self, *args, **kwargs)

        return locked

    return decorate


# Fork

_leaves: weakref.WeakSet[threading.Lock] = weakref.WeakSet()
_locks: weakref.WeakSet[WorldLock] = weakref.WeakSet()
_held: list[WorldLock] = []
_held_leaves: list[threading.Lock] = []


def leaf_lock() -> threading.Lock:
    """Return a lock for a few statements that take no other lock. In a child process after a fork it is free.

    A fork acquires these locks last: a thread that holds the lock of a world can still take one.
    """
    lock = threading.Lock()
    with _registry:
        _leaves.add(lock)
    return lock


_registry = threading.Lock()

PATIENCE = 3.0
"""How many seconds a fork waits for a thread that holds a lock."""


def _before_fork() -> None:
    with _registry:
        locks = list(_locks)
    _held[:] = [lock for lock in locks if lock._lock.acquire(timeout=PATIENCE)]
    _registry.acquire()
    _held_leaves[:] = _leaves
    for leaf in _held_leaves:
        leaf.acquire()


def _after_in_parent() -> None:
    for leaf in _held_leaves:
        leaf.release()
    _held_leaves.clear()
    _registry.release()
    for lock in _held:
        lock._lock.release()
    _held.clear()


def _after_in_child() -> None:
    for lock in list(_locks):
        if lock not in _held:  # the thread that holds it does not exist in the child
            lock._renew()
    _after_in_parent()


def across_forks(
    before: Callable[[], object], parent: Callable[[], object], child: Callable[[], object]
) -> None:
    """Register calls for every fork: before it, after it in the parent, after it in the child."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=parent, after_in_child=child)


across_forks(_before_fork, _after_in_parent, _after_in_child)
