"""The noncurrent versions of one key.

Rule 1: they are in the order of their sequence numbers. The last one is the newest, and the next to become current.
Rule 2: at most one of them is the null version. It is stored separately, so no search is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.version import Version

_sequence = attrgetter("sequence")


class NoncurrentVersions:
    """The noncurrent versions of a key. ``edit`` is the token of the edit that may change this object in place."""

    __slots__ = ("_null", "_versions", "edit")

    def __init__(self, edit: object) -> None:
        self.edit = edit
        self._versions: list[Version] = []
        self._null: Version | None = None

    def __len__(self) -> int:
        return len(self._versions)

    def copy(self, edit: object) -> NoncurrentVersions:
        copied = NoncurrentVersions(edit)
        copied._versions = self._versions.copy()
        copied._null = self._null
        return copied

    def find(self, version_id: str) -> Version | None:
        """Return the version with this id, or None: O(log n)."""
        if version_id == NULL:
            return self._null
        sequence = sequence_of(version_id)
        if sequence is None:
            return None
        at = self._at(sequence)
        found = self._versions[at] if at < len(self._versions) else None
        return found if found is not None and found.version_id == version_id else None

    def newest_first(self, before: int | None = None) -> Iterator[Version]:
        """Yield the versions, newest first, or only those with a sequence number below ``before``."""
        end = len(self._versions) if before is None else self._at(before)
        return map(self._versions.__getitem__, range(end - 1, -1, -1))

    def push(self, version: Version) -> None:
        """Add the version that was current until now."""
        self._versions.append(version)
        if version.is_null:
            self._null = version

    def insert(self, version: Version) -> None:
        """Insert a version that was never current here, at the position of its sequence number."""
        self._versions.insert(self._at(version.sequence), version)

    def pop(self) -> Version:
        """Remove and return the newest version, which becomes current."""
        version = self._versions.pop()
        if version.is_null:
            self._null = None
        return version

    def remove(self, version: Version) -> None:
        """Remove this version. It must be present."""
        del self._versions[self._at(version.sequence)]
        if version.is_null:
            self._null = None

    def replace(self, version: Version) -> None:
        """Replace the version that has the same sequence number."""
        self._versions[self._at(version.sequence)] = version
        if version.is_null:
            self._null = version

    def _at(self, sequence: int) -> int:
        return bisect_left(self._versions, sequence, key=_sequence)
