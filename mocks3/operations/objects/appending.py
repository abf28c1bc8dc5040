"""Appends: PutObject with ``x-amz-write-offset-bytes``, which adds data to an object of a directory bucket.

The added data becomes a part of the object. An object has at most 10,000 parts, which include those of its multipart
upload. It keeps its headers, its metadata and its checksum type, and gets a new ETag.

Source: API_PutObject (``WriteOffsetBytes``, errors); user guide, "Appending data to objects in directory buckets".
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.errors import NO_SUCH_KEY, NOT_IMPLEMENTED_HEADER
from mocks3.errors.directory_buckets import (
    CHECKSUM_MISMATCH,
    EMPTY_APPEND,
    ENCRYPTION_MISMATCH,
    INVALID_WRITE_OFFSET,
    METADATA_WITH_APPEND,
    TOO_MANY_PARTS,
)
from mocks3.rules import bodies, encryption, preconditions
from mocks3.rules.finding import current_object, editing
from mocks3.storage import COMPOSITE, Blob, Part, assembly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.rules.bodies import ReceivedBody
    from mocks3.storage import Version

MAX_PARTS = 10_000
_LINEAR = frozenset({"crc32", "crc32c", "crc64nvme"})


def append(call: Authorized, params: PutObjectRequestTypeDef, draft: Version) -> Params:
    """Add the body to the end of the object.

    Raise ``NotImplemented`` in general purpose buckets, ``NoSuchKey``, ``InvalidWriteOffset``, ``TooManyParts``,
    ``EncryptionTypeMismatch``, ``InvalidRequest``, or an error of the body or of the conditions of a write.
    """
    if call.bucket.zone is None:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-write-offset-bytes")
    expected = current_object(call.bucket, call.key)
    algorithm = _algorithm(expected)
    also = () if algorithm is None else (algorithm,)
    received = bodies.receive(call.store, params, also=also)
    with editing(call) as bucket:
        version = current_object(bucket, call.key)
        if version is None:
            raise NO_SUCH_KEY(Key=call.key)
        preconditions.require_write_conditions(params, version, version.key)
        _check(version, params, received, draft)
        version = bucket.put(_appended(version, received, draft))
        return {
            "ETag": f'"{version.etag}"',
            "Size": version.size,
            "ChecksumType": version.checksum_type,
            **bodies.checksum_members(version.checksums),
            **encryption.write_response_members(version.encryption),
        }


def _algorithm(version: Version | None) -> str | None:
    return None if version is None else next(iter(version.checksums), None)


def _check(version: Version, params: PutObjectRequestTypeDef, received: ReceivedBody, draft: Version) -> None:
    if params["WriteOffsetBytes"] != version.size:
        raise INVALID_WRITE_OFFSET()
    if not len(received.blob):
        raise EMPTY_APPEND()
    if params.get("Metadata"):
        raise METADATA_WITH_APPEND()
    algorithm = _algorithm(version)
    if (
        algorithm is not None and algorithm not in received.checksums
    ):  # the object was replaced while the body was read
        raise INVALID_WRITE_OFFSET()
    # The client need not send an algorithm that the server chose (inferred).
    if algorithm not in (None, bodies.DEFAULT_ALGORITHM) and received.algorithm not in (None, algorithm):
        raise CHECKSUM_MISMATCH(expected=algorithm, actual=received.algorithm)
    if (draft.encryption.algorithm, draft.encryption.kms_key) != (
        version.encryption.algorithm,
        version.encryption.kms_key,
    ):
        raise ENCRYPTION_MISMATCH()
    if len(_parts(version)) >= MAX_PARTS:
        raise TOO_MANY_PARTS()


def _appended(version: Version, received: ReceivedBody, draft: Version) -> Version:
    parts = _parts(version)
    algorithm = _algorithm(version)
    checksums = {} if algorithm is None else {algorithm: received.checksums[algorithm]}
    part = Part(len(parts) + 1, received.blob, os.urandom(16).hex(), draft.last_modified, checksums)
    blob = Blob.join(each.blob for each in (*parts, part))
    return replace(
        version,
        last_modified=draft.last_modified,
        blob=blob,
        etag=os.urandom(16).hex(),
        checksums={} if algorithm is None else _checksums(version, algorithm, (*parts, part), blob),
        parts=(*parts, part),
    )


def _parts(version: Version) -> tuple[Part, ...]:
    """Return the parts of an object. An object without parts is a single part."""
    return version.parts or (Part(1, version.blob, version.etag, version.last_modified, version.checksums),)


def _checksums(version: Version, algorithm: str, parts: tuple[Part, ...], blob: Blob) -> Mapping[str, str]:
    """Return the checksum of the new content, of the same type: combined from the parts if possible."""
    if version.checksum_type == COMPOSITE:
        return {algorithm: assembly.composite(algorithm, [each.checksums[algorithm] for each in parts])}
    if algorithm not in _LINEAR:
        return {algorithm: bodies.digest_text(blob, algorithm)}
    before = version.checksums[algorithm], version.size
    added = parts[-1].checksums[algorithm], parts[-1].size
    return {algorithm: assembly.full_object(algorithm, (before, added))}
