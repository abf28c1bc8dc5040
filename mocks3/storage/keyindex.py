"""The index of a bucket: all versions of all keys.

Invariants of ``put``, ``insert``, ``remove`` and ``replace``:

1. The current version of a key is the version with the highest sequence number. All others are in ``_noncurrent``.
2. At most one version of a key has the id ``null``.
3. Every key that has a version is in exactly one of two sorted sets: in ``_live`` if its current version is an
   object, in ``_marked`` if it is a delete marker. A listing of objects therefore spends no time on deleted keys.
4. A reader without a lock sees the current version of a key before or after a write, never a state in between:
   the write is one assignment to ``_current``.
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.layered import Entries, copy_of
from mocks3.storage.names import NameRange, SortedNames, merge
from mocks3.storage.noncurrent import NoncurrentVersions
from mocks3.storage.version import Version


class KeyIndex:
    """All versions by key. ``edit`` is the token of the edit that may change this index in place."""

    __slots__ = ("_current", "_live", "_marked", "_noncurrent", "current", "edit")

    def __init__(self, edit: object, current: Entries[Version] | None = None) -> None:
        self.edit = edit
        self._current: Entries[Version] = {} if current is None else current
        self.current = self._current.get
        self._noncurrent: Entries[NoncurrentVersions] = {}
        self._live = SortedNames()
        self._marked = SortedNames()

    def __len__(self) -> int:
        return len(self._current)

    def copy(self, edit: object) -> KeyIndex:
        """Return a copy that may be changed under ``edit``. This index must not change any more.

        The copy takes the same time for every number of keys, but for one pointer per thousand keys. Noncurrent
        versions are copied on write.
        """
        copied = KeyIndex(edit, copy_of(self._current))
        copied._noncurrent = copy_of(self._noncurrent)
        copied._live = self._live.copy()
        copied._marked = self._marked.copy()
        return copied

    def live(self) -> NameRange:
        """Return the keys whose current version is an object."""
        return self._live.between

    def all(self) -> NameRange:
        """Return the keys that have any version."""
        return merge(self._live, self._marked)

    def find(self, key: str, version_id: str) -> Version | None:
        """Return the version of ``key`` with this id, or None."""
        current = self._current.get(key)
        if current is None or current.version_id == version_id:
            return current
        versions = self._noncurrent.get(key)
        return versions.find(version_id) if versions is not None else None

    def newest_first(self, key: str, before: int | None = None) -> Iterator[Version]:
        """Yield the versions of ``key``, or only those with a sequence number below ``before``."""
        current = self._current.get(key)
        if current is not None and (before is None or current.sequence < before):
            yield current
        versions = self._noncurrent.get(key)
        if versions is not None:
            yield from versions.newest_first(before)

    def position(self, key: str, version_id: str) -> int | None:
        """Return the sequence number of an existing or deleted version of ``key``, or None if it is unknown.

        The id of a deleted version still contains its sequence number. That of a deleted null version is lost.
        """
        found = self.find(key, version_id)
        return sequence_of(version_id) if found is None else found.sequence

    def put(self, version: Version) -> None:
        """Make ``version`` the current version. It must be the newest. A null version replaces the old null version."""
        key = version.key
        current = self._current.get(key)
        if current is not None and not (version.is_null and self._drop_null(key, current)):
            self._writable_noncurrent(key).push(current)
        self._current[key] = version
        self._index(key, current, version)

    def insert(self, version: Version) -> None:
        """Add a version that already has an id and a sequence number. It becomes current only if none is newer."""
        key = version.key
        current = self._current.get(key)
        if current is not None and current.sequence > version.sequence:
            self._writable_noncurrent(key).insert(version)
            return
        if current is not None:
            self._writable_noncurrent(key).push(current)
        self._current[key] = version
        self._index(key, current, version)

    def remove(self, key: str, version_id: str) -> Version | None:
        """Remove the version and return it, or return None if it does not exist."""
        version = self.find(key, version_id)
        if version is None:
            return None
        if version is not self._current[key]:
            self._writable_noncurrent(key).remove(version)
            self._prune(key)
            return version
        following = None
        if key in self._noncurrent:
            following = self._writable_noncurrent(key).pop()
            self._prune(key)
            self._current[key] = following
        else:
            del self._current[key]
        self._index(key, version, following)
        return version

    def replace(self, version: Version) -> bool:
        """Replace the version that has the same key, id and sequence number. Return whether it exists."""
        old = self.find(version.key, version.version_id)
        if old is None or old.sequence != version.sequence:
            return False
        if old.is_delete_marker != version.is_delete_marker:
            raise ValueError(
                "an object cannot become a delete marker, and a delete marker cannot become an object"
            )
        if old is self._current[version.key]:
            self._current[version.key] = version
        else:
            self._writable_noncurrent(version.key).replace(version)
        return True

    def _drop_null(self, key: str, current: Version) -> bool:
        """Remove a noncurrent null version of ``key``. Return whether the current version is the null version."""
        if current.is_null:
            return True
        versions = self._noncurrent.get(key)
        null = versions.find(NULL) if versions is not None else None
        if null is not None:
            self._writable_noncurrent(key).remove(null)
        return False

    def _writable_noncurrent(self, key: str) -> NoncurrentVersions:
        versions = self._noncurrent.get(key)
        if versions is None:
            versions = self._noncurrent[key] = NoncurrentVersions(self.edit)
        elif versions.edit is not self.edit:
            versions = self._noncurrent[key] = versions.copy(self.edit)
        return versions

    def _prune(self, key: str) -> None:
        if not self._noncurrent[key]:
            del self._noncurrent[key]

    def _index(self, key: str, was: Version | None, now: Version | None) -> None:
        """Move ``key`` to the sorted set that its new current version requires."""
        if was is not None:
            if now is not None and now.is_delete_marker == was.is_delete_marker:
                return
            (self._marked if was.is_delete_marker else self._live).remove(key)
        if now is not None:
            (self._marked if now.is_delete_marker else self._live).add(key)
