"""The lock of one in-memory AWS: a request looks at its state once, and what it decides on is what it uses.

Rule 1: whoever reads more than one thing of a world's state, or changes it, holds the world's lock. A request holds it
from its first look at the state until its answer is made.
Rule 2: code of others (bodies that are streamed, functions, listeners) never runs while the lock is held, since it may
wait for another thread that needs the lock: it runs inside ``released``, or ``later``.
Rule 3: each change counts ``edition`` up. What was decided under one edition is not used under another.
Rule 4: a fork waits until no other thread holds a lock, so that the child finds whole state. For a thread that keeps
its lock it does not wait for ever. In the child every lock is free.
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
    """A re-entrant lock, and the number of changes that were made under it (``edition``).

    ``editors`` is how many blocks of the thread that holds it are changing buckets.
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

PATIENCE = 3.0
"""Seconds that a fork waits for a thread that holds a lock."""


def _before_fork() -> None:
    with _registry:
        locks = list(_locks)
    _held[:] = [lock for lock in locks if lock._lock.acquire(timeout=PATIENCE)]
    _registry.acquire()


def _after_in_parent() -> None:
    _registry.release()
    for lock in _held:
        lock._lock.release()
    _held.clear()


def _after_in_child() -> None:
    for lock in list(_locks):
        if lock not in _held:  # its thread is not there any more
            lock._renew()
    _after_in_parent()


def across_forks(
    before: Callable[[], object], parent: Callable[[], object], child: Callable[[], object]
) -> None:
    """Call ``before`` ahead of every fork, and behind it ``parent`` and ``child`` in each process."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=parent, after_in_child=child)


across_forks(_before_fork, _after_in_parent, _after_in_child)
