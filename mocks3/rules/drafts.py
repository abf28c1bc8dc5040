"""Drafts: new versions without content, made from the headers of a write.

Rule 1: PutObject, CopyObject and CreateMultipartUpload read these headers only through this module.
Rule 2: every header is checked before the body is read.

Source: API_PutObject; user guide "Working with object metadata" (2 KiB of user metadata, RFC 2047); R-50 to R-57.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_REDIRECT, INVALID_STORAGE_CLASS, METADATA_TOO_LARGE
from mocks3.lib import encoded_words
from mocks3.model import zones
from mocks3.rules import acls, encryption, locks, object_tags
from mocks3.storage import Version

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.model.stages import Authorized
    from mocks3.rules.inputs import NewObject
    from mocks3.storage import Bucket

MAX_METADATA_SIZE = 2048
"""The most bytes of all names and values together, in UTF-8."""

STORAGE_CLASSES = frozenset(
    {
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    }
)
"""Storage classes that a request may name in general purpose buckets (API_PutObject; OUTPOSTS recorded as invalid)."""

SYSTEM_METADATA = {
    "CacheControl": "cache-control",
    "ContentDisposition": "content-disposition",
    "ContentEncoding": "content-encoding",
    "ContentLanguage": "content-language",
    "ContentType": "content-type",
    "Expires": "expires",
}
"""Members of system-defined metadata, with their names in storage."""

DEFAULT_TYPE = "binary/octet-stream"
PLAIN_HEADERS: Mapping[str, str] = MappingProxyType({"content-type": DEFAULT_TYPE})
"""The system headers of an object without any. Millions of objects share one mapping."""
_SYSTEM = frozenset(SYSTEM_METADATA)
_NOTHING: Mapping[str, str] = MappingProxyType({})


def write_time() -> datetime:
    """Return the present time as S3 stores it for a write: in whole seconds. Writes of one second share it."""
    return _shared(clock.now().replace(microsecond=0))


@functools.lru_cache(maxsize=1, typed=True)
def _shared(moment: datetime) -> datetime:
    return moment


def draft_version(call: Authorized, params: NewObject) -> Version:
    """Return the version that the headers of a write describe, without content.

    Raise ``MetadataTooLarge``, ``InvalidStorageClass``, ``InvalidArgument``, ``InvalidTag``, or an error of the ACL,
    encryption or Object Lock headers.
    """
    now = write_time()
    owner = acls.owner_of_new_object(call, params)
    return Version(
        call.key,
        now,
        owner,
        acl=acls.acl_of_new_object(call, params, owner),
        headers=system_headers(call, params),
        metadata=user_metadata(params),
        tags=object_tags.from_header(params["Tagging"]) if "Tagging" in params else _NOTHING,
        storage_class=storage_class(call.bucket, params.get("StorageClass")),
        encryption=encryption.requested(call, params),
        lock=locks.requested(call, params, now),
        redirect=redirect(params),
    )


def system_headers(call: Authorized, params: NewObject) -> Mapping[str, str]:
    """Return system-defined metadata as it was sent. ``Expires`` need not be a date."""
    if _SYSTEM.isdisjoint(params):
        return PLAIN_HEADERS
    given: Mapping[str, object] = params
    kept = {name: str(given[member]) for member, name in SYSTEM_METADATA.items() if given.get(member)}
    if "expires" in kept:
        kept["expires"] = call.parsed.request.headers["expires"]
    kept.setdefault("content-type", DEFAULT_TYPE)
    return kept


def user_metadata(params: NewObject) -> Mapping[str, str]:
    """Return the values of ``x-amz-meta-*``, decoded by RFC 2047. Raise ``MetadataTooLarge``."""
    metadata: Mapping[str, str] = params.get("Metadata") or _NOTHING
    if not metadata:
        return metadata
    size = sum(len(name.encode()) + len(value.encode("utf-8", "replace")) for name, value in metadata.items())
    if size > MAX_METADATA_SIZE:
        raise METADATA_TOO_LARGE(Size=size, MaxSizeAllowed=MAX_METADATA_SIZE)
    return {name: encoded_words.decode(value) for name, value in metadata.items()}


def encode_metadata(metadata: Mapping[str, str]) -> Mapping[str, str]:
    """Return metadata as header values: text that is not ASCII is encoded by RFC 2047."""
    if all(map(str.isascii, metadata.values())):
        return metadata
    return {
        name: value if value.isascii() else encoded_words.encode(value) for name, value in metadata.items()
    }


def storage_class(bucket: Bucket, requested: str | None) -> str:
    """Return the storage class of a write. Directory buckets have only one. Raise ``InvalidStorageClass``."""
    if bucket.zone is not None:
        only = zones.storage_class_of(bucket.zone)
        if requested not in (None, only):
            raise INVALID_STORAGE_CLASS(StorageClassRequested=requested)
        return only
    name = "STANDARD" if requested is None else requested
    if name not in STORAGE_CLASSES:
        raise INVALID_STORAGE_CLASS(StorageClassRequested=name)
    return name


def redirect(params: NewObject) -> str | None:
    """Return ``x-amz-website-redirect-location``. Raise ``InvalidRedirectLocation``."""
    location: str | None = params.get("WebsiteRedirectLocation")
    if location is not None and not location.startswith(("/", "http://", "https://")):
        raise INVALID_REDIRECT()
    return location
