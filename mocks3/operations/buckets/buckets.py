"""CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation.

Source: the operations' pages of the API reference; error codes and messages as recorded; F-70 to F-74.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import (
    BUCKET_ALREADY_EXISTS,
    BUCKET_ALREADY_OWNED,
    BUCKET_HAS_VERSIONS,
    BUCKET_NOT_EMPTY,
    NO_SUCH_BUCKET,
    Row,
)
from mocks3.model import zones
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    BUCKET,
    NEW_BUCKET,
    REGIONAL,
    ZONAL_READ,
    Need,
    When,
    any_given,
    either,
    equals,
    given,
)
from mocks3.model.stages import Authorized
from mocks3.operations.buckets.new_bucket import Plan, count_habits, plan
from mocks3.rules import regions
from mocks3.storage import ALIAS_SUFFIX, ENABLED, HasAccessPoints, NotEmpty

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        CreateBucketRequestTypeDef,
        DeleteBucketRequestTypeDef,
        GetBucketLocationRequestTypeDef,
        HeadBucketRequestTypeDef,
    )

    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

# "List of error codes" of the API Reference.
BUCKET_HAS_ACCESS_POINTS = Row(
    "BucketHasAccessPointsAttached",
    400,
    "The bucket you tried to delete has access points attached. Delete your access points before deleting your bucket.",
)


def _grants_access(parsed: Parsed, target: Target) -> bool:
    return bool(parsed.head.get("ACL", "private") != "private")


def _has_tags(parsed: Parsed, target: Target) -> bool:
    return bool((parsed.params.get("CreateBucketConfiguration") or {}).get("Tags"))


GRANTING_ACL = When("ACL is given and not 'private'", _grants_access)
GRANTS = any_given("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
LOCKED = equals("ObjectLockEnabledForBucket", True)
TAGS = When("CreateBucketConfiguration.Tags is given", _has_tags)


@operation(
    Need("s3:CreateBucket", NEW_BUCKET),
    Need("s3:PutBucketAcl", NEW_BUCKET, when=either(GRANTING_ACL, GRANTS)),
    Need("s3:PutBucketObjectLockConfiguration", NEW_BUCKET, when=LOCKED),
    Need("s3:PutBucketVersioning", NEW_BUCKET, when=LOCKED),
    Need("s3:PutBucketOwnershipControls", NEW_BUCKET, when=given("ObjectOwnership")),
    Need("s3:TagResource", NEW_BUCKET, when=TAGS),
    anonymous="Anonymous users cannot invoke this API. Please authenticate.",
    express=REGIONAL,
)
def create_bucket(call: Authorized, params: CreateBucketRequestTypeDef) -> Params:
    """Create a bucket, owned by the caller's account.

    Raises ``InvalidBucketName``, ``BucketAlreadyExists``, ``BucketAlreadyOwnedByYou``, ``InvalidTag``, and the errors
    of :mod:`.regions` and :mod:`.new_bucket`.
    """
    wanted = plan(call, params)
    with call.store.lock:
        present = call.store.bucket(wanted.name)
        if present is None:
            store_bucket(call, wanted)
        else:
            _recreate(call, wanted, present)
    created = call.store.bucket(wanted.name)
    assert created is not None
    return {"Location": _location_of(wanted), "BucketArn": created.arn}


def _location_of(wanted: Plan) -> str:
    if wanted.zone is not None:
        return f"https://{wanted.name}.s3express-{wanted.zone}.{wanted.region}.amazonaws.com/"
    return f"http://{wanted.name}.s3.amazonaws.com/" if wanted.constraint else f"/{wanted.name}"


def store_bucket(call: Authorized, wanted: Plan) -> None:
    """Create the planned bucket in the store."""
    assert call.caller.account is not None
    call.store.create_bucket(
        wanted.name,
        owner=call.caller.account,
        region=wanted.region,
        created=clock.now().replace(microsecond=0),
        acl=wanted.acl,
        ownership=wanted.ownership,
        public_access_block=wanted.public_access_block,
        zone=wanted.zone,
    )
    if wanted.zone is None:
        count_habits(wanted.name, wanted.region)
    with call.store.editing(wanted.name) as bucket:
        bucket.configurations.update(wanted.configurations)
        bucket.location_constraint = "EU" if wanted.constraint == "EU" else None
        if wanted.locked:
            bucket.versioning = ENABLED


def _recreate(call: Authorized, wanted: Plan, present: Bucket) -> None:
    """Raise the error for a name in use. In us-east-1 the owner may repeat the call: it resets the ACL (X-23).

    Source: API_CreateBucket.
    """
    if present.owner != call.caller.account:
        raise BUCKET_ALREADY_EXISTS(BucketName=wanted.name)
    home = wanted.zone is None and regions.endpoint_region(call) in (regions.DEFAULT_REGION, None)
    if not (home and present.region == wanted.region == regions.DEFAULT_REGION) or wanted.tagged:
        raise BUCKET_ALREADY_OWNED(BucketName=wanted.name)
    with call.store.editing(wanted.name) as bucket:
        bucket.acl = wanted.acl


@operation(Need("s3:ListBucket", BUCKET), express=ZONAL_READ)
def head_bucket(call: Authorized, params: HeadBucketRequestTypeDef) -> Params:
    """Return a bucket's Region, for callers who may list it (F-74).

    AWS documents that session credentials do not work for directory buckets. The endpoint rules of the SDKs sign with
    them, and so they work here.
    """
    bucket = call.bucket
    output: Params = {
        "BucketArn": call.target.own_arn,
        "BucketRegion": bucket.region,
        "AccessPointAlias": call.parsed.head["Bucket"].endswith(ALIAS_SUFFIX),
    }
    if bucket.zone is not None:
        output |= {"BucketLocationType": zones.zone_type(bucket.zone), "BucketLocationName": bucket.zone}
    return output


@operation(Need("s3:DeleteBucket", BUCKET), express=REGIONAL)
def delete_bucket(call: Authorized, params: DeleteBucketRequestTypeDef) -> Params:
    """Delete an empty bucket. A bucket with versions or delete markers is not empty; uploads in progress do not count.

    In a directory bucket, uploads in progress count too (API_ListMultipartUploads). Raises ``BucketNotEmpty``, with
    another message if versioning was ever set, and ``BucketHasAccessPointsAttached``.
    """
    if call.bucket.zone is not None and call.bucket.uploads:
        raise BUCKET_NOT_EMPTY(BucketName=call.target.name)
    try:
        call.store.delete_bucket(call.target.name)
    except NotEmpty:
        row = BUCKET_NOT_EMPTY if call.bucket.versioning is None else BUCKET_HAS_VERSIONS
        raise row(BucketName=call.target.name) from None
    except HasAccessPoints:
        raise BUCKET_HAS_ACCESS_POINTS(BucketName=call.target.name) from None
    except KeyError:
        raise NO_SUCH_BUCKET(BucketName=call.target.name) from None
    return {}


@operation(Need("s3:GetBucketLocation", BUCKET))
def get_bucket_location(call: Authorized, params: GetBucketLocationRequestTypeDef) -> Params:
    """Return the location constraint of the bucket: nothing for us-east-1, ``EU`` if the bucket was created with it."""
    bucket = call.bucket
    constraint = None if bucket.region == regions.DEFAULT_REGION else bucket.region
    return {"LocationConstraint": bucket.location_constraint or constraint}
