"""Multi-Region Access Points: create, describe, get, list, delete, their policies and routes.

CreateMultiRegionAccessPoint, DeleteMultiRegionAccessPoint and PutMultiRegionAccessPointPolicy are asynchronous: they
return a token, and DescribeMultiRegionAccessPointOperation returns the result, also an error. Here the result is there
at the next call.

Source: their pages in the API Reference; ErrorResponses, "List of Amazon S3 asynchronous error codes".
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.access_points import public_policies
from mocks3.access.access_points.request_checks import NO_SUCH_MULTI_REGION_ACCESS_POINT
from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.bucket_policies.validation import check_access_point_policy
from mocks3.access.s3control.resources import multi_region_named
from mocks3.errors import INVALID_REQUEST, NotSupported, Row, S3Error
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.rules import access_points as rules
from mocks3.rules.policy_documents import stored_text
from mocks3.rules.public_access_blocks import block_members, block_of
from mocks3.s3control.lookup import account_of
from mocks3.s3control.paging import paginate
from mocks3.storage import PublicAccessBlock
from mocks3.storage.control.multi_region import AsyncRequest, MultiRegionAccessPoint, RegionRoute

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

NO_REQUEST = Row("NoSuchAsyncRequest", 404, "The specified request was not found.")

MOST_REGIONS = 20
"""The most buckets of a Multi-Region Access Point (API_control_CreateMultiRegionAccessPointInput, ``Regions``)."""

_ALREADY_OWNED = (
    "MultiRegionAccessPointAlreadyOwnedByYou",
    "You already have a Multi-Region Access Point with the same name.",
)
_SAME_REGION = (
    "MultiRegionAccessPointSameBucketRegion",
    "The buckets used to create a Multi-Region Access Point cannot be in the same Region.",
)
_NO_BUCKET = ("NoSuchBucket", "The specified bucket does not exist.")
_GONE = ("NoSuchMultiRegionAccessPoint", "The specified Multi-Region Access Point does not exist.")
_DENIED = ("AccessDenied", "Access denied.")

Failure = tuple[str, str] | None


@operation(
    Need("s3:CreateMultiRegionAccessPoint", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def create_multi_region_access_point(call: Authorized, params: Params) -> Params:
    """Create a Multi-Region Access Point for buckets of different Regions. Asynchronous.

    Raises ``InvalidRequest`` for an invalid name and for no or too many buckets. All other errors are in the result.
    """
    details = params["Details"]
    if not rules.is_valid_name(details["Name"]):
        raise INVALID_REQUEST(message="The specified Multi-Region Access Point name is not valid.")
    if not 1 <= len(details["Regions"]) <= MOST_REGIONS:
        raise INVALID_REQUEST(
            message=f"A Multi-Region Access Point must have between 1 and {MOST_REGIONS} buckets."
        )
    return _process(call, params, lambda: _create(call, details))


@operation(
    Need("s3:DeleteMultiRegionAccessPoint", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def delete_multi_region_access_point(call: Authorized, params: Params) -> Params:
    """Delete a Multi-Region Access Point. Its buckets stay. Asynchronous: an error is in the result."""
    return _process(call, params, lambda: _delete(call, params["Details"]["Name"]))


@operation(
    Need("s3:PutMultiRegionAccessPointPolicy", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def put_multi_region_access_point_policy(call: Authorized, params: Params) -> Params:
    """Replace the policy. It can never be deleted. Asynchronous: an error is in the result (F-126)."""
    return _process(call, params, lambda: _put_policy(call, params["Details"]))


@operation(
    Need("s3:DescribeMultiRegionAccessPointOperation", On.MULTI_REGION_REQUEST),
    service="s3control",
)
def describe_multi_region_access_point_operation(call: Authorized, params: Params) -> Params:
    """Return an asynchronous request and its result: ``SUCCEEDED`` or ``FAILED``. Raises ``NoSuchAsyncRequest``."""
    found = call.store.control.find(AsyncRequest, params["RequestTokenARN"])
    if found is None or found.account != account_of(call):
        raise NO_REQUEST()
    status = "SUCCEEDED" if found.failure is None else "FAILED"
    result: Params = {
        "MultiRegionAccessPointDetails": {
            "Regions": [{"Name": each, "RequestStatus": status} for each in found.regions]
        }
    }
    if found.failure is not None:
        code, message = found.failure
        result = {"ErrorDetails": {"Code": code, "Message": message, "Resource": found.details["Name"]}}
    return {
        "AsyncOperation": {
            "CreationTime": found.created,
            "Operation": found.operation,
            "RequestTokenARN": found.arn,
            "RequestParameters": {f"{found.operation}Request": dict(found.details)},
            "RequestStatus": status,
            "ResponseDetails": result,
        }
    }


@operation(
    Need("s3:GetMultiRegionAccessPoint", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def get_multi_region_access_point(call: Authorized, params: Params) -> Params:
    """Return a Multi-Region Access Point. Raises ``NoSuchMultiRegionAccessPoint``."""
    return {"AccessPoint": _shown(_found(call, params["Name"]))}


@operation(Need("s3:ListMultiRegionAccessPoints", ACCOUNT), service="s3control")
def list_multi_region_access_points(call: Authorized, params: Params) -> Params:
    """List the account's Multi-Region Access Points, by name.

    Raises ``InvalidRequest`` for a ``MaxResults`` or ``NextToken`` that is not valid.
    """
    own = [
        each for each in call.store.control.all(MultiRegionAccessPoint) if each.account == account_of(call)
    ]
    return paginate(params, "AccessPoints", own, lambda each: str(each.name), _shown)


@operation(
    Need("s3:GetMultiRegionAccessPointPolicy", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def get_multi_region_access_point_policy(call: Authorized, params: Params) -> Params:
    """Return the policy: the established one, and the proposed one, which is the same once it is established.

    Raises ``NoSuchMultiRegionAccessPoint``.
    """
    point = _found(call, params["Name"])
    text = current_text(point.policy, point.principals, call.world.iam)
    return {"Policy": {} if text is None else {"Established": {"Policy": text}, "Proposed": {"Policy": text}}}


@operation(
    Need("s3:GetMultiRegionAccessPointPolicyStatus", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def get_multi_region_access_point_policy_status(call: Authorized, params: Params) -> Params:
    """Return whether the established policy is public (B-48). Raises ``NoSuchMultiRegionAccessPoint``."""
    point = _found(call, params["Name"])
    public = point.policy is not None and is_public(point.policy, of_access_point=True)
    return {"Established": {"IsPublic": public}}


@operation(
    Need("s3:GetMultiRegionAccessPointRoutes", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def get_multi_region_access_point_routes(call: Authorized, params: Params) -> Params:
    """Return which Regions are active (traffic dial 100) and passive (0). Raises ``NoSuchMultiRegionAccessPoint``."""
    point = _found(call, params["Mrap"])
    return {
        "Mrap": point.arn,
        "Routes": [
            {"Bucket": each.bucket, "Region": each.region, "TrafficDialPercentage": each.dial}
            for each in point.routes
        ],
    }


@operation(
    Need("s3:SubmitMultiRegionAccessPointRoutes", On.MULTI_REGION_ACCESS_POINT),
    service="s3control",
)
def submit_multi_region_access_point_routes(call: Authorized, params: Params) -> Params:
    """Make Regions active or passive: failover. At least one Region stays active.

    Raises ``NoSuchMultiRegionAccessPoint``; ``InvalidRequest`` for another dial than 0 and 100, for a bucket or Region
    that the access point does not have, and if no Region would be active.
    """
    point = _found(call, params["Mrap"])
    dials = {each.bucket: each.dial for each in point.routes}
    names = {each.region: each.bucket for each in point.routes}
    for update in params["RouteUpdates"]:
        bucket = update.get("Bucket") or names.get(update.get("Region", ""))
        if bucket not in dials or update.get("Region", "") not in ("", *names):
            raise INVALID_REQUEST(message="The route does not belong to the Multi-Region Access Point.")
        if update["TrafficDialPercentage"] not in (0, 100):
            raise INVALID_REQUEST(message="The traffic dial percentage must be 0 or 100.")
        dials[bucket] = update["TrafficDialPercentage"]
    if not any(dials.values()):
        raise INVALID_REQUEST(message="At least one Region must be active.")
    routes = tuple(dataclasses.replace(each, dial=dials[each.bucket]) for each in point.routes)
    call.store.control.put(dataclasses.replace(point, routes=routes))
    return {}


def _found(call: Authorized, name: str) -> MultiRegionAccessPoint:
    point = multi_region_named(call.store, account_of(call), name)
    if point is None:
        raise NO_SUCH_MULTI_REGION_ACCESS_POINT()
    return point


def _shown(point: MultiRegionAccessPoint) -> Params:
    return {
        "Name": point.name,
        "Alias": point.alias,
        "CreatedAt": point.created,
        "PublicAccessBlock": block_members(point.public_access_block),
        "Status": "READY",
        "Regions": [
            {"Bucket": each.bucket, "Region": each.region, "BucketAccountId": each.owner}
            for each in point.routes
        ],
    }


def _process(call: Authorized, params: Params, work: Callable[[], Failure]) -> Params:
    """Process an asynchronous request. The same client token makes it once.

    Raises :class:`NotSupported` for the client token of an earlier request with other details: AWS documents no answer.
    """
    operation = call.parsed.operation
    token = hashlib.sha256(f"{operation}/{params['ClientToken']}".encode()).hexdigest()[:32]
    request = AsyncRequest(
        account_of(call),
        f"{operation.removesuffix('MultiRegionAccessPoint').lower()}/{token}",
        operation,
        clock.now().replace(microsecond=0),
        params["Details"],
    )
    present = call.store.control.find(AsyncRequest, request.arn)
    if present is None:
        failure = work()
        point = multi_region_named(call.store, account_of(call), params["Details"]["Name"])
        regions = () if point is None else tuple(each.region for each in point.routes)
        call.store.control.put(dataclasses.replace(request, failure=failure, regions=regions))
    elif present.details != params["Details"]:
        raise NotSupported(
            f"mocks3 does not support a ClientToken of an earlier {operation} with other Details"
        )
    return {"RequestTokenARN": request.arn}


def _create(call: Authorized, details: Params) -> Failure:
    account = account_of(call)
    if multi_region_named(call.store, account, details["Name"]) is not None:
        return _ALREADY_OWNED
    routes = []
    for each in details["Regions"]:
        bucket = call.store.bucket(each["Bucket"])
        owner = each.get("BucketAccountId") or account
        if bucket is None or bucket.zone is not None or bucket.owner != owner:
            return _NO_BUCKET
        routes.append(RegionRoute(bucket.name, bucket.region, owner))
    if len({each.region for each in routes}) < len(routes):
        return _SAME_REGION
    settings = details.get("PublicAccessBlock")
    point = MultiRegionAccessPoint(
        account,
        details["Name"],
        "",
        tuple(routes),
        PublicAccessBlock() if settings is None else block_of(settings),
        clock.now().replace(microsecond=0),
    )
    aliases = rules.multi_region_aliases(details["Name"], account)
    call.store.control.put(
        call.store.control.first_unused(dataclasses.replace(point, alias=each) for each in aliases)
    )
    return None


def _delete(call: Authorized, name: str) -> Failure:
    point = multi_region_named(call.store, account_of(call), name)
    if point is None:
        return _GONE
    call.store.control.remove(point)
    return None


def _put_policy(call: Authorized, details: Params) -> Failure:
    point = multi_region_named(call.store, account_of(call), details["Name"])
    if point is None:
        return _GONE
    text = stored_text(details["Policy"])
    try:
        principals = check_access_point_policy(call.world.iam, point.arn, text)
    except S3Error as error:
        return error.code, error.message
    if public_policies.is_blocked(call.store, call.world.guardrails, point.routed(), text):
        return _DENIED
    call.store.control.put(dataclasses.replace(point, policy=text, principals=principals))
    return None
