"""What is settled before any policy is read (docs/rules/evaluation.md, missing-keys.md, operations.md).

Whether the bucket exists is public (X-10); a wrong Region is redirected; an expected owner that is not the owner is
refused with a plain sentence, so that nothing leaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.access.access_points import request_checks
from mocks3.errors import (
    ACCESS_DENIED,
    AUTHORIZATION_HEADER_MALFORMED,
    INVALID_BUCKET_OWNER,
    INVALID_REQUEST,
    NO_SUCH_BUCKET,
    PERMANENT_REDIRECT,
    Row,
)

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

ALL_ACCESS_DISABLED = Row("AllAccessDisabled", 403, "All access to this object has been disabled")
"""As users report it from S3 (ErrorResponses has the code, and a longer sentence)."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
GLOBAL = "s3.amazonaws.com"
"""The endpoint that names no Region. It takes signatures for the Region of the bucket only."""

ACCELERATED = "s3-accelerate."
"""How the endpoint of Transfer Acceleration begins."""

EXPRESS = "s3express-"
"""How the endpoints of S3 Express begin, of Regions and of zones."""

SPECIAL_ENDPOINTS = (ACCELERATED, EXPRESS)

SAME_REGION_ONLY = (
    "Amazon S3 supports copy operations using access points only when the source and destination buckets are in the "
    "same AWS Region"
)

ANY_REGION = frozenset({"GetBucketLocation"})
"""Calls that every Region's endpoint answers for every bucket (F-73)."""

DENIAL_NAMES_REGION = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2"})
"""Calls whose refusal says in which Region the bucket is (X-11)."""


def require_bucket(
    authenticated: Authenticated, operation: Operation, target: Target, expected_owner: str | None
) -> Bucket:
    """The bucket the request names, once it may be spoken of at all.

    Raises ``NoSuchBucket``; ``PermanentRedirect`` (301) or ``AuthorizationHeaderMalformed`` (400) for a bucket of
    another Region; ``AccessDenied`` or ``InvalidBucketOwnerAWSAccountID`` for ``x-amz-expected-bucket-owner``; and
    what :mod:`mocks3.access.access_points.request_checks` has to say of an access point.
    """
    bucket = _named(authenticated, operation, target)
    _hold_region(authenticated, bucket)
    _hold_endpoint(authenticated, bucket)
    if expected_owner is not None:
        _hold_owner(bucket, expected_owner)
    return bucket


def require_source_bucket(
    authenticated: Authenticated,
    operation: Operation,
    source: Target,
    target: Target | None,
    expected_owner: str | None,
) -> Bucket:
    """The bucket that is copied from, which may be of any Region (API_CopyObject).

    Raises as :func:`admit`, but for Regions: a copy from another one is only refused to who speeds it up, and through
    access points (``InvalidRequest``; the sentences are those of the page).
    """
    bucket = _named(authenticated, operation, source)
    near = target is None or target.bucket is None or target.bucket.region == bucket.region
    if not near and authenticated.parsed.address.endpoint.startswith(ACCELERATED):
        raise INVALID_REQUEST(message="S3 Transfer Acceleration does not support cross-Region copies")
    if not near and (source.access_point or (target and target.access_point)):
        raise INVALID_REQUEST(message=SAME_REGION_ONLY)
    if expected_owner is not None:
        _hold_owner(bucket, expected_owner)
    return bucket


def require_active_owners(unserved: Mapping[str, str], *targets: Target | None) -> None:
    """Raise ``AllAccessDisabled`` for a bucket or an access point of an account that S3 serves no more."""
    for target in targets:
        if target is None or target.bucket is None:
            continue
        points = (target.access_point, target.object_lambda)
        if not unserved.keys().isdisjoint((target.bucket.owner, *(each.account for each in points if each))):
            raise ALL_ACCESS_DISABLED()


def _named(authenticated: Authenticated, operation: Operation, target: Target) -> Bucket:
    bucket = target.bucket
    if bucket is None:
        raise request_checks.missing_access_point(target.name) or NO_SUCH_BUCKET(BucketName=target.name)
    if target.access_point is not None:
        request_checks.check_request(authenticated, operation, target)
    return bucket


def _hold_owner(bucket: Bucket, expected: str) -> None:
    if not _ACCOUNT.fullmatch(expected):
        raise INVALID_BUCKET_OWNER(value=expected)
    if expected != bucket.owner:
        raise ACCESS_DENIED()


def _hold_endpoint(authenticated: Authenticated, bucket: Bucket) -> None:
    """The accelerated endpoint serves buckets for which it was turned on (API error responses, ``InvalidRequest``).

    Those of S3 Express know no general purpose buckets; what they say of directory buckets is said in ``directories``.
    """
    endpoint = authenticated.parsed.address.endpoint
    if not endpoint.startswith(SPECIAL_ENDPOINTS):
        return
    if endpoint.startswith(EXPRESS):
        if bucket.zone is None:
            raise NO_SUCH_BUCKET(BucketName=bucket.name)
        return
    status = (bucket.configurations.get("accelerate") or {}).get("Status")
    if status != "Enabled":
        what = "not configured" if status is None else "disabled"
        raise INVALID_REQUEST(message=f"S3 Transfer Acceleration is {what} on this bucket")


def _hold_region(authenticated: Authenticated, bucket: Bucket) -> None:
    parsed, region = authenticated.parsed, authenticated.parsed.address.region
    # W-219: the global endpoint leads to the bucket's own Region, which takes no other Region's signatures.
    everywhere = region == "aws-global" or parsed.address.endpoint == GLOBAL
    if parsed.operation in ANY_REGION or (region is None and not everywhere):
        return
    headers = {"x-amz-bucket-region": bucket.region}
    if region != bucket.region and not everywhere:
        if bucket.zone is not None:  # a Region knows its own directory buckets only
            raise NO_SUCH_BUCKET(BucketName=bucket.name)
        raise PERMANENT_REDIRECT(
            headers, Endpoint=f"{bucket.name}.s3.{bucket.region}.amazonaws.com", Bucket=bucket.name
        )
    signed_for = authenticated.signature.region
    if signed_for is not None and signed_for != bucket.region:
        raise AUTHORIZATION_HEADER_MALFORMED(
            headers,
            reason=f"the region '{signed_for}' is wrong; expecting '{bucket.region}'",
            Region=bucket.region,
        )
