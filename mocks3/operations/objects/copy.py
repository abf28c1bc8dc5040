"""CopyObject. Source: API_CopyObject; R-58, R-59, R-103 to R-107, R-109 to R-112; F-1 to F-4b."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, NOT_IMPLEMENTED_HEADER, UNSUPPORTED_CHECKSUM
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    ACL_HEADERS,
    NEW_KMS_KEY,
    OBJECT,
    REVEAL,
    SIGNED_WRITE,
    SOURCE,
    SOURCE_KMS_KEY,
    Need,
    all_of,
    any_given,
    either,
    given,
    no_version_named,
    version_named,
)
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget
from mocks3.operations.objects import annotating
from mocks3.operations.objects.put import RETENTION_HEADERS, etag_of
from mocks3.operations.objects.sources import TAGS_COPIED, find_source, source_version_id
from mocks3.rules import archive, bodies, bucket_encryption, drafts, encryption, preconditions
from mocks3.rules.finding import check_key_and_version, current_object, editing
from mocks3.storage import FULL_OBJECT, SSE_S3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CopyObjectRequestTypeDef

    from mocks3.storage import Version

MAX_COPY_SIZE = 5 << 30
"""The most bytes of one CopyObject. Larger objects need UploadPartCopy."""

_CHANGES = ("StorageClass", "WebsiteRedirectLocation", "ServerSideEncryption", "SSECustomerAlgorithm")
"""Headers that make a copy onto itself a change, with any value."""


@operation(
    Need("s3:GetObject", SOURCE, when=no_version_named()),
    Need("s3:GetObjectVersion", SOURCE, when=version_named()),
    Need("s3:GetObjectTagging", SOURCE, when=all_of(no_version_named(), TAGS_COPIED)),
    Need("s3:GetObjectVersionTagging", SOURCE, when=all_of(version_named(), TAGS_COPIED)),
    Need("s3:GetObjectAnnotation", SOURCE, when=annotating.ANNOTATIONS_COPIED),
    Need("s3:PutObject", OBJECT),
    Need("s3:PutObjectAcl", OBJECT, when=any_given(*ACL_HEADERS)),
    Need("s3:PutObjectTagging", OBJECT, when=either(given("Tagging"), TAGS_COPIED)),
    Need("s3:PutObjectRetention", OBJECT, when=any_given(*RETENTION_HEADERS)),
    Need("s3:PutObjectLegalHold", OBJECT, when=given("ObjectLockLegalHoldStatus")),
    Need("s3:PutObjectAnnotation", OBJECT, when=annotating.ANNOTATIONS_COPIED),
    preconditions.IF_MATCH_NEED,
    Need("kms:Decrypt", SOURCE_KMS_KEY),
    Need("kms:GenerateDataKey", NEW_KMS_KEY),
    Need("s3:ListBucket", SOURCE, mode=REVEAL),
    anonymous="Anonymous users cannot copy objects. Please authenticate.",
    syntax=check_key_and_version,
    express=SIGNED_WRITE,
)
def copy_object(call: Authorized, params: CopyObjectRequestTypeDef) -> Params:
    """Copy an object with its metadata, tags and annotations, or with new ones.

    The ACL, the lock, the storage class and the redirect are never copied. Raise an error of the source
    (:mod:`.sources`), of the headers (:mod:`mocks3.rules.drafts`), of the annotations (:mod:`.annotating`) or of the
    conditions of a write, or ``InvalidRequest`` for a copy onto itself that changes nothing.
    """
    preconditions.check_write_conditions(params)
    encryption.check_source_headers(call, params)
    replaces_metadata = _replaces(params, "MetadataDirective", "x-amz-metadata-directive", "metadata")
    replaces_tags = _replaces(params, "TaggingDirective", "x-amz-tagging-directive", "tagging")
    copies_annotations = annotating.check_directive(call.parsed)
    draft = drafts.draft_version(call, params if replaces_tags else _without_tags(params))
    source = find_source(call, params)
    check_copy_size(source.size)
    if call.bucket.zone is not None:
        _require_directory_support(
            params, source, replaces_tags=replaces_tags, copies_annotations=copies_annotations
        )
    if not replaces_metadata:
        _check_changes(call, source, draft, params)
    algorithm = _algorithm(params, source)
    checksums, md5 = content_digests(call, source, algorithm)
    version = replace(
        draft,
        blob=source.blob,
        etag=etag_of(call.bucket, md5, draft.encryption),
        headers=draft.headers if replaces_metadata else source.headers,
        metadata=draft.metadata if replaces_metadata else source.metadata,
        tags=draft.tags if replaces_tags else source.tags,
        checksums=checksums,
        checksum_type=FULL_OBJECT,
    )
    version = annotating.copy_annotations(version, source) if copies_annotations else version
    with editing(call) as bucket:
        preconditions.require_write_conditions(params, current_object(bucket, version.key), version.key)
        version = bucket.put(version)
        return {
            "CopyObjectResult": _result(version),
            "VersionId": bucket.shown_id(version),
            "CopySourceVersionId": source_version_id(source),
            **encryption.write_response_members(version.encryption),
        }


def _without_tags(params: CopyObjectRequestTypeDef) -> CopyObjectRequestTypeDef:
    """Return the input without ``Tagging``, which a copy ignores unless it replaces the tags."""
    without = params.copy()
    without.pop("Tagging", None)
    return without


def _result(version: Version) -> Params:
    return {
        "ETag": f'"{version.etag}"',
        "LastModified": version.last_modified,
        "ChecksumType": FULL_OBJECT,
        **bodies.checksum_members(version.checksums),
    }


def content_digests(call: Authorized, source: Version, algorithm: str) -> tuple[Mapping[str, str], bytes]:
    """Return the checksum and the MD5 of the content. Compute only those that are not stored."""
    known = source.checksums if source.checksum_type == FULL_OBJECT else {}
    zonal = isinstance(call.source, DirectoryTarget)
    plain = not source.parts and source.encryption is SSE_S3 and not zonal
    wanted = [name for name, is_known in (("md5", plain), (algorithm, algorithm in known)) if not is_known]
    found = bodies.digest(source.blob, wanted) if wanted else {}
    text = known[algorithm] if algorithm in known else bodies.b64(found[algorithm])
    return {algorithm: text}, bytes.fromhex(source.etag) if plain else found["md5"]


def _require_directory_support(
    params: CopyObjectRequestTypeDef, source: Version, *, replaces_tags: bool, copies_annotations: bool
) -> None:
    """Raise ``NotImplemented`` for a copy of tags or annotations to a directory bucket (API_CopyObject)."""
    if source.tags and not replaces_tags:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-tagging-directive")
    if copies_annotations and (source.annotations or "AnnotationDirective" in params):
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-object-annotation-directive")


def _algorithm(params: CopyObjectRequestTypeDef, source: Version) -> str:
    """Return the algorithm of the copy: as requested, otherwise that of the source, otherwise the default."""
    requested = params.get("ChecksumAlgorithm")
    if requested is None:
        return next(iter(source.checksums), bodies.DEFAULT_ALGORITHM)
    if f"Checksum{requested}" not in bodies.CHECKSUMS:
        raise UNSUPPORTED_CHECKSUM()
    return str(requested.lower())


def _replaces(params: CopyObjectRequestTypeDef, member: str, header: str, what: str) -> bool:
    """Return whether a directive is REPLACE. Raise ``InvalidArgument`` for an unknown one."""
    directive = params.get(member, "COPY")
    if directive not in ("COPY", "REPLACE"):
        raise INVALID_ARGUMENT(
            message=f"Unknown {what} directive.", ArgumentName=header, ArgumentValue=directive
        )
    return bool(directive == "REPLACE")


def check_copy_size(size: int) -> None:
    """Raise ``InvalidRequest`` for more than 5 GiB."""
    if size > MAX_COPY_SIZE:
        raise INVALID_REQUEST(
            message="The specified copy source is larger than the maximum allowable size for a copy source: "
            f"{MAX_COPY_SIZE}"
        )


def _check_changes(
    call: Authorized, source: Version, draft: Version, params: CopyObjectRequestTypeDef
) -> None:
    """Raise ``InvalidRequest`` for a copy onto itself that changes nothing.

    An older version may be copied onto its own key: this restores it. The encryption counts as changed if the bucket
    has an encryption configuration of its own, even one that changes nothing (recorded). The copy of an archived object
    that was restored is a change too: it is in another storage class. Checksum, tags and ACL are no change.
    """
    assert call.source is not None
    same = (call.source.name, call.source.key) == (call.target.name, call.target.key)
    if not same or any(member in params for member in _CHANGES):
        return
    if bucket_encryption.is_configured(call.bucket) or draft.encryption != source.encryption:
        return
    if archive.restored_copy(source) is not None:
        return
    if call.source.bucket is not None and call.source.bucket.current(source.key) is source:
        raise INVALID_REQUEST(
            message="This copy request is illegal because it is trying to copy an object to itself without changing "
            "the object's metadata, storage class, website redirect location or encryption attributes."
        )
