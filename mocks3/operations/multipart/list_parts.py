"""ListParts. Source: API_ListParts; R-30 to R-34; M-6, M-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, NO_SUCH_UPLOAD
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import OBJECT, UPLOAD_KMS_KEY, ZONAL_READ, Need
from mocks3.model.stages import Authorized
from mocks3.operations.listing import paging
from mocks3.operations.multipart.parts import find_upload
from mocks3.operations.multipart.uploads import checksum_members
from mocks3.rules import acls, bodies, encryption, initiators
from mocks3.rules.finding import check_key

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListPartsRequestTypeDef

    from mocks3.storage import Part


def check_list(head: Params) -> None:
    """Check the parameters (M-16). Raise ``InvalidArgument`` or ``KeyTooLongError``."""
    check_key(head["Key"])
    paging.page_limit(head, "MaxParts", "max-parts")
    if head.get("PartNumberMarker", 0) < 0:
        raise INVALID_ARGUMENT(
            message="Argument part-number-marker must be an integer between 0 and 2147483647",
            ArgumentName="part-number-marker",
            ArgumentValue=head["PartNumberMarker"],
        )


@operation(
    Need("s3:ListMultipartUploadParts", OBJECT),
    Need("kms:Decrypt", UPLOAD_KMS_KEY),
    syntax=check_list,
    express=ZONAL_READ,
)
def list_parts(call: Authorized, params: ListPartsRequestTypeDef) -> Params:
    """Return the parts of an ongoing upload, by number. Raise ``NoSuchUpload`` or ``InvalidArgument``."""
    limit = paging.page_limit(params, "MaxParts", "max-parts")
    after = int(params.get("PartNumberMarker", 0))
    upload = find_upload(call, params)
    checked = upload.checksum_algorithm is not None
    encryption.require_upload_key(call, upload.draft.encryption, params, checked=checked)
    try:
        page = call.bucket.list_parts(upload.id, after, limit)
    except KeyError:
        raise NO_SUCH_UPLOAD(UploadId=upload.id) from None
    owner = call.bucket.owner if call.bucket.ownership == acls.ENFORCED else upload.owner
    return {
        "Bucket": call.target.name,
        "Key": call.key,
        "UploadId": upload.id,
        "PartNumberMarker": after,
        "NextPartNumberMarker": page.entries[-1].number if page.entries else 0,
        "MaxParts": limit,
        "IsTruncated": page.truncated,
        "Parts": [_part_members(part, checked) for part in page.entries],
        "Initiator": initiators.response_members(call, upload.initiator),
        "Owner": {"ID": acls.canonical_id(call, owner)},
        "StorageClass": upload.draft.storage_class,
        **checksum_members(upload),
    }


def _part_members(part: Part, checked: bool) -> Params:
    """Return the members of a part. Its checksum is included only if the upload requested one."""
    return {
        "PartNumber": part.number,
        "LastModified": part.last_modified,
        "ETag": f'"{part.etag}"',
        "Size": part.size,
        **(bodies.checksum_members(part.checksums) if checked else {}),
    }
