"""Intercept httpx, with clients of both kinds. Requests to a mocked service do not reach httpcore.

Mocks of httpx keep working: a transport of the user's own is not intercepted, and respx works in httpcore, after this
module.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import httpx

from mocks3.faults import ConnectionLost, ConnectTimeout, ReadTimeout, TruncatedAnswer
from mocks3.interceptors import network_guard
from mocks3.interceptors.http_answers import answer, lower_case_headers, reason, world_for
from mocks3.interceptors.patching import Function, Patch

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.model.messages import Streamable, WireResponse


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches for the imported library: transports, and where httpcore connects and writes."""
    return (
        Patch(httpx.HTTPTransport, "handle_request", handling),
        Patch(httpx.AsyncHTTPTransport, "handle_async_request", handling_async),
        *network_guard.httpcore_patches(),
    )


def handling(handle: Function) -> Function:
    """Return a request handler that answers with the open world, and calls ``handle`` for hosts that are not mocked."""

    def handled(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        world = world_for(_host(request))
        if world is None:
            with network_guard.remember_call(request.method, str(request.url)):
                response: httpx.Response = handle(transport, request)
                return response
        assert isinstance(request.stream, httpx.SyncByteStream)
        return _answered(world, request, b"".join(request.stream))

    return handled


def handling_async(handle: Function) -> Function:
    """Return the request handler for requests that are awaited."""

    async def handled(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        world = world_for(_host(request))
        if world is None:
            with network_guard.remember_call(request.method, str(request.url)):
                response: httpx.Response = await handle(transport, request)
                return response
        assert isinstance(request.stream, httpx.AsyncByteStream)
        return _answered(world, request, b"".join([piece async for piece in request.stream]))

    return handled


def _host(request: httpx.Request) -> str:
    return request.url.netloc.decode("ascii")


def _answered(world: OpenWorld, request: httpx.Request, body: bytes) -> httpx.Response:
    target = request.url.raw_path.decode("ascii")
    headers = lower_case_headers(request.headers.raw)
    try:
        response = answer(world, request.method, request.url.scheme, target, headers, body)
    except ConnectionLost as lost:
        raise _exception(lost) from None
    return httpx.Response(
        response.status,
        headers=[(name.encode(), value.encode("latin-1")) for name, value in response.headers.items()],
        stream=_stream(response),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason(response.status).encode()},
    )


def _exception(lost: ConnectionLost) -> httpx.TransportError:
    """Return the exception for a lost connection."""
    if isinstance(lost.fault, ConnectTimeout):
        return httpx.ConnectTimeout(str(lost))
    return httpx.ReadTimeout(str(lost)) if isinstance(lost.fault, ReadTimeout) else httpx.ReadError(str(lost))


def _stream(response: WireResponse) -> Any:
    return httpx.ByteStream(response.body) if isinstance(response.body, bytes) else _Pieces(response.body)


class _Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces, for clients of both kinds."""

    def __init__(self, body: Streamable) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from map(bytes, self._body.chunks())
        if isinstance(self._body, TruncatedAnswer):
            raise httpx.RemoteProtocolError("the connection was closed before the end of the body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
