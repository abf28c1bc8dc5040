"""Keys that repeat the headers of a write: its ACL, its encryption, its lock, what it copies.

Only what was sent counts; what the bucket adds by default appears nowhere (C-81, F-24). An ACL in an XML body is
invisible (A-71). The later calls of a multipart upload carry the encryption that its beginning asked for, and
nothing else of it (OQ-8).
"""

from __future__ import annotations

import datetime
import math
from typing import Any

from mocks3.access.context.parameters import in_body, sent
from mocks3.access.context.scene import Asked, Row, Values
from mocks3.clock import TIMESTAMP
from mocks3.storage import REQUESTED_ENCRYPTION, Upload

_LATER_CALLS = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})


def _copy_source(asked: Asked) -> Values | None:
    """The header as it was spelt (F-4b), without a slash at its start (OQ-31)."""
    value = sent("CopySource")(asked)
    return value and (value[0].removeprefix("/"),)


def _encryption(asked: Asked) -> Values | None:
    if asked.scene.operation in _LATER_CALLS:
        return _carried(asked, "ServerSideEncryption")
    if in_body(asked, "ObjectEncryption", "SSEKMS") and asked.scene.operation == "UpdateObjectEncryption":
        return ("aws:kms",)
    return sent("ServerSideEncryption")(asked)


def _kms_key(asked: Asked) -> Values | None:
    if asked.scene.operation in _LATER_CALLS:
        carried = _carried(asked, "SSEKMSKeyId")
        return carried and (_key_arn(asked, carried[0]),)
    if asked.scene.operation == "UpdateObjectEncryption":
        arn = in_body(asked, "ObjectEncryption", "SSEKMS", "KMSKeyArn")
        return (arn,) if arn else None
    value = sent("SSEKMSKeyId")(asked)
    return value and (_key_arn(asked, value[0]),)


def _key_arn(asked: Asked, name: str) -> str:
    """The ARN that a key's id or alias stands for: of the caller's account, in the bucket's Region."""
    bucket = None if asked.target is None else asked.target.bucket
    if not name.startswith("arn:") and bucket is not None:
        name = name if name.startswith("alias/") else f"key/{name}"
        name = f"arn:aws:kms:{bucket.region}:{asked.scene.caller.account}:{name}"
    is_alias = name.count(":") == 5 and ":alias/" in name
    return (asked.scene.kms.alias(name) if is_alias else None) or name


def _carried(asked: Asked, member: str) -> Values | None:
    """A header of the call that began the upload; what the bucket added to it by default is none (C-81)."""
    upload = asked.scene.upload
    value = (
        upload.draft.facts.get(REQUESTED_ENCRYPTION, {}).get(member) if isinstance(upload, Upload) else None
    )
    return (value,) if value else None


def _lock(member: str, *path: str) -> Any:
    """A lock's value: of the headers of a write, or of the body of a call that sets it."""
    header = sent(member)

    def derive(asked: Asked) -> Values | None:
        if asked.scene.operation in ("PutObjectRetention", "PutObjectLegalHold"):
            value = in_body(asked, *path)
            return None if value is None else (str(value),)
        return header(asked)

    return derive


def _until(asked: Asked) -> datetime.datetime | None:
    parsed = asked.scene.parsed
    value = None if parsed is None else parsed.head.get("ObjectLockRetainUntilDate")
    value = in_body(asked, "Retention", "RetainUntilDate") if value is None else value
    return value if isinstance(value, datetime.datetime) else None


def _retain_until(asked: Asked) -> Values | None:
    until = _until(asked)
    return None if until is None else (until.astimezone(datetime.UTC).strftime(TIMESTAMP),)


def _remaining_days(asked: Asked) -> Values | None:
    """Days until the date that is asked for, a day that has begun counted whole (F-45)."""
    until = _until(asked)
    if until is None:
        return None
    return (str(math.ceil((until - asked.scene.arrived) / datetime.timedelta(days=1))),)


_DAYS = _lock("ObjectLockEventHoldDurationDays", "Retention", "EventHoldDuration", "Days")
_YEARS = _lock("ObjectLockEventHoldDurationYears", "Retention", "EventHoldDuration", "Years")


def _held_days(asked: Asked) -> Values | None:
    """An event hold's period in days, a year counted as 365 (user guide "Troubleshooting variable retention")."""
    days: Values | None = _DAYS(asked)
    years: Values | None = _YEARS(asked)
    return (str(365 * int(years[0])),) if days is None and years else days


ROWS = (
    Row("s3:x-amz-acl", "String", sent("ACL"), "A-70, A-71"),
    Row("s3:x-amz-grant-full-control", "String", sent("GrantFullControl"), "A-70, A-44"),
    Row("s3:x-amz-grant-read", "String", sent("GrantRead"), "A-70"),
    Row("s3:x-amz-grant-read-acp", "String", sent("GrantReadACP"), "A-70"),
    Row("s3:x-amz-grant-write", "String", sent("GrantWrite"), "A-70"),
    Row("s3:x-amz-grant-write-acp", "String", sent("GrantWriteACP"), "A-70"),
    Row("s3:x-amz-copy-source", "String", _copy_source, "F-4b, OQ-31"),
    Row("s3:x-amz-metadata-directive", "String", sent("MetadataDirective"), "C-81"),
    Row("s3:x-amz-object-annotation-directive", "String", sent("AnnotationDirective"), "C-81"),
    Row("s3:x-amz-server-side-encryption", "String", _encryption, "F-24, OQ-8"),
    Row("s3:x-amz-server-side-encryption-aws-kms-key-id", "ARN", _kms_key, "OQ-8"),
    Row(
        "s3:x-amz-server-side-encryption-customer-algorithm",
        "String",
        sent("SSECustomerAlgorithm"),
        "F-25, OQ-8",
    ),
    Row("s3:x-amz-storage-class", "String", sent("StorageClass"), "F-26, OQ-8"),
    Row("s3:x-amz-website-redirect-location", "String", sent("WebsiteRedirectLocation"), "F-26"),
    Row("s3:object-lock-mode", "String", _lock("ObjectLockMode", "Retention", "Mode"), "F-22"),
    Row("s3:object-lock-retain-until-date", "Date", _retain_until, "F-22"),
    Row("s3:object-lock-remaining-retention-days", "Numeric", _remaining_days, "F-45"),
    Row(
        "s3:object-lock-legal-hold",
        "String",
        _lock("ObjectLockLegalHoldStatus", "LegalHold", "Status"),
        "F-22",
    ),
    Row(
        "s3:object-lock-event-hold",
        "String",
        _lock("ObjectLockEventHold", "Retention", "EventHold"),
        "F-22",
    ),
    Row(
        "s3:object-lock-event-hold-duration-days",
        "Numeric",
        _held_days,
        "F-22",
    ),
)
