"""Keys about what a request is for: whose it is, its tags where the bucket shows them, the access point used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values

_NONE: Mapping[str, str] = {}


def _account(auth: AuthorizationInfo) -> Values | None:
    """The account that owns the bucket; of a call about no bucket, the caller's own."""
    return (auth.owner,) if auth.owner else None


def _bucket_account(auth: AuthorizationInfo) -> Values | None:
    bucket = None if auth.target is None else auth.target.bucket
    return None if bucket is None else _account(auth)


def bucket_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """The bucket's tags, once attribute-based access control is on for it (F-81); for its objects as well.

    For directory buckets it always is ("Using tags with directory buckets").
    """
    bucket = None if auth.target is None else auth.target.bucket
    if bucket is None:
        return _NONE
    if bucket.zone is None and (bucket.configurations.get("abac") or {}).get("Status") != "Enabled":
        return _NONE
    tagging = bucket.configurations.get("tagging") or {}
    return {tag["Key"]: tag["Value"] for tag in tagging.get("TagSet", ())}


def _of_access_point(attribute: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        point = None if auth.target is None else auth.target.access_point
        return None if point is None else (getattr(point, attribute),)

    return derive


ROWS = (
    ConditionKey("aws:ResourceAccount", "String", _account, "C-80"),
    ConditionKey("s3:ResourceAccount", "String", _bucket_account, "C-80"),
    ConditionKey("s3:DataAccessPointArn", "ARN", _of_access_point("arn"), "F-123"),
    ConditionKey("s3:DataAccessPointAccount", "String", _of_access_point("account"), "F-123"),
    ConditionKey("s3:AccessPointNetworkOrigin", "String", _of_access_point("network_origin"), "F-123"),
)

TAG_ROWS = (
    TagConditionKey("aws:ResourceTag/<key>", bucket_tags, "F-81, F-82"),
    TagConditionKey("s3:BucketTag/<key>", bucket_tags, "F-81"),
)
