"""Keys about the way a request took: addresses, VPC endpoints, TLS, and the headers that browsers send.

A process has no network, so a test tells (``aws.request_context``). What nobody told is ``DEFAULT_SOURCE_IP`` and
``DEFAULT_TLS_VERSION``: real requests always have them. Through a VPC endpoint there is no ``aws:SourceIp`` (F-166);
when a service passes a request on, its keys of the endpoint are gone (P-10).
"""

from __future__ import annotations

from collections.abc import Callable

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, Values

DEFAULT_SOURCE_IP = "198.51.100.1"
"""Where requests come from unless told: an address of RFC 5737 (TEST-NET-2), which is nobody's and not private."""

DEFAULT_TLS_VERSION = "1.3"
"""What a current Python agrees on with S3."""


def _source_ip(auth: AuthorizationInfo) -> Values | None:
    facts = auth.request_info.context
    if facts.source_vpce or facts.source_vpc or facts.vpc_source_ip:
        return None
    return (facts.source_ip or DEFAULT_SOURCE_IP,)


def _through_endpoint(fact: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        facts = auth.request_info.context
        told = getattr(facts, fact)
        return (told,) if facts.through_vpc_endpoint and told else None

    return derive


def is_secure(auth: AuthorizationInfo) -> bool:
    """Whether the connection uses TLS: as told, else as the URL says."""
    request_info = auth.request_info
    if request_info.context.secure_transport is not None:
        return request_info.context.secure_transport
    return request_info.parsed is None or request_info.parsed.request.scheme == "https"


def _secure_transport(auth: AuthorizationInfo) -> Values:
    return ("true" if is_secure(auth) else "false",)


def _tls_version(auth: AuthorizationInfo) -> Values | None:
    return (auth.request_info.context.tls_version or DEFAULT_TLS_VERSION,) if is_secure(auth) else None


def _told_or_header(fact: str, header: str) -> Callable[[AuthorizationInfo], Values | None]:
    def derive(auth: AuthorizationInfo) -> Values | None:
        value = getattr(auth.request_info.context, fact)
        if value is None and auth.request_info.parsed is not None:
            value = auth.request_info.parsed.request.headers.get(header)
        return None if value is None else (value,)

    return derive


def _requested_region(auth: AuthorizationInfo) -> Values:
    """The Region of the endpoint that was called, which need not be the bucket's."""
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
    ConditionKey("aws:SourceIp", "IPAddress", _source_ip, "F-166, W-152"),
    ConditionKey("aws:SourceVpce", "String", _through_endpoint("source_vpce"), "F-166, W-151"),
    ConditionKey("aws:VpcSourceIp", "IPAddress", _through_endpoint("vpc_source_ip"), "F-166"),
    ConditionKey("aws:SecureTransport", "Bool", _secure_transport, "F-167, W-150"),
    ConditionKey("s3:TlsVersion", "Numeric", _tls_version, "Service Authorization Reference"),
    ConditionKey(
        "aws:UserAgent", "String", _told_or_header("user_agent", "user-agent"), "global condition keys"
    ),
    ConditionKey("aws:referer", "String", _told_or_header("referer", "referer"), "W-167"),
    ConditionKey("aws:RequestedRegion", "String", _requested_region, "W-169"),
)
