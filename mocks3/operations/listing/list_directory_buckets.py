"""ListDirectoryBuckets: the directory buckets of the account in one Region (API_ListDirectoryBuckets, F-151)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ACCOUNT, REGIONAL, Need
from mocks3.model.stages import Authorized
from mocks3.operations.listing import tokens
from mocks3.rules import regions

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListDirectoryBucketsRequestTypeDef

MAX_BUCKETS = 1000
_LISTING = "directory buckets"


@operation(Need("s3express:ListAllMyDirectoryBuckets", ACCOUNT), anonymous="Access Denied", express=REGIONAL)
def list_directory_buckets(call: Authorized, params: ListDirectoryBucketsRequestTypeDef) -> Params:
    """Return one page of the directory buckets of the account, by name.

    Raise ``InvalidArgument`` for a number of buckets out of range, or a token of another listing.
    """
    account = call.caller.account
    assert account is not None
    limit = params.get("MaxDirectoryBuckets", MAX_BUCKETS)
    if not 0 <= limit <= MAX_BUCKETS:
        raise INVALID_ARGUMENT(
            message=f"Argument max-directory-buckets must be an integer between 0 and {MAX_BUCKETS}",
            ArgumentName="max-directory-buckets",
            ArgumentValue=limit,
        )
    token = params.get("ContinuationToken")
    after = "" if token is None else tokens.read((_LISTING, account), token)
    region = regions.endpoint_region(call)
    found = [
        bucket
        for name, bucket in call.store.buckets().items()
        if bucket.owner == account
        and bucket.zone is not None
        and name > after
        and region in (None, bucket.region)
    ]
    output: Params = {
        "Buckets": [
            {"Name": bucket.name, "CreationDate": bucket.created, "BucketArn": bucket.arn}
            for bucket in found[:limit]
        ]
    }
    if 0 < limit < len(found):
        output["ContinuationToken"] = tokens.issue((_LISTING, account), found[limit - 1].name)
    return output
