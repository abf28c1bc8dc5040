"""CreateMultipartUpload and AbortMultipartUpload.

Source: their API pages; R-70 to R-76, R-103 to R-107; M-1 to M-20.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.errors import (
    INVALID_REQUEST,
    NO_SUCH_UPLOAD,
    NOT_IMPLEMENTED_HEADER,
    PRECONDITION_FAILED,
    UNSUPPORTED_CHECKSUM,
)
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ACL_HEADERS, NEW_KMS_KEY, OBJECT, ZONAL_WRITE, Need, any_given, given
from mocks3.model.stages import Authorized
from mocks3.operations.objects.put import RETENTION_HEADERS
from mocks3.rules import bodies, drafts, encryption, initiators
from mocks3.rules.finding import check_key_and_version, editing
from mocks3.storage import COMPOSITE, FULL_OBJECT, Upload

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        AbortMultipartUploadRequestTypeDef,
        CreateMultipartUploadRequestTypeDef,
    )


LINEAR = frozenset({"crc32", "crc32c", "crc64nvme"})
"""Algorithms that compute the checksum of the whole object from those of its parts."""

FULL_ONLY = frozenset({"crc64nvme"})


@operation(
    Need("s3:PutObject", OBJECT),
    Need("s3:PutObjectAcl", OBJECT, when=any_given(*ACL_HEADERS)),
    Need("s3:PutObjectTagging", OBJECT, when=given("Tagging")),
    Need("s3:PutObjectRetention", OBJECT, when=any_given(*RETENTION_HEADERS)),
    Need("s3:PutObjectLegalHold", OBJECT, when=given("ObjectLockLegalHoldStatus")),
    Need("kms:GenerateDataKey", NEW_KMS_KEY),
    anonymous="Anonymous users cannot initiate multipart uploads. Please authenticate.",
    syntax=check_key_and_version,
    express=ZONAL_WRITE,
)
def create_multipart_upload(call: Authorized, params: CreateMultipartUploadRequestTypeDef) -> Params:
    """Start an upload. Everything except the content of the object is fixed now (M-19), also its date.

    Raise an error of the headers (:mod:`mocks3.rules.drafts`), or ``InvalidRequest`` for a checksum that S3 cannot
    compute from parts.
    """
    draft = drafts.draft_version(call, params)
    algorithm, kind = _checksum(params)
    draft = replace(draft, checksum_type=kind)
    with editing(call) as bucket:
        upload = bucket.start_upload(
            draft,
            initiator=initiators.from_caller(call.caller),
            initiated=draft.last_modified,
            checksum_algorithm=algorithm,
            requested_encryption=params.get("ServerSideEncryption"),
            requested_kms_key=params.get("SSEKMSKeyId"),
        )
    return {
        "Bucket": call.target.name,
        "Key": call.key,
        "UploadId": upload.id,
        **checksum_members(upload),
        **encryption.write_response_members(draft.encryption),
    }


def checksum_members(upload: Upload) -> dict[str, str]:
    """Return the checksum algorithm and type as members of a response. Empty without an algorithm."""
    algorithm = upload.checksum_algorithm
    if algorithm is None:
        return {}
    return {"ChecksumAlgorithm": algorithm.upper(), "ChecksumType": upload.draft.checksum_type or ""}


def _checksum(params: CreateMultipartUploadRequestTypeDef) -> tuple[str | None, str | None]:
    """Return the requested checksum algorithm and type. Both are None without an algorithm."""
    requested, kind = params.get("ChecksumAlgorithm"), params.get("ChecksumType")
    if requested is None:
        if kind is not None:
            raise INVALID_REQUEST(
                message="The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
            )
        return None, None
    if f"Checksum{requested}" not in bodies.CHECKSUMS:
        raise UNSUPPORTED_CHECKSUM()
    algorithm = requested.lower()
    if kind is None:
        return algorithm, FULL_OBJECT if algorithm in FULL_ONLY else COMPOSITE
    if kind not in (COMPOSITE, FULL_OBJECT):
        raise INVALID_REQUEST(message="Value for x-amz-checksum-type header is invalid.")
    if (kind == COMPOSITE and algorithm in FULL_ONLY) or (kind == FULL_OBJECT and algorithm not in LINEAR):
        raise INVALID_REQUEST(
            message=f"The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        )
    return algorithm, kind


@operation(Need("s3:AbortMultipartUpload", OBJECT), syntax=check_key_and_version, express=ZONAL_WRITE)
def abort_multipart_upload(call: Authorized, params: AbortMultipartUploadRequestTypeDef) -> Params:
    """Abort an upload and delete its parts. For its initiator, an upload that has ended is a success too (M-16).

    Raise ``NoSuchUpload``, ``PreconditionFailed`` for an upload that started at another time, or ``NotImplemented`` for
    that condition in general purpose buckets.
    """
    initiated = params.get("IfMatchInitiatedTime")
    if initiated is not None and call.bucket.zone is None:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-if-match-initiated-time")
    upload_id = params["UploadId"]
    with editing(call) as bucket:
        ended = bucket.ended_upload(upload_id)
        upload = bucket.upload(upload_id)
        if upload is not None:
            if initiated not in (None, upload.initiated):
                raise PRECONDITION_FAILED(Condition="x-amz-if-match-initiated-time")
            bucket.abort_upload(upload_id)
        elif ended is None or not initiators.is_same(call.caller, ended.initiator):
            raise NO_SUCH_UPLOAD(UploadId=upload_id)
    return {}
