"""The lock of one in-memory AWS: a request looks at its state once, and what it decides on is what it uses.

Rule 1: whoever reads more than one thing of a world's state, or changes it, holds the world's lock. A request holds it
from its first look at the state until its answer is made.
Rule 2: code of others (bodies that are streamed, functions, listeners) never runs while the lock is held, since it may
wait for another thread that needs the lock: it runs inside ``released``, or ``later``.
Rule 3: each change counts ``edition`` up. What was decided under one edition is not used under another.
Rule 4: a process is forked only while no other thread holds a lock, so that the child finds whole state, and locks
that are free.
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
    """The state changed after the request was authorized: the whole request is authorized again."""


class Unread(Exception):
    """The body must be read by code of others before the request can go on.

    Args: ``read`` reads it, and is to be called while the lock is released.
    """

    def __init__(self, read: Callable[[], object]) -> None:
        super().__init__("the body must be read while the lock is released")
        self.read = read


class WorldLock:
    """A re-entrant lock, and the number of changes that were made under it (``edition``)."""

    __slots__ = ("__weakref__", "_depth", "_lock", "_waiting", "edition")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._waiting: list[Callable[[], object]] = []
        self.edition = 0
        _remember(self)

    def acquire(self, blocking: bool = True) -> bool:
        """Take the lock. Returns whether it was taken; without ``blocking`` it may be another thread's."""
        taken = self._lock.acquire(blocking)
        if taken:
            self._depth += 1
        return taken

    def release(self) -> None:
        """Give the lock back; what was left for later is called once it is free."""
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
        """Call this in the same thread, as soon as it no longer holds the lock. The lock must be held."""
        self._waiting.append(call)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give the lock up for the block, however often this thread holds it. The lock must be held."""
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
    """Let a method hold a world's lock while it runs.

    Args: ``path`` where its object has the lock, like ``_aws.lock``.
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

_registry = threading.Lock()
_locks: weakref.WeakSet[WorldLock] = weakref.WeakSet()
_held: list[WorldLock] = []


def _remember(lock: WorldLock) -> None:
    with _registry:
        _locks.add(lock)


def _before_fork() -> None:
    with _registry:
        locks = list(_locks)
    for lock in locks:
        lock._lock.acquire()
    _registry.acquire()
    _held[:] = locks


def _after_fork() -> None:
    locks = list(_held)
    _held.clear()
    _registry.release()
    for lock in locks:
        lock._lock.release()


def across_forks(before: Callable[[], object], after: Callable[[], object]) -> None:
    """Call ``before`` ahead of every fork, and ``after`` behind it in both processes."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=after, after_in_child=after)


across_forks(_before_fork, _after_fork)
