"""The index of a bucket: every version of every key.

Invariants, kept by ``put``, ``remove`` and ``replace``:

1. Latest: a key's current version is the one with the highest sequence number; all others are in its chain.
2. One null: among a key's versions at most one has the id ``null``.
3. Every key that has a version stands in exactly one of two sorted sets: ``_live`` if its current version is
   an object, ``_marked`` if it is a delete marker. So keys under delete markers cost a listing of objects nothing.
4. A reader without a lock sees a key's current version before a write or after it, never in between: the
   write is the one assignment to ``_current``.
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.names import NameRange, SortedNames, merge
from mocks3.storage.noncurrent import NoncurrentVersions
from mocks3.storage.version import Version


class KeyIndex:
    """Versions by key. ``edit`` is the token of the edit that may change this index in place."""

    __slots__ = ("_chains", "_current", "_live", "_marked", "current", "edit")

    def __init__(self, edit: object, current: dict[str, Version] | None = None) -> None:
        self.edit = edit
        self._current: dict[str, Version] = {} if current is None else current
        self.current = self._current.get
        self._chains: dict[str, NoncurrentVersions] = {}
        self._live = SortedNames()
        self._marked = SortedNames()

    def __len__(self) -> int:
        return len(self._current)

    def copy(self, edit: object) -> KeyIndex:
        """A twin that may be changed under ``edit``. Costs O(keys); chains are copied when they change."""
        twin = KeyIndex(edit, self._current.copy())
        twin._chains = self._chains.copy()
        twin._live = self._live.copy()
        twin._marked = self._marked.copy()
        return twin

    def live(self) -> NameRange:
        """The keys whose current version is an object."""
        return self._live.between

    def all(self) -> NameRange:
        """The keys that have any version."""
        return merge(self._live, self._marked)

    def find(self, key: str, version_id: str) -> Version | None:
        """The version of ``key`` with this id."""
        current = self._current.get(key)
        if current is None or current.version_id == version_id:
            return current
        chain = self._chains.get(key)
        return chain.find(version_id) if chain is not None else None

    def newest_first(self, key: str, before: int | None = None) -> Iterator[Version]:
        """The versions of ``key``, optionally only those with a sequence number below ``before``."""
        current = self._current.get(key)
        if current is not None and (before is None or current.sequence < before):
            yield current
        chain = self._chains.get(key)
        if chain is not None:
            yield from chain.newest_first(before)

    def position(self, key: str, version_id: str) -> int | None:
        """The sequence number of a version that is or was under ``key``; None when it can't be told.

        A deleted version's number is still in its id; a deleted null version's is lost.
        """
        found = self.find(key, version_id)
        return sequence_of(version_id) if found is None else found.sequence

    def put(self, version: Version) -> None:
        """Make ``version``, newer than all, the current one; a null version goes in place of the old null."""
        key = version.key
        current = self._current.get(key)
        if current is not None and not (version.is_null and self._drop_null(key, current)):
            self._writable_chain(key).push(current)
        self._current[key] = version
        self._index(key, current, version)

    def insert(self, version: Version) -> None:
        """Take a version with the id and the sequence number that it has; it is current only if none is newer."""
        key = version.key
        current = self._current.get(key)
        if current is not None and current.sequence > version.sequence:
            self._writable_chain(key).insert(version)
            return
        if current is not None:
            self._writable_chain(key).push(current)
        self._current[key] = version
        self._index(key, current, version)

    def remove(self, key: str, version_id: str) -> Version | None:
        """Take the version out, and answer it; None when there is none such."""
        version = self.find(key, version_id)
        if version is None:
            return None
        if version is not self._current[key]:
            self._writable_chain(key).remove(version)
            self._prune(key)
            return version
        following = None
        if key in self._chains:
            following = self._writable_chain(key).pop()
            self._prune(key)
            self._current[key] = following
        else:
            del self._current[key]
        self._index(key, version, following)
        return version

    def replace(self, version: Version) -> bool:
        """Put ``version`` in place of the one with its key, id and sequence number, if that is still there."""
        old = self.find(version.key, version.version_id)
        if old is None or old.sequence != version.sequence:
            return False
        if old.is_delete_marker != version.is_delete_marker:
            raise ValueError("an object does not become a delete marker, nor the reverse")
        if old is self._current[version.key]:
            self._current[version.key] = version
        else:
            self._writable_chain(version.key).replace(version)
        return True

    def _drop_null(self, key: str, current: Version) -> bool:
        """Forget the null version of ``key``; answers whether it was the current one."""
        if current.is_null:
            return True
        chain = self._chains.get(key)
        null = chain.find(NULL) if chain is not None else None
        if null is not None:
            self._writable_chain(key).remove(null)
        return False

    def _writable_chain(self, key: str) -> NoncurrentVersions:
        chain = self._chains.get(key)
        if chain is None:
            chain = self._chains[key] = NoncurrentVersions(self.edit)
        elif chain.edit is not self.edit:
            chain = self._chains[key] = chain.copy(self.edit)
        return chain

    def _prune(self, key: str) -> None:
        if not self._chains[key]:
            del self._chains[key]

    def _index(self, key: str, was: Version | None, now: Version | None) -> None:
        """Move ``key`` to the sorted set where its new current version puts it."""
        if was is not None:
            if now is not None and now.is_delete_marker == was.is_delete_marker:
                return
            (self._marked if was.is_delete_marker else self._live).remove(key)
        if now is not None:
            (self._marked if now.is_delete_marker else self._live).add(key)
