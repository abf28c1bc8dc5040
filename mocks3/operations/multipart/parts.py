"""UploadPart and UploadPartCopy. Source: their API pages; R-70 to R-76; docs/rules/multipart.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_REQUEST, NO_SUCH_UPLOAD
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    OBJECT,
    REVEAL,
    SIGNED_WRITE,
    SOURCE,
    SOURCE_KMS_KEY,
    UPLOAD_KMS_KEY,
    ZONAL_WRITE,
    Need,
    no_version_named,
    version_named,
)
from mocks3.model.stages import Authorized
from mocks3.operations.objects.copy import check_copy_size
from mocks3.operations.objects.put import etag_of
from mocks3.operations.objects.sources import find_source, source_version_id
from mocks3.rules import bodies, encryption, ranges
from mocks3.rules.drafts import write_time
from mocks3.rules.finding import check_key, editing
from mocks3.storage import COMPOSITE, UNLOCKED, Part

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        ListPartsRequestTypeDef,
        UploadPartCopyRequestTypeDef,
        UploadPartRequestTypeDef,
    )

    from mocks3.storage import Upload


PART_KMS_NEEDS = (Need("kms:GenerateDataKey", UPLOAD_KMS_KEY), Need("kms:Decrypt", UPLOAD_KMS_KEY))
"""Some AWS pages name one of these permissions, others the other. mocks3 requires both (OQ-18)."""


def check_part(head: Params) -> None:
    """Check the key, the part number and the source range (M-16)."""
    check_key(head["Key"])
    ranges.check_part_number(head["PartNumber"])
    if "CopySourceRange" in head:
        ranges.check_copy_range(head["CopySourceRange"])


@operation(Need("s3:PutObject", OBJECT), *PART_KMS_NEEDS, syntax=check_part, express=ZONAL_WRITE)
def upload_part(call: Authorized, params: UploadPartRequestTypeDef) -> Params:
    """Store a part. It replaces a part with the same number.

    Raise ``NoSuchUpload``, ``InvalidArgument`` for a wrong number, ``InvalidRequest`` for another checksum algorithm or
    customer's key than the upload has, or an error of the body (:mod:`mocks3.rules.bodies`).
    """
    upload = find_upload(call, params)
    encryption.require_part_key(call, upload.draft.encryption, params)
    algorithm = upload.checksum_algorithm
    wanted = algorithm or bodies.DEFAULT_ALGORITHM
    received = bodies.receive(call.store, params, also=(wanted,), as_part=True)
    if upload.draft.lock is not UNLOCKED:
        bodies.require_digest(received, params, "Part")
    _check_algorithm(upload, received.algorithm)
    part = Part(
        params["PartNumber"],
        received.blob,
        etag_of(call.bucket, received.md5, upload.draft.encryption),
        write_time(),
        {wanted: received.checksums[wanted]},
    )
    _store_part(call, upload, part)
    declared = {name: text for name, text in received.checksums.items() if name == received.algorithm}
    return {
        "ETag": f'"{part.etag}"',
        **bodies.checksum_members(declared),
        **encryption.response_members(upload.draft.encryption),
    }


@operation(
    Need("s3:PutObject", OBJECT),
    Need("s3:GetObject", SOURCE, when=no_version_named()),
    Need("s3:GetObjectVersion", SOURCE, when=version_named()),
    Need("kms:Decrypt", SOURCE_KMS_KEY),
    *PART_KMS_NEEDS,
    Need("s3:ListBucket", SOURCE, mode=REVEAL),
    syntax=check_part,
    express=SIGNED_WRITE,
)
def upload_part_copy(call: Authorized, params: UploadPartCopyRequestTypeDef) -> Params:
    """Store a copy of an object, or of a range of it, as a part.

    Raise ``NoSuchUpload``, or an error of the source (:mod:`mocks3.operations.objects.sources`) or of the range
    (:func:`mocks3.rules.ranges.copy_source_range`).
    """
    upload = find_upload(call, params)
    encryption.check_source_headers(call, params)
    encryption.require_part_key(call, upload.draft.encryption, params)
    source = find_source(call, params)
    blob = source.blob
    if "CopySourceRange" in params:
        byte_range = ranges.copy_source_range(params["CopySourceRange"], source.size)
        blob = blob.slice(byte_range.first, byte_range.last)
    check_copy_size(len(blob))
    algorithm = upload.checksum_algorithm
    wanted = algorithm or bodies.DEFAULT_ALGORITHM
    digests = bodies.digest(blob, ("md5", wanted))
    etag = etag_of(call.bucket, digests["md5"], upload.draft.encryption)
    part = Part(params["PartNumber"], blob, etag, write_time(), {wanted: bodies.b64(digests[wanted])})
    _store_part(call, upload, part)
    checksums = bodies.checksum_members(part.checksums) if algorithm else {}
    return {
        "CopyPartResult": {"ETag": f'"{part.etag}"', "LastModified": part.last_modified, **checksums},
        "CopySourceVersionId": source_version_id(source),
        **encryption.response_members(upload.draft.encryption),
    }


def find_upload(
    call: Authorized,
    params: UploadPartRequestTypeDef | UploadPartCopyRequestTypeDef | ListPartsRequestTypeDef,
) -> Upload:
    """Return the ongoing upload that the request names. Raise ``NoSuchUpload``."""
    upload = call.bucket.upload(params["UploadId"])
    if upload is None:
        raise NO_SUCH_UPLOAD(UploadId=params["UploadId"])
    return upload


def _store_part(call: Authorized, upload: Upload, part: Part) -> None:
    with editing(call) as bucket:
        try:
            bucket.put_part(upload.id, part)
        except KeyError:  # the upload ended while the body was read
            raise NO_SUCH_UPLOAD(UploadId=upload.id) from None


def _check_algorithm(upload: Upload, declared: str | None) -> None:
    """Raise ``InvalidRequest`` for another checksum algorithm than the upload has.

    A part may have no checksum if the upload's is not COMPOSITE: S3 computes it.
    """
    expected = upload.checksum_algorithm
    if expected is None or declared == expected:
        return
    if declared is None and upload.draft.checksum_type != COMPOSITE:
        return
    raise INVALID_REQUEST(
        message=f"Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: "
        f"{declared or 'null'}"
    )
