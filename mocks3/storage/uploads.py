"""The index of a bucket's multipart uploads: by id, and by key in the order of initiation.

Invariants: an id is live (in progress), or ended, or was never issued here. The ids of a key are in the order of the
sequence numbers of their uploads. A key is in ``_keys`` if and only if one of its uploads is live.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from mocks3.storage.names import NameRange, SortedNames
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.version import Version


class UploadIndex:
    """All uploads of a bucket. ``edit`` is the token of the edit that may change this index in place."""

    __slots__ = ("_ended", "_ids", "_keys", "_live", "edit")

    def __init__(self, edit: object) -> None:
        self.edit = edit
        self._live: dict[str, Upload] = {}
        self._ended: dict[str, EndedUpload] = {}
        self._ids: dict[str, tuple[str, ...]] = {}
        self._keys = SortedNames()

    def __len__(self) -> int:
        return len(self._live)

    def copy(self, edit: object) -> UploadIndex:
        """Return a copy that may be changed under ``edit``. Its uploads are copied on write."""
        copied = UploadIndex(edit)
        copied._live = self._live.copy()
        copied._ended = self._ended.copy()
        copied._ids = self._ids.copy()
        copied._keys = self._keys.copy()
        return copied

    @property
    def live(self) -> Mapping[str, Upload]:
        """Return the uploads in progress by id."""
        return self._live

    @property
    def ended(self) -> Mapping[str, EndedUpload]:
        """Return the completed and aborted uploads by id."""
        return self._ended

    def keys(self) -> NameRange:
        """Return the keys with uploads in progress."""
        return self._keys.between

    def of_key(self, key: str, after: int = 0) -> Iterator[Upload]:
        """Yield the live uploads of ``key`` with a sequence number above ``after``, in the order of initiation."""
        ids = self._ids.get(key, ())
        first = bisect_right(ids, after, key=lambda id: self._live[id].sequence)
        return map(self._live.__getitem__, ids[first:])

    def position(self, upload_id: str) -> int:
        """Return the sequence number of a live or ended upload, or 0 (before all) for an id that was never issued."""
        known = self._live.get(upload_id) or self._ended.get(upload_id)
        return known.sequence if known else 0

    def add(self, upload: Upload) -> None:
        """Add an upload. It must be the newest."""
        key = upload.key
        if key not in self._ids:
            self._keys.add(key)
        self._live[upload.id] = upload
        self._ids[key] = (*self._ids.get(key, ()), upload.id)

    def remember(self, ended: Iterable[EndedUpload]) -> None:
        """Add records of uploads that have ended."""
        self._ended.update((each.id, each) for each in ended)

    def writable(self, upload_id: str) -> Upload:
        """Return the live upload with this id for a change in place. Raises ``KeyError`` if it is not live."""
        upload = self._live[upload_id]
        if upload.edit is not self.edit:
            upload = self._live[upload_id] = upload.copy(self.edit)
        return upload

    def mark_conflicts(self, key: str) -> None:
        """Mark the live uploads of ``key`` as conflicted, because the key was written or deleted."""
        for upload_id in self._ids.get(key, ()):
            self.writable(upload_id).conflicted = True

    def end(self, upload_id: str, version: Version | None) -> EndedUpload:
        """End a live upload: completed as ``version``, or aborted if that is None. Raises ``KeyError``."""
        upload = self._live.pop(upload_id)
        key = upload.key
        others = tuple(id for id in self._ids[key] if id != upload_id)
        if others:
            self._ids[key] = others
        else:
            del self._ids[key]
            self._keys.remove(key)
        ended = EndedUpload(
            upload.id,
            key,
            upload.initiator,
            upload.owner,
            upload.initiated,
            upload.sequence,
            None if version is None else version.version_id,
            None if version is None else version.etag,
            () if version is None else tuple((part.number, part.etag) for part in version.parts),
            upload.checksum_algorithm,
        )
        self._ended[upload_id] = ended
        if upload.edit is self.edit:  # otherwise a snapshot still uses it
            upload.release()
        return ended
