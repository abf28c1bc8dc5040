"""Names in the order in which S3 lists them.

Rule 1: UTF-8 can encode every name. Then the order of Python's strings (code points) is also the order of S3 (UTF-8
bytes). Lone surrogates would break this, so ``check_utf8`` rejects them.
Rule 2: a search costs O(log n), and the step to the next name costs O(1).
"""

from __future__ import annotations

import heapq
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


class SortedNames:
    """A sorted set of names. Its owner must not add a name twice, and must not remove a name that is not in it."""

    __slots__ = ("_sorted", "add", "remove")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._sorted: Any = SortedList(names)
        self.add: Callable[[str], None] = self._sorted.add
        self.remove: Callable[[str], None] = self._sorted.remove

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sorted)

    def copy(self) -> SortedNames:
        return SortedNames(self._sorted)

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
