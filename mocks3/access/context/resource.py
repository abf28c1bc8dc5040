"""Condition keys about the resource: its owner, the bucket's tags, and the access point of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values

_NONE: Mapping[str, str] = {}


def _account(auth: AuthorizationInfo) -> Values | None:
    """Return the account that owns the resource; for calls without a bucket, the caller's own account."""
    return (auth.owner,) if auth.owner else None


def _bucket_account(auth: AuthorizationInfo) -> Values | None:
    bucket = None if auth.target is None else auth.target.bucket
    return None if bucket is None else _account(auth)


def bucket_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """Return the bucket's tags if attribute-based access control is enabled for it (F-81), also for its objects.

    For directory buckets it is always enabled ("Using tags with directory buckets").
    """
    bucket = None if auth.target is None else auth.target.bucket
    if bucket is None:
        return _NONE
    if bucket.zone is None and bucket.configurations.get("abac", {}).get("Status") != "Enabled":
        return _NONE
    tagging = bucket.configurations.get("tagging", {})
    return {tag["Key"]: tag["Value"] for tag in tagging.get("TagSet", ())}


def _of_access_point(attribute: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        point = None if auth.target is None else auth.target.access_point
        return None if point is None else (getattr(point, attribute),)

    return derive


def _access_point_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    point = None if auth.target is None else auth.target.access_point
    return _NONE if point is None else point.tags


def _no_access_point_tag(auth: AuthorizationInfo) -> str:
    point = None if auth.target is None else auth.target.access_point
    return _NO_ACCESS_POINT if point is None else "the access point has no tag <key>"


_NO_ACCESS_POINT = "it did not come through an access point"


def _no_bucket_tag(auth: AuthorizationInfo) -> str:
    bucket = None if auth.target is None else auth.target.bucket
    if bucket is None:
        return "it names no bucket that exists"
    if bucket_tags(auth) or bucket.zone is not None:
        return "the bucket has no tag <key>"
    return "the bucket has no tag <key>, or attribute-based access control is not enabled for it"


def _grants_instance(auth: AuthorizationInfo) -> Values | None:
    return auth.request_info.caller.keys.get("s3:accessgrantsinstancearn")


ROWS = (
    ConditionKey("aws:ResourceAccount", "String", _account, "C-80", missing="it names no resource"),
    ConditionKey(
        "s3:ResourceAccount", "String", _bucket_account, "C-80", missing="it names no bucket that exists"
    ),
    ConditionKey(
        "s3:AccessGrantsInstanceArn",
        "ARN",
        _grants_instance,
        "F-171",
        missing="its credentials are not from S3 Access Grants",
    ),
    ConditionKey("s3:DataAccessPointArn", "ARN", _of_access_point("arn"), "F-123", missing=_NO_ACCESS_POINT),
    ConditionKey(
        "s3:DataAccessPointAccount", "String", _of_access_point("account"), "F-123", missing=_NO_ACCESS_POINT
    ),
    ConditionKey(
        "s3:AccessPointNetworkOrigin",
        "String",
        _of_access_point("network_origin"),
        "F-123",
        missing=_NO_ACCESS_POINT,
    ),
)

TAG_ROWS = (
    TagConditionKey("aws:ResourceTag/<key>", bucket_tags, "F-81, F-82", missing=_no_bucket_tag),
    TagConditionKey("s3:BucketTag/<key>", bucket_tags, "F-81", missing=_no_bucket_tag),
    TagConditionKey("s3:AccessPointTag/<key>", _access_point_tags, "F-123", missing=_no_access_point_tag),
)
