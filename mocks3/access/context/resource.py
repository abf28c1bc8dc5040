"""Keys about what a request is for: whose it is, its tags where the bucket shows them, the access point used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mocks3.access.context.scene import Asked, Row, TagRow, Values

_NONE: Mapping[str, str] = {}


def _account(asked: Asked) -> Values | None:
    """The account that owns the bucket; of a call about no bucket, the caller's own."""
    return (asked.owner,) if asked.owner else None


def _bucket_account(asked: Asked) -> Values | None:
    bucket = None if asked.target is None else asked.target.bucket
    return None if bucket is None else _account(asked)


def bucket_tags(asked: Asked) -> Mapping[str, str]:
    """The bucket's tags, once attribute-based access control is on for it (F-81); for its objects as well.

    For directory buckets it always is ("Using tags with directory buckets").
    """
    bucket = None if asked.target is None else asked.target.bucket
    if bucket is None:
        return _NONE
    if bucket.zone is None and (bucket.configurations.get("abac") or {}).get("Status") != "Enabled":
        return _NONE
    tagging = bucket.configurations.get("tagging") or {}
    return {tag["Key"]: tag["Value"] for tag in tagging.get("TagSet", ())}


def _of_access_point(attribute: str) -> Callable[[Asked], Values | None]:
    def derive(asked: Asked) -> Values | None:
        point = None if asked.target is None else asked.target.access_point
        return None if point is None else (getattr(point, attribute),)

    return derive


ROWS = (
    Row("aws:ResourceAccount", "String", _account, "C-80"),
    Row("s3:ResourceAccount", "String", _bucket_account, "C-80"),
    Row("s3:DataAccessPointArn", "ARN", _of_access_point("arn"), "F-123"),
    Row("s3:DataAccessPointAccount", "String", _of_access_point("account"), "F-123"),
    Row("s3:AccessPointNetworkOrigin", "String", _of_access_point("network_origin"), "F-123"),
)

TAG_ROWS = (
    TagRow("aws:ResourceTag/<key>", bucket_tags, "F-81, F-82"),
    TagRow("s3:BucketTag/<key>", bucket_tags, "F-81"),
)
