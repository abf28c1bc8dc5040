"""A bucket: its settings, its keys' versions, its uploads.

Rule 1: a bucket is changed only inside ``Store.editing``; outside, every change raises ``TypeError``.
Rule 2: each method is one whole change or none. Reads of more than one thing take the store's lock, so that they
see no change half done; ``current`` is one look-up and needs none.
Rule 3: what a setting, an ACL or a document means is not known here. Nor is any S3 error: what is not there is
None, what may not be is ``KeyError`` or ``ValueError``, and operations find the words.

Versioning (user guide, "How S3 Versioning works"):

- Never enabled (``versioning`` None) or Suspended: a put writes the null version, in place of any null version
  the key has, wherever it stands. Enabled: a put writes a version with a new id, on top of all others.
- A delete marker is a version like any other: with a new id when Enabled, the null version when Suspended.
- Removing a version for good makes the next newest the current one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mocks3.lib.locking import WorldLock
from mocks3.storage import changes, listing, names
from mocks3.storage.ids import NULL, IdGenerator
from mocks3.storage.keyindex import KeyIndex
from mocks3.storage.listing import ListedVersion
from mocks3.storage.page import Page, make_page
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.uploads import UploadIndex
from mocks3.storage.values import Acl, Initiator, Owner, PublicAccessBlock
from mocks3.storage.version import Part, Version, assign_id

ENABLED = "Enabled"
SUSPENDED = "Suspended"
POLICY_PRINCIPALS = "policy-principals"
"""The document beside ``Bucket.policy``: the ARNs in it and the unique ids they meant when it was put."""

_set = object.__setattr__


class Bucket:
    """One bucket.

    ``owner`` is an account id, ``versioning`` is None, ``Enabled`` or ``Suspended``, ``ownership`` a mode of Object
    Ownership or None when the controls were deleted, ``public_access_block`` None when it was deleted, ``policy``
    the text as it was put, or None. ``documents`` holds every other configuration under a name of the operations'
    choice; a document is replaced, never changed in place. ``zone`` is where a directory bucket is, None for general
    purpose buckets.
    """

    __slots__ = (
        "_documents",
        "_id_generator",
        "_keys",
        "_lock",
        "_open",
        "_uploads",
        "acl",
        "created",
        "edit",
        "name",
        "owner",
        "ownership",
        "policy",
        "public_access_block",
        "region",
        "versioning",
        "zone",
    )

    def __init__(
        self,
        *,
        edit: object,
        lock: WorldLock,
        id_generator: IdGenerator,
        name: str,
        owner: str,
        region: str,
        created: datetime,
        acl: Acl | None,
        ownership: str | None,
        public_access_block: PublicAccessBlock | None,
        zone: str | None = None,
    ) -> None:
        _set(self, "_open", 1)
        self.edit = edit
        self._lock = lock
        self._id_generator = id_generator
        self.name = name
        self.owner = owner
        self.region = region
        self.zone = zone
        self.created = created
        self.versioning: str | None = None
        self.acl = acl
        self.ownership = ownership
        self.public_access_block = public_access_block
        self.policy: str | None = None
        self._documents: dict[str, Any] = {}
        self._keys = KeyIndex(edit)
        self._uploads = UploadIndex(edit)
        self._open = 0

    # What the store does with a bucket.

    def __setattr__(self, name: str, value: object) -> None:
        self._writable()
        _set(self, name, value)

    def copy(self, edit: object) -> Bucket:
        """A twin that may be changed under ``edit``. The indexes are copied when they are first changed."""
        twin = object.__new__(Bucket)
        for slot in Bucket.__slots__:
            _set(twin, slot, getattr(self, slot))
        _set(twin, "edit", edit)
        _set(twin, "_documents", self._documents.copy())
        return twin

    def open(self, more: int) -> None:
        """Count the editors: ``more`` is 1 when one begins, -1 when it ends."""
        _set(self, "_open", self._open + more)

    def _writable(self) -> None:
        if not self._open:
            raise TypeError(f"bucket {self.name!r} is changed only inside Store.editing({self.name!r})")

    # Settings.

    @property
    def configurations(self) -> dict[str, Any]:
        """Other configurations by name: a dict inside ``editing``, read-only outside."""
        return self._documents if self._open else MappingProxyType(self._documents)  # type: ignore[return-value]

    @property
    def is_empty(self) -> bool:
        """Whether nothing hinders its deletion: no version, no delete marker. Uploads do not count."""
        return not len(self._keys)

    def shown_id(self, version: Version) -> str | None:
        """The version id as answers show it: None as long as versioning was never set (R-109 to R-112)."""
        return None if self.versioning is None else version.version_id

    # Versions: reading.

    def current(self, key: str) -> Version | None:
        """The newest version of ``key``, which may be a delete marker."""
        return self._keys.current(key)

    def version(self, key: str, version_id: str) -> Version | None:
        """The version of ``key`` with this id (``"null"`` for the null version)."""
        with self._lock:
            return self._keys.find(key, version_id)

    def versions_of(self, key: str) -> list[Version]:
        """All versions of ``key``, newest first, delete markers too."""
        with self._lock:
            return list(self._keys.newest_first(key))

    # Versions: writing.

    def put(self, version: Version) -> Version:
        """Make ``version`` the newest of its key, under the id that the bucket's versioning calls for.

        Answers the version as it is kept, with its ``version_id`` and ``sequence``; those it came with do not
        count. Raises ``ValueError`` for a key that UTF-8 can't hold.
        """
        self._writable()
        names.check_utf8(version.key)
        sequence = self._id_generator.sequence()
        version_id = self._id_generator.version_id(sequence) if self.versioning == ENABLED else NULL
        version = assign_id(version, version_id, sequence)
        self._own_keys().put(version)
        self._disturb(version.key)
        changes.record_change(self.name, None, version)
        return version

    def insert(self, version: Version) -> None:
        """Take a copy of another bucket's version, under the id and at the place in time that it has there.

        Raises ``ValueError`` for a null version, which has no such place, and where the id is taken.
        """
        self._writable()
        keys = self._own_keys()
        if version.is_null or keys.find(version.key, version.version_id) is not None:
            raise ValueError(f"{version.key!r} can't have another version {version.version_id!r}")
        keys.insert(version)
        self._disturb(version.key)
        changes.record_change(self.name, None, version)

    def add_delete_marker(self, key: str, *, owner: Owner, last_modified: datetime) -> Version:
        """Put a delete marker on top of ``key``, whether or not it has any version.

        Raises ``ValueError`` in a bucket that never had versioning: there a delete is ``remove(key, "null")``.
        """
        if self.versioning is None:
            raise ValueError(f"bucket {self.name!r} never had versioning, so it has no delete markers")
        return self.put(Version(key, last_modified, owner, is_delete_marker=True))

    def remove(self, key: str, version_id: str) -> Version | None:
        """Take one version out for good, and answer it; None when there is none such."""
        self._writable()
        keys = self._own_keys()
        current = keys.current(key)
        removed = keys.remove(key, version_id)
        if removed is not None and removed is current:
            self._disturb(key)
        if removed is not None:
            changes.record_change(self.name, removed, None)
        return removed

    def update(self, version: Version) -> None:
        """Put a changed copy of a version in its place: same key and id, other tags, ACL, lock.

        ``bucket.update(dataclasses.replace(version, tags=tags))``. Raises ``KeyError`` when that version is gone.
        """
        self._writable()
        keys = self._own_keys()
        before = keys.find(version.key, version.version_id)
        if not keys.replace(version):
            raise KeyError((version.key, version.version_id))
        changes.record_change(self.name, before, version)

    # Listing.

    def list_keys(
        self,
        prefix: str = "",
        delimiter: str | None = "",
        after: str = "",
        limit: int = 1000,
        *,
        regroup: bool = False,
    ) -> Page[Version]:
        """The current objects (no delete markers) in the order of their keys, after the marker ``after``.

        A group in which ``after`` lies counts as listed (Marker, and tokens made of ``Page.last_key``), unless
        ``regroup`` is set (StartAfter).
        """
        with self._lock:
            return make_page(listing.keys(self._keys, prefix, delimiter or "", after, regroup), limit)

    def list_versions(
        self,
        prefix: str = "",
        delimiter: str | None = "",
        key_marker: str = "",
        version_id_marker: str = "",
        limit: int = 1000,
    ) -> Page[ListedVersion]:
        """Versions and delete markers in the order of their keys, each key's newest first.

        They begin after ``key_marker``; with ``version_id_marker``, after that version of ``key_marker``, which may
        have been deleted meanwhile. If its place can't be told, all of the key's versions are listed.
        """
        with self._lock:
            found = listing.versions(self._keys, prefix, delimiter or "", key_marker, version_id_marker)
            return make_page(found, limit)

    def list_uploads(
        self,
        prefix: str = "",
        delimiter: str | None = "",
        key_marker: str = "",
        upload_id_marker: str = "",
        limit: int = 1000,
    ) -> Page[Upload]:
        """Uploads under way in the order of their keys, each key's in the order they began.

        They begin after ``key_marker``; with ``upload_id_marker``, after that upload of ``key_marker``, which may
        have ended meanwhile.
        """
        with self._lock:
            found = listing.uploads(self._uploads, prefix, delimiter or "", key_marker, upload_id_marker)
            return make_page(found, limit)

    # Uploads.

    @property
    def uploads(self) -> Mapping[str, Upload]:
        """Uploads under way, by id (to look at)."""
        return MappingProxyType(self._uploads.live)

    def upload(self, upload_id: str) -> Upload | None:
        """The upload under way with this id."""
        return self._uploads.live.get(upload_id)

    def ended_upload(self, upload_id: str) -> EndedUpload | None:
        """What is remembered of a completed or aborted upload with this id."""
        return self._uploads.ended.get(upload_id)

    def start_upload(self, draft: Version, *, initiator: Initiator, initiated: datetime) -> Upload:
        """Begin an upload of what will be ``draft`` with a body."""
        self._writable()
        names.check_utf8(draft.key)
        uploads, id_generator = self._own_uploads(), self._id_generator
        upload = Upload(
            uploads.edit, id_generator.upload_id(), draft, initiator, initiated, id_generator.sequence()
        )
        uploads.add(upload)
        return upload

    def put_part(self, upload_id: str, part: Part) -> None:
        """Hold a part, in place of any with its number. Raises ``KeyError`` when the upload is not under way."""
        self._writable()
        self._own_uploads().writable(upload_id).put(part)

    def list_parts(self, upload_id: str, after: int = 0, limit: int = 1000) -> Page[Part]:
        """Parts with numbers above ``after``. Raises ``KeyError`` when the upload is not under way."""
        with self._lock:
            return self._uploads.live[upload_id].page(after, limit)

    def complete_upload(self, upload_id: str, version: Version) -> Version:
        """Put ``version`` and end the upload, as one change. Answers the version as it is kept.

        Raises ``KeyError`` when the upload is not under way.
        """
        self._writable()
        draft = self._uploads.live[upload_id].draft
        if version.key != draft.key:
            raise ValueError("an upload is completed under the key it began with")
        version = self.put(version)
        self._own_uploads().end(upload_id, version)
        return version

    def abort_upload(self, upload_id: str) -> EndedUpload:
        """End the upload and let its parts go. Raises ``KeyError`` when it is not under way."""
        self._writable()
        return self._own_uploads().end(upload_id, None)

    # Copy on write.

    def _own_keys(self) -> KeyIndex:
        keys = self._keys
        if keys.edit is not self.edit:
            keys = self._keys = keys.copy(self.edit)
        return keys

    def _own_uploads(self) -> UploadIndex:
        uploads = self._uploads
        if uploads.edit is not self.edit:
            uploads = self._uploads = uploads.copy(self.edit)
        return uploads

    def _disturb(self, key: str) -> None:
        if len(self._uploads):
            self._own_uploads().disturb(key)
