"""Keys about the way a request took: addresses, VPC endpoints, TLS, and the headers that browsers send.

A process has no network, so a test tells (``aws.request_context``). What nobody told is ``DEFAULT_SOURCE_IP`` and
``DEFAULT_TLS_VERSION``: real requests always have them. Through a VPC endpoint there is no ``aws:SourceIp`` (F-166);
when a service passes a request on, its keys of the endpoint are gone (P-10).
"""

from __future__ import annotations

from collections.abc import Callable

from mocks3.access.context.scene import Asked, Row, Values

DEFAULT_SOURCE_IP = "198.51.100.1"
"""Where requests come from unless told: an address of RFC 5737 (TEST-NET-2), which is nobody's and not private."""

DEFAULT_TLS_VERSION = "1.3"
"""What a current Python agrees on with S3."""


def _source_ip(asked: Asked) -> Values | None:
    facts = asked.scene.facts
    if facts.source_vpce or facts.source_vpc or facts.vpc_source_ip:
        return None
    return (facts.source_ip or DEFAULT_SOURCE_IP,)


def _through_endpoint(fact: str) -> Callable[[Asked], Values | None]:
    def derive(asked: Asked) -> Values | None:
        facts = asked.scene.facts
        told = getattr(facts, fact)
        return (told,) if facts.through_endpoint and told else None

    return derive


def is_secure(asked: Asked) -> bool:
    """Whether the connection uses TLS: as told, else as the URL says."""
    scene = asked.scene
    if scene.facts.secure_transport is not None:
        return scene.facts.secure_transport
    return scene.parsed is None or scene.parsed.request.scheme == "https"


def _secure_transport(asked: Asked) -> Values:
    return ("true" if is_secure(asked) else "false",)


def _tls_version(asked: Asked) -> Values | None:
    return (asked.scene.facts.tls_version or DEFAULT_TLS_VERSION,) if is_secure(asked) else None


def _told_or_header(fact: str, header: str) -> Callable[[Asked], Values | None]:
    def derive(asked: Asked) -> Values | None:
        value = getattr(asked.scene.facts, fact)
        if value is None and asked.scene.parsed is not None:
            value = asked.scene.parsed.request.headers.get(header)
        return None if value is None else (value,)

    return derive


def _requested_region(asked: Asked) -> Values:
    """The Region of the endpoint that was called, which need not be the bucket's."""
    scene = asked.scene
    if scene.parsed is None:
        return (scene.region,)
    address = scene.parsed.address
    if address.region:
        return (address.region,)
    if address.endpoint.partition(":")[0].endswith("amazonaws.com"):
        return ("us-east-1",)  # the global endpoint
    return (scene.signature.region or scene.region,)


ROWS = (
    Row("aws:SourceIp", "IPAddress", _source_ip, "F-166, W-152"),
    Row("aws:SourceVpce", "String", _through_endpoint("source_vpce"), "F-166, W-151"),
    Row("aws:VpcSourceIp", "IPAddress", _through_endpoint("vpc_source_ip"), "F-166"),
    Row("aws:SecureTransport", "Bool", _secure_transport, "F-167, W-150"),
    Row("s3:TlsVersion", "Numeric", _tls_version, "Service Authorization Reference"),
    Row("aws:UserAgent", "String", _told_or_header("user_agent", "user-agent"), "global condition keys"),
    Row("aws:referer", "String", _told_or_header("referer", "referer"), "W-167"),
    Row("aws:RequestedRegion", "String", _requested_region, "W-169"),
)
