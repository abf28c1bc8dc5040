"""Turn a request of h11 into a ``WireRequest``.

All services share one port, as with other fake servers. The scope of the signature names the service; a request to STS
that is not signed (AssumeRoleWithWebIdentity) is a form with the version of STS's API.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Mapping
from typing import IO, NamedTuple
from urllib.parse import unquote, urlsplit

from mocks3.errors import NotSupported
from mocks3.identity.scope import S3_SERVICES
from mocks3.interceptors.http_answers import SERVICES
from mocks3.interceptors.raw_http import path_of
from mocks3.model.messages import WireRequest
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.wire import models

_CREDENTIAL = re.compile(r"\bCredential=([^,\s&]+)")
_API_VERSION = re.compile(r"(?:^|&)Version=([\d-]+)(?:&|$)")
_CONTROL = re.compile(r"/v20180820(?:/|$)")
_LOCAL = ".localhost"
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

    @property
    def context(self) -> RequestContext:
        """What the connection says about its requests.

        A loopback address never reaches AWS. Requests from one have the source address that requests in the process
        have.
        """
        if self.is_local and self.tls_version is None:
            return EMPTY_CONTEXT
        return RequestContext(source_ip=None if self.is_local else self.address, tls_version=self.tls_version)


def wire_request(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | IO[bytes],
    peer: Peer,
    context: RequestContext,
) -> WireRequest:
    """Return the request for the pipeline.

    Args:
        method: The HTTP method.
        target: The request target as it was sent.
        headers: The headers by lower-case names.
        body: The body, as bytes or as a stream.
        peer: The client.
        context: What the test says about requests. It has precedence over the connection's own properties.

    Raises:
        NotSupported: The signature is for a service that mocks3 does not mock.
    """
    path, _, query = path_of(target).partition("?")
    host = headers.get("host", "") if target.startswith("/") else urlsplit(target).netloc
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
        _bucket(host) if service == "s3" else None,
        context.with_defaults(peer.context),
    )


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
        mocked = ", ".join(SERVICES)
        raise NotSupported(f"the request is signed for {scope}, and mocks3 mocks only {mocked}")
    return service


@functools.cache
def _form_services() -> dict[str, str]:
    """Return the services of the query protocol by the version of their API."""
    found = {name: models.service_model(name).metadata for name in SERVICES.values()}
    return {data["apiVersion"]: name for name, data in found.items() if data["protocol"] == "query"}


def _bucket(host: str) -> str | None:
    """Return the bucket of a virtual-host style name, ``BUCKET.localhost``."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return name[: -len(_LOCAL)] if name.lower().endswith(_LOCAL) and len(name) > len(_LOCAL) else None
