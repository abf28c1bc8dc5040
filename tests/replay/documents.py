"""The shortest valid call of each operation of S3, with the documents of its body."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from mocks3.wire import models

UPLOAD_ID = "upload-of-a-sample-call"
SOURCE_KEY = "source"
_RETAINED = datetime.datetime(2199, 1, 1, tzinfo=datetime.UTC)
_CSV: Mapping[str, Any] = {"CSV": {}}
_KEPT = {"RecordExpiration": {"Expiration": "DISABLED"}}

_DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "CompleteMultipartUpload": {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": '"etag"'}]}},
    "CreateBucketMetadataConfiguration": {
        "MetadataConfiguration": {"JournalTableConfiguration": _KEPT},
    },
    "DeleteObjectAnnotation": {"AnnotationName": "annotation"},
    "GetObjectAnnotation": {"AnnotationName": "annotation"},
    "GetObjectAttributes": {"ObjectAttributes": ["ETag"]},
    "PutBucketAbac": {"AbacStatus": {"Status": "Enabled"}},
    "PutBucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": "Suspended"}},
    "PutBucketAcl": {"ACL": "private"},
    "PutBucketAnalyticsConfiguration": {
        "Id": "sample",
        "AnalyticsConfiguration": {"Id": "sample", "StorageClassAnalysis": {}},
    },
    "PutBucketCors": {
        "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    },
    "PutBucketEncryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
    "PutBucketIntelligentTieringConfiguration": {
        "Id": "sample",
        "IntelligentTieringConfiguration": {
            "Id": "sample",
            "Status": "Enabled",
            "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
        },
    },
    "PutBucketLifecycle": {
        "LifecycleConfiguration": {
            "Rules": [{"ID": "sample", "Prefix": "", "Status": "Enabled", "Expiration": {"Days": 1}}]
        }
    },
    "PutBucketLifecycleConfiguration": {
        "LifecycleConfiguration": {
            "Rules": [{"ID": "sample", "Filter": {}, "Status": "Enabled", "Expiration": {"Days": 1}}]
        }
    },
    "PutBucketLogging": {"BucketLoggingStatus": {}},
    "PutBucketMetricsConfiguration": {"Id": "sample", "MetricsConfiguration": {"Id": "sample"}},
    "PutBucketNotification": {"NotificationConfiguration": {}},
    "PutBucketNotificationConfiguration": {"NotificationConfiguration": {}},
    "PutBucketOwnershipControls": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    },
    "PutBucketRequestPayment": {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}},
    "PutBucketTagging": {"Tagging": {"TagSet": [{"Key": "sample", "Value": "sample"}]}},
    "PutBucketVersioning": {"VersioningConfiguration": {"Status": "Enabled"}},
    "PutBucketWebsite": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
    "PutObjectAcl": {"ACL": "private"},
    "PutObjectAnnotation": {"AnnotationName": "annotation", "AnnotationPayload": b"x"},
    "PutObjectLegalHold": {"LegalHold": {"Status": "OFF"}},
    "PutObjectLockConfiguration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
    "PutObjectRetention": {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": _RETAINED}},
    "PutObjectTagging": {"Tagging": {"TagSet": [{"Key": "sample", "Value": "sample"}]}},
    "PutPublicAccessBlock": {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
    },
    "RestoreObject": {"RestoreRequest": {"Days": 1}},
    "SelectObjectContent": {
        "Expression": "select * from s3object",
        "ExpressionType": "SQL",
        "InputSerialization": _CSV,
        "OutputSerialization": _CSV,
    },
    "UpdateBucketMetadataInventoryTableConfiguration": {
        "InventoryTableConfiguration": {"ConfigurationState": "DISABLED"}
    },
    "UpdateBucketMetadataAnnotationTableConfiguration": {
        "AnnotationTableConfiguration": {"ConfigurationState": "DISABLED"}
    },
    "UpdateBucketMetadataJournalTableConfiguration": {"JournalTableConfiguration": _KEPT},
    "UploadPart": {"PartNumber": 1},
    "UploadPartCopy": {"PartNumber": 1},
}
"""Parameters of operations that need more than a bucket and a key."""


def shortest(operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a call to S3 with values for the ones that are missing."""
    shape = models.operation_model("s3", operation).input_shape
    required = () if shape is None else shape.required_members
    bucket, key = str(given.get("Bucket", "")), str(given.get("Key", "key"))
    named = _of_names(bucket, key)
    found = dict(given)
    sample = _DOCUMENTS.get(operation, {})
    for name in (*required, *(each for each in sample if each not in required)):
        if name in found or (name == "ACL" and _has_acl(found)):
            continue
        if name in sample:
            found[name] = sample[name]
        elif name in named:
            found[name] = named[name]
        elif name in required:
            found[name] = _documents_of(operation, bucket, key).get(name, "sample")
    return found


def _has_acl(found: Mapping[str, Any]) -> bool:
    return any(name == "AccessControlPolicy" or name.startswith("Grant") for name in found)


def _of_names(bucket: str, key: str) -> dict[str, Any]:
    source = f"{bucket}/{SOURCE_KEY}"
    return {
        "CopySource": source,
        "Key": key,
        "RenameSource": SOURCE_KEY,
        "UploadId": UPLOAD_ID,
        "Id": "sample",
    }


def _documents_of(operation: str, bucket: str, key: str) -> Mapping[str, Any]:
    """Return the documents that name the bucket or the key."""
    own = f"arn:aws:s3:::{bucket}"
    role = "arn:aws:iam::123456789012:role/sample"
    denial = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": f"{own}/a-key-that-no-object-has",
        },
    }
    inventory = {
        "Id": "sample",
        "IsEnabled": True,
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": own, "Format": "CSV"}},
    }
    replication = {
        "Role": role,
        "Rules": [{"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": own}}],
    }
    tables = {
        "S3TablesDestination": {
            "TableBucketArn": "arn:aws:s3tables:us-east-1:123456789012:bucket/tables",
            "TableName": "sample",
        }
    }
    found: Mapping[str, Mapping[str, Any]] = {
        "DeleteObjects": {"Delete": {"Objects": [{"Key": key}]}},
        "PutBucketPolicy": {"Policy": _json(denial)},
        "PutBucketInventoryConfiguration": {"InventoryConfiguration": inventory},
        "PutBucketReplication": {"ReplicationConfiguration": replication},
        "CreateBucketMetadataTableConfiguration": {"MetadataTableConfiguration": tables},
        "UpdateObjectEncryption": {
            "ObjectEncryption": {
                "SSEKMS": {
                    "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
                }
            }
        },
        "WriteGetObjectResponse": {"RequestRoute": "sample", "RequestToken": "sample"},
    }
    return found.get(operation, {})


def _json(document: Mapping[str, Any]) -> str:
    import json

    return json.dumps(document)
