"""Differences between the HTTP of the service and botocore's model: one table, each row with its source.

Rule 1: no other module of this package names an operation. Rule 2: a row has a source: "API_X" is the page of that
operation in the S3 API Reference; "recorded" is a response of the real service.

Facts that are in the model (methods, URIs, headers, members, the status 204 of most deletes) are not repeated here.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from mocks3 import errors


class Deviation(NamedTuple):
    """How one operation's response differs from the model. The default of every field means "as in the model".

    Attributes:
        root: The name of the root element, which the model does not have.
        status: The HTTP status of success.
        bare: The root element contains the text of the only member.
        content_type: The media type of a body that is not XML.
        plain: The root element has no namespace.
    """

    root: str | None = None
    status: int | None = None
    bare: bool = False
    content_type: str | None = None
    plain: bool = False


_AS_MODELLED: Final = Deviation()

_S3: Final[dict[str, Deviation]] = {
    # RESTObjectPOST, "Response elements".
    "PostObject": Deviation(plain=True),
    # Roots, from "Response Syntax" of each API page.
    "CompleteMultipartUpload": Deviation(root="CompleteMultipartUploadResult"),
    "CreateMultipartUpload": Deviation(root="InitiateMultipartUploadResult"),
    "CreateSession": Deviation(root="CreateSessionResult"),
    "DeleteObjects": Deviation(root="DeleteResult"),
    "GetBucketAccelerateConfiguration": Deviation(root="AccelerateConfiguration"),
    "GetBucketAcl": Deviation(root="AccessControlPolicy"),
    "GetBucketCors": Deviation(root="CORSConfiguration"),
    "GetBucketLifecycle": Deviation(root="LifecycleConfiguration"),
    "GetBucketLifecycleConfiguration": Deviation(root="LifecycleConfiguration"),
    "GetBucketLogging": Deviation(root="BucketLoggingStatus"),
    "GetBucketNotification": Deviation(root="NotificationConfiguration"),
    "GetBucketNotificationConfiguration": Deviation(root="NotificationConfiguration"),
    "GetBucketRequestPayment": Deviation(root="RequestPaymentConfiguration"),
    "GetBucketTagging": Deviation(root="Tagging"),
    "GetBucketVersioning": Deviation(root="VersioningConfiguration"),
    "GetBucketWebsite": Deviation(root="WebsiteConfiguration"),
    "GetObjectAcl": Deviation(root="AccessControlPolicy"),
    "GetObjectAttributes": Deviation(root="GetObjectAttributesResponse"),
    "GetObjectTagging": Deviation(root="Tagging"),
    "ListBucketAnalyticsConfigurations": Deviation(root="ListBucketAnalyticsConfigurationResult"),
    "ListBucketInventoryConfigurations": Deviation(root="ListInventoryConfigurationsResult"),
    "ListBucketMetricsConfigurations": Deviation(root="ListMetricsConfigurationsResult"),
    "ListDirectoryBuckets": Deviation(root="ListAllMyDirectoryBucketsResult"),
    "ListMultipartUploads": Deviation(root="ListMultipartUploadsResult"),
    "ListObjectVersions": Deviation(root="ListVersionsResult"),
    "ListObjects": Deviation(root="ListBucketResult"),
    "ListObjectsV2": Deviation(root="ListBucketResult"),
    "ListParts": Deviation(root="ListPartsResult"),
    "ListBuckets": Deviation(root="ListAllMyBucketsResult"),
    # API_GetBucketLocation: the Region is the text of the root element; it is empty for us-east-1.
    "GetBucketLocation": Deviation(root="LocationConstraint", bare=True),
    # API_GetBucketPolicy: the policy document, unchanged.
    "GetBucketPolicy": Deviation(content_type="application/json"),
    # API_GetObjectTorrent.
    "GetObjectTorrent": Deviation(content_type="application/x-bittorrent"),
    # Recorded: the status of these operations is 204; the model has 200.
    "PutBucketAnalyticsConfiguration": Deviation(status=204),
    "PutBucketIntelligentTieringConfiguration": Deviation(status=204),
    "PutBucketInventoryConfiguration": Deviation(status=204),
    "PutBucketMetricsConfiguration": Deviation(status=204),
    "PutBucketPolicy": Deviation(status=204),
    "PutBucketTagging": Deviation(status=204),
    # API_RestoreObject: 202 for a new restore. The operation itself sets 200 if the object was restored before.
    "RestoreObject": Deviation(status=202),
}

ORDERS: Final[dict[str, tuple[str, ...]]] = {
    # Recorded (the owner first); API_ListBuckets has it second. brekkylab/backlot measured the end with S3.
    "ListBucketsOutput": ("Owner", "Buckets", "Prefix", "ContinuationToken"),
    # Sample responses of each page; recorded: the bucket's name first, the entries last.
    "ListObjectsOutput": (
        *("Name", "Prefix", "Marker", "NextMarker", "MaxKeys", "Delimiter", "EncodingType", "IsTruncated"),
        *("Contents", "CommonPrefixes"),
    ),
    "ListObjectsV2Output": (
        *(
            "Name",
            "Prefix",
            "StartAfter",
            "ContinuationToken",
            "NextContinuationToken",
            "KeyCount",
            "MaxKeys",
        ),
        *("Delimiter", "EncodingType", "IsTruncated", "Contents", "CommonPrefixes"),
    ),
    "ListObjectVersionsOutput": (
        *(
            "Name",
            "Prefix",
            "KeyMarker",
            "VersionIdMarker",
            "NextKeyMarker",
            "NextVersionIdMarker",
            "MaxKeys",
        ),
        *("Delimiter", "EncodingType", "IsTruncated", "Entries", "CommonPrefixes"),
    ),
    "ListMultipartUploadsOutput": (
        *(
            "Bucket",
            "KeyMarker",
            "UploadIdMarker",
            "NextKeyMarker",
            "NextUploadIdMarker",
            "Delimiter",
            "Prefix",
        ),
        *("MaxUploads", "EncodingType", "IsTruncated", "Uploads", "CommonPrefixes"),
    ),
    "ListPartsOutput": (
        *(
            "Bucket",
            "Key",
            "UploadId",
            "Initiator",
            "Owner",
            "StorageClass",
            "ChecksumAlgorithm",
            "ChecksumType",
        ),
        *("PartNumberMarker", "NextPartNumberMarker", "MaxParts", "IsTruncated", "Parts"),
    ),
    # A response that versity/versitygw #2178 quotes: the owner is before the storage class.
    "Object": (
        *(
            "Key",
            "LastModified",
            "ETag",
            "ChecksumAlgorithm",
            "ChecksumType",
            "Size",
            "Owner",
            "StorageClass",
        ),
    ),
    "ObjectVersion": (
        *(
            "Key",
            "VersionId",
            "IsLatest",
            "LastModified",
            "ETag",
            "ChecksumAlgorithm",
            "ChecksumType",
            "Size",
        ),
        *("Owner", "StorageClass"),
    ),
    # Sample responses of API_ListObjectVersions, API_ListMultipartUploads, API_CopyObject and API_UploadPartCopy.
    "DeleteMarkerEntry": ("Key", "VersionId", "IsLatest", "LastModified", "Owner"),
    "MultipartUpload": ("Key", "UploadId", "Initiator", "Owner", "StorageClass", "Initiated"),
    "CopyObjectResult": ("LastModified", "ETag"),
    "CopyPartResult": ("LastModified", "ETag"),
}
"""Members that are written first, in this order, by shape. The others follow in the model's order."""

