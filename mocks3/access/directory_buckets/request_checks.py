"""Checks of requests to directory buckets, before policies are evaluated: the operations and members they support.

Rule 1: only this module checks which operations and members a directory bucket supports. Rule 2: ``Express`` on an
operation says whether directory buckets support it. The table below lists the members that they do not support. It is
from the sentences "This functionality is not supported for directory buckets" of the API reference; where the reference
names an error, it is 501.

Source: S3 User Guide, "Differences for directory buckets", "Directory bucket API operations"; the API reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_BUCKET_NAME,
    METHOD_NOT_ALLOWED,
    NO_SUCH_BUCKET,
    NOT_IMPLEMENTED_HEADER,
    Why,
)
from mocks3.errors.directory_buckets import ENCRYPTION_NOT_SUPPORTED, NOT_A_CONFIGURATION
from mocks3.errors.refusals import ACCESS_DENIED
from mocks3.model import zones
from mocks3.model.target import DirectoryTarget
from mocks3.rules import bucket_encryption
from mocks3.storage import NULL

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Parsed
    from mocks3.model.permissions import Express
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

REGIONAL_HOST, ZONAL_HOST = "s3express-control", "s3express-"
_ROOT = re.compile(rb"<([A-Za-z]+)[\s/>]")

MEMBERS = {
    "ACL": "x-amz-acl",
    "BucketNamespace": "x-amz-bucket-namespace",
    "BypassGovernanceRetention": "x-amz-bypass-governance-retention",
    "ConfirmRemoveSelfBucketAccess": "x-amz-confirm-remove-self-bucket-access",
    "GrantFullControl": "x-amz-grant-full-control",
    "GrantRead": "x-amz-grant-read",
    "GrantReadACP": "x-amz-grant-read-acp",
    "GrantWrite": "x-amz-grant-write",
    "GrantWriteACP": "x-amz-grant-write-acp",
    "MFA": "x-amz-mfa",
    "ObjectLockEnabledForBucket": "x-amz-bucket-object-lock-enabled",
    "ObjectLockEventHold": "x-amz-object-lock-event-hold",
    "ObjectLockEventHoldDurationDays": "x-amz-object-lock-event-hold-duration-days",
    "ObjectLockEventHoldDurationYears": "x-amz-object-lock-event-hold-duration-years",
    "ObjectLockLegalHoldStatus": "x-amz-object-lock-legal-hold",
    "ObjectLockMode": "x-amz-object-lock-mode",
    "ObjectLockRetainUntilDate": "x-amz-object-lock-retain-until-date",
    "ObjectOwnership": "x-amz-object-ownership",
    "OptionalObjectAttributes": "x-amz-optional-object-attributes",
    "RequestPayer": "x-amz-request-payer",
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKey": "x-amz-server-side-encryption-customer-key",
    "SSECustomerKeyMD5": "x-amz-server-side-encryption-customer-key-MD5",
    "StartAfter": "start-after",
    "TransitionDefaultMinimumObjectSize": "x-amz-transition-default-minimum-object-size",
    "UploadIdMarker": "upload-id-marker",
    "WebsiteRedirectLocation": "x-amz-website-redirect-location",
}
"""Members that directory buckets do not support with any value, and the header or parameter of each."""

ONLY_EMPTY = {"Tagging": "x-amz-tagging"}
"""Members that directory buckets support only with an empty value (API_CopyObject: "only the empty tag-set")."""

SOURCE_MEMBERS = {
    "CopySourceSSECustomerAlgorithm": "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "CopySourceSSECustomerKey": "x-amz-copy-source-server-side-encryption-customer-key",
    "CopySourceSSECustomerKeyMD5": "x-amz-copy-source-server-side-encryption-customer-key-MD5",
}

_UNSUPPORTED, _UNSUPPORTED_OF_SOURCE = frozenset(MEMBERS), frozenset(SOURCE_MEMBERS)
_WITHOUT_CONTENT_MD5 = frozenset({"PutObject", "UploadPart"})
"""Calls that do not accept Content-MD5 (API_UploadPart: "MD5 is not supported by directory buckets")."""


def check_request(
    operation: Operation, authenticated: Authenticated, target: Target | None, source: Target | None
) -> None:
    """Raise an error if the request names a directory bucket and asks for something that these do not support.

    Raises ``NoSuchBucket`` at an endpoint of other buckets, ``MethodNotAllowed`` or ``InvalidArgument`` for an
    operation, ``NotImplemented`` for a member, and ``InvalidArgument`` for a version id.
    """
    parsed = authenticated.parsed
    if isinstance(source, DirectoryTarget):
        _check_members(parsed, _UNSUPPORTED_OF_SOURCE, SOURCE_MEMBERS)
        _check_version(source, "x-amz-copy-source")
    if not isinstance(target, DirectoryTarget):
        return
    express = operation.express
    _check_endpoint(authenticated, target, express)
    if express is None:
        raise _unsupported_operation(parsed)
    _check_members(parsed, _UNSUPPORTED, MEMBERS)
    for member, header in ONLY_EMPTY.items():
        if parsed.head.get(member):
            raise NOT_IMPLEMENTED_HEADER(Header=header)
    if express.regional and "ExpectedBucketOwner" in parsed.head:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-expected-bucket-owner")  # API_PutBucketPolicy
    if operation.name in _WITHOUT_CONTENT_MD5 and "ContentMD5" in parsed.head:
        raise NOT_IMPLEMENTED_HEADER(Header="Content-MD5")
    _check_version(target, "versionId")
    if not express.regional and target.bucket is not None:
        _check_encryption(parsed, target.bucket)


def _check_encryption(parsed: Parsed, bucket: Bucket) -> None:
    """Raise an error if the request asks for other than the bucket's default encryption (API_PutObject)."""
    head = parsed.head
    default = bucket_encryption.default_encryption(bucket)
    algorithm, key = head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")
    wrong = algorithm not in (None, default.algorithm)
    if key is not None:
        wrong = wrong or default.key is None or key.rpartition("/")[2] != default.key.rpartition("/")[2]
    if head.get("BucketKeyEnabled", default.bucket_key) != default.bucket_key:
        wrong = True
    if wrong:
        raise ENCRYPTION_NOT_SUPPORTED(
            message="The encryption of a request must match the default encryption of the directory bucket."
        )


