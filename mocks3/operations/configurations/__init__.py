"""The configuration documents of a bucket: half of the bucket operations, as rows of two tables.

Rule 1: what a document may hold is its check's business, one file a document or a family of small ones; how documents
are got, put, listed and deleted is the same for all. Rule 2: the actions are those of the Service Authorization
Reference; deleting needs the right to put, unless a row says otherwise.

    document     one of a kind in a bucket          identified    many of a kind, by id
    filters, ids                                    what rules of several documents share
"""

from __future__ import annotations

from mocks3.errors import (
    ID_MISMATCH,
    MALFORMED_XML,
    NO_OBJECT_LOCK_CONFIGURATION,
    NO_SUCH_CORS,
    NO_SUCH_LIFECYCLE,
    NO_SUCH_REPLICATION,
    NO_SUCH_TAG_SET,
    NO_SUCH_WEBSITE,
)
from mocks3.operations.configurations import (
    cors,
    lifecycle,
    logging,
    notification,
    object_lock,
    replication,
    reports,
    small,
    website,
)
from mocks3.operations.configurations.document import Document
from mocks3.operations.configurations.identified import Identified

DOCUMENTS = (
    Document(
        "cors",
        "CORSConfiguration",
        "s3:GetBucketCORS",
        "s3:PutBucketCORS",
        NO_SUCH_CORS,
        ("get_bucket_cors",),
        ("put_bucket_cors",),
        ("delete_bucket_cors",),
        check=cors.check,
    ),
    Document(
        "lifecycle",
        "LifecycleConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        NO_SUCH_LIFECYCLE,
        ("get_bucket_lifecycle_configuration", "get_bucket_lifecycle"),
        ("put_bucket_lifecycle_configuration", "put_bucket_lifecycle"),
        ("delete_bucket_lifecycle",),
        check=lifecycle.check,
        answers_put=lifecycle.echo,
        acts="objects, versions, delete markers and uploads go, and objects change class, at midnight UTC",
    ),
    Document(
        "website",
        "WebsiteConfiguration",
        "s3:GetBucketWebsite",
        "s3:PutBucketWebsite",
        NO_SUCH_WEBSITE,
        ("get_bucket_website",),
        ("put_bucket_website",),
        ("delete_bucket_website",),
        deletes="s3:DeleteBucketWebsite",
        check=website.check,
    ),
    Document(
        "tagging",
        "Tagging",
        "s3:GetBucketTagging",
        "s3:PutBucketTagging",
        NO_SUCH_TAG_SET,
        ("get_bucket_tagging",),
        ("put_bucket_tagging",),
        ("delete_bucket_tagging",),
        check=small.check_tags,
        may_delete=small.may_delete_tags,
        acts="tags are what policies see under ABAC",
    ),
    Document(
        "logging",
        "BucketLoggingStatus",
        "s3:GetBucketLogging",
        "s3:PutBucketLogging",
        {},
        ("get_bucket_logging",),
        ("put_bucket_logging",),
        check=logging.check,
    ),
    Document(
        "notification",
        "NotificationConfiguration",
        "s3:GetBucketNotification",
        "s3:PutBucketNotification",
        {},
        ("get_bucket_notification_configuration", "get_bucket_notification"),
        ("put_bucket_notification_configuration", "put_bucket_notification"),
        check=notification.check,
    ),
    Document(
        "replication",
        "ReplicationConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:PutReplicationConfiguration",
        NO_SUCH_REPLICATION,
        ("get_bucket_replication",),
        ("put_bucket_replication",),
        ("delete_bucket_replication",),
        check=replication.check,
        wrapped="ReplicationConfiguration",
        acts="keeps versioning enabled; objects are not replicated yet",
    ),
    Document(
        "requestPayment",
        "RequestPaymentConfiguration",
        "s3:GetBucketRequestPayment",
        "s3:PutBucketRequestPayment",
        {"Payer": "BucketOwner"},
        ("get_bucket_request_payment",),
        ("put_bucket_request_payment",),
        acts="who is not the owner must say that he pays",
    ),
    Document(
        "accelerate",
        "AccelerateConfiguration",
        "s3:GetAccelerateConfiguration",
        "s3:PutAccelerateConfiguration",
        {},
        ("get_bucket_accelerate_configuration",),
        ("put_bucket_accelerate_configuration",),
        check=small.check_acceleration,
    ),
    Document(
        "encryption",
        "ServerSideEncryptionConfiguration",
        "s3:GetEncryptionConfiguration",
        "s3:PutEncryptionConfiguration",
        small.ENCRYPTION_BY_DEFAULT,
        ("get_bucket_encryption",),
        ("put_bucket_encryption",),
        ("delete_bucket_encryption",),
        check=small.check_encryption,
        wrapped="ServerSideEncryptionConfiguration",
        acts="how objects are encrypted that do not say, and whether they may bring keys of their own",
    ),
    Document(
        "object-lock",
        "ObjectLockConfiguration",
        "s3:GetBucketObjectLockConfiguration",
        "s3:PutBucketObjectLockConfiguration",
        NO_OBJECT_LOCK_CONFIGURATION,
        ("get_object_lock_configuration",),
        ("put_object_lock_configuration",),
        check=object_lock.check,
        wrapped="ObjectLockConfiguration",
        acts="retention of new versions by default; versioning stays enabled",
    ),
    Document(
        "abac",
        "AbacStatus",
        "s3:GetBucketAbac",
        "s3:PutBucketAbac",
        {"Status": "Disabled"},
        ("get_bucket_abac",),
        ("put_bucket_abac",),
        check=small.check_abac,
        wrapped="AbacStatus",
        acts="lets policies see the bucket's tags, and keeps them from PutBucketTagging",
    ),
)

BY_ID = (
    Identified(
        "analytics",
        "analytics",
        "AnalyticsConfiguration",
        "s3:GetAnalyticsConfiguration",
        "s3:PutAnalyticsConfiguration",
        MALFORMED_XML,
        reports.check_analytics,
    ),
    Identified(
        "inventory",
        "inventory",
        "InventoryConfiguration",
        "s3:GetInventoryConfiguration",
        "s3:PutInventoryConfiguration",
        ID_MISMATCH,
        reports.check_inventory,
    ),
    Identified(
        "metrics",
        "metrics",
        "MetricsConfiguration",
        "s3:GetMetricsConfiguration",
        "s3:PutMetricsConfiguration",
        MALFORMED_XML,
        reports.check_metrics,
    ),
    Identified(
        "intelligent-tiering",
        "intelligent_tiering",
        "IntelligentTieringConfiguration",
        "s3:GetIntelligentTieringConfiguration",
        "s3:PutIntelligentTieringConfiguration",
        MALFORMED_XML,
        reports.check_tiering,
    ),
)

for row in (*DOCUMENTS, *BY_ID):
    row.register()
