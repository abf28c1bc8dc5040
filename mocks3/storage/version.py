"""Versions of objects, and parts of uploads.

Rule 1: never changed, which the type checker sees to (``value``). A change of tags, ACL or lock is a new Version that
takes the old one's place (``Bucket.update``). Rule 2: every version has an id; the null version's is ``"null"``
(``ids.NULL``), also in a bucket that never had versioning. Whether an id is *shown* depends on the bucket:
``Bucket.shown_id``. Rule 3: ``version_id`` and ``sequence`` are given by the bucket, when the version is put.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mocks3.lib.values import value
from mocks3.storage.blob import EMPTY, Blob
from mocks3.storage.ids import NULL
from mocks3.storage.values import SSE_S3, UNLOCKED, Acl, Checksums, Encryption, Lock, Owner, Restore

REPLICATION_STATUS = "replication-status"
"""The fact of a version that is copied elsewhere, or is such a copy: PENDING, COMPLETED, FAILED or REPLICA."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


@value
class Part:
    """A part of a multipart upload: ``number`` 1 to 10,000, ``etag`` without quotes."""

    number: int
    blob: Blob
    etag: str
    last_modified: datetime
    checksums: Checksums = field(default_factory=_nothing)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.blob)


@value
class Version:
    """One version of one key: an object, or a delete marker.

    ``etag`` stands without quotes. ``headers`` are the system headers that are given back as they came
    (``content-type``, ``cache-control``…; lower-case names), ``metadata`` the user's. ``parts`` is empty unless the
    object came by a multipart upload. ``facts`` holds what else an operation keeps with a version, under a name
    of its choice (annotations, replication status…). Two versions are equal only if they are the same one.
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
    facts: Mapping[str, Any] = field(default_factory=_nothing)
    is_delete_marker: bool = False
    version_id: str = NULL
    sequence: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.blob)

    @property
    def is_null(self) -> bool:
        """Whether this is the key's null version."""
        return self.version_id == NULL


def add_body(draft: Version, blob: Blob, etag: str, checksums: Checksums, checksum_type: str) -> Version:
    """A draft with its body. The draft is no bucket's yet, so it is completed in place, as by ``stamp``."""
    if draft.sequence:
        raise ValueError("a version that is kept somewhere does not change its body")
    put = object.__setattr__
    put(draft, "blob", blob)
    put(draft, "etag", etag)
    put(draft, "checksums", checksums)
    put(draft, "checksum_type", checksum_type)
    return draft


def assign_id(version: Version, version_id: str, sequence: int) -> Version:
    """The version under this id, with this place in the order of all writes.

    A version that no bucket has taken yet (sequence 0) is completed in place: that is the last step of its making,
    and costs a twentieth of a copy. One that is kept somewhere already stays what it is, and is copied.
    """
    if version.sequence:
        version = replace(version)
    object.__setattr__(version, "version_id", version_id)
    object.__setattr__(version, "sequence", sequence)
    return version
