"""Condition keys about the network: addresses, VPC endpoints, TLS, and the headers that browsers send.

A process has no network, so a test gives the values (``aws.request_context``). The defaults are ``DEFAULT_SOURCE_IP``
and ``DEFAULT_TLS_VERSION``, because real requests always have both. Requests through a VPC endpoint have no
``aws:SourceIp`` (F-166). Requests that a service forwards have no keys of a VPC endpoint (P-10).
"""

from __future__ import annotations

from collections.abc import Callable

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, Values, not_sent

DEFAULT_SOURCE_IP = "198.51.100.1"
"""The default source IP: an address of RFC 5737 (TEST-NET-2), which is public and reserved for documentation."""

DEFAULT_TLS_VERSION = "1.3"
"""The TLS version that a current Python and S3 negotiate."""


def _source_ip(auth: AuthorizationInfo) -> Values | None:
    context = auth.request_info.context
    if context.source_vpce or context.source_vpc or context.vpc_source_ip:
        return None
    return (context.source_ip or DEFAULT_SOURCE_IP,)


def _of_endpoint(field: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        context = auth.request_info.context
        value = getattr(context, field)
        return (value,) if context.through_vpc_endpoint and value else None

    return derive


def no_vpc_endpoint(field: str) -> Callable[[AuthorizationInfo], str]:
    """Return a function that says why a request has no key of a VPC endpoint."""

    def missing(auth: AuthorizationInfo) -> str:
        context = auth.request_info.context
        if context.through_vpc_endpoint:
            return f"it came through a VPC endpoint, but its request context has no {field}"
        if context.forwarded:
            return "an AWS service forwarded it"
        return "it did not come through a VPC endpoint"

    return missing


def is_secure(auth: AuthorizationInfo) -> bool:
    """Return whether the connection uses TLS: the value of the request context, else the URL's scheme decides."""
    request_info = auth.request_info
    if request_info.context.secure_transport is not None:
        return request_info.context.secure_transport
    return request_info.parsed is None or request_info.parsed.request.scheme == "https"


def _secure_transport(auth: AuthorizationInfo) -> Values:
    return ("true" if is_secure(auth) else "false",)


def _tls_version(auth: AuthorizationInfo) -> Values | None:
    return (auth.request_info.context.tls_version or DEFAULT_TLS_VERSION,) if is_secure(auth) else None


def _context_or_header(field: str, header: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        value = getattr(auth.request_info.context, field)
        if value is None and auth.request_info.parsed is not None:
            value = auth.request_info.parsed.request.headers.get(header)
        return None if value is None else (value,)

    return derive


def _requested_region(auth: AuthorizationInfo) -> Values:
    """Return the Region of the endpoint. It can be another Region than the bucket's."""
    request_info = auth.request_info
    if request_info.parsed is None:
        return (request_info.region,)
    address = request_info.parsed.address
    if address.region:
        return (address.region,)
    if address.endpoint.partition(":")[0].endswith("amazonaws.com"):
        return ("us-east-1",)  # the global endpoint
    return (request_info.signature.region or request_info.region,)


ROWS = (
    ConditionKey(
        "aws:SourceIp",
        "IPAddress",
        _source_ip,
        "F-166, W-152",
        missing="it came through a VPC endpoint, and such requests have aws:VpcSourceIp instead",
    ),
    ConditionKey(
        "aws:SourceVpce",
        "String",
        _of_endpoint("source_vpce"),
        "F-166, W-151",
        missing=no_vpc_endpoint("source_vpce"),
    ),
    ConditionKey(
        "aws:VpcSourceIp",
        "IPAddress",
        _of_endpoint("vpc_source_ip"),
        "F-166",
        missing=no_vpc_endpoint("vpc_source_ip"),
    ),
    ConditionKey("aws:SecureTransport", "Bool", _secure_transport, "F-167, W-150"),
    ConditionKey(
        "s3:TlsVersion",
        "Numeric",
        _tls_version,
        "Service Authorization Reference",
        missing="it came over http, without TLS",
    ),
    ConditionKey(
        "aws:UserAgent",
        "String",
        _context_or_header("user_agent", "user-agent"),
        "global condition keys",
        missing=not_sent("User-Agent"),
    ),
    ConditionKey(
        "aws:referer",
        "String",
        _context_or_header("referer", "referer"),
        "W-167",
        missing=not_sent("Referer"),
    ),
    ConditionKey("aws:RequestedRegion", "String", _requested_region, "W-169"),
)
