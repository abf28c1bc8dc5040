"""The credential scope, ``KEY/YYYYMMDD/REGION/SERVICE/aws4_request``: parsed, and checked against the endpoint.

Version 4A signs for a set of Regions, which the request has in another place: ``KEY/YYYYMMDD/SERVICE/aws4_request``.

Rule: the fault gives the message; the error code depends on where the credential is, in the header or in the query
(X-30, X-31).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.errors import S3Error
from mocks3.errors.refusals import AUTHORIZATION_HEADER_MALFORMED, AUTHORIZATION_QUERY_ERROR
from mocks3.identity import ecdsa
from mocks3.identity.signed_request import unproven

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.world import World

Malformed = Callable[..., S3Error]

S3_SERVICES = frozenset({"s3", "s3-object-lambda", "s3-outposts", "s3express"})
"""Service names that a scope may have at S3's endpoints."""

_NAMES = {"s3": S3_SERVICES, "s3control": S3_SERVICES}
"""Accepted service names, by service. Other services accept their own name only."""

GLOBAL_ENDPOINT = "s3.amazonaws.com"
_FORM = "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"
_DAY = re.compile(r"\d{8}", re.ASCII)


class CredentialScope(NamedTuple):
    """The parts of a credential scope. In Version 4A ``region`` is a set of Regions."""

    access_key_id: str
    date: str
    region: str
    service: str
    algorithm: str = "AWS4-HMAC-SHA256"

    def covers(self, region: str) -> bool:
        """Return whether the set of Regions (``us-east-1,eu-*``) contains a Region."""
        return self.algorithm == ecdsa.ALGORITHM and any(
            each == region or (each.endswith("*") and region.startswith(each[:-1]))
            for each in map(str.strip, self.region.split(","))
        )


def header_error(reason: str, headers: Mapping[str, str] | None = None, /, **extra: object) -> S3Error:
    """Return the error for a fault in the Authorization header."""
    why = unproven(f"the Authorization header is malformed: {reason.rstrip('.')}", _fix(extra))
    return AUTHORIZATION_HEADER_MALFORMED(why, headers, reason=reason, **extra)


def query_error(reason: str, headers: Mapping[str, str] | None = None, /, **extra: object) -> S3Error:
    """Return the error for a fault in X-Amz-Credential."""
    return query_fault(f"Error parsing the X-Amz-Credential parameter; {reason}", headers, **extra)


def query_fault(message: str, headers: Mapping[str, str] | None = None, /, **extra: object) -> S3Error:
    """Return the error for a fault in the parameters of a presigned URL or in the fields of a form."""
    why = unproven(f"the parameters of the signature are not valid: {message.rstrip('.')}", _fix(extra))
    return AUTHORIZATION_QUERY_ERROR(why, headers, message=message, **extra)


def _fix(extra: Mapping[str, object]) -> str:
    """Return what to change: the Region of the client, if that is wrong."""
    region = extra.get("Region")
    return "let the SDK sign the request" if region is None else f"sign for {region}: region_name='{region}'"


@functools.lru_cache(maxsize=256)
def read(credential: str, malformed: Malformed, regions: str | None = None) -> CredentialScope:
    """Parse a credential. The access key id itself may contain slashes.

    Args:
        credential: The text of the credential.
        malformed: Makes the error for a fault.
        regions: The set of Regions, for Version 4A.
    """
    form = _FORM if regions is None else _FORM.replace("REGION/", "")
    parts = credential.rsplit("/", form.count("/"))
    if len(parts) <= form.count("/"):
        raise malformed(f'the Credential is mal-formed; expecting "{form}".')
    key, date, *region, service, terminal = parts
    if not _DAY.fullmatch(date):
        raise malformed(
            f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
        )
    if terminal != "aws4_request":
        raise malformed(f'incorrect terminal "{terminal}". This endpoint uses "aws4_request".')
    if regions is None:
        return CredentialScope(key, date, region[0], service)
    return CredentialScope(key, date, regions, service, ecdsa.ALGORITHM)


def check_scope(scope: CredentialScope, region: str | None, service: str, malformed: Malformed) -> None:
    """Raise unless the scope has the endpoint's service and Region."""
    if scope.service != service and scope.service not in _NAMES.get(service, ()):
        raise malformed(f'incorrect service "{scope.service}". This endpoint belongs to "s3".')
    if region is not None and scope.region != region and not scope.covers(region):
        raise malformed(
            f"the region '{scope.region}' is wrong; expecting '{region}'",
            {"x-amz-bucket-region": region},
            Region=region,
        )


def date_mismatch(scope: CredentialScope, timestamp: str) -> str:
    """Return the message for a scope whose date is not the date of the signing time."""
    return (
        f'Invalid credential date "{scope.date}". This date is not the same as X-Amz-Date: "{timestamp[:8]}".'
    )


def expected_region(world: World, parsed: Parsed) -> str | None:
    """Return the Region that the signature must be for; None if every Region is accepted.

    A regional endpoint accepts its own Region only. The global endpoint accepts the bucket's Region, and us-east-1 for
    CreateBucket and for calls without a bucket. If the bucket does not exist, every Region is accepted: a later stage
    reports the bucket. Custom endpoints and GetBucketLocation accept every Region.
    """
    address = parsed.address
    if parsed.service != "s3" or address.region is not None:
        return address.region
    if address.endpoint != GLOBAL_ENDPOINT or parsed.operation == "GetBucketLocation":
        return None
    if address.bucket is None or parsed.operation == "CreateBucket":
        return "us-east-1"
    bucket = world.store.bucket(address.bucket)
    return None if bucket is None else bucket.region
