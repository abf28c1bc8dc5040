"""Names in the order S3 lists them.

Rule 1: names are text that UTF-8 can hold. Then the order of Python's strings (code points) is the order of
S3 (UTF-8 bytes), because UTF-8 keeps it; lone surrogates would break that, and are refused where keys enter.
Rule 2: seeking costs O(log n), stepping O(1), whatever lies between.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sortedcontainers import SortedList

NameRange = Callable[[str, bool, str | None], Iterator[str]]
"""(floor, whether the floor itself counts, ceiling or None) -> the names in [floor, ceiling), in order."""

_LAST = "\U0010ffff"


def successor(prefix: str) -> str | None:
    """The least text greater than everything that begins with ``prefix``; None when there is none.

    It is good as a bound only: it may hold a surrogate and so not be a name itself.
    """
    stem = prefix.rstrip(_LAST)
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None


def check_utf8(name: str) -> None:
    """Raise ``ValueError`` when ``name`` is no text that UTF-8 can hold."""
    if not name.isascii():
        name.encode()


class SortedNames:
    """A sorted set of names. Its owner sees to it that none is added twice or removed in vain."""

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
        """The names from ``floor`` up to but not including ``ceiling``."""
        found: Iterator[str] = self._sorted.irange(floor, ceiling, inclusive=(inclusive, False))
        return found


def merge(one: SortedNames, other: SortedNames) -> NameRange:
    """Two sets without a name in common, read as one."""
    if not len(one):
        return other.between
    if not len(other):
        return one.between
    return lambda floor, inclusive, ceiling: heapq.merge(
        one.between(floor, inclusive, ceiling), other.between(floor, inclusive, ceiling)
    )
