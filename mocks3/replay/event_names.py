"""The names that CloudTrail gives to the calls of S3 and S3 Control.

Most events have the name of their operation. ``OTHER_NAMES`` are the exceptions, ``NOT_LOGGED`` the operations without
an event. Sources: S3 user guide, "Amazon S3 CloudTrail events" (the lists of account-level, bucket-level and
object-level actions), and events that public detection rules and their tests quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from mocks3.wire import models

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "DeletePublicAccessBlock": ("DeleteBucketPublicAccessBlock",),
    "GetBucketLifecycleConfiguration": ("GetBucketLifecycle",),
    "PutBucketLifecycleConfiguration": ("PutBucketLifecycle",),
    "GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "PutBucketNotificationConfiguration": ("PutBucketNotification",),
    "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "PutObjectLockConfiguration": ("PutBucketObjectLockConfiguration",),
    "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
    "GetBucketAnalyticsConfiguration": ("GetAnalyticsConfiguration",),
    "PutBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
    "DeleteBucketAnalyticsConfiguration": ("DeleteAnalyticsConfiguration",),
    "ListBucketAnalyticsConfigurations": ("ListAnalyticsConfigurations",),
    "GetBucketInventoryConfiguration": ("GetInventoryConfiguration",),
    "PutBucketInventoryConfiguration": ("PutInventoryConfiguration",),
    "DeleteBucketInventoryConfiguration": ("DeleteInventoryConfiguration",),
    "ListBucketInventoryConfigurations": ("ListInventoryConfigurations",),
    "GetBucketMetricsConfiguration": ("GetMetricsConfiguration",),
    "PutBucketMetricsConfiguration": ("PutMetricsConfiguration",),
    "DeleteBucketMetricsConfiguration": ("DeleteMetricsConfiguration",),
    "ListBucketMetricsConfigurations": ("ListMetricsConfigurations",),
    "GetBucketIntelligentTieringConfiguration": ("GetIntelligentTieringConfiguration",),
    "PutBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
    "DeleteBucketIntelligentTieringConfiguration": ("DeleteIntelligentTieringConfiguration",),
    "ListBucketIntelligentTieringConfigurations": ("ListIntelligentTieringConfigurations",),
    "ListObjectsV2": ("ListObjects",),
}
"""Operation to the other names of its events."""

ACCOUNT_NAMES: Mapping[str, str] = {
    "GetAccountPublicAccessBlock": "GetPublicAccessBlock",
    "PutAccountPublicAccessBlock": "PutPublicAccessBlock",
    "DeleteAccountPublicAccessBlock": "DeletePublicAccessBlock",
}
"""Event to operation of S3 Control, whose operation has the name of one of S3."""

OLD_OPERATIONS = frozenset(
    {"GetBucketLifecycle", "PutBucketLifecycle", "GetBucketNotification", "PutBucketNotification"}
)
"""Deprecated operations of botocore's model. Their events are those of the operations that replaced them."""

NOT_LOGGED: Mapping[str, str] = {
    "WriteGetObjectResponse": "it is an event of S3 Object Lambda (s3-object-lambda.amazonaws.com)",
}
"""Operations that have no event of their own, with the reason."""

NO_CALLS: Mapping[str, str] = {
    "PreflightRequest": "a browser's preflight request needs no permission; the bucket's CORS rules answer it",
    "JobStatusChanged": "it is a change of state of a Batch Operations job, not a call",
    "JobCreated": "it is a change of state of a Batch Operations job, not a call",
    "DeleteObjects": (
        "CloudTrail does not log the keys of DeleteObjects, and S3 decides each key, so that the event does not say "
        "which keys were denied. The bucket's server access log has a line BATCH.DELETE.OBJECT for each key "
        '(S3 user guide, "Amazon S3 CloudTrail events", "Amazon S3 server access log format")'
    ),
}
"""Events of S3 that cannot become a call of the API, with the reason."""


@cache
def operations() -> Mapping[str, tuple[str, str]]:
    """Return the service and the operation of each event name. The names of events are those of botocore's model."""
    control = {name: ("s3control", name) for name in _names("s3control")}
    objects = {name: ("s3", name) for name in _names("s3") if name not in OLD_OPERATIONS | NOT_LOGGED.keys()}
    others = {
        other: ("s3", name)
        for name, each in OTHER_NAMES.items()
        for other in each
        if other not in objects  # ListObjects is also an operation
    }
    account = {event: ("s3control", name) for event, name in ACCOUNT_NAMES.items()}
    return {**control, **account, **objects, **others}


def operation_of(event_name: str, sub_resources: Iterable[str] = ()) -> tuple[str, str] | None:
    """Return the service and the operation of an event, or None if the name is not one of S3.

    Args:
        event_name: The ``eventName``.
        sub_resources: The names in ``requestParameters``. ``list-type`` is in those of ListObjectsV2, whose event is
            named ListObjects.
    """
    if event_name == "ListObjects" and "list-type" in sub_resources:
        return "s3", "ListObjectsV2"
    return operations().get(event_name)


def _names(service: str) -> Iterable[str]:
    names: Iterable[str] = models.service_model(service).operation_names
    return names
