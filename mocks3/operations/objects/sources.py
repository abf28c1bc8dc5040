"""The source of a copy: find it, and check the conditions and the customer's key of the request.

Source: API_CopyObject, API_UploadPartCopy; R-58, R-59; docs/rules/multipart.md, operations.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import COPY_OF_MARKER, INVALID_ARGUMENT, INVALID_REQUEST
from mocks3.errors.refusals import ARCHIVED_SOURCE
from mocks3.model.permissions import When
from mocks3.model.target import lookup
from mocks3.rules import archive, encryption, preconditions, tiers
from mocks3.rules.finding import check_key, find_version, is_version_id
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
    version = lookup(source.bucket, source.key, source.version_id)
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
        _check_version_id(source.version_id, of_part="PartNumber" in params)
        named = source.bucket.version(source.key, source.version_id)
        if named is not None and named.is_delete_marker:
            raise COPY_OF_MARKER()
    version = find_version(source.bucket, source.key, source.version_id, "GET")
    encryption.require_read_key(version.encryption, params, "CopySource")
    preconditions.require_source_conditions(params, version)
    if not archive.is_readable(version):
        action = "s3:GetObject" if source.version_id is None else "s3:GetObjectVersion"
        raise ARCHIVED_SOURCE(archive.why_unreadable(version)._replace(action=action, resource=source.arn))
    tiers.record_access(call, source.bucket.name, version)
    return version


def _check_version_id(version_id: str, *, of_part: bool) -> None:
    """Raise an error for a version id that mocks3 never issues. CopyObject does not say what is invalid (R-59)."""
    if is_version_id(version_id):
        return
    if not of_part:
        raise INVALID_REQUEST(message="Invalid Request")
    raise INVALID_ARGUMENT(
        message="Invalid version id specified", ArgumentName="x-amz-copy-source", ArgumentValue=version_id
    )


def source_version_id(version: Version) -> str | None:
    """Return ``CopySourceVersionId``. It is missing for the null version (R-109 to R-112)."""
    return None if version.version_id == NULL else version.version_id
