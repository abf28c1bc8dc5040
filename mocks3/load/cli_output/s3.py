"""Read what ``aws s3api`` and ``aws s3control`` print. Most outputs do not name the bucket or key that they are about.

Source: Amazon S3 API Reference, the output of each operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from mocks3.load.arns import account_in, region_in
from mocks3.load.cli_output.fields import Fields
from mocks3.load.descriptions import (
    AccessPointDescription,
    AccountDescription,
    BucketDescription,
    Json,
    ObjectDescription,
)

_WORD_OBJECT = re.compile(r"(?<![a-z])objects?(?![a-z])")
_BLOCK = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def says_object(found: Fields, output_of: str) -> bool:
    """Return whether a file that a bucket and an object can have is about an object.

    The file's name decides, then the arguments, then the names of the folders.

    Raises:
        LoadError: Nothing says it.
    """
    name = found.output.file.lower().replace("\\", "/")
    for part in reversed(name.split("/")):
        about_object, about_bucket = bool(_WORD_OBJECT.search(part)), "bucket" in part
        if about_object != about_bucket:
            return about_object
    names = found.output.options.names
    if ("key" in names) != ("bucket" in names):
        return "key" in names
    raise found.output.fault(
        f"aws s3api get-bucket-{output_of} and get-object-{output_of} print the same: is this about the bucket or "
        f"about an object? Name the file bucket-{output_of}.json or object-{output_of}.json, or give "
        "key=, the object's key"
    )


def acl(found: Fields) -> None:
    """``get-bucket-acl`` or ``get-object-acl``."""
    owner = found.inside("Owner")
    owner_id = None if owner is None else owner.text("ID")
    if owner is not None:
        owner.done("DisplayName")
    document: Json = {
        "Owner": found.value.get("Owner"),
        "Grants": [_grant(each) for each in found.each("Grants")],
    }
    if says_object(found, "acl"):
        found.output.add(
            ObjectDescription(place=found.place, bucket=None, key=None, owner=owner_id, acl=document)
        )
        found.done("RequestCharged")
    else:
        found.output.add(BucketDescription(place=found.place, name=None, owner=owner_id, acl=document))


def _grant(found: Fields) -> Json:
    grantee = found.inside("Grantee")
    if grantee is None:
        raise found.output.fault("a grant must have a Grantee", found.pointer)
    printed = {
        name: value
        for name in ("ID", "URI", "Type", "EmailAddress")
        if (value := grantee.text(name)) is not None
    }
    grantee.done("DisplayName")
    permission = found.required("Permission")
    found.done()
    return {"Grantee": printed, "Permission": permission}


def _bucket(found: Fields, **said: Any) -> None:
    found.output.add(BucketDescription(place=found.place, name=None, **said))


def location(found: Fields) -> None:
    """``get-bucket-location``: null is us-east-1, EU is eu-west-1 (API_GetBucketLocation)."""
    said = found.text("LocationConstraint")
    _bucket(found, region={None: "us-east-1", "None": "us-east-1", "EU": "eu-west-1"}.get(said, said))


def ownership(found: Fields) -> None:
    """``get-bucket-ownership-controls``."""
    inside = found.inside("OwnershipControls")
    if inside is not None:
        for each in inside.each("Rules"):
            _bucket(found, ownership=each.required("ObjectOwnership"))
            each.done()
        inside.done()


def public_access_block(found: Fields) -> None:
    """``s3api get-public-access-block``, or that of ``s3control`` if the file's name says ``account``."""
    inside = found.inside("PublicAccessBlockConfiguration")
    if inside is None:
        return
    block = {name: inside.flag(name) or False for name in _BLOCK}
    inside.done()
    name = found.output.file.lower().replace("\\", "/").rpartition("/")[2]
    if "account" in name or "s3control" in name:
        found.output.add(AccountDescription(place=found.place, id=None, public_access_block=block))
    else:
        _bucket(found, public_access_block=block)


