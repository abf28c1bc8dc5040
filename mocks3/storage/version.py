"""Versions of objects, and parts of uploads.

Rule 1: they never change; the type checker enforces this (``value``). For a change of tags, ACL or lock, a new Version
replaces the old one (``Bucket.update``).
Rule 2: every version has an id. The id of the null version is ``"null"`` (``ids.NULL``), also in a bucket that never
had versioning. The bucket decides whether responses *show* the id: ``Bucket.shown_id``.
Rule 3: the bucket sets ``version_id`` and ``sequence`` when the version is put.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from mocks3.lib.values import value
from mocks3.storage.blob import EMPTY, Blob
from mocks3.storage.ids import NULL
from mocks3.storage.values import SSE_S3, UNLOCKED, Acl, Checksums, Encryption, Lock, Owner, Restore, small

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return _NOTHING


@value
class Part:
    """A part of a multipart upload. ``number`` is 1 to 10,000, ``etag`` has no quotes."""

    number: int
    blob: Blob
    etag: str
    last_modified: datetime
    checksums: Checksums = field(default_factory=_nothing)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.blob)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A named text attached to an object. ``etag`` has no quotes."""

    name: str
    blob: Blob
    etag: str
    last_modified: datetime
    checksums: Checksums


_NO_ANNOTATIONS: Mapping[str, Annotation] = MappingProxyType({})


def _no_annotations() -> Mapping[str, Annotation]:
    return _NO_ANNOTATIONS


@value
class Version:
    """One version of one key: an object, or a delete marker.

    ``etag`` has no quotes. ``headers`` are the system headers that responses repeat unchanged (``content-type``,
    ``cache-control``…; lower-case names). ``metadata`` is the user-defined metadata. ``parts`` is empty unless the
    object was created by a multipart upload. ``replication_status`` is PENDING, COMPLETED, FAILED or REPLICA, and None
    if no replication rule applies. ``archive_tier`` is the last archive tier of Intelligent-Tiering. ``accessed`` is
    the time of the last recorded access. Two versions are equal only if they are the same Python object.
    """

    key: str
    last_modified: datetime
    owner: Owner
    blob: Blob = EMPTY
    etag: str = ""
    acl: Acl | None = None
    headers: Mapping[str, str] = field(default_factory=_nothing)
    metadata: Mapping[str, str] = field(default_factory=_nothing)
    tags: Mapping[str, str] = field(default_factory=_nothing)
    storage_class: str = "STANDARD"
    checksums: Checksums = field(default_factory=_nothing)
    checksum_type: str | None = None
    parts: tuple[Part, ...] = ()
    encryption: Encryption = SSE_S3
    lock: Lock = UNLOCKED
    redirect: str | None = None
    restore: Restore | None = None
    replication_status: str | None = None
    archive_tier: str | None = None
    accessed: datetime | None = None
    annotations: Mapping[str, Annotation] = field(default_factory=_no_annotations)
    is_delete_marker: bool = False
    version_id: str = NULL
    sequence: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.blob)

    @property
    def is_null(self) -> bool:
        """Return whether this is the null version of its key."""
        return self.version_id == NULL


def add_body(draft: Version, blob: Blob, etag: str, checksums: Checksums, checksum_type: str) -> Version:
    """Add the body to a draft and return the draft. It is changed in place, because no bucket contains it yet."""
    if draft.sequence:
        raise ValueError("a version in a bucket cannot change its body")
    put = object.__setattr__
    put(draft, "blob", blob)
    put(draft, "etag", etag)
    put(draft, "checksums", checksums)
    put(draft, "checksum_type", checksum_type)
    return draft


def assign_id(version: Version, version_id: str, sequence: int) -> Version:
    """Return the version with this id and this position in the order of all writes.

    A version that is not in a bucket yet (sequence 0) is changed in place, which costs a twentieth of a copy. A version
    that is already in a bucket is copied.
    """
    if version.sequence:
        version = replace(version)
    put = object.__setattr__
    put(version, "version_id", version_id)
    put(version, "sequence", sequence)
    put(version, "checksums", small(version.checksums))
    return version
