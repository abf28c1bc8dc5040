"""Checks of the bucket before policies are evaluated (docs/rules/evaluation.md, missing-keys.md, operations.md).

Every caller may learn whether a bucket exists (X-10). A request to a wrong Region is redirected. A wrong expected owner
gets a plain ``Access Denied``, which reveals nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.access.access_points import request_checks
from mocks3.errors import (
    INVALID_BUCKET_OWNER,
    INVALID_REQUEST,
    NO_SUCH_BUCKET,
    PERMANENT_REDIRECT,
    RefusalRow,
    Why,
)
from mocks3.errors.refusals import ACCESS_DENIED, AUTHORIZATION_HEADER_MALFORMED

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated, Located
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Bucket

ALL_ACCESS_DISABLED = RefusalRow("AllAccessDisabled", 403, "All access to this object has been disabled")
"""As users report it from S3 (ErrorResponses has the code, and a longer sentence)."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
GLOBAL = "s3.amazonaws.com"
"""The endpoint that names no Region. It accepts only signatures for the bucket's Region."""

ACCELERATED = "s3-accelerate."
"""The start of the endpoint of Transfer Acceleration."""

EXPRESS = "s3express-"
"""The start of the endpoints of S3 Express, both regional and zonal."""

SPECIAL_ENDPOINTS = (ACCELERATED, EXPRESS)

SAME_REGION_ONLY = (
    "Amazon S3 supports copy operations using access points only when the source and destination buckets are in the "
    "same AWS Region"
)

ANY_REGION = frozenset({"GetBucketLocation"})
"""Calls that the endpoint of every Region answers for every bucket (F-73)."""

DENIAL_NAMES_REGION = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2"})
"""Calls whose denial names the bucket's Region (X-11)."""


def require_buckets(world: World, operation: Operation, located: Located) -> None:
    """Check the bucket of the URL, if the operation is about an existing one, and the bucket of the copy source.

    Raises ``AllAccessDisabled`` if the owner's account is suspended or closed.
    """
    authenticated, target, source, _ = located
    if operation.in_bucket:
        assert target is not None
        _require_bucket(authenticated, operation, target)
    if source is not None:
        _require_source_bucket(authenticated, operation, source, target)
    if world.iam.inactive_accounts:
        _require_active_owners(world.iam.inactive_accounts, target if operation.in_bucket else None, source)


def _require_bucket(authenticated: Authenticated, operation: Operation, target: Target) -> None:
    """Check the bucket that the request names.

    Raises ``NoSuchBucket``; ``PermanentRedirect`` (301) or ``AuthorizationHeaderMalformed`` (400) for a bucket of
    another Region; ``AccessDenied`` or ``InvalidBucketOwnerAWSAccountID`` for ``x-amz-expected-bucket-owner``; and the
    errors of :mod:`mocks3.access.access_points.request_checks` for an access point.
    """
    bucket = _existing_bucket(authenticated, operation, target)
    _require_region(authenticated, bucket)
    _require_endpoint(authenticated, bucket)
    expected_owner = authenticated.parsed.head.get("ExpectedBucketOwner")
    if expected_owner is not None:
        _require_owner(target, bucket, expected_owner)


def _require_source_bucket(
    authenticated: Authenticated, operation: Operation, source: Target, target: Target | None
) -> None:
    """Check the bucket of the copy source. It may be in any Region (API_CopyObject).

    Raises the errors of :func:`_require_bucket`, except those about Regions. Raises ``InvalidRequest`` for a copy from
    another Region with Transfer Acceleration or through access points (the messages are those of the page).
    """
    bucket = _existing_bucket(authenticated, operation, source)
    near = target is None or target.bucket is None or target.bucket.region == bucket.region
    if not near and authenticated.parsed.address.endpoint.startswith(ACCELERATED):
        raise INVALID_REQUEST(message="S3 Transfer Acceleration does not support cross-Region copies")
    if not near and (source.access_point or (target and target.access_point)):
        raise INVALID_REQUEST(message=SAME_REGION_ONLY)
    expected_owner = authenticated.parsed.head.get("ExpectedSourceBucketOwner")
    if expected_owner is not None:
        _require_owner(source, bucket, expected_owner, "s3:GetObject")


