"""The noncurrent versions of one key.

Rule 1: they stand in the order of their sequence numbers; the newest is last and is the next to be current.
Rule 2: at most one of them is the null version, and it is known without looking.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.version import Version

_sequence = attrgetter("sequence")


class NoncurrentVersions:
    """Noncurrent versions. ``edit`` is the token of the edit that may change this chain in place."""

    __slots__ = ("_line", "_null", "edit")

    def __init__(self, edit: object) -> None:
        self.edit = edit
        self._line: list[Version] = []
        self._null: Version | None = None

    def __len__(self) -> int:
        return len(self._line)

    def copy(self, edit: object) -> NoncurrentVersions:
        twin = NoncurrentVersions(edit)
        twin._line = self._line.copy()
        twin._null = self._null
        return twin

    def find(self, version_id: str) -> Version | None:
        """The version with this id: O(log n)."""
        if version_id == NULL:
            return self._null
        sequence = sequence_of(version_id)
        if sequence is None:
            return None
        at = self._at(sequence)
        found = self._line[at] if at < len(self._line) else None
        return found if found is not None and found.version_id == version_id else None

    def newest_first(self, before: int | None = None) -> Iterator[Version]:
        """The versions from the newest on, or from the newest with a sequence number below ``before``."""
        end = len(self._line) if before is None else self._at(before)
        return map(self._line.__getitem__, range(end - 1, -1, -1))

    def push(self, version: Version) -> None:
        """Take the version that was current until now."""
        self._line.append(version)
        if version.is_null:
            self._null = version

    def insert(self, version: Version) -> None:
        """Take a version that was never current here, at the place that its sequence number has."""
        self._line.insert(self._at(version.sequence), version)

    def pop(self) -> Version:
        """Give up the newest, for it to be current."""
        version = self._line.pop()
        if version.is_null:
            self._null = None
        return version

    def remove(self, version: Version) -> None:
        """Give up one that is in the chain."""
        del self._line[self._at(version.sequence)]
        if version.is_null:
            self._null = None

    def replace(self, version: Version) -> None:
        """Put this one where the one with its sequence number stands."""
        self._line[self._at(version.sequence)] = version
        if version.is_null:
            self._null = version

    def _at(self, sequence: int) -> int:
        return bisect_left(self._line, sequence, key=_sequence)