def versioning(found: Fields) -> None:
    """``get-bucket-versioning``, or ``get-bucket-accelerate-configuration`` if the file's name says it."""
    status, mfa = found.text("Status"), found.text("MFADelete")
    name = found.output.file.lower().replace("\\", "/").rpartition("/")[2]
    if "accelerat" in name and not mfa:
        _bucket(
            found,
            settings={"PutBucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": status}}},
        )
        return
    if mfa == "Enabled":
        found.output.skip(
            "MFADelete", found.at("MFADelete"), "only a root user with an MFA device can enable it"
        )
    if status:
        _bucket(found, settings={"PutBucketVersioning": {"VersioningConfiguration": {"Status": status}}})


def object_lock(found: Fields) -> None:
    """``get-object-lock-configuration``."""
    configuration = found.raw("ObjectLockConfiguration")
    _bucket(
        found,
        object_lock=True,
        settings={"PutObjectLockConfiguration": {"ObjectLockConfiguration": configuration}},
    )


def request_payment(found: Fields) -> None:
    """``get-bucket-request-payment``."""
    payer = found.required("Payer")
    _bucket(found, settings={"PutBucketRequestPayment": {"RequestPaymentConfiguration": {"Payer": payer}}})


def tagging(found: Fields) -> None:
    """``get-bucket-tagging`` or ``get-object-tagging``."""
    tags = found.tags("TagSet") or {}
    if found.text("VersionId") is not None or says_object(found, "tagging"):
        found.output.add(
            ObjectDescription(
                place=found.place, bucket=None, key=None, parameters={"Tagging": urlencode(tags)}
            )
        )
        return
    tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
    _bucket(found, settings={"PutBucketTagging": {"Tagging": {"TagSet": tag_set}}})


def whole(operation: str, parameter: str, member: str | None = None) -> Callable[[Fields], None]:
    """Return a reader for a setting that is printed as it is put: as a member of the output, or the whole output."""

    def read(found: Fields) -> None:
        names = [member] if member is not None else list(found.value)
        values = {name: found.raw(name) for name in names}
        _bucket(found, settings={operation: {parameter: values[member] if member else values}})

    return read


def lifecycle(found: Fields) -> None:
    """``get-bucket-lifecycle-configuration``."""
    size, rules = found.text("TransitionDefaultMinimumObjectSize"), found.raw("Rules")
    parameters: dict[str, Any] = {"LifecycleConfiguration": {"Rules": rules}}
    if size is not None:
        parameters["TransitionDefaultMinimumObjectSize"] = size
    _bucket(found, settings={"PutBucketLifecycleConfiguration": parameters})


_OF_PUT = (
    "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata",
    "WebsiteRedirectLocation", "ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled", "StorageClass",
    "ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", "ObjectLockEventHold",
    "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears",
)  # fmt: skip
_OF_HEAD = (
    "DeleteMarker", "AcceptRanges", "Expiration", "Restore", "ArchiveStatus", "LastModified", "ContentLength",
    "ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256", "ChecksumSHA512",
    "ChecksumMD5", "ChecksumXXHASH64", "ChecksumXXHASH3", "ChecksumXXHASH128", "ChecksumType", "ETag", "MissingMeta",
    "SSECustomerKeyMD5", "VersionId", "ContentRange", "ExpiresString", "RequestCharged", "ReplicationStatus",
    "PartsCount",
)  # fmt: skip


def head_object(found: Fields) -> None:
    """``head-object`` or ``get-object``. Neither prints the bucket or the key."""
    parameters = {name: value for name in _OF_PUT if (value := found.raw(name)) is not None}
    if found.text("SSECustomerAlgorithm") is not None:
        found.output.skip(
            "SSECustomerAlgorithm",
            found.at("SSECustomerAlgorithm"),
            "the key of this object is not printed; the object is created without SSE-C",
        )
    found.output.add(
        ObjectDescription(
            place=found.place,
            bucket=None,
            key=None,
            parameters=parameters,
            tags=found.number("TagCount"),
        )
    )
    found.done(*_OF_HEAD)


