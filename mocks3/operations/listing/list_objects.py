"""ListObjects, ListObjectsV2, ListObjectVersions.

Rule 1: storage orders and selects the entries of a page; this module makes the response. Rule 2: a response repeats the
parameters as they were sent, and encodes names for ``encoding-type=url``. Rule 3: of several invalid parameters, the
encoding is reported first, then the token or the version marker, then the size of the page (R-36).

Rule 4: AWS documents that owners are shown to callers who may read the ACL of an object, as the permission rows say.
mocks3 does not check this for each key: every recorded response to a signed caller has owners, and one page would need
1,000 decisions.

Source: API_ListObjects, API_ListObjectsV2, API_ListObjectVersions; members and messages as recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, S3Error
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, OPTIONAL, ZONAL_READ, Need, equals
from mocks3.model.stages import Authorized
from mocks3.operations.listing import directory_listing, tokens
from mocks3.operations.listing.entries import EntryBuilder
from mocks3.operations.listing.paging import (
    MAX_ENTRIES,
    common_fields,
    common_prefixes,
    name_encoder,
    requested_size,
)
from mocks3.rules.finding import is_version_id

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        ListObjectsRequestTypeDef,
        ListObjectsV2RequestTypeDef,
        ListObjectVersionsRequestTypeDef,
    )


@operation(Need("s3:ListBucket", BUCKET), Need("s3:GetObjectAcl", OBJECT, mode=OPTIONAL))
def list_objects(call: Authorized, params: ListObjectsRequestTypeDef) -> Params:
    """Return one page of the current objects of a bucket, after ``marker``. Signed callers get the owners."""
    encode = name_encoder(params)
    size = requested_size(params, "MaxKeys", "maxKeys")
    output = common_fields(call, params, encode, size)
    marker = params.get("Marker", "")
    page = call.bucket.list_keys(
        params.get("Prefix", ""), params.get("Delimiter"), marker, min(size, MAX_ENTRIES)
    )
    entries = EntryBuilder(
        call, encode, owners=not call.caller.anonymous, restores=_wants_restore_status(params)
    )
    output["Marker"] = encode(marker)
    output["IsTruncated"] = page.truncated
    if page.truncated and params.get("Delimiter"):
        output["NextMarker"] = encode(page.last_key or "")
    output["Contents"] = entries.objects(page.entries)
    output["CommonPrefixes"] = common_prefixes(page.common_prefixes, encode)
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
    encode = name_encoder(params)
    token, start = params.get("ContinuationToken"), params.get("StartAfter")
    after = (start or "") if token is None else tokens.read(("objects", call.bucket.name), token)
    size = requested_size(params, "MaxKeys", "maxKeys")
    output, limit = common_fields(call, params, encode, size), min(size, MAX_ENTRIES)
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
    if start is not None and token is None:
        output["StartAfter"] = encode(start)
    if page.truncated:
        output["NextContinuationToken"] = tokens.issue(("objects", call.bucket.name), page.last_key or "")
    output["Contents"] = entries.objects(page.entries)
    output["CommonPrefixes"] = common_prefixes(page.common_prefixes, encode)
    return output


def _check_markers(head: Params) -> None:
    """Raise ``InvalidArgument`` for a version marker without a key marker, or an empty one."""
    marker = head.get("VersionIdMarker")
    if marker is None:
        return
    if "KeyMarker" not in head:
        raise _invalid_marker("A version-id marker cannot be specified without a key marker.", marker)
    if not marker:
        raise _invalid_marker("A version-id marker cannot be empty.", marker)


@operation(Need("s3:ListBucketVersions", BUCKET), syntax=_check_markers)
def list_object_versions(call: Authorized, params: ListObjectVersionsRequestTypeDef) -> Params:
    """Return one page of the versions and delete markers of a bucket, by key, the newest version first.

    A version marker with an empty key marker gets an empty page. Raise ``InvalidArgument`` for a version marker that is
    not a version id, or a negative size.
    """
    key_marker, version_marker = params.get("KeyMarker", ""), params.get("VersionIdMarker", "")
    if version_marker and not is_version_id(version_marker):
        raise _invalid_marker("Invalid version id specified", version_marker)
    encode = name_encoder(params)
    size = params.get("MaxKeys", MAX_ENTRIES)
    if size < 0:
        raise INVALID_ARGUMENT(message="max-keys cannot be negative", ArgumentName="max-keys")
    output = common_fields(call, params, encode, size)
    if "Delimiter" in params:
        output["Delimiter"] = encode(params["Delimiter"])
    limit = 0 if version_marker and not key_marker else min(size, MAX_ENTRIES)
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
    output["Entries"] = [entries.version_or_marker(entry) for entry in page.entries]
    output["CommonPrefixes"] = common_prefixes(page.common_prefixes, encode)
    return output


def _wants_restore_status(
    params: ListObjectsRequestTypeDef | ListObjectsV2RequestTypeDef | ListObjectVersionsRequestTypeDef,
) -> bool:
    return "RestoreStatus" in (params.get("OptionalObjectAttributes") or ())


def _invalid_marker(message: str, marker: str) -> S3Error:
    return INVALID_ARGUMENT(message=message, ArgumentName="version-id-marker", ArgumentValue=marker)
