"""CompleteMultipartUpload. Source: API_CompleteMultipartUpload; R-70 to R-76, R-103 to R-107.

Order of the checks: the list of parts, the checksum type, each listed part, the sizes, the whole object, the
conditions. After an error nothing has changed, and the upload continues.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

from mocks3.errors import (
    BAD_CHECKSUM,
    BAD_PART_CHECKSUM,
    CONDITIONAL_CONFLICT,
    ENTITY_TOO_SMALL,
    INVALID_ARGUMENT,
    INVALID_PART,
    INVALID_PART_ORDER,
    INVALID_REQUEST,
    MALFORMED_XML,
    NO_SUCH_UPLOAD,
)
from mocks3.errors.directory_buckets import PARTS_NOT_CONSECUTIVE
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import OBJECT, UPLOAD_KMS_KEY, ZONAL_WRITE, Need
from mocks3.model.stages import Authorized
from mocks3.operations.objects.put import written_version_id
from mocks3.rules import acls, bodies, encryption, preconditions
from mocks3.rules.finding import check_key_and_version, current_object, editing
from mocks3.storage import COMPOSITE, FULL_OBJECT, Blob, assembly

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CompletedPartTypeDef, CompleteMultipartUploadRequestTypeDef

    from mocks3.storage import Bucket, Part, Upload, Version

    ListedParts = Sequence[CompletedPartTypeDef]


@operation(
    Need("s3:PutObject", OBJECT),
    preconditions.IF_MATCH_NEED,
    Need("kms:Decrypt", UPLOAD_KMS_KEY),
    syntax=check_key_and_version,
    express=ZONAL_WRITE,
)
def complete_multipart_upload(call: Authorized, params: CompleteMultipartUploadRequestTypeDef) -> Params:
    """Make an object from the listed parts and discard the other parts.

    A repeated request with the same list gets the same response. Raise ``InvalidPart``, ``InvalidPartOrder``,
    ``EntityTooSmall``, ``InvalidRequest``, ``BadDigest``, ``ConditionalRequestConflict``, ``NoSuchUpload``, or an error
    of the conditions of a write.
    """
    preconditions.check_write_conditions(params)
    listed = _listed(params)
    if call.bucket.zone is not None and [each["PartNumber"] for each in listed] != [
        *range(1, len(listed) + 1)
    ]:
        raise PARTS_NOT_CONSECUTIVE(UploadId=params["UploadId"])
    with editing(call) as bucket:
        upload = bucket.upload(params["UploadId"])
        if upload is None:
            return _repeated_output(call, bucket, params, listed)
        encryption.require_upload_key(
            call, upload.draft.encryption, params, checked=upload.checksum_algorithm is not None
        )
        _check_type(upload, params)
        parts = [_part(upload, entry) for entry in listed]
        check_part_sizes(parts, call.settings.min_part_size)
        version = _assembled(upload, bucket, parts)
        _check_whole(version, params)
        preconditions.require_write_conditions(params, current_object(bucket, call.key), call.key)
        _check_conflict(upload, params)
        version = bucket.complete_upload(upload.id, version)
        return _output(call, bucket, params, version.etag, version, upload.checksum_algorithm)


def _listed(params: CompleteMultipartUploadRequestTypeDef) -> ListedParts:
    if "MultipartUpload" not in params:
        raise INVALID_REQUEST(message="You must specify at least one part")
    listed: ListedParts = params["MultipartUpload"].get("Parts") or []
    if not listed or not all("PartNumber" in entry and "ETag" in entry for entry in listed):
        raise MALFORMED_XML()
    numbers = [entry["PartNumber"] for entry in listed]
    for number in numbers:
        if number < 1:
            raise INVALID_ARGUMENT(
                message="PartNumber must be >= 1", ArgumentName="PartNumber", ArgumentValue=number
            )
    if any(one >= other for one, other in pairwise(numbers)):
        raise INVALID_PART_ORDER(UploadId=params["UploadId"])
    return listed


def _part(upload: Upload, entry: CompletedPartTypeDef) -> Part:
    """Return the part of one entry of the list. Raise an error if the entry does not match the part."""
    number, etag = entry["PartNumber"], entry["ETag"].strip('"')
    part = upload.parts.get(number)
    algorithm = upload.checksum_algorithm
    checksums = bodies.checksums_in(entry)
    if part is None or part.etag != etag or (checksums and algorithm is None):
        raise INVALID_PART(UploadId=upload.id, PartNumber=number, ETag=etag)
    if upload.draft.checksum_type == COMPOSITE and not checksums:
        raise INVALID_REQUEST(
            message=f"The upload was created using a {algorithm} checksum. The complete request must include the "
            f"checksum for each part. It was missing for part {number} in the request."
        )
    for name, text in checksums.items():
        if name not in part.checksums:
            raise BAD_PART_CHECKSUM(algorithm=name, number=number)
        if part.checksums[name] != text:
            raise INVALID_PART(UploadId=upload.id, PartNumber=number, ETag=etag)
    return part


def check_part_sizes(parts: Sequence[Part], smallest: int) -> None:
    """Raise ``EntityTooSmall`` if a part other than the last has less than ``smallest`` bytes."""
    for part in parts[:-1]:
        if part.size < smallest:
            raise ENTITY_TOO_SMALL(
                ETag=part.etag, MinSizeAllowed=smallest, PartNumber=part.number, ProposedSize=part.size
            )


def _assembled(upload: Upload, bucket: Bucket, parts: Sequence[Part]) -> Version:
    draft = upload.draft
    checksums, kind = object_checksum(upload.checksum_algorithm, draft.checksum_type, parts)
    return replace(
        draft,
        owner=bucket.owner if bucket.ownership == acls.ENFORCED else draft.owner,
        blob=Blob.join(part.blob for part in parts),
        etag=assembly.multipart_etag([part.etag for part in parts])
        if bucket.zone is None
        else os.urandom(16).hex(),
        checksums=checksums,
        checksum_type=kind,
        parts=tuple(parts),
    )


def object_checksum(
    algorithm: str | None, kind: str | None, parts: Sequence[Part]
) -> tuple[Mapping[str, str], str | None]:
    """Return the checksum of the object and its type: as the upload requested, otherwise the default for all bytes."""
    if kind == COMPOSITE and algorithm is not None:
        return {algorithm: assembly.composite(algorithm, [part.checksums[algorithm] for part in parts])}, kind
    name = algorithm or bodies.DEFAULT_ALGORITHM
    text = assembly.full_object(name, [(part.checksums[name], part.size) for part in parts])
    return {name: text}, FULL_OBJECT


def _check_type(upload: Upload, params: CompleteMultipartUploadRequestTypeDef) -> None:
    """Raise ``InvalidRequest`` for another checksum type than the upload's."""
    kind = params.get("ChecksumType")
    if kind is not None and kind != upload.draft.checksum_type:
        raise INVALID_REQUEST(
            message=f"The upload was created using the {upload.draft.checksum_type or 'null'} checksum mode. The "
            "complete request must use the same checksum mode."
        )


