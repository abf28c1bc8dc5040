"""Where the service's HTTP differs from botocore's model: one table, each row with its source.

Rule 1: nothing else in this room names an operation. Rule 2: a row says where it was seen; "API_X" is the page of
that operation in the S3 API Reference, "recorded" an answer of the real service.

What the model itself says (methods, URIs, headers, members, 204s of most deletes) is not repeated here.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Deviation(NamedTuple):
    """How one operation's answer differs. Every field's default is "as the model says".

    ``root`` is the answer's root element, which the model does not keep. ``status`` is the HTTP status of success.
    ``first`` are members that come before the others. ``bare`` means the one member's text stands in the root
    itself. ``content_type`` is the media type of a body that is not XML. ``plain`` roots are in no namespace.
    """

    root: str | None = None
    status: int | None = None
    first: tuple[str, ...] = ()
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
    # API_ListBuckets: the owner stands before the buckets.
    "ListBuckets": Deviation(root="ListAllMyBucketsResult", first=("Owner",)),
    # API_GetBucketLocation: the Region is the root's own text, and nothing for us-east-1.
    "GetBucketLocation": Deviation(root="LocationConstraint", bare=True),
    # API_GetBucketPolicy: the document as it was put.
    "GetBucketPolicy": Deviation(content_type="application/json"),
    # API_GetObjectTorrent.
    "GetObjectTorrent": Deviation(content_type="application/x-bittorrent"),
    # Recorded: these puts answer 204, though the model says 200.
    "PutBucketAnalyticsConfiguration": Deviation(status=204),
    "PutBucketIntelligentTieringConfiguration": Deviation(status=204),
    "PutBucketInventoryConfiguration": Deviation(status=204),
    "PutBucketMetricsConfiguration": Deviation(status=204),
    "PutBucketPolicy": Deviation(status=204),
    "PutBucketTagging": Deviation(status=204),
    # API_RestoreObject: 202 for a restore that begins; the operation says 200 itself when one was there already.
    "RestoreObject": Deviation(status=202),
}

UNMODELLED: Final[dict[str, dict[str, Any]]] = {
    # RESTObjectPOST: PutObject by another door. Its answer names what was written, in headers and in a document.
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
"""Operations that S3 has and botocore does not, in the model's own terms; ``like`` lends a shape's members."""

NAMESPACES: Final = {
    # "Response Syntax" throughout both API References; the model has it for inputs only.
    "s3": "http://s3.amazonaws.com/doc/2006-03-01/",
    "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
}

HEADER_NAMES: Final = {
    # Sample response of API_GetObject; the model has it in lower case.
    "accept-ranges": "Accept-Ranges",
}
"""Header names of answers that are spelt otherwise than in the model."""

HOST_ROUTES: Final[dict[tuple[str, str], str]] = {
    # API_ListDirectoryBuckets: the same request line as ListBuckets, told apart by the endpoint alone.
    ("s3express-control", "ListBuckets"): "ListDirectoryBuckets",
}

ANY_TEXT: Final = frozenset({"Expires", "ResponseExpires"})
"""Timestamps in headers that S3 keeps and echoes whatever they say (API_PutObject, API_GetObject); text that is
no date stays text."""

IGNORED_DATES: Final = frozenset(
    {
        "If-Modified-Since",
        "If-Unmodified-Since",
        "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since",
    }
)
"""Conditions whose date cannot be read count as not sent (RFC 9110, 13.1.3 and 13.1.4)."""

INTEGER_SENTENCES: Final = {
    # Recorded with UploadPart.
    "partNumber": "Part number must be an integer between 1 and 10000, inclusive",
}

DATE_SENTENCES: Final = {
    # As users of the service report it.
    "x-amz-object-lock-retain-until-date": "The retain until date must be provided in ISO 8601 format",
}

OPEN_ENUMS: Final = frozenset(
    {
        # CreateBucket answers InvalidLocationConstraint or IllegalLocationConstraintException (recorded).
        "BucketLocationConstraint",
        # PutBucketWebsite answers InvalidRequest with a sentence of its own (recorded).
        "Protocol",
        # PutBucketNotificationConfiguration answers InvalidArgument with a sentence of its own (recorded).
        "FilterRuleName",
        # PutBucketAccelerateConfiguration looks at the bucket's name before the status (recorded).
        "BucketAccelerateStatus",
        # SelectObjectContent has a code for each ("List of SELECT Object Content Error Codes").
        "CompressionType",
        "ExpressionType",
        "FileHeaderInfo",
        "JSONType",
        "QuoteFields",
    }
)
"""Enumerations of the model whose wrong values are not MalformedXML; operations judge them."""

MALFORMED_ACL: Final = frozenset({"AccessControlPolicy"})
"""Request bodies whose faults are MalformedACLError (recorded with PutBucketAcl and PutObjectAcl)."""


def of(service: str, operation: str) -> Deviation:
    """The row of an operation; one that says nothing when it has none."""
    return _S3.get(operation, _AS_MODELLED) if service == "s3" else _AS_MODELLED
