"""Intercept aiohttp, and the libraries that use it, such as miniopy-async. The network guard for all other hosts.

Where a connector takes a connection from its pool or makes one, a request to a mocked service gets a connection of this
module. The rest is aiohttp's own code: how it writes a request, follows redirects and reads a response.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from mocks3.interceptors import network_guard
from mocks3.interceptors.http_answers import lower_case_headers, world_for
from mocks3.interceptors.patching import Function, Patch
from mocks3.interceptors.raw_http import CONTINUE, encode_response, exchange, has_last_chunk
from mocks3.wire.hostname import in_url

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches for the imported library."""
    return (Patch(aiohttp.BaseConnector, "connect", _connecting),)


def _connecting(connect: Function) -> Function:
    def connected(connector: Any, request: Any, *args: object, **kwargs: object) -> object:
        world = world_for(_authority(request.url))
        if world is not None:
            return _connection(connector, request, world)
        with network_guard.remember_call(request.method, str(request.url)):
            network_guard.check_url(str(request.url))
        return connect(connector, request, *args, **kwargs)

    return connected


def _authority(url: Any) -> str:
    """Return the host of a URL, and its port unless it is the default of the scheme."""
    host = in_url(url.host or "")
    return host if url.is_default_port() else f"{host}:{url.port}"


async def _connection(connector: Any, request: Any, world: OpenWorld) -> Connection:
    """Return a connection to a world. The connector does not keep it for another request."""
    loop = asyncio.get_running_loop()
    protocol = ResponseHandler(loop)
    protocol.connection_made(_Transport(world, request.url.scheme, protocol))
    protocol.force_close()
    return Connection(connector, request.connection_key, protocol, loop)


class _Transport(asyncio.Transport):
    """A transport to a world. It answers when the request is complete."""

    def __init__(self, world: OpenWorld, scheme: str, protocol: ResponseHandler) -> None:
        super().__init__()
        self._world = world
        self._scheme = scheme
        self._protocol = protocol
        self._head = b""
        self._pieces: list[bytes] = []
        self._length: int | None = 0
        """How many bytes of the body are still to come; None for a body in chunks."""
        self._answer: Iterator[bytes] = iter(())
        self._is_paused = False
        self._is_closed = False

    def write(self, data: Any) -> None:
        """Collect the request."""
        piece = bytes(data)
        if not self._head.endswith(_END):
            start, end, piece = (self._head + piece).partition(_END)
            self._head = start + end
            if not end:
                return
            self._begin(start)
        if piece:
            self._pieces.append(piece)
        if self._length is not None:
            self._length -= len(piece)
        if self._is_complete():
            asyncio.get_running_loop().call_soon(self._respond)

    def _begin(self, head: bytes) -> None:
        """Read from the head how the body ends, and whether the client waits before it sends the body."""
        lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
        headers = lower_case_headers((name, value.strip()) for name, _, value in lines)
        is_chunked = headers.get("transfer-encoding") == "chunked"
        self._length = None if is_chunked else int(headers.get("content-length", "0"))
        if headers.get("expect", "").lower() == "100-continue":
            self._protocol.data_received(CONTINUE)

    def _is_complete(self) -> bool:
        if self._length is not None:
            return self._length <= 0
        return bool(self._pieces) and self._pieces[-1].endswith(b"0\r\n\r\n") and has_last_chunk(self._pieces)

    def _respond(self) -> None:
        try:
            found = exchange(self._world, self._scheme, [self._head, *self._pieces])
        except Exception as error:
            self._protocol.set_exception(error)
            return
        self._answer = encode_response(found.answer)
        self._feed()

    def _feed(self) -> None:
        """Give the answer to aiohttp, as long as it reads."""
        while not self._is_paused and not self._is_closed:
            piece = next(self._answer, None)
            if piece is None:
                return
            self._protocol.data_received(piece)

    def pause_reading(self) -> None:
        """Stop to give the answer: aiohttp has enough for now."""
        self._is_paused = True

    def resume_reading(self) -> None:
        """Give the rest of the answer."""
        if self._is_paused:
            self._is_paused = False
            asyncio.get_running_loop().call_soon(self._feed)

    def is_closing(self) -> bool:
        """Whether the connection was closed."""
        return self._is_closed

    def close(self) -> None:
        """Close the connection."""
        if not self._is_closed:
            self._is_closed = True
            self._protocol.connection_lost(None)

    abort = close


_END = b"\r\n\r\n"
