"""A credential's scope, ``KEY/YYYYMMDD/REGION/SERVICE/aws4_request``: read, and held against the endpoint.

Version 4A signs for a set of Regions, which stands elsewhere in the request: ``KEY/YYYYMMDD/SERVICE/aws4_request``.

Rule: each fault is a sentence; which error carries it depends on where the credential stood, in the header or in
the query (X-30, X-31).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.errors import AUTHORIZATION_HEADER_MALFORMED, AUTHORIZATION_QUERY_ERROR, S3Error
from mocks3.identity import ecdsa

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.world import World

Malformed = Callable[..., S3Error]

S3_SERVICES = frozenset({"s3", "s3-object-lambda", "s3-outposts", "s3express"})
"""Names that signatures for S3's endpoints may be scoped to."""

_NAMES = {"s3": S3_SERVICES, "s3control": S3_SERVICES}
"""By service, where they are not its own name."""

GLOBAL_ENDPOINT = "s3.amazonaws.com"
_FORM = "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"
_DAY = re.compile(r"\d{8}", re.ASCII)


class CredentialScope(NamedTuple):
    """Whose key signed, on which day, for which Region and service, and how; of Version 4A ``region`` is a set."""

    access_key_id: str
    date: str
    region: str
    service: str
    algorithm: str = "AWS4-HMAC-SHA256"

    def covers(self, region: str) -> bool:
        """Whether a set of Regions, ``us-east-1,eu-*``, holds one."""
        return self.algorithm == ecdsa.ALGORITHM and any(
            each == region or (each.endswith("*") and region.startswith(each[:-1]))
            for each in map(str.strip, self.region.split(","))
        )


def header_error(reason: str, headers: Mapping[str, str] | None = None, /, **extra: object) -> S3Error:
    """A fault of an Authorization header."""
    return AUTHORIZATION_HEADER_MALFORMED(headers, reason=reason, **extra)


def query_error(reason: str, headers: Mapping[str, str] | None = None, /, **extra: object) -> S3Error:
    """A fault of X-Amz-Credential."""
    message = f"Error parsing the X-Amz-Credential parameter; {reason}"
    return AUTHORIZATION_QUERY_ERROR(headers, message=message, **extra)


@functools.lru_cache(maxsize=256)
def read(credential: str, malformed: Malformed, regions: str | None = None) -> CredentialScope:
    """Take a credential apart, once a day; an access key's id may hold slashes itself.

    Args: ``regions`` the set of Regions that a credential of Version 4A goes with.
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
    """Raise unless the scope is that of the endpoint: its service's, its Region's."""
    if scope.service != service and scope.service not in _NAMES.get(service, ()):
        raise malformed(f'incorrect service "{scope.service}". This endpoint belongs to "s3".')
    if region is not None and scope.region != region and not scope.covers(region):
        raise malformed(
            f"the region '{scope.region}' is wrong; expecting '{region}'",
            {"x-amz-bucket-region": region},
            Region=region,
        )


def date_mismatch(scope: CredentialScope, timestamp: str) -> str:
    """What is said of a scope that is not of the day on which the request was signed."""
    return (
        f'Invalid credential date "{scope.date}". This date is not the same as X-Amz-Date: "{timestamp[:8]}".'
    )


def expected_region(world: World, parsed: Parsed) -> str | None:
    """The Region that a signature must be for; None where any will do.

    A regional endpoint takes its own Region only. The global one takes the bucket's, and us-east-1 where there is no
    bucket (yet); which bucket it is about is settled later when there is none of the name. Custom endpoints, and
    calls that every Region answers, take any.
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
