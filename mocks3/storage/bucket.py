"""A bucket: its settings, the versions of its keys, its uploads.

Rule 1: a bucket is changed only inside ``Store.editing``. Outside, every change raises ``TypeError``.
Rule 2: each method makes its whole change or none. A method that reads more than one value takes the store's lock, so
that it never sees an incomplete change. ``current`` is a single look-up and needs no lock.
Rule 3: this module does not interpret settings, ACLs or configurations, and it raises no S3 error. A lookup that finds
nothing returns None. A change that is not possible raises ``KeyError`` or ``ValueError``, and operations translate
these into S3's errors.

Versioning (user guide, "How S3 Versioning works"):

- Never enabled (``versioning`` is None) or Suspended: a put writes the null version. It replaces the null version that
  the key has, current or noncurrent. Enabled: a put writes a version with a new id, and it becomes the current one.
- A delete marker is a version too. It has a new id if versioning is Enabled, and is the null version if Suspended.
- If the current version is removed permanently, the next newest version becomes the current one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from mocks3.lib.locking import WorldLock
from mocks3.lib.partitions import partition_of
from mocks3.storage import changes, listing, names
from mocks3.storage.ids import NULL, IdGenerator
from mocks3.storage.keyindex import KeyIndex
from mocks3.storage.listing import ListedVersion
from mocks3.storage.page import Page, make_page
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.uploads import UploadIndex
from mocks3.storage.values import Acl, Initiator, Owner, PublicAccessBlock
from mocks3.storage.version import Part, Version, assign_id

if TYPE_CHECKING:
    from mocks3.storage.configurations import Configurations

ENABLED = "Enabled"
SUSPENDED = "Suspended"

_set = object.__setattr__


class Bucket:
    """One bucket.

    ``owner`` is an account id. ``versioning`` is None, ``Enabled`` or ``Suspended``. ``ownership`` is a setting of
    Object Ownership, or None if the ownership controls were deleted. ``public_access_block`` is None if it was deleted.
    ``policy`` is the text as it was put, or None. ``policy_principals`` maps the ARNs in it to their unique ids at that
    time. ``configurations`` contains the configuration documents by name; a document is replaced, never changed in
    place. ``location_constraint`` is ``EU`` if the bucket was created with this name of a Region. ``mfa_delete`` is
    ``Enabled``, ``Disabled``, or None if it was never set. ``metadata_tables`` maps the unique names of the bucket's
    metadata tables to their ARNs. ``zone`` is the zone of a directory bucket, and None for a general purpose bucket.
    Only directory buckets have a ``customer_managed_key``, which never changes once it is set, and ``rename_tokens``:
    the parameters of the last renames by client token.
    """

    __slots__ = (
        "_configurations",
        "_editors",
        "_id_generator",
        "_keys",
        "_lock",
        "_uploads",
        "acl",
        "created",
        "customer_managed_key",
        "edit",
        "location_constraint",
        "metadata_tables",
        "mfa_delete",
        "name",
        "owner",
        "ownership",
        "policy",
        "policy_principals",
        "public_access_block",
        "region",
        "rename_tokens",
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
        _set(self, "_editors", 1)
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
        self.policy_principals: Mapping[str, str] = {}
        self.location_constraint: str | None = None
        self.mfa_delete: str | None = None
        self.metadata_tables: Mapping[str, str] = {}
        self.customer_managed_key: str | None = None
        self.rename_tokens: Mapping[str, Mapping[str, object]] = {}
        self._configurations: Configurations = {}
        self._keys = KeyIndex(edit)
        self._uploads = UploadIndex(edit)
        self._editors = 0

    @property
    def arn(self) -> str:
        """``arn:aws:s3:::NAME``; for a directory bucket ``arn:aws:s3express:REGION:ACCOUNT:bucket/NAME``."""
        partition = partition_of(self.region)
        if self.zone is None:
            return f"arn:{partition}:s3:::{self.name}"
        return f"arn:{partition}:s3express:{self.region}:{self.owner}:bucket/{self.name}"

    # Methods for the store.

    def __setattr__(self, name: str, value: object) -> None:
        self._require_editing()
        _set(self, name, value)

    def copy(self, edit: object) -> Bucket:
        """Return a copy that may be changed under ``edit``. Its indexes are copied at their first change."""
        copied = object.__new__(Bucket)
        for slot in Bucket.__slots__:
            _set(copied, slot, getattr(self, slot))
        _set(copied, "edit", edit)
        _set(copied, "_configurations", self._configurations.copy())
        return copied

    def add_editors(self, number: int) -> None:
        """Count the active edits: ``number`` is 1 if an edit begins, and -1 if it ends."""
        _set(self, "_editors", self._editors + number)

    def _require_editing(self) -> None:
        if not self._editors:
            raise TypeError(f"change bucket {self.name!r} only inside Store.editing({self.name!r})")

    # Settings.

    @property
    def configurations(self) -> Configurations:
        """Return the configuration documents by name: a dict inside ``editing``, a read-only mapping outside."""
        return self._configurations if self._editors else MappingProxyType(self._configurations)  # type: ignore[return-value]

    @property
    def is_empty(self) -> bool:
        """Return whether the bucket has no version and no delete marker. Uploads do not count."""
        return not len(self._keys)

    def shown_id(self, version: Version) -> str | None:
        """Return the version id that responses show: None if versioning was never configured (R-109 to R-112)."""
        return None if self.versioning is None else version.version_id

    # Versions: reading.

    def current(self, key: str) -> Version | None:
        """Return the newest version of ``key``, which may be a delete marker, or None."""
        return self._keys.current(key)

    def version(self, key: str, version_id: str) -> Version | None:
        """Return the version of ``key`` with this id (``"null"`` for the null version), or None."""
        with self._lock:
            return self._keys.find(key, version_id)

    def versions_of(self, key: str) -> list[Version]:
        """Return all versions of ``key`` with its delete markers, newest first."""
        with self._lock:
            return list(self._keys.newest_first(key))

    def oldest_first(self) -> list[Version]:
        """Return all versions and delete markers of all keys, in the order in which they were written."""
        with self._lock:
            names = self._keys.all()("", True, None)
            found = [each for key in names for each in self._keys.newest_first(key)]
        return sorted(found, key=attrgetter("sequence"))

    # Versions: writing.

    def adopt(
        self, versions: Iterable[Version], uploads: Iterable[Upload], ended: Iterable[EndedUpload]
    ) -> None:
        """Fill a new bucket with the content of a saved one, in its order. Ids and sequence numbers stay."""
        self._require_editing()
        keys, index = self._own_keys(), self._own_uploads()
        for version in versions:
            keys.insert(version)
        for upload in sorted(uploads, key=attrgetter("sequence")):
            index.add(upload)
        index.remember(ended)

    def put(self, version: Version) -> Version:
        """Make ``version`` the newest version of its key. The bucket's versioning state decides the version id.

        Returns the stored version with its new ``version_id`` and ``sequence``; their given values are ignored.
        Raises ``ValueError`` if UTF-8 cannot encode the key.
        """
        self._require_editing()
        names.check_utf8(version.key)
        sequence = self._id_generator.sequence()
        version_id = self._id_generator.version_id(sequence) if self.versioning == ENABLED else NULL
        version = assign_id(version, version_id, sequence)
        self._own_keys().put(version)
        self._mark_conflicts(version.key)
        changes.record_change(self.name, None, version)
        return version

    def insert(self, version: Version) -> None:
        """Insert a copy of a version of another bucket. The copy keeps its version id and its position in time.

        Raises ``ValueError`` for a null version, which has no such position, and if the version id already exists.
        """
        self._require_editing()
        keys = self._own_keys()
        if version.is_null or keys.find(version.key, version.version_id) is not None:
            raise ValueError(
                f"cannot insert version {version.version_id!r} of {version.key!r}: null, or it exists"
            )
        keys.insert(version)
        self._mark_conflicts(version.key)
        changes.record_change(self.name, None, version)

    def add_delete_marker(self, key: str, *, owner: Owner, last_modified: datetime) -> Version:
        """Put a delete marker as the current version of ``key``, even if the key has no version.

        Raises ``ValueError`` if the bucket never had versioning: there a delete is ``remove(key, "null")``.
        """
        if self.versioning is None:
            raise ValueError(f"bucket {self.name!r} never had versioning: it cannot have delete markers")
        return self.put(Version(key, last_modified, owner, is_delete_marker=True))

    def remove(self, key: str, version_id: str) -> Version | None:
        """Remove one version permanently and return it, or return None if it does not exist."""
        self._require_editing()
        keys = self._own_keys()
        current = keys.current(key)
        removed = keys.remove(key, version_id)
        if removed is not None and removed is current:
            self._mark_conflicts(key)
        if removed is not None:
            changes.record_change(self.name, removed, None)
        return removed

    def update(self, version: Version) -> None:
        """Replace a version with a changed copy that has the same key and id, but other tags, another ACL or lock.

        ``bucket.update(dataclasses.replace(version, tags=tags))``. Raises ``KeyError`` if the version does not exist.
        """
        self._require_editing()
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
        """Return current objects (no delete markers) in the order of their keys, after the marker ``after``.

        A common prefix that contains ``after`` counts as already listed (Marker, and tokens made of ``Page.last_key``).
        With ``regroup`` it is listed again (StartAfter).
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
        """Return versions and delete markers in the order of their keys. The newest version of a key comes first.

        The page begins after ``key_marker``. With ``version_id_marker`` it begins after that version of ``key_marker``,
        even if the version has been deleted. If its position is unknown, all versions of the key are listed.
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
        """Return uploads in progress in the order of their keys, and for each key in the order of their initiation.

        The page begins after ``key_marker``. With ``upload_id_marker`` it begins after that upload of ``key_marker``,
        even if the upload has ended.
        """
        with self._lock:
            found = listing.uploads(self._uploads, prefix, delimiter or "", key_marker, upload_id_marker)
            return make_page(found, limit)

    # Uploads.

    @property
    def uploads(self) -> Mapping[str, Upload]:
        """Return the uploads in progress by id, as a read-only mapping."""
        return MappingProxyType(self._uploads.live)

    def upload(self, upload_id: str) -> Upload | None:
        """Return the upload in progress with this id, or None."""
        return self._uploads.live.get(upload_id)

    def ended_upload(self, upload_id: str) -> EndedUpload | None:
        """Return the record of a completed or aborted upload with this id, or None."""
        return self._uploads.ended.get(upload_id)

    @property
    def ended_uploads(self) -> Mapping[str, EndedUpload]:
        """Return the records of completed and aborted uploads by id, as a read-only mapping."""
        return MappingProxyType(self._uploads.ended)

    def start_upload(
        self,
        draft: Version,
        *,
        initiator: Initiator,
        initiated: datetime,
        checksum_algorithm: str | None = None,
        requested_encryption: str | None = None,
        requested_kms_key: str | None = None,
    ) -> Upload:
        """Begin an upload. ``draft`` is the version without its body. For the other arguments see :class:`Upload`."""
        self._require_editing()
        names.check_utf8(draft.key)
        uploads, id_generator = self._own_uploads(), self._id_generator
        upload = Upload(
            uploads.edit,
            id_generator.upload_id(),
            draft,
            initiator,
            initiated,
            id_generator.sequence(),
            checksum_algorithm,
            requested_encryption,
            requested_kms_key,
        )
        uploads.add(upload)
        return upload

    def put_part(self, upload_id: str, part: Part) -> None:
        """Store a part. It replaces a part with the same number. Raises ``KeyError`` if the upload has ended."""
        self._require_editing()
        self._own_uploads().writable(upload_id).put(part)

    def list_parts(self, upload_id: str, after: int = 0, limit: int = 1000) -> Page[Part]:
        """Return the parts with numbers above ``after``. Raises ``KeyError`` if the upload has ended."""
        with self._lock:
            return self._uploads.live[upload_id].page(after, limit)

    def complete_upload(self, upload_id: str, version: Version) -> Version:
        """Put ``version`` and end the upload, as one change. Return the stored version.

        Raises ``KeyError`` if the upload has ended.
        """
        self._require_editing()
        draft = self._uploads.live[upload_id].draft
        if version.key != draft.key:
            raise ValueError(f"the upload began with the key {draft.key!r}, not {version.key!r}")
        version = self.put(version)
        self._own_uploads().end(upload_id, version)
        return version

    def abort_upload(self, upload_id: str) -> EndedUpload:
        """End the upload and delete its parts. Raises ``KeyError`` if the upload has already ended."""
        self._require_editing()
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

    def _mark_conflicts(self, key: str) -> None:
        if len(self._uploads):
            self._own_uploads().mark_conflicts(key)
