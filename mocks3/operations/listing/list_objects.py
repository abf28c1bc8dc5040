"""ListObjects, ListObjectsV2, ListObjectVersions.

Rule 1: storage orders and selects the entries of a page; this module makes the response. Rule 2: a response repeats the
parameters as S3 understood them (``max-keys`` is at most 1,000), and encodes names for ``encoding-type=url``.

Rule 3: AWS documents that owners are shown to callers who may read the ACL of an object, as the permission rows say.
mocks3 does not check this for each key: every recorded response to a signed caller has owners, and one page would need
1,000 decisions.

Source: API_ListObjects, API_ListObjectsV2, API_ListObjectVersions; members and messages as recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, OPTIONAL, ZONAL_READ, Need, equals
from mocks3.model.stages import Authorized
from mocks3.operations.listing import directory_listing, tokens
from mocks3.operations.listing.entries import EntryBuilder
from mocks3.operations.listing.paging import common_fields, common_prefixes, name_encoder
from mocks3.storage import NULL, sequence_of

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        ListObjectsRequestTypeDef,
        ListObjectsV2RequestTypeDef,
        ListObjectVersionsRequestTypeDef,
    )


@operation(Need("s3:ListBucket", BUCKET), Need("s3:GetObjectAcl", OBJECT, mode=OPTIONAL))
def list_objects(call: Authorized, params: ListObjectsRequestTypeDef) -> Params:
    """Return one page of the current objects of a bucket, after ``marker``. Signed callers get the owners."""
    output, limit = common_fields(call, params)
    encode = name_encoder(params)
    marker = params.get("Marker", "")
    page = call.bucket.list_keys(params.get("Prefix", ""), params.get("Delimiter"), marker, limit)
    entries = EntryBuilder(
        call, encode, owners=not call.caller.anonymous, restores=_wants_restore_status(params)
    )
    output["Marker"] = encode(marker)
    output["IsTruncated"] = page.truncated
    if page.truncated and params.get("Delimiter"):
        output["NextMarker"] = encode(page.last_key or "")
    output["Contents"] = entries.objects(page.entries)
    output["CommonPrefixes"] = common_prefixes(page, encode)
    return output


@operation(
    Need("s3:ListBucket", BUCKET),
    Need("s3:GetObjectAcl", OBJECT, when=equals("FetchOwner", True), mode=OPTIONAL),
    express=ZONAL_READ,
)
def list_objects_v2(call: Authorized, params: ListObjectsV2RequestTypeDef) -> Params:
    """Return one page of the current objects of a bucket, after ``continuation-token`` or ``start-after``.

    For directory buckets see :mod:`.directory_listing`. Raise ``InvalidArgument`` for a token of another bucket.
    """
    output, limit = common_fields(call, params)
    encode = name_encoder(params)
    token, start = params.get("ContinuationToken"), params.get("StartAfter", "")
    after = start if token is None else tokens.read(("objects", call.bucket.name), token)
    if call.bucket.zone is None:
        page = call.bucket.list_keys(
            params.get("Prefix", ""), params.get("Delimiter"), after, limit, regroup=token is None
        )
    else:
        directory_listing.check_listing(params)
        page = directory_listing.list_keys(call.bucket, params, after, limit)
    entries = EntryBuilder(
        call, encode, owners=bool(params.get("FetchOwner")), restores=_wants_restore_status(params)
    )
    output["KeyCount"] = len(page.entries) + len(page.common_prefixes)
    output["IsTruncated"] = page.truncated
    output["ContinuationToken"] = token
    if start:
        output["StartAfter"] = encode(start)
    if page.truncated:
        output["NextContinuationToken"] = tokens.issue(("objects", call.bucket.name), page.last_key or "")
    output["Contents"] = entries.objects(page.entries)
    output["CommonPrefixes"] = common_prefixes(page, encode)
    return output


@operation(Need("s3:ListBucketVersions", BUCKET))
def list_object_versions(call: Authorized, params: ListObjectVersionsRequestTypeDef) -> Params:
    """Return one page of the versions and delete markers of a bucket, by key, the newest version first.

    Raise ``InvalidArgument`` for a version marker without a key marker, or one that is not a version id.
    """
    output, limit = common_fields(call, params)
    encode = name_encoder(params)
    key_marker, version_marker = params.get("KeyMarker", ""), params.get("VersionIdMarker", "")
    _check_version_marker(key_marker, version_marker)
    page = call.bucket.list_versions(
        params.get("Prefix", ""), params.get("Delimiter"), key_marker, version_marker, limit
    )
    entries = EntryBuilder(call, encode, owners=True, restores=_wants_restore_status(params))
    output["KeyMarker"] = encode(key_marker)
    output["VersionIdMarker"] = version_marker
    output["IsTruncated"] = page.truncated
    if page.truncated:
        output["NextKeyMarker"] = encode(page.last_key or "")
        output["NextVersionIdMarker"] = page.last_id
    output["Versions"] = [entries.version(e) for e in page.entries if not e.version.is_delete_marker]
    output["DeleteMarkers"] = [entries.marker(e) for e in page.entries if e.version.is_delete_marker]
    output["CommonPrefixes"] = common_prefixes(page, encode)
    return output


def _wants_restore_status(
    params: ListObjectsRequestTypeDef | ListObjectsV2RequestTypeDef | ListObjectVersionsRequestTypeDef,
) -> bool:
    return "RestoreStatus" in (params.get("OptionalObjectAttributes") or ())


def _check_version_marker(key_marker: str, version_marker: str) -> None:
    if not version_marker:
        return
    message = None
    if not key_marker:
        message = "A version-id marker cannot be specified without a key marker."
    elif version_marker != NULL and sequence_of(version_marker) is None:
        message = "Invalid version id specified"
    if message is not None:
        raise INVALID_ARGUMENT(
            message=message, ArgumentName="version-id-marker", ArgumentValue=version_marker
        )
