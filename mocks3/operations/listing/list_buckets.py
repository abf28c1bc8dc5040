"""ListBuckets: the general purpose buckets of the caller's account, by name (API_ListBuckets, F-72)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.model.stages import Authorized
from mocks3.operations.listing import tokens
from mocks3.rules import regions

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListBucketsRequestTypeDef

    from mocks3.storage import Bucket

MAX_BUCKETS = 10_000
_LISTING = "buckets"


@operation(Need("s3:ListAllMyBuckets", ACCOUNT), anonymous="Access Denied")
def list_buckets(call: Authorized, params: ListBucketsRequestTypeDef) -> Params:
    """Return one page of the buckets of the account. Without ``max-buckets``, return all.

    Buckets have a Region only if the request has a parameter (as recorded). Raise ``InvalidArgument`` for an unknown
    Region, a number of buckets out of range, or a token of another listing.
    """
    account = call.caller.account
    assert account is not None
    prefix, region = params.get("Prefix", ""), params.get("BucketRegion")
    _check(params.get("MaxBuckets", MAX_BUCKETS), region)
    token = params.get("ContinuationToken")
    after = "" if token is None else tokens.read((_LISTING, account), token)
    found = [
        bucket
        for name, bucket in call.store.buckets().items()
        if bucket.owner == account
        and bucket.zone is None
        and name > after
        and name.startswith(prefix)
        and region in (None, bucket.region)
    ]
    limit = params.get("MaxBuckets", len(found))
    with_region = not {"MaxBuckets", "Prefix", "BucketRegion", "ContinuationToken"}.isdisjoint(params)
    output: Params = {
        "Owner": {"ID": call.caller.canonical_id},
        "Buckets": [_entry(bucket, with_region) for bucket in found[:limit]],
    }
    if "Prefix" in params:
        output["Prefix"] = prefix
    if len(found) > limit:
        output["ContinuationToken"] = tokens.issue((_LISTING, account), found[limit - 1].name)
    return output


def _entry(bucket: Bucket, with_region: bool) -> Params:
    entry = {
        "Name": bucket.name,
        "CreationDate": bucket.created,
        "BucketArn": bucket.arn,
    }
    if with_region:
        entry["BucketRegion"] = bucket.region
    return entry


def _check(limit: int, region: str | None) -> None:
    if not 1 <= limit <= MAX_BUCKETS:
        raise INVALID_ARGUMENT(
            message=f"Argument max-buckets must be an integer between 1 and {MAX_BUCKETS}",
            ArgumentName="max-buckets",
            ArgumentValue=limit,
        )
    if region is not None and not regions.is_region(region):
        raise INVALID_ARGUMENT(
            message=f"Argument value {region} is not a valid AWS Region", ArgumentName="bucket-region"
        )