def _check_whole(version: Version, params: CompleteMultipartUploadRequestTypeDef) -> None:
    """Check the size and the checksum of the whole object in the request."""
    size = params.get("MpuObjectSize")
    if size is not None and size != version.size:
        raise INVALID_REQUEST(
            message=f"The provided 'x-amz-mp-object-size' header value {size} does not match what was computed: "
            f"{version.size}"
        )
    for name, text in bodies.checksums_in(params).items():
        if not _agrees(text, version, name):
            raise BAD_CHECKSUM(algorithm=name)


def _agrees(text: str, version: Version, algorithm: str) -> bool:
    computed = version.checksums.get(algorithm)
    if computed is None:
        return False
    return text == computed or (version.checksum_type == COMPOSITE and text == computed.partition("-")[0])


def _check_conflict(upload: Upload, params: CompleteMultipartUploadRequestTypeDef) -> None:
    """Raise ``ConditionalRequestConflict`` for a condition if the key was written or deleted during the upload."""
    if not upload.conflicted:
        return
    for member, header in (("IfMatch", "If-Match"), ("IfNoneMatch", "If-None-Match")):
        if member in params:
            raise CONDITIONAL_CONFLICT(Condition=header, Key=upload.key)


def _repeated_output(
    call: Authorized, bucket: Bucket, params: CompleteMultipartUploadRequestTypeDef, listed: ListedParts
) -> Params:
    """Return the response of a repeated completion. Raise ``NoSuchUpload`` for any other ended upload."""
    ended = bucket.ended_upload(params["UploadId"])
    same = ended is not None and ended.parts == tuple(
        (entry["PartNumber"], entry["ETag"].strip('"')) for entry in listed
    )
    if ended is None or not ended.completed or not same:
        raise NO_SUCH_UPLOAD(UploadId=params["UploadId"])
    assert ended.version_id is not None
    version = bucket.version(call.key, ended.version_id)
    if version is not None and version.etag != ended.etag:
        version = None  # the null version was replaced
    return _output(call, bucket, params, ended.etag or "", version, ended.checksum_algorithm)


def _endpoint(bucket: Bucket) -> str:
    service = "s3" if bucket.zone is None else f"s3express-{bucket.zone}"
    return f"{service}.{bucket.region}.amazonaws.com"


def _output(
    call: Authorized,
    bucket: Bucket,
    params: CompleteMultipartUploadRequestTypeDef,
    etag: str,
    version: Version | None,
    algorithm: str | None,
) -> Params:
    """Return the response. ``algorithm`` is the checksum algorithm that the upload requested."""
    output: Params = {
        "Location": f"https://{bucket.name}.{_endpoint(bucket)}/{quote(call.key, safe='')}",
        "Bucket": bucket.name,
        "Key": call.key,
        "ETag": f'"{etag}"',
    }
    if version is not None:
        output["VersionId"] = written_version_id(bucket, version)
        # Recorded: reads show the checksum that S3 chose for an encrypted upload. This response shows it only if the
        # request has the customer's key.
        is_shown = algorithm is not None or encryption.names_upload_key(params)
        if is_shown or not encryption.has_opaque_etag(version.encryption):
            output["ChecksumType"] = version.checksum_type
            output |= bodies.checksum_members(version.checksums)
        if version.encryption.customer_key_md5 is None:
            output |= encryption.response_members(version.encryption)
    return output
