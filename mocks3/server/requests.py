"""Turn a request of h11 into a ``WireRequest``.

All services share one port, as with other fake servers. The scope of the signature names the service; a request to STS
that is not signed (AssumeRoleWithWebIdentity) is a form with the version of STS's API.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import IO, NamedTuple
from urllib.parse import unquote

from mocks3.errors import Mocks3Error, NotSupported
from mocks3.identity.scope import S3_SERVICES
from mocks3.interceptors.http_answers import SERVICES
from mocks3.interceptors.raw_http import authority_of, path_of
from mocks3.model.messages import WireRequest
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.wire import hosts, models

_CREDENTIAL = re.compile(r"\bCredential=([^,\s&]+)")
_DOMAIN = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
"""A host name in lower case (RFC 1123, 2.1), which is no IPv4 address."""
_API_VERSION = re.compile(r"(?:^|&)Version=([\d-]+)(?:&|$)")
_CONTROL = re.compile(r"/v20180820(?:/|$)")
LOCAL = "localhost"
"""Names below ``localhost`` are addresses of this machine (RFC 6761, 6.3)."""


class Peer(NamedTuple):
    """The client's end of a connection. ``tls_version`` is None without TLS."""

    address: str
    tls_version: str | None = None

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return "http" if self.tls_version is None else "https"

    @property
    def is_local(self) -> bool:
        """Whether the client is on this machine."""
        return ipaddress.ip_address(self.address.partition("%")[0]).is_loopback

    def context(self, forwarded: str | None) -> RequestContext:
        """Return what the connection says about a request.

        A loopback address never reaches AWS. Requests from one have the source address that requests in the process
        have.

        Args:
            forwarded: The header ``X-Forwarded-For``. Its first address is the source address of the request.

        Raises:
            NotSupported: The header does not begin with an IP address.
        """
        source = None if self.is_local else self.address
        if forwarded is not None:
            source = _first_address(forwarded)
        if source is None and self.tls_version is None:
            return EMPTY_CONTEXT
        return RequestContext(source_ip=source, tls_version=self.tls_version)


def _first_address(forwarded: str) -> str:
    first = forwarded.partition(",")[0].strip()
    try:
        return str(ipaddress.ip_address(first))
    except ValueError:
        raise NotSupported(f"X-Forwarded-For must begin with an IP address, not {first!r}") from None


def wire_request(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | IO[bytes],
    peer: Peer,
    context: RequestContext,
    domains: Iterable[str],
) -> WireRequest:
    """Return the request for the pipeline.

    Args:
        method: The HTTP method.
        target: The request target as it was sent.
        headers: The headers by lower-case names.
        body: The body, as bytes or as a stream.
        peer: The client.
        context: What the test says about requests. It has precedence over the connection's own properties.
        domains: The names below which a host names a bucket.

    Raises:
        NotSupported: The signature is for a service that mocks3 does not mock, or ``X-Forwarded-For`` is not valid.
    """
    path, _, query = path_of(target).partition("?")
    host = host_of(target, headers)
    service = _service(path, query, headers, body)
    return WireRequest(
        method,
        peer.scheme,
        host,
        path,
        query,
        headers,
        body,
        service,
        bucket_in(host, domains) if service == "s3" else None,
        context.with_defaults(peer.context(headers.get("x-forwarded-for"))),
    )


def host_of(target: str, headers: Mapping[str, str]) -> str:
    """Return the host of a request (RFC 9112, 3.2): the header's for a path, that of the target for a URL.

    Any other target has no host, so S3 refuses the request.
    """
    return headers.get("host", "") if target.startswith("/") else authority_of(target) or ""


def checked_domain(name: object) -> str:
    """Return a domain in lower case. Raise Mocks3Error if it is not a host name."""
    if not isinstance(name, str) or not _DOMAIN.fullmatch(name.lower()):
        raise Mocks3Error(f"domain must be a host name such as 's3.test', not {name!r}")
    return name.lower()


def bucket_in(host: str, domains: Iterable[str]) -> str | None:
    """Return the bucket of a virtual-host style name, such as ``BUCKET.localhost``.

    Args:
        host: The host, with or without a port.
        domains: The names below which a host names a bucket. The first that matches decides.

    Returns:
        The bucket, also of a host of AWS or of a website endpoint. None if the host names none.
    """
    if (bucket := hosts.read(host).bucket) is not None:
        return bucket
    name = re.sub(r"\.?(:\d+)?$", "", host)
    for domain in domains:
        if name.lower() == domain:
            return None
        if name.lower().endswith(f".{domain}"):
            return name[: -len(domain) - 1] or None
    return None


def is_form(headers: Mapping[str, str]) -> bool:
    """Return whether the body is a form of the query protocol."""
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def scope_service(query: str, headers: Mapping[str, str]) -> str | None:
    """Return the service in the scope of the signature; None if there is no scope."""
    found = _CREDENTIAL.search(headers.get("authorization", "")) or _CREDENTIAL.search(query)
    parts = [] if found is None else unquote(found[1]).split("/")
    return parts[-2] if len(parts) > 3 else None


def _service(path: str, query: str, headers: Mapping[str, str], body: object) -> str:
    scope = scope_service(query, headers)
    if scope is None:
        form = body.decode("latin-1") if isinstance(body, bytes) and is_form(headers) else query
        version = _API_VERSION.search(form)
        return "s3" if version is None or "Action=" not in form else _form_services().get(version[1], "s3")
    if scope in S3_SERVICES and "x-amz-account-id" in headers and _CONTROL.match(path):
        scope = "s3control"
    service = "s3" if scope in S3_SERVICES else SERVICES.get(scope)
    if service is None:
        mocked = ", ".join(dict.fromkeys(SERVICES.values()))
        raise NotSupported(f"the request is signed for {scope}, and mocks3 mocks only {mocked}")
    return service


@functools.cache
def _form_services() -> dict[str, str]:
    """Return the services of the query protocol by the version of their API."""
    found = {name: models.service_model(name).metadata for name in SERVICES.values()}
    return {data["apiVersion"]: name for name, data in found.items() if data["protocol"] == "query"}