UNMODELLED: Final[dict[str, dict[str, Any]]] = {
    # RESTObjectPOST: a PutObject by form. The response has the location, key and ETag in headers and in a document.
    "s3": {
        "operations": {
            "PostObject": {
                "name": "PostObject",
                "http": {"method": "POST", "requestUri": "/{Bucket}"},
                "input": {"shape": "PutObjectRequest"},
                "output": {"shape": "PostObjectOutput"},
            }
        },
        "shapes": {
            # API_ListObjectVersions, sample response: versions and delete markers alternate, in the order of the
            # listing. No element contains them.
            "ListObjectVersionsOutput": {
                "type": "structure",
                "like": "ListObjectVersionsOutput",
                "members": {
                    "Entries": {"shape": "VersionEntries", "locationName": ""},
                    "Versions": None,
                    "DeleteMarkers": None,
                },
            },
            "VersionEntries": {"type": "list", "flattened": True, "member": {"shape": "VersionEntry"}},
            "VersionEntry": {
                "type": "structure",
                "members": {
                    "Version": {"shape": "ObjectVersion"},
                    "DeleteMarker": {"shape": "DeleteMarkerEntry"},
                },
            },
            "PostObjectOutput": {
                "type": "structure",
                "like": "PutObjectOutput",
                "members": {
                    "Location": {"shape": "Location", "location": "header", "locationName": "Location"},
                    "PostResponse": {"shape": "PostResponse"},
                },
                "payload": "PostResponse",
            },
            "PostResponse": {
                "type": "structure",
                "members": {
                    "Location": {"shape": "Location"},
                    "Bucket": {"shape": "BucketName"},
                    "Key": {"shape": "ObjectKey"},
                    "ETag": {"shape": "ETag"},
                },
            },
        },
    }
}
"""Operations and members of S3 that botocore does not have, in the model's format.

``like``: copy the members of that shape, except those that are None here. A ``locationName`` of "" means that the
member has no element of its own.
"""

