"""Condition keys with the headers of a write: its ACL, encryption, lock and copy source.

Only headers that were sent have a key; the bucket's defaults do not appear (C-81, F-24). An ACL in an XML body has no
key (A-71). The later calls of a multipart upload carry the encryption that CreateMultipartUpload asked for, and none
of its other headers (OQ-8).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable

from mocks3.access.context.parameters import in_body, sent_member
from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, Values, not_sent
from mocks3.clock import TIMESTAMP
from mocks3.lib.partitions import partition_of
from mocks3.storage import Upload

_LATER_CALLS = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})


def _copy_source(auth: AuthorizationInfo) -> Values | None:
    """Return the header as it was sent (F-4b), without a leading slash (OQ-31)."""
    value = sent_member("CopySource")(auth)
    return value and (value[0].removeprefix("/"),)


def _encryption(auth: AuthorizationInfo) -> Values | None:
    if auth.request_info.operation in _LATER_CALLS:
        upload = _upload(auth)
        return (upload.requested_encryption,) if upload and upload.requested_encryption else None
    if (
        in_body(auth, "ObjectEncryption", "SSEKMS")
        and auth.request_info.operation == "UpdateObjectEncryption"
    ):
        return ("aws:kms",)
    return sent_member("ServerSideEncryption")(auth)


def _kms_key(auth: AuthorizationInfo) -> Values | None:
    if auth.request_info.operation in _LATER_CALLS:
        upload = _upload(auth)
        return (_key_arn(auth, upload.requested_kms_key),) if upload and upload.requested_kms_key else None
    if auth.request_info.operation == "UpdateObjectEncryption":
        arn = in_body(auth, "ObjectEncryption", "SSEKMS", "KMSKeyArn")
        return (arn,) if arn else None
    value = sent_member("SSEKMSKeyId")(auth)
    return value and (_key_arn(auth, value[0]),)


def _key_arn(auth: AuthorizationInfo, name: str) -> str:
    """Return the ARN of a key's id or alias, in the caller's account and the bucket's Region."""
    bucket = None if auth.target is None else auth.target.bucket
    if not name.startswith("arn:") and bucket is not None:
        name = name if name.startswith("alias/") else f"key/{name}"
        name = (
            f"arn:{partition_of(bucket.region)}:kms:{bucket.region}:{auth.request_info.caller.account}:{name}"
        )
    is_alias = name.count(":") == 5 and ":alias/" in name
    return (auth.request_info.kms.alias(name) if is_alias else None) or name


def _no_encryption(header: str) -> Callable[[AuthorizationInfo], str]:
    """Return a function that says that a header was not sent. Default encryption does not count (C-81, F-24)."""

    def missing(auth: AuthorizationInfo) -> str:
        if auth.request_info.operation in _LATER_CALLS:
            return f"CreateMultipartUpload was sent without the header {header}"
        return f"{not_sent(header)(auth)}; default encryption does not count"

    return missing


def _upload(auth: AuthorizationInfo) -> Upload | None:
    """Return the ongoing upload that the call names. It has the headers of CreateMultipartUpload (C-81)."""
    upload = auth.request_info.upload
    return upload if isinstance(upload, Upload) else None


def _lock(member: str, *path: str) -> Callable[[AuthorizationInfo], Values | None]:
    """Return a function that gives a lock's value, from the headers of a write or from the body of a lock call."""
    header = sent_member(member)

    def derive(auth: AuthorizationInfo) -> Values | None:
        if auth.request_info.operation in ("PutObjectRetention", "PutObjectLegalHold"):
            value = in_body(auth, *path)
            return None if value is None else (str(value),)
        return header(auth)

    return derive


def _until(auth: AuthorizationInfo) -> datetime.datetime | None:
    parsed = auth.request_info.parsed
    value = None if parsed is None else parsed.head.get("ObjectLockRetainUntilDate")
    value = in_body(auth, "Retention", "RetainUntilDate") if value is None else value
    return value if isinstance(value, datetime.datetime) else None


def _retain_until(auth: AuthorizationInfo) -> Values | None:
    until = _until(auth)
    return None if until is None else (until.astimezone(datetime.UTC).strftime(TIMESTAMP),)


def _remaining_days(auth: AuthorizationInfo) -> Values | None:
    """Return the days until the requested date, rounded up (F-45)."""
    until = _until(auth)
    if until is None:
        return None
    return (str(math.ceil((until - auth.request_info.arrived) / datetime.timedelta(days=1))),)


