"""The source of a copy: find it, and check the conditions and the customer's key of the request.

Source: API_CopyObject, API_UploadPartCopy; R-58, R-59; docs/rules/multipart.md, operations.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import ARCHIVED_SOURCE, COPY_OF_MARKER
from mocks3.model.permissions import When
from mocks3.rules import archive, encryption, preconditions, tiers
from mocks3.rules.finding import check_key, check_version_id, find_version, lookup_version
from mocks3.storage import NULL

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CopyObjectRequestTypeDef, UploadPartCopyRequestTypeDef

    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authorized
    from mocks3.model.target import Target
    from mocks3.storage import Version


def _copies_tags(parsed: Parsed, target: Target) -> bool:
    """Return whether tags are copied. ``target`` is the source or the destination of the copy."""
    if parsed.head.get("TaggingDirective", "COPY") != "COPY":
        return False
    source = target.source or target
    if source.bucket is None or source.key is None:
        return False
    version = lookup_version(source.bucket, source.key, source.version_id)
    return version is not None and bool(version.tags)


TAGS_COPIED = When("tags are copied from the source", _copies_tags)


def find_source(call: Authorized, params: CopyObjectRequestTypeDef | UploadPartCopyRequestTypeDef) -> Version:
    """Return the version to copy, if the conditions are true and the request has its customer's key.

    Raise ``NoSuchKey``, ``NoSuchVersion``, ``InvalidRequest`` for a named delete marker, ``PreconditionFailed``,
    ``InvalidObjectState``, or an error of the SSE-C headers.
    """
    source = call.source
    assert source is not None
    assert source.bucket is not None
    assert source.key is not None
    check_key(source.key)
    if source.version_id is not None:
        check_version_id(source.version_id)
        lookup_version = source.bucket.version(source.key, source.version_id)
        if lookup_version is not None and lookup_version.is_delete_marker:
            raise COPY_OF_MARKER()
    version = find_version(source.bucket, source.key, source.version_id, "GET")
    encryption.require_read_key(version.encryption, params, "CopySource")
    preconditions.require_source_conditions(params, version)
    if not archive.is_readable(version):
        raise ARCHIVED_SOURCE()
    tiers.record_access(call, source.bucket.name, version)
    return version


def source_version_id(version: Version) -> str | None:
    """Return ``CopySourceVersionId``. It is missing for the null version (R-109 to R-112)."""
    return None if version.version_id == NULL else version.version_id