NAMESPACES: Final = {
    # "Response Syntax" of both API References; the model has the namespace for inputs only.
    "s3": "http://s3.amazonaws.com/doc/2006-03-01/",
    "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
}

HEADER_NAMES: Final = {
    # Sample response of API_GetObject; the model has it in lower case.
    "accept-ranges": "Accept-Ranges",
}
"""Response headers whose spelling differs from the model."""

HOST_ROUTES: Final[dict[tuple[str, str], str]] = {
    # API_ListDirectoryBuckets: the same request line as ListBuckets; only the endpoint differs.
    ("s3express-control", "ListBuckets"): "ListDirectoryBuckets",
}

ANY_TEXT: Final = frozenset({"Expires", "ResponseExpires"})
"""Timestamps in headers that S3 stores and returns without parsing (API_PutObject, API_GetObject). A text that is not
a date remains a text."""

IGNORED_DATES: Final = frozenset(
    {
        "If-Modified-Since",
        "If-Unmodified-Since",
        "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since",
    }
)
"""Conditions that are ignored if their value is not a date of HTTP (RFC 9110, 13.1.3 and 13.1.4)."""

IGNORED_IF_EMPTY: Final = frozenset({"x-amz-acl"})
"""Headers of text that are ignored if they are empty (open-io/swift3 #90 shows it with S3)."""

IGNORED_NUMBERS: Final = frozenset({"x-amz-max-parts"})
"""Numbers that GetObjectAttributes ignores if they are not numbers (versity/versitygw #1806 compares with S3)."""

INVALID_VALUES: Final = frozenset({"x-amz-mp-object-size"})
"""Numbers whose error is InvalidRequest and quotes the value (versity/versitygw #1398 quotes S3)."""

INTEGER_SENTENCES: Final = {
    # Recorded with UploadPart.
    "partNumber": "Part number must be an integer between 1 and 10000, inclusive",
}

DATE_SENTENCES: Final = {
    # Reported by users of S3.
    "x-amz-object-lock-retain-until-date": "The retain until date must be provided in ISO 8601 format",
}

