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
    from mocks3.operations.listing.paging import NameEncoder
    from mocks3.storage import Upload


@operation(Need("s3:ListBucketMultipartUploads", BUCKET), express=ZONAL_READ)
def list_multipart_uploads(call: Authorized, params: Params) -> Params:
    """Uploads under way by key, then in the order they began. Raises ``InvalidArgument``."""
    if call.bucket.zone is not None:
        return _of_directory(call, params)
    quote = paging.name_encoder(params)
    limit = paging.page_limit(params, "MaxUploads", "max-uploads")
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter", "")
    key_marker, id_marker = params.get("KeyMarker", ""), params.get("UploadIdMarker", "")
    if key_marker and id_marker:
        _check_marker(call, key_marker, id_marker)
    page = call.bucket.list_uploads(prefix, delimiter, key_marker, id_marker if key_marker else "", limit)
    return {
        "Bucket": call.target.name,
        "KeyMarker": quote(key_marker),
        "UploadIdMarker": id_marker,
        "NextKeyMarker": quote(page.last_key or ""),
        "NextUploadIdMarker": page.last_id or "",
        "Prefix": quote(prefix),
        "Delimiter": quote(delimiter) if delimiter else None,
        "EncodingType": params.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [_shown(call, upload, quote) for upload in page.entries],
        "CommonPrefixes": paging.common_prefixes(page, quote),
    }


def _of_directory(call: Authorized, params: Params) -> Params:
    """Of a directory bucket: in no order, and the key marker says nothing (:mod:`.directory_listing`)."""
    directory_listing.check_listing(params)
    quote = paging.name_encoder(params)
    limit = paging.page_limit(params, "MaxUploads", "max-uploads")
    listing, marker = ("uploads", call.bucket.name), params.get("KeyMarker", "")
    # A key may hold any character, an upload id no NUL.
    after, _, after_id = tokens.read(listing, marker).rpartition("\0") if marker else ("", "", "")
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter", "")
    page = call.bucket.list_uploads(prefix, delimiter, after, after_id, limit)
    shown = directory_listing.unordered(page, lambda upload: upload.id)
    following = tokens.issue(listing, f"{page.last_key}\0{page.last_id or ''}") if page.truncated else None
    return {
        "Bucket": call.target.name,
        "KeyMarker": marker,
        "NextKeyMarker": following,
        "Prefix": quote(prefix),
        "Delimiter": quote(delimiter) if delimiter else None,
        "EncodingType": params.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [_shown(call, upload, quote) for upload in shown.entries],
        "CommonPrefixes": paging.common_prefixes(shown, quote),
    }


def _shown(call: Authorized, upload: Upload, quote: NameEncoder) -> Params:
    owner = call.bucket.owner if call.bucket.ownership == acls.ENFORCED else upload.owner
    return {
        "UploadId": upload.id,
        "Key": quote(upload.key),
        "Initiated": upload.initiated,
        "StorageClass": upload.draft.storage_class,
        "Owner": {"ID": acls.canonical_id(call, owner)},
        "Initiator": initiators.response_members(call, upload.initiator),
        **checksum_members(upload),
    }


def _check_marker(call: Authorized, key: str, upload_id: str) -> None:
    """The upload that a page begins after was one of the key it begins at, and may have ended since."""
    known = call.bucket.upload(upload_id) or call.bucket.ended_upload(upload_id)
    if known is None or known.key != key:
        raise INVALID_ARGUMENT(
            message="Invalid uploadId marker", ArgumentName="upload-id-marker", ArgumentValue=upload_id
        )
