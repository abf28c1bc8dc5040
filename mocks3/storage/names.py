"""Names in the order in which S3 lists them.

Rule 1: UTF-8 can encode every name. Then the order of Python's strings (code points) is also the order of S3 (UTF-8
bytes). Lone surrogates would break this, so ``check_utf8`` rejects them.
Rule 2: a search costs O(log n), and the step to the next name costs O(1).
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sortedcontainers import SortedList

NameRange = Callable[[str, bool, str | None], Iterator[str]]
"""(floor, whether the floor is included, ceiling or None) -> the names from floor up to ceiling, in order."""

_LAST = "\U0010ffff"


def successor(prefix: str) -> str | None:
    """Return the smallest text that is greater than every text with this prefix, or None if there is none.

    Use it only as a bound: it can contain a surrogate, and then it is not a valid name.
    """
    stem = prefix.rstrip(_LAST)
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None


def check_utf8(name: str) -> None:
    """Raise ``ValueError`` if UTF-8 cannot encode ``name``."""
    if not name.isascii():
        name.encode()


class _SharedList(SortedList):  # type: ignore[misc]
    """A sorted list whose copies share its pieces of about a thousand names. A piece is copied before it is changed.

    sortedcontainers keeps the pieces in ``_lists``, and the greatest name of each in ``_maxes``. ``_own`` are the
    pieces of this list alone; None: all of them.
    """

    _own: set[int] | None = None

    def share(self) -> _SharedList:
        """Return a copy: one pointer for each piece. This list must not be changed any more."""
        copied = _SharedList()
        copied._lists, copied._maxes = self._lists.copy(), self._maxes.copy()
        copied._len, copied._own = self._len, set()
        return copied

    def add(self, name: str) -> None:
        """Add a name."""
        if self._own is not None and self._maxes:
            self._take(min(bisect_right(self._maxes, name), len(self._maxes) - 1))
        super().add(name)

    def remove(self, name: str) -> None:
        """Remove a name. A piece that becomes small is appended to the piece before it."""
        if self._own is not None and self._maxes:
            at = min(bisect_left(self._maxes, name), len(self._maxes) - 1)
            self._take(max(at - 1, 0))
            self._take(at)
        super().remove(name)

    def _take(self, at: int) -> None:
        assert self._own is not None
        piece = self._lists[at]
        if id(piece) not in self._own:
            piece = self._lists[at] = piece.copy()
            self._own.add(id(piece))


class SortedNames:
    """A sorted set of names. Its owner must not add a name twice, and must not remove a name that is not in it."""

    __slots__ = ("_sorted", "add", "remove")

    def __init__(self, names: Iterable[str] = (), shared: _SharedList | None = None) -> None:
        self._sorted: Any = _SharedList(names) if shared is None else shared
        self.add: Callable[[str], None] = self._sorted.add
        self.remove: Callable[[str], None] = self._sorted.remove

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sorted)

    def copy(self) -> SortedNames:
        """Return a copy. These names must not be changed any more."""
        return SortedNames(shared=self._sorted.share())

    def between(self, floor: str, inclusive: bool, ceiling: str | None) -> Iterator[str]:
        """Yield the names from ``floor`` up to ``ceiling``, which is not included."""
        found: Iterator[str] = self._sorted.irange(floor, ceiling, inclusive=(inclusive, False))
        return found


def merge(one: SortedNames, other: SortedNames) -> NameRange:
    """Return a function that reads two sets as one. They must have no name in common."""
    if not len(one):
        return other.between
    if not len(other):
        return one.between
    return lambda floor, inclusive, ceiling: heapq.merge(
        one.between(floor, inclusive, ceiling), other.between(floor, inclusive, ceiling)
    )