OPEN_ENUMS: Final = frozenset(
    {
        # CreateBucket answers InvalidLocationConstraint or IllegalLocationConstraintException (recorded).
        "BucketLocationConstraint",
        # PutBucketWebsite answers InvalidRequest with its own message (recorded).
        "Protocol",
        # PutBucketNotificationConfiguration answers InvalidArgument with its own message (recorded).
        "FilterRuleName",
        # PutBucketAccelerateConfiguration checks the bucket's name before the status (recorded).
        "BucketAccelerateStatus",
        # SelectObjectContent has an error code for each ("List of SELECT Object Content Error Codes").
        "CompressionType",
        "ExpressionType",
        "FileHeaderInfo",
        "JSONType",
        "QuoteFields",
    }
)
"""Enumerations whose wrong values are not MalformedXML: the operations check them."""

REFUSED_HEADERS: Final = frozenset(
    {
        # API_GetObject, API_HeadObject, API_GetObjectAttributes: 400. Users report the code and the message, also for
        # UploadPart, CompleteMultipartUpload and listings (boto/botocore #732, ClickHouse #64570, s3cmd #276).
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-bucket-key-enabled",
        "x-amz-server-side-encryption-context",
    }
)
"""Headers that S3 refuses on an operation without a member for them. All other such headers are ignored."""

_CONTEXT = "The specified header is not valid in this context"
_OF_THE_OBJECT = dict.fromkeys(
    (
        *("x-amz-acl", "x-amz-tagging"),
        *(f"x-amz-grant-{right}" for right in ("full-control", "read", "read-acp", "write", "write-acp")),
    ),
    _CONTEXT,
)

UNFIT_HEADERS: Final[dict[str, dict[str, str]]] = {
    # Reported by users of S3 (boto/boto3 #2675, englacial/zagg #534): an upload has them when it begins.
    "UploadPartRequest": _OF_THE_OBJECT,
    # Reported by users of S3 (bji/libs3 #80, and authors of clients for the digest).
    "UploadPartCopyRequest": {
        **_OF_THE_OBJECT,
        "x-amz-metadata-directive": _CONTEXT,
        "content-md5": _CONTEXT,
    },
    # versity/versitygw #1612.
    "CompleteMultipartUploadRequest": {
        "x-amz-copy-source": "You can only specify a copy source header for copy requests."
    },
}
"""Headers that S3 refuses with InvalidArgument, and its messages, by input shape."""

UNFIT_PARAMETERS: Final[dict[str, dict[str, str]]] = {
    # brekkylab/backlot measured them with S3: a listing refuses the parameters of its other version.
    "ListObjectsRequest": {
        "continuation-token": "continuation-token only supported in REST.GET.BUCKET with list-type=2",
        "start-after": "startAfter only supported in REST.GET.BUCKET with list-type=2",
    },
    "ListObjectsV2Request": {"marker": "Marker unsupported with REST.GET.BUCKET in list-type=2"},
}
"""Query parameters that S3 refuses with InvalidArgument, and its messages, by input shape. The error has no value."""

NO_VERSION: Final = "This operation does not accept a version-id."
"""The message for a ``versionId`` of an operation that has none (R-125). dyus/meeseeks-s3 recorded it with UploadPart;
brekkylab/backlot measured listings, subresources of buckets and ListParts."""

VERSION_SENTENCES: Final = {
    # brekkylab/backlot: the subresource acl of a bucket has another message.
    "GetBucketAclRequest": "Invalid version id specified",
    "PutBucketAclRequest": "Invalid version id specified",
}
"""Messages that replace ``NO_VERSION``, by input shape."""

NO_METADATA: Final = frozenset({"UploadPartRequest", "UploadPartCopyRequest"})
"""Input shapes of operations that refuse metadata (minio/minio-py #675, aws/aws-sdk-java #1882)."""

CHECKED_LATER: Final = frozenset({"x-amz-object-attributes"})
"""Headers that are required, and whose absence the operation reports (versity/versitygw #915)."""

OF_THE_BUCKET: Final = frozenset(
    {
        "accelerate",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "notification",
        "policy",
        "replication",
        "requestPayment",
        "versioning",
        "versions",
        "website",
    }
)
"""Selectors of buckets that select the same in the URL of an object, whatever its key is. S3 ignores other selectors
of buckets there (R-123; reported for GET, HEAD, PUT, POST and DELETE: brekkylab/backlot #267)."""