def object_retention(found: Fields) -> None:
    """``get-object-retention``."""
    inside = found.inside("Retention")
    if inside is None:
        return
    duration = inside.inside("EventHoldDuration")
    said = {
        "ObjectLockMode": inside.text("Mode"),
        "ObjectLockRetainUntilDate": inside.text("RetainUntilDate"),
        "ObjectLockEventHold": inside.text("EventHold"),
        "ObjectLockEventHoldDurationDays": None if duration is None else duration.number("Days"),
        "ObjectLockEventHoldDurationYears": None if duration is None else duration.number("Years"),
    }
    parameters = {name: value for name, value in said.items() if value is not None}
    found.output.add(ObjectDescription(place=found.place, bucket=None, key=None, parameters=parameters))
    inside.done()


def object_legal_hold(found: Fields) -> None:
    """``get-object-legal-hold``."""
    inside = found.inside("LegalHold")
    if inside is not None:
        status = inside.required("Status")
        found.output.add(
            ObjectDescription(
                place=found.place,
                bucket=None,
                key=None,
                parameters={"ObjectLockLegalHoldStatus": status},
            )
        )
        inside.done()


def list_buckets(found: Fields) -> None:
    """``list-buckets``: the buckets of the account, and its canonical id."""
    owner = found.inside("Owner")
    owner_id = None if owner is None else owner.text("ID")
    if owner is not None:
        owner.done("DisplayName")
        found.output.add(AccountDescription(place=found.place, id=None, canonical_id=owner_id))
    for each in found.each("Buckets"):
        found.output.add(
            BucketDescription(
                place=each.place,
                name=each.required("Name"),
                owner=owner_id,
                region=each.text("BucketRegion"),
            )
        )
        each.done("CreationDate", "BucketArn")
    found.done("Prefix", "ContinuationToken")


def list_objects(found: Fields) -> None:
    """``list-objects-v2`` or ``list-objects``. ``Name``, the bucket, is printed for single pages only."""
    bucket = found.text("Name")
    for each in found.each("Contents"):
        owner = each.inside("Owner")
        storage = each.text("StorageClass")
        found.output.add(
            ObjectDescription(
                place=each.place,
                bucket=bucket,
                key=each.required("Key"),
                owner=None if owner is None else owner.text("ID"),
                parameters={} if storage in (None, "STANDARD") else {"StorageClass": storage},
            )
        )
        each.done("LastModified", "ETag", "Size", "ChecksumAlgorithm", "ChecksumType", "RestoreStatus")
    found.done(
        "IsTruncated", "Prefix", "Delimiter", "MaxKeys", "CommonPrefixes", "EncodingType", "KeyCount", "Marker",
        "ContinuationToken", "NextContinuationToken", "StartAfter", "NextMarker", "RequestCharged", "NextToken",
    )  # fmt: skip


def nothing(found: Fields) -> None:
    """Outputs that follow from others, such as ``get-bucket-policy-status``."""


# S3 Control


def access_point(found: Fields) -> None:
    """``get-access-point``, or one of ``list-access-points``."""
    arn = found.text("AccessPointArn")
    vpc = found.inside("VpcConfiguration")
    block = found.inside("PublicAccessBlockConfiguration")
    if found.has("DataSourceType", "DataSourceId") and found.text("DataSourceType") not in (None, "", "S3"):
        found.output.skip("DataSourceType", found.at("DataSourceType"), "only buckets of S3 are supported")
    found.output.add(
        AccessPointDescription(
            place=found.place,
            name=found.required("Name"),
            account=account_in(arn),
            region=region_in(arn),
            bucket=found.text("Bucket"),
            bucket_account=found.text("BucketAccountId"),
            alias=found.text("Alias"),
            vpc=None if vpc is None else vpc.text("VpcId"),
            public_access_block=None
            if block is None
            else {name: block.flag(name) or False for name in _BLOCK},
        )
    )
    for inner in (vpc, block):
        if inner is not None:
            inner.done()
    found.done("NetworkOrigin", "CreationDate", "Endpoints", "DataSourceId", "DataSourceType")


def access_points(found: Fields) -> None:
    """``list-access-points``."""
    for each in found.each("AccessPointList"):
        access_point(each)
