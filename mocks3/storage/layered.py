"""A dict that shares its entries with an earlier state, so that a copy costs the same at any size.

Rule: a dict from which a copy was made is not changed any more. ``Store`` ensures it: a mark's objects are copied
before they are changed.
"""

from __future__ import annotations

from typing import Generic, TypeVar

V = TypeVar("V")

_SMALL = 512
"""The most entries of a dict that is copied as a whole."""
_MOST_CHANGES = 4096
"""The most changes that are kept apart. With more, a copy merges them: less than 50 µs for each change."""


class Layered(Generic[V]):
    """The entries of ``base`` with ``changes``: new values by key, None for a key that was removed."""

    __slots__ = ("_base", "_changes", "_len")

    def __init__(self, base: dict[str, V], changes: dict[str, V | None], length: int) -> None:
        self._base = base
        self._changes = changes
        self._len = length

    def __len__(self) -> int:
        return self._len

    def get(self, key: str) -> V | None:
        """Return the value of a key, or None."""
        if key in self._changes:
            return self._changes[key]
        return self._base.get(key)

    def __getitem__(self, key: str) -> V:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: str, value: V) -> None:
        if self.get(key) is None:
            self._len += 1
        self._changes[key] = value

    def __delitem__(self, key: str) -> None:
        self[key]
        self._len -= 1
        self._changes[key] = None

    def copy(self) -> Layered[V]:
        """Return a copy with the same base. Many changes are merged into a new base: O(n)."""
        if len(self._changes) <= _MOST_CHANGES:
            return Layered(self._base, self._changes.copy(), self._len)
        merged = {**self._base, **self._changes}
        return Layered({key: value for key, value in merged.items() if value is not None}, {}, self._len)


Entries = dict[str, V] | Layered[V]


def copy_of(entries: Entries[V]) -> Entries[V]:
    """Return a copy of entries that will not change any more."""
    if isinstance(entries, Layered) or len(entries) <= _SMALL:
        return entries.copy()
    return Layered(entries, {}, len(entries))
