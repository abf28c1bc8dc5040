"""What is settled before any policy is read (authorization.md 0.1 step 2, 6.2, 7.11).

Whether the bucket exists is public (X-10); a wrong Region is redirected; an expected owner that is not the owner is
refused with a plain sentence, so that nothing leaks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.access import access_points
from mocks3.errors import (
    ACCESS_DENIED,
    AUTHORIZATION_HEADER_MALFORMED,
    INVALID_BUCKET_OWNER,
    INVALID_REQUEST,
    NO_SUCH_BUCKET,
    PERMANENT_REDIRECT,
)

if TYPE_CHECKING:
    from mocks3.call import Authenticated, Target
    from mocks3.operations import Operation
    from mocks3.storage import Bucket

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
GLOBAL = "s3.amazonaws.com"
"""The endpoint that names no Region. It takes signatures for the Region of the bucket only."""

ACCELERATED = "s3-accelerate."
"""How the endpoint of Transfer Acceleration begins."""

ANY_REGION = frozenset({"GetBucketLocation"})
"""Calls that every Region's endpoint answers for every bucket (F-73)."""

TELL_REGION = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2"})
"""Calls whose refusal says in which Region the bucket is (X-11)."""


def admit(
    authenticated: Authenticated, operation: Operation, target: Target, expected_owner: str | None
) -> Bucket:
    """The bucket the request names, once it may be spoken of at all.

    Raises ``NoSuchBucket``; ``PermanentRedirect`` (301) or ``AuthorizationHeaderMalformed`` (400) for a bucket of
    another Region; ``AccessDenied`` or ``InvalidBucketOwnerAWSAccountID`` for ``x-amz-expected-bucket-owner``; and
    what :mod:`mocks3.access.access_points` has to say of an access point.
    """
    bucket = target.bucket
    if bucket is None:
        raise access_points.missing(target.name) or NO_SUCH_BUCKET(BucketName=target.name)
    if target.access_point is not None:
        access_points.admit(authenticated, operation)
    _hold_region(authenticated, bucket)
    _hold_acceleration(authenticated, bucket)
    if expected_owner is not None:
        if not _ACCOUNT.fullmatch(expected_owner):
            raise INVALID_BUCKET_OWNER(value=expected_owner)
        if expected_owner != bucket.owner:
            raise ACCESS_DENIED()
    return bucket


def _hold_acceleration(authenticated: Authenticated, bucket: Bucket) -> None:
    """The accelerated endpoint serves buckets for which it was turned on (API error responses, ``InvalidRequest``)."""
    if not authenticated.parsed.address.endpoint.startswith(ACCELERATED):
        return
    status = (bucket.documents.get("accelerate") or {}).get("Status")
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