NOT_OF_KEYS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    # versity/versitygw #1597, #1688; brekkylab/backlot #267.
    ("GET", "logging"): (
        "NoLoggingStatusForKey",
        "There is no such thing as the ?logging sub-resource for a key",
    ),
    ("GET", "uploads"): ("InvalidRequest", "Key is not expected for the GET method ?uploads subresource"),
    ("GET", "versions"): ("InvalidRequest", "There is no such thing as the ?versions sub-resource for a key"),
}
"""Subresources of buckets that S3 refuses with an error of their own if the URL has a key: code and message."""

OPTIONAL_ELEMENTS: Final = frozenset(
    {
        # Recorded: PutObjectTagging accepts <Tagging/>, and removes all tags. PutBucketTagging checks it itself.
        ("Tagging", "TagSet"),
        # "List of SELECT Object Content Error Codes": SelectObjectContent answers MissingRequiredParameter.
        ("SelectObjectContentRequest", "Expression"),
        ("SelectObjectContentRequest", "ExpressionType"),
        ("SelectObjectContentRequest", "InputSerialization"),
        ("SelectObjectContentRequest", "OutputSerialization"),
    }
)
"""Elements that the model requires and whose absence is not MalformedXML: (shape, member)."""

DIGEST_REQUIRED: Final = frozenset(
    {
        # F-12.
        "DeleteObjectsRequest",
        # Users quote S3's answer: versity/versitygw #1521, #1301, #1311; aws/aws-sdk-go #612; aws/aws-cli #229;
        # awslabs/aws-sdk-rust #121. For PutObjectRetention it is inferred.
        "PutBucketCorsRequest",
        "PutBucketLifecycleConfigurationRequest",
        "PutBucketLifecycleRequest",
        "PutBucketReplicationRequest",
        "PutBucketTaggingRequest",
        "PutObjectLegalHoldRequest",
        "PutObjectLockConfigurationRequest",
        "PutObjectRetentionRequest",
    }
)
"""Input shapes of operations that S3 refuses without Content-MD5 or a checksum. The model marks more operations:
users report that S3 accepts PutObjectTagging (versity/versitygw #1662), PutBucketVersioning (minio/minio #9852) and
PutPublicAccessBlock (aws/aws-sdk-js #2818) without a digest."""

EMPTY_BODIES: Final = {
    # "List of SELECT Object Content Error Codes".
    "SelectObjectContentRequest": errors.EMPTY_REQUEST_BODY,
}
"""Errors of a request without a body, by input shape, if S3 does not read it as a document without children."""

REQUIRED_BODIES: Final = frozenset(
    {
        # Recorded: MissingRequestBodyError, before anything else of the document is checked.
        "PutObjectLockConfigurationRequest",
    }
)
"""Input shapes whose document S3 requires and the model does not."""

EXACT_BOOLEANS: Final = frozenset({"fetch-owner"})
"""Booleans that are true only if the text is ``true``. S3 refuses no other text (R-36)."""

ANY_CASE: Final = frozenset({"ChecksumMode", "ChecksumAlgorithm", "ChecksumType", "RequestPayer"})
"""Enumerations in headers whose values S3 compares without regard to case (recorded: ``x-amz-checksum-mode``)."""

FORWARDED: Final = "x-amz-fwd-"
"""The prefix of headers that a function sends for its caller. Enumerations in them are checked against the model
(inferred: as the status, whose error is documented)."""

MALFORMED_ACL: Final = frozenset({"AccessControlPolicy"})
"""Root shapes of request bodies whose faults are MalformedACLError (recorded: PutBucketAcl, PutObjectAcl)."""


def of(service: str, operation: str) -> Deviation:
    """Return the row of an operation, or a row without differences."""
    return _S3.get(operation, _AS_MODELLED) if service == "s3" else _AS_MODELLED
