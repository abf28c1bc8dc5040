"""Which bucket and key a URL means.

Rule 1: a key is taken byte for byte: ``//``, ``..``, ``%2F``, ``+`` and spaces stay what they are; a slash at its
start belongs to it (``/bucket//k`` is the key ``/k``). Rule 2: the host decides what the path is; a host that
names a bucket leaves the whole path to the key. Rule 3: a door that knows better says so in ``request.bucket``.

For an access point, ``bucket`` and ``access_point`` are both its ARN, as a boto3 caller would have written
``Bucket``; finding the bucket behind it is not the wire's business.
"""

from __future__ import annotations

from mocks3 import errors
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address
from mocks3.wire import hosts
from mocks3.wire.query import decode


def resolve(request: WireRequest, host: hosts.Host) -> Address:
    """The address of a request to S3. Raises ``BadRequest`` for no host, ``InvalidURI`` when the path is not UTF-8."""
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
    """The address of a call to another service than S3, whose endpoint names the Region: ``kms.REGION.amazonaws.com``.

    Any other host is of any Region.
    """
    labels = request.host.split(".")
    region = labels[1] if len(labels) > 3 and labels[0].removesuffix("-fips") == request.service else None
    return Address("path", None, None, region, request.host)