def _require_active_owners(unserved: Mapping[str, str], *targets: Target | None) -> None:
    """Raise ``AllAccessDisabled`` for a bucket or an access point of a suspended or closed account."""
    for target in targets:
        if target is None or target.bucket is None:
            continue
        points = (target.access_point, target.object_lambda)
        accounts = (target.bucket.owner, *(each.account for each in points if each))
        for account in accounts:
            if account in unserved:
                raise ALL_ACCESS_DISABLED(_why_disabled(account, unserved[account]))


def _why_disabled(account: str, state: str) -> Why:
    return Why(
        "account-status",
        f"the account {account}, which owns the bucket or the access point, is {state.lower()}",
        "X-30",
        unfixable="no policy helps while the account is in this state; Account.reopen makes it active again",
    )


def _existing_bucket(authenticated: Authenticated, operation: Operation, target: Target) -> Bucket:
    bucket = target.bucket
    if bucket is None:
        raise request_checks.missing_access_point(target.name) or NO_SUCH_BUCKET(BucketName=target.name)
    if target.access_point is not None:
        request_checks.check_request(authenticated, operation, target)
    return bucket


def _require_owner(target: Target, bucket: Bucket, expected: str, action: str | None = None) -> None:
    if not _ACCOUNT.fullmatch(expected):
        raise INVALID_BUCKET_OWNER(value=expected)
    if expected != bucket.owner:
        parameter = "ExpectedBucketOwner" if action is None else "ExpectedSourceBucketOwner"
        raise ACCESS_DENIED(
            Why(
                "expected-bucket-owner",
                f"the request expects that the account {expected} owns the bucket {bucket.name}, but {bucket.owner} "
                "owns it",
                "X-43",
                (
                    f"send {parameter}={bucket.owner!r}, or check the bucket's name: another account may own it now",
                ),
                action=action,
                resource=None if action is None else target.arn,
            )
        )


def _require_endpoint(authenticated: Authenticated, bucket: Bucket) -> None:
    """Raise an error if the endpoint does not serve the bucket.

    The accelerated endpoint serves buckets with Transfer Acceleration (API error responses, ``InvalidRequest``). The
    endpoints of S3 Express serve no general purpose buckets; ``directory_buckets.request_checks`` checks the others.
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


def _require_region(authenticated: Authenticated, bucket: Bucket) -> None:
    parsed, region = authenticated.parsed, authenticated.parsed.address.region
    # W-219: the global endpoint forwards to the bucket's Region, which rejects signatures for another Region.
    everywhere = region == "aws-global" or parsed.address.endpoint == GLOBAL
    if parsed.operation in ANY_REGION or (region is None and not everywhere):
        return
    headers = {"x-amz-bucket-region": bucket.region}
    if region != bucket.region and not everywhere:
        if bucket.zone is not None:  # directory buckets exist only in their own Region
            raise NO_SUCH_BUCKET(BucketName=bucket.name)
        raise PERMANENT_REDIRECT(
            headers, Endpoint=f"{bucket.name}.s3.{bucket.region}.amazonaws.com", Bucket=bucket.name
        ).with_note(
            f"the bucket {bucket.name} is in {bucket.region}, and the request was sent to {region}; create the client "
            f"with region_name={bucket.region!r}"
        )
    signed_for = authenticated.signature.region
    if signed_for is not None and signed_for != bucket.region:
        raise AUTHORIZATION_HEADER_MALFORMED(
            Why(
                "signature",
                f"the request is signed for {signed_for}, and the bucket is in {bucket.region}",
                "X-30",
                (f"sign for {bucket.region}: region_name={bucket.region!r}",),
            ),
            headers,
            reason=f"the region '{signed_for}' is wrong; expecting '{bucket.region}'",
            Region=bucket.region,
        )
