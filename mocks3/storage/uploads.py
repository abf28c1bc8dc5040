"""The index of a bucket's multipart uploads: by id, and by key in the order they began.

Invariants: an id is live, or ended, or was never issued here; the ids of a key stand in the order of their
uploads' sequence numbers; a key is in ``_keys`` exactly while an upload of it is live.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from mocks3.storage.names import NameRange, SortedNames
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.version import Version


class UploadIndex:
    """Uploads. ``edit`` is the token of the edit that may change this index in place."""

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
        """A twin that may be changed under ``edit``; the uploads in it are copied when they change."""
        twin = UploadIndex(edit)
        twin._live = self._live.copy()
        twin._ended = self._ended.copy()
        twin._ids = self._ids.copy()
        twin._keys = self._keys.copy()
        return twin

    @property
    def live(self) -> Mapping[str, Upload]:
        """Uploads under way, by id."""
        return self._live

    @property
    def ended(self) -> Mapping[str, EndedUpload]:
        """Uploads that were completed or aborted, by id."""
        return self._ended

    def keys(self) -> NameRange:
        """The keys with uploads under way."""
        return self._keys.between

    def of_key(self, key: str, after: int = 0) -> Iterator[Upload]:
        """The live uploads of ``key`` with a sequence number above ``after``, in the order they began."""
        ids = self._ids.get(key, ())
        first = bisect_right(ids, after, key=lambda id: self._live[id].sequence)
        return map(self._live.__getitem__, ids[first:])

    def position(self, upload_id: str) -> int:
        """The sequence number of an upload, live or ended; 0 (before all) for an id never issued."""
        known = self._live.get(upload_id) or self._ended.get(upload_id)
        return known.sequence if known else 0

    def add(self, upload: Upload) -> None:
        """Take up an upload newer than all others."""
        key = upload.key
        if key not in self._ids:
            self._keys.add(key)
        self._live[upload.id] = upload
        self._ids[key] = (*self._ids.get(key, ()), upload.id)

    def writable(self, upload_id: str) -> Upload:
        """The live upload with this id, to be changed in place. Raises ``KeyError``."""
        upload = self._live[upload_id]
        if upload.edit is not self.edit:
            upload = self._live[upload_id] = upload.copy(self.edit)
        return upload

    def disturb(self, key: str) -> None:
        """Note on the live uploads of ``key`` that the key was written or deleted."""
        for upload_id in self._ids.get(key, ()):
            self.writable(upload_id).conflicted = True

    def end(self, upload_id: str, version: Version | None) -> EndedUpload:
        """Turn a live upload into a remembered one: completed as ``version``, or aborted. Raises ``KeyError``."""
        upload = self._live.pop(upload_id)
        key = upload.key
        left = tuple(id for id in self._ids[key] if id != upload_id)
        if left:
            self._ids[key] = left
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
        )
        self._ended[upload_id] = ended
        if upload.edit is self.edit:  # if not, a snapshot has it too
            upload.release()
        return ended
