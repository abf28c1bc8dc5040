"""Find the bucket and key that a URL names.

Rule 1: a key is used byte for byte: ``//``, ``..``, ``%2F``, ``+`` and spaces are not changed; a slash at its start
is part of the key (``/bucket//k`` is the key ``/k``). Rule 2: if the host names a bucket, the whole path is the key.
Rule 3: an interceptor that already knows the bucket sets ``request.bucket``.

For an access point, ``bucket`` and ``access_point`` are both its ARN, as in boto3's ``Bucket`` parameter. A later stage
finds the bucket of the access point.
"""

from __future__ import annotations

from mocks3 import errors
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address
from mocks3.wire import hosts
from mocks3.wire.query import decode


def resolve(request: WireRequest, host: hosts.Host) -> Address:
    """Return the address of a request to S3. Raises ``BadRequest`` (invalid host), ``InvalidURI`` (not UTF-8)."""
    if host.kind == hosts.MALFORMED:
        raise errors.MALFORMED_REQUEST()
    path = request.path
    rest = path[1:] if path.startswith("/") else path
    if host.access_point is not None:
        arn = host.access_point
        style = "object-lambda" if host.kind == "s3-object-lambda" else "access-point"
        return Address(style, arn, decode(rest) or None, host.region, host.endpoint, arn)
    bucket = request.bucket or host.bucket
    if bucket is not None:
        return Address("virtual", bucket, decode(rest) or None, host.region, host.endpoint)
    name, _, key = rest.partition("/")
    if not name and not key:
        return Address("path", None, None, host.region, host.endpoint)
    return Address("path", decode(name), decode(key) or None, host.region, host.endpoint)


def service_address(request: WireRequest) -> Address:
    """Return the address of a call to another service than S3, with the Region of ``kms.REGION.amazonaws.com``.

    Global endpoints have the Region that their signatures are for. Any other host has no Region.
    """
    region = GLOBAL_ENDPOINTS.get(request.host)
    labels = request.host.split(".")
    if region is None and len(labels) > 3 and labels[0].removesuffix("-fips") == request.service:
        region = None if labels[1] == "global" else labels[1]
    return Address("path", None, None, region, request.host)


GLOBAL_ENDPOINTS = {
    "iam.amazonaws.com": "us-east-1",
    "iam-fips.amazonaws.com": "us-east-1",
    "iam.global.api.aws": "us-east-1",
    "iam.us-gov.amazonaws.com": "us-gov-west-1",
    "iam.us-gov.api.aws": "us-gov-west-1",
}
"""Endpoints of IAM whose names have no Region, and the Region of their signatures (General Reference, "AWS Identity and
Access Management endpoints and quotas"; botocore's endpoint rule set for IAM has the same)."""