def _check_endpoint(authenticated: Authenticated, target: DirectoryTarget, express: Express | None) -> None:
    """Raise an error for a wrong endpoint.

    The Region's endpoint manages directory buckets, the zone's endpoint serves their objects, and a custom endpoint
    does both. Other endpoints do not serve them.
    """
    parsed = authenticated.parsed
    endpoint = parsed.address.endpoint
    if not endpoint.partition(":")[0].endswith("amazonaws.com"):
        return
    if endpoint.startswith(REGIONAL_HOST):
        if express is not None and not express.regional:
            raise METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=_resource(parsed))
        if authenticated.caller.admitted is not None:
            raise ACCESS_DENIED(
                Why(
                    "bucket-session",
                    "the request is signed with a session of a directory bucket, and the Region's endpoint accepts "
                    "only the caller's own credentials",
                    "F-151",
                    ("call it with the credentials with which CreateSession was called",),
                )
            )
        return
    if target.bucket is None:
        raise INVALID_BUCKET_NAME(
            BucketName=target.name
        )  # CreateBucket at an endpoint of general purpose buckets
    zone = zones.zone_of(target.name)
    if not endpoint.startswith((f"{ZONAL_HOST}{zone}.", f"{ZONAL_HOST}fips-{zone}.")):
        raise NO_SUCH_BUCKET(BucketName=target.name)
    if express is not None and express.regional:
        raise METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=_resource(parsed))


def _check_members(parsed: Parsed, refused: frozenset[str], headers: dict[str, str]) -> None:
    if not refused.isdisjoint(parsed.head):
        raise NOT_IMPLEMENTED_HEADER(Header=next(headers[name] for name in parsed.head if name in refused))


def _check_version(target: Target, argument: str) -> None:
    if target.version_id not in (None, NULL):
        raise INVALID_ARGUMENT(
            message="Invalid version id specified", ArgumentName=argument, ArgumentValue=target.version_id
        )


def _unsupported_operation(parsed: Parsed) -> Exception:
    """Return the error for an operation that directory buckets do not support.

    S3 reads a PUT on the bucket as CreateBucket, and reports that its document is the wrong one (reported).
    """
    if parsed.request.method == "PUT" and parsed.address.key is None:
        body = parsed.request.body
        root = _ROOT.search(body) if isinstance(body, bytes) else None
        if root is not None:
            return NOT_A_CONFIGURATION(element=root[1].decode())
    return METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=_resource(parsed))


def _resource(parsed: Parsed) -> str:
    selector = parsed.request.query.partition("&")[0].partition("=")[0]
    return selector.upper() or ("BUCKET" if parsed.address.key is None else "OBJECT")
