"""ListMultipartUploads. Source: API_ListMultipartUploads; R-30 to R-34; M-7, M-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, ZONAL_READ, Need
from mocks3.model.stages import Authorized
from mocks3.operations.listing import directory_listing, paging, tokens
from mocks3.operations.multipart.uploads import checksum_members
from mocks3.rules import acls, initiators

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListMultipartUploadsRequestTypeDef

    from mocks3.operations.listing.paging import NameEncoder
    from mocks3.storage import Upload


@operation(Need("s3:ListBucketMultipartUploads", BUCKET), express=ZONAL_READ)
def list_multipart_uploads(call: Authorized, params: ListMultipartUploadsRequestTypeDef) -> Params:
    """Return the ongoing uploads by key, then by start time. Raise ``InvalidArgument``."""
    if call.bucket.zone is not None:
        return _list_in_directory_bucket(call, params)
    encode = paging.name_encoder(params)
    limit = paging.page_limit(params, "MaxUploads", "max-uploads")
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter", "")
    key_marker, id_marker = params.get("KeyMarker", ""), params.get("UploadIdMarker", "")
    if key_marker and id_marker:
        _check_marker(call, key_marker, id_marker)
    page = call.bucket.list_uploads(prefix, delimiter, key_marker, id_marker if key_marker else "", limit)
    return {
        "Bucket": call.target.name,
        "KeyMarker": encode(key_marker),
        "UploadIdMarker": id_marker,
        "NextKeyMarker": encode(page.last_key or ""),
        "NextUploadIdMarker": page.last_id or "",
        "Prefix": encode(prefix),
        "Delimiter": encode(delimiter) if delimiter else None,
        "EncodingType": params.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [_upload_members(call, upload, encode) for upload in page.entries],
        "CommonPrefixes": paging.common_prefixes(page, encode),
    }


def _list_in_directory_bucket(call: Authorized, params: ListMultipartUploadsRequestTypeDef) -> Params:
    """List the uploads of a directory bucket: in no order, with an opaque key marker.

    See :mod:`mocks3.operations.listing.directory_listing`.
    """
    directory_listing.check_listing(params)
    encode = paging.name_encoder(params)
    limit = paging.page_limit(params, "MaxUploads", "max-uploads")
    listing, marker = ("uploads", call.bucket.name), params.get("KeyMarker", "")
    # A key may contain NUL, an upload id may not.
    after, _, after_id = tokens.read(listing, marker).rpartition("\0") if marker else ("", "", "")
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter", "")
    page = call.bucket.list_uploads(prefix, delimiter, after, after_id, limit)
    unordered = directory_listing.unordered(page, lambda upload: upload.id)
    next_marker = tokens.issue(listing, f"{page.last_key}\0{page.last_id or ''}") if page.truncated else None
    return {
        "Bucket": call.target.name,
        "KeyMarker": marker,
        "NextKeyMarker": next_marker,
        "Prefix": encode(prefix),
        "Delimiter": encode(delimiter) if delimiter else None,
        "EncodingType": params.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [_upload_members(call, upload, encode) for upload in unordered.entries],
        "CommonPrefixes": paging.common_prefixes(unordered, encode),
    }


def _upload_members(call: Authorized, upload: Upload, encode: NameEncoder) -> Params:
    owner = call.bucket.owner if call.bucket.ownership == acls.ENFORCED else upload.owner
    return {
        "UploadId": upload.id,
        "Key": encode(upload.key),
        "Initiated": upload.initiated,
        "StorageClass": upload.draft.storage_class,
        "Owner": {"ID": acls.canonical_id(call, owner)},
        "Initiator": initiators.response_members(call, upload.initiator),
        **checksum_members(upload),
    }


def _check_marker(call: Authorized, key: str, upload_id: str) -> None:
    """Raise ``InvalidArgument`` unless the marked upload has the marked key. The upload may have ended."""
    known = call.bucket.upload(upload_id) or call.bucket.ended_upload(upload_id)
    if known is None or known.key != key:
        raise INVALID_ARGUMENT(
            message="Invalid uploadId marker", ArgumentName="upload-id-marker", ArgumentValue=upload_id
        )