_DAYS = _lock("ObjectLockEventHoldDurationDays", "Retention", "EventHoldDuration", "Days")
_YEARS = _lock("ObjectLockEventHoldDurationYears", "Retention", "EventHoldDuration", "Years")


def _held_days(auth: AuthorizationInfo) -> Values | None:
    """Return an event hold's period in days; a year has 365 (user guide "Troubleshooting variable retention")."""
    days, years = _DAYS(auth), _YEARS(auth)
    return (str(365 * int(years[0])),) if days is None and years else days


ROWS = (
    ConditionKey("s3:x-amz-acl", "String", sent_member("ACL"), "A-70, A-71", missing=not_sent("x-amz-acl")),
    ConditionKey(
        "s3:x-amz-grant-full-control",
        "String",
        sent_member("GrantFullControl"),
        "A-70, A-44",
        missing=not_sent("x-amz-grant-full-control"),
    ),
    ConditionKey(
        "s3:x-amz-grant-read",
        "String",
        sent_member("GrantRead"),
        "A-70",
        missing=not_sent("x-amz-grant-read"),
    ),
    ConditionKey(
        "s3:x-amz-grant-read-acp",
        "String",
        sent_member("GrantReadACP"),
        "A-70",
        missing=not_sent("x-amz-grant-read-acp"),
    ),
    ConditionKey(
        "s3:x-amz-grant-write",
        "String",
        sent_member("GrantWrite"),
        "A-70",
        missing=not_sent("x-amz-grant-write"),
    ),
    ConditionKey(
        "s3:x-amz-grant-write-acp",
        "String",
        sent_member("GrantWriteACP"),
        "A-70",
        missing=not_sent("x-amz-grant-write-acp"),
    ),
    ConditionKey(
        "s3:x-amz-copy-source", "String", _copy_source, "F-4b, OQ-31", missing=not_sent("x-amz-copy-source")
    ),
    ConditionKey(
        "s3:x-amz-metadata-directive",
        "String",
        sent_member("MetadataDirective"),
        "C-81",
        missing=not_sent("x-amz-metadata-directive"),
    ),
    ConditionKey(
        "s3:x-amz-object-annotation-directive",
        "String",
        sent_member("AnnotationDirective"),
        "C-81",
        missing=not_sent("x-amz-object-annotation-directive"),
    ),
    ConditionKey(
        "s3:x-amz-server-side-encryption",
        "String",
        _encryption,
        "F-24, OQ-8",
        missing=_no_encryption("x-amz-server-side-encryption"),
    ),
    ConditionKey(
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "ARN",
        _kms_key,
        "OQ-8",
        missing=_no_encryption("x-amz-server-side-encryption-aws-kms-key-id"),
    ),
    ConditionKey(
        "s3:x-amz-server-side-encryption-customer-algorithm",
        "String",
        sent_member("SSECustomerAlgorithm"),
        "F-25, OQ-8",
        missing=not_sent("x-amz-server-side-encryption-customer-algorithm"),
    ),
    ConditionKey(
        "s3:x-amz-storage-class",
        "String",
        sent_member("StorageClass"),
        "F-26, OQ-8",
        missing=not_sent("x-amz-storage-class"),
    ),
    ConditionKey(
        "s3:x-amz-website-redirect-location",
        "String",
        sent_member("WebsiteRedirectLocation"),
        "F-26",
        missing=not_sent("x-amz-website-redirect-location"),
    ),
    ConditionKey(
        "s3:object-lock-mode",
        "String",
        _lock("ObjectLockMode", "Retention", "Mode"),
        "F-22",
        missing="it sets no retention mode",
    ),
    ConditionKey(
        "s3:object-lock-retain-until-date",
        "Date",
        _retain_until,
        "F-22",
        missing="it sets no retain-until date",
    ),
    ConditionKey(
        "s3:object-lock-remaining-retention-days",
        "Numeric",
        _remaining_days,
        "F-45",
        missing="it sets no retain-until date",
    ),
    ConditionKey(
        "s3:object-lock-legal-hold",
        "String",
        _lock("ObjectLockLegalHoldStatus", "LegalHold", "Status"),
        "F-22",
        missing="it sets no legal hold",
    ),
    ConditionKey(
        "s3:object-lock-event-hold",
        "String",
        _lock("ObjectLockEventHold", "Retention", "EventHold"),
        "F-22",
        missing="it sets no event hold",
    ),
    ConditionKey(
        "s3:object-lock-event-hold-duration-days",
        "Numeric",
        _held_days,
        "F-22",
        missing="it sets no event hold",
    ),
)
