"""Access points: CreateAccessPoint, GetAccessPoint, ListAccessPoints, DeleteAccessPoint.

Source: their pages in the API Reference; ErrorResponses, "List of error codes", for codes and sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_REQUEST, NotSupported, Row
from mocks3.model import zones
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.rules import access_points as rules
from mocks3.rules.public_access_blocks import block_members, block_of
from mocks3.s3control.lookup import access_point_of, account_of, arn_of, refuse_members
from mocks3.s3control.tagging import TAGGED, given_tags
from mocks3.storage import AccessPoint, PublicAccessBlock

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

ALREADY_OWNED = Row(
    "AccessPointAlreadyOwnedByYou",
    409,
    "Your previous request to create the named accesspoint succeeded and you already own it.",
)
LARGEST_PAGE = 1000
"""The most access points on a page (API_control_ListAccessPoints, ``MaxResults``)."""

NO_BLOCK = PublicAccessBlock(
    block_public_acls=False,
    ignore_public_acls=False,
    block_public_policy=False,
    restrict_public_buckets=False,
)


@operation(
    Need("s3:CreateAccessPoint", On.NEW_ACCESS_POINT),
    Need("s3:TagResource", On.NEW_ACCESS_POINT, when=TAGGED),
    service="s3control",
)
def create_access_point(call: Authorized, params: Params) -> Params:
    """Create an access point for a bucket of any account, in the Region of the endpoint.

    All four Block Public Access settings are on unless the call sets them. Raises ``InvalidRequest``,
    ``AccessPointAlreadyOwnedByYou``, ``InvalidTag``; :class:`NotSupported` for directory buckets.
    """
    refuse_members(call, params, "Scope")
    name = params["Name"]
    if not rules.is_valid_name(name):
        raise INVALID_REQUEST(message="The specified access point name is not valid.")
    if zones.is_directory_bucket(params["Bucket"]):
        raise NotSupported(f"mocks3 does not support access points of directory buckets ({params['Bucket']})")
    arn = arn_of(call, name)
    bucket = _bucket(call, params, arn.split(":")[3])
    if call.store.access_point(arn) is not None:
        raise ALREADY_OWNED(AccessPointName=name)
    settings = params.get("PublicAccessBlockConfiguration")
    point = AccessPoint(
        name,
        account_of(call),
        bucket.region,
        bucket.name,
        rules.alias(name, bucket.region, account_of(call)),
        params.get("VpcConfiguration", {}).get("VpcId"),
        PublicAccessBlock() if settings is None else block_of(settings),
        created=clock.now().replace(microsecond=0),
        tags=given_tags(params),
    )
    call.store.put_access_point(point)
    return {"AccessPointArn": point.arn, "Alias": point.alias}


@operation(Need("s3:GetAccessPoint", ACCOUNT), service="s3control")
def get_access_point(call: Authorized, params: Params) -> Params:
    """Return an access point. Raises ``NoSuchAccessPoint``."""
    point = access_point_of(call, params)
    bucket = _bucket_of(call, point)
    return {
        **_shown(call, point),
        "PublicAccessBlockConfiguration": block_members(point.public_access_block or NO_BLOCK),
        "CreationDate": point.created,
        "Endpoints": _endpoints(point, bucket),
    }


@operation(Need("s3:ListAccessPoints", ACCOUNT), service="s3control")
def list_access_points(call: Authorized, params: Params) -> Params:
    """List the account's access points of the Region, by name; with ``Bucket``, those of one bucket.

    Raises ``InvalidRequest`` for a bucket that does not exist, and for a ``MaxResults`` or ``NextToken`` that is not
    valid.
    """
    refuse_members(call, params, "DataSourceId", "DataSourceType")
    bucket, most = params.get("Bucket"), params.get("MaxResults", LARGEST_PAGE)
    if bucket is not None and call.store.bucket(bucket) is None:
        raise INVALID_REQUEST(message="An access point can be listed only for an existing bucket.")
    if not 0 <= most <= LARGEST_PAGE:
        raise INVALID_REQUEST(message="The range for the MaxResults parameter is not valid.")
    prefix = arn_of(call, "")
    found = sorted(
        (
            each
            for each in call.store.access_points()
            if each.arn.startswith(prefix) and bucket in (None, each.bucket)
        ),
        key=lambda each: each.name,
    )
    start = params.get("NextToken")
    if start is not None:
        if not rules.is_valid_name(start):
            raise INVALID_REQUEST(message="The next token is not valid.")
        found = [each for each in found if each.name >= start]
    page, rest = found[: most or LARGEST_PAGE], found[most or LARGEST_PAGE :]
    return {
        "AccessPointList": [_shown(call, each) for each in page],
        **({"NextToken": rest[0].name} if rest else {}),
    }


@operation(Need("s3:DeleteAccessPoint", On.NAMED_ACCESS_POINT), service="s3control")
def delete_access_point(call: Authorized, params: Params) -> Params:
    """Delete an access point. Its bucket stays. Raises ``NoSuchAccessPoint``."""
    call.store.delete_access_point(access_point_of(call, params))
    return {}


def _bucket(call: Authorized, params: Params, region: str) -> Bucket:
    """Return the bucket of a new access point. It must be in the endpoint's Region, and its owner as the call says."""
    bucket = call.store.bucket(params["Bucket"])
    owner = params.get("BucketAccountId") or account_of(call)
    if bucket is None or bucket.region != region or bucket.owner != owner:
        raise INVALID_REQUEST(message="An access point can be created only for an existing bucket.")
    return bucket


def _bucket_of(call: Authorized, point: AccessPoint) -> Bucket:
    bucket = call.store.bucket(point.bucket)
    assert bucket is not None, "a bucket with access points cannot be deleted"
    return bucket


def _shown(call: Authorized, point: AccessPoint) -> Params:
    """Return the members of API_control_AccessPoint."""
    return {
        "Name": point.name,
        "Bucket": point.bucket,
        "NetworkOrigin": point.network_origin,
        **({} if point.vpc is None else {"VpcConfiguration": {"VpcId": point.vpc}}),
        "Alias": point.alias,
        "AccessPointArn": point.arn,
        "BucketAccountId": _bucket_of(call, point).owner,
    }


def _endpoints(point: AccessPoint, bucket: Bucket) -> dict[str, str]:
    """Return the endpoints of the Region (API_control_GetAccessPoint, the example response)."""
    region = bucket.region
    return {
        "ipv4": f"s3-accesspoint.{region}.amazonaws.com",
        "fips": f"s3-accesspoint-fips.{region}.amazonaws.com",
        "fips_dualstack": f"s3-accesspoint-fips.dualstack.{region}.amazonaws.com",
        "dualstack": f"s3-accesspoint.dualstack.{region}.amazonaws.com",
    }
