"""What the doors of HTTP libraries have in common: which hosts are played, and from bytes on a wire to an answer."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING

from mocks3.interceptors import open_worlds, passthrough
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.pipeline import handle
from mocks3.wire import hosts

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

SERVICES = {"s3": "s3", "sts": "sts", "kms": "kms"}
"""Services as botocore's events and the hosts of AWS spell them, and as ``wire`` knows them."""


def world_for(host: str) -> OpenWorld | None:
    """The world that answers requests to a host; None leaves them to whoever would have had them."""
    world = open_worlds.current()
    if world is None or hosts.service(host) not in SERVICES or passthrough.allows(world.settings, host):
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
    """Hand a request to the pipeline.

    Args: ``target`` path and query as they stand in the request line; ``headers`` as :func:`lowered` makes them, with
    the host that was asked: what S3 goes by is the header, not whom one connected to.
    """
    path, _, query = target.partition("?")
    host = headers.get("host", "")
    service = SERVICES.get(hosts.service(host) or "s3", "s3")
    request = WireRequest(method, scheme, host, path, query, headers, body, service, None, world.facts)
    found = handle(world, request)
    return found._replace(body=b"") if method == "HEAD" else found  # RFC 9110, 9.3.2, whatever the service


def lower_case_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case names; what is repeated is joined with commas (RFC 9110, 5.2)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), text_of(value)
        found[key] = f"{found[key]},{text}" if key in found else text
    return found


def text_of(value: bytes) -> str:
    """A header's value: UTF-8, as SDKs send it, or else what HTTP once said that it is (RFC 9110, 5.5)."""
    try:
        return value.decode()
    except UnicodeError:
        return value.decode("latin-1")


def reason(status: int) -> str:
    """The words beside a status."""
    return http.client.responses.get(status, "")
