"""The configuration documents of a bucket, by name. Only the type checker uses what this module defines.

A document has the members of its put operation, after ``mocks3.operations.configurations`` has checked them. A bucket
has one document of most kinds. It has many analytics, inventory, metrics and tiering configurations, each by its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        AbacStatusTypeDef,
        AccelerateConfigurationTypeDef,
        AnalyticsConfigurationTypeDef,
        BucketLoggingStatusTypeDef,
        CORSConfigurationTypeDef,
        IntelligentTieringConfigurationTypeDef,
        InventoryConfigurationTypeDef,
        MetricsConfigurationTypeDef,
        NotificationConfigurationTypeDef,
        ObjectLockConfigurationTypeDef,
        ReplicationConfigurationTypeDef,
        RequestPaymentConfigurationTypeDef,
        ServerSideEncryptionConfigurationTypeDef,
        TaggingTypeDef,
        WebsiteConfigurationTypeDef,
    )

    Configurations = TypedDict(
        "Configurations",
        {
            "abac": AbacStatusTypeDef,
            "accelerate": AccelerateConfigurationTypeDef,
            "analytics": dict[str, AnalyticsConfigurationTypeDef],
            "cors": CORSConfigurationTypeDef,
            "encryption": ServerSideEncryptionConfigurationTypeDef,
            "intelligent-tiering": dict[str, IntelligentTieringConfigurationTypeDef],
            "inventory": dict[str, InventoryConfigurationTypeDef],
            "lifecycle": dict[str, Any],
            "logging": BucketLoggingStatusTypeDef,
            "metadata": dict[str, Any],
            "metrics": dict[str, MetricsConfigurationTypeDef],
            "notification": NotificationConfigurationTypeDef,
            "object-lock": ObjectLockConfigurationTypeDef,
            "replication": ReplicationConfigurationTypeDef,
            "requestPayment": RequestPaymentConfigurationTypeDef,
            "tagging": TaggingTypeDef,
            "website": WebsiteConfigurationTypeDef,
        },
        total=False,
    )
