"""ListObjects, ListObjectsV2, ListObjectVersions.

Rule 1: a page is asked of storage, which knows the order; here it gets its fields. Rule 2: what the caller sent
comes back as it was understood (``max-keys`` at most 1,000), names quoted when ``encoding-type=url`` asks so.

Rule 3: AWS documents that owners are shown to those who may read the object's ACL, and the rows say so. It is not
asked key by key: every recorded answer to a signed caller has them, and a page would be a thousand decisions.

Source: API_ListObjects, API_ListObjectsV2, API_ListObjectVersions; fields and sentences as recorded.
"""

from __future__ import annotations

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, OPTIONAL, ZONAL_READ, Need, equals
from mocks3.model.stages import Authorized
from mocks3.operations.listing import directory_listing, tokens
from mocks3.operations.listing.entries import EntryBuilder
from mocks3.operations.listing.paging import common_fields, common_prefixes, name_encoder
from mocks3.storage import NULL, sequence_of


@operation(Need("s3:ListBucket", BUCKET), Need("s3:GetObjectAcl", OBJECT, mode=OPTIONAL))
def list_objects(call: Authorized, params: Params) -> Params:
    """One page of a bucket's current objects, after ``marker``. Owners are told to signed callers."""
    answer, limit = common_fields(call, params)
    quote = name_encoder(params)
    marker = params.get("Marker", "")
    page = call.bucket.list_keys(params.get("Prefix", ""), params.get("Delimiter"), marker, limit)
    entries = EntryBuilder(call, quote, owners=not call.caller.anonymous, restores=_restores(params))
    answer["Marker"] = quote(marker)
    answer["IsTruncated"] = page.truncated
    if page.truncated and params.get("Delimiter"):
        answer["NextMarker"] = quote(page.last_key or "")
    answer["Contents"] = entries.objects(page.entries)
    answer["CommonPrefixes"] = common_prefixes(page, quote)
    return answer


@operation(
    Need("s3:ListBucket", BUCKET),
    Need("s3:GetObjectAcl", OBJECT, when=equals("FetchOwner", True), mode=OPTIONAL),
    express=ZONAL_READ,
)
def list_objects_v2(call: Authorized, params: Params) -> Params:
    """One page of a bucket's current objects, after ``continuation-token`` or ``start-after``.

    Of a directory bucket, see :mod:`.directory_listing`. Raises ``InvalidArgument`` for a token that was not issued for
    this bucket.
    """
    answer, limit = common_fields(call, params)
    quote = name_encoder(params)
    token, start = params.get("ContinuationToken"), params.get("StartAfter", "")
    after = start if token is None else tokens.read(("objects", call.bucket.name), token)
    if call.bucket.zone is None:
        page = call.bucket.list_keys(
            params.get("Prefix", ""), params.get("Delimiter"), after, limit, regroup=token is None
        )
    else:
        directory_listing.check_listing(params)
        page = directory_listing.list_keys(call.bucket, params, after, limit)
    entries = EntryBuilder(call, quote, owners=bool(params.get("FetchOwner")), restores=_restores(params))
    answer["KeyCount"] = len(page.entries) + len(page.common_prefixes)
    answer["IsTruncated"] = page.truncated
    answer["ContinuationToken"] = token
    if start:
        answer["StartAfter"] = quote(start)
    if page.truncated:
        answer["NextContinuationToken"] = tokens.issue(("objects", call.bucket.name), page.last_key or "")
    answer["Contents"] = entries.objects(page.entries)
    answer["CommonPrefixes"] = common_prefixes(page, quote)
    return answer


@operation(Need("s3:ListBucketVersions", BUCKET))
def list_object_versions(call: Authorized, params: Params) -> Params:
    """One page of a bucket's versions and delete markers, each key's newest first.

    Raises ``InvalidArgument`` for a version marker without a key marker, or one that is no version id.
    """
    answer, limit = common_fields(call, params)
    quote = name_encoder(params)
    key_marker, version_marker = params.get("KeyMarker", ""), params.get("VersionIdMarker", "")
    _check_version_marker(key_marker, version_marker)
    page = call.bucket.list_versions(
        params.get("Prefix", ""), params.get("Delimiter"), key_marker, version_marker, limit
    )
    entries = EntryBuilder(call, quote, owners=True, restores=_restores(params))
    answer["KeyMarker"] = quote(key_marker)
    answer["VersionIdMarker"] = version_marker
    answer["IsTruncated"] = page.truncated
    if page.truncated:
        answer["NextKeyMarker"] = quote(page.last_key or "")
        answer["NextVersionIdMarker"] = page.last_id
    answer["Versions"] = [entries.version(e) for e in page.entries if not e.version.is_delete_marker]
    answer["DeleteMarkers"] = [entries.marker(e) for e in page.entries if e.version.is_delete_marker]
    answer["CommonPrefixes"] = common_prefixes(page, quote)
    return answer


def _restores(params: Params) -> bool:
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
