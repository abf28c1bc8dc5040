"""The common part of the interceptors of HTTP libraries: which hosts are mocked, and how to answer a request."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING

from mocks3.interceptors import custom_endpoints, network_guard, open_worlds, passthrough
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.pipeline import handle
from mocks3.wire import hosts

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

SERVICES = {
    "s3": "s3",
    "sts": "sts",
    "kms": "kms",
    "iam": "iam",
    "organizations": "organizations",
    "s3-control": "s3control",
    "s3control": "s3control",
}
"""The mocked services: names in botocore's events and in hosts, and names in ``wire``."""


def world_for(host: str) -> OpenWorld | None:
    """Return the world that answers requests to a host, or None if the host is not mocked.

    A call of a botocore client of another service is not answered, although its endpoint_url names a mocked host.

    Args:
        host: The host, and its port unless it is the default of the scheme.
    """
    world = open_worlds.current()
    if world is None or passthrough.allows(world.settings, host):
        return None
    if hosts.service(host) not in SERVICES and custom_endpoints.bucket_in(host) is None:
        return None
    client = network_guard.client_of_call(host)
    if client is not None and client not in SERVICES:
        return None
    return world


def answer(
    world: OpenWorld,
    method: str,
    scheme: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | IO[bytes],
) -> WireResponse:
    """Give a request to the pipeline.

    Args:
        world: The world that answers.
        method: The HTTP method.
        scheme: ``http`` or ``https``.
        target: Path and query as in the request line.
        headers: As :func:`lower_case_headers` returns them. S3 uses the Host header, not the host of the connection.
        body: The body, as bytes or as a stream.
    """
    path, _, query = target.partition("?")
    host = headers.get("host", "")
    service = SERVICES.get(hosts.service(host) or "s3", "s3")
    bucket = custom_endpoints.bucket_in(host) or None
    request = WireRequest(method, scheme, host, path, query, headers, body, service, bucket, world.context)
    found = handle(world, request)
    return found._replace(body=b"") if method == "HEAD" else found  # RFC 9110, 9.3.2


def lower_case_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by lower-case names. Repeated ones are joined with commas (RFC 9110, 5.2)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), text_of(value)
        found[key] = f"{found[key]},{text}" if key in found else text
    return found


def text_of(value: bytes) -> str:
    """Return a header's value as S3 reads it: as Latin-1, also if it was sent as UTF-8.

    Source: user guide, "Working with object metadata": the example of PutObject with the metadata "ÄMÄZÕÑ S3".
    """
    return value.decode("latin-1")


def reason(status: int) -> str:
    """Return the reason phrase of a status."""
    return http.client.responses.get(status, "")
