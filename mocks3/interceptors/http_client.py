"""Intercept the standard library's ``http.client``, and ``urllib.request``, which uses it.

A connection to a mocked service gets an object of this module in place of a socket. The rest is the library's own code:
how it writes a request and how it reads a response.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from mocks3.interceptors import connections
from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Function, Patch
from mocks3.interceptors.raw_http import encode_response, exchange
from mocks3.interceptors.response_bodies import StreamBody


class Socket:
    """The part of a socket that ``http.client`` uses. A world answers what is written to it."""

    mocks3_inside = True  # the network guard does not check it

    def __init__(self, scheme: str, host: str) -> None:
        self._scheme = scheme
        self._host = host
        self._sent: list[bytes] = []

    def sendall(self, data: Any) -> None:
        """Collect the request: the head, then the body piece by piece.

        Raises:
            ConnectionResetError: No world mocks the host any more, as for a connection that was left open for too long.
        """
        if world_for(self._host) is None:
            raise ConnectionResetError(f"the mock that answered {self._host} was stopped")
        self._sent.append(bytes(data))

    def makefile(self, *_: object) -> io.BufferedReader:
        """Return a file with the answer to the request.

        For a request that mocks3 does not support, reading raises :class:`mocks3.Mocks3Error`. If this method raised
        it, the library would be left with half a response.
        """
        sent, self._sent = self._sent, []
        return io.BufferedReader(StreamBody(self._answer(sent)))

    def _answer(self, sent: list[bytes]) -> Iterator[bytes]:
        world = world_for(self._host)
        assert world is not None
        yield from encode_response(exchange(world, self._scheme, sent).answer)

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def settimeout(self, _: object) -> None:
        """Do nothing: no call waits."""


def connect_if_mocked(connection: Any, url: str = "") -> None:
    """Connect to this process, if the connection is not connected yet and its host, or the URL's host, is mocked."""
    if connection.sock is not None or connections.is_inside(connection):
        return
    scheme, host = _asked(connection, url)
    if world_for(host) is not None:
        connection.sock = Socket(scheme, host)


def _asked(connection: object, url: str) -> tuple[str, str]:
    """Return scheme and host. A forwarding proxy gets URLs."""
    if "://" in url:
        parts = urlsplit(url)
        return parts.scheme, parts.netloc.rpartition("@")[2]
    return connections.scheme(connection), connections.authority(connection)


def _requesting(putrequest: Function) -> Function:
    def asked(connection: object, method: str, url: str, *args: object, **kwargs: object) -> object:
        connect_if_mocked(connection, url)
        return putrequest(connection, method, url, *args, **kwargs)

    return asked


def _connecting(connect: Function) -> Function:
    def connected(connection: Any, *args: object, **kwargs: object) -> object:
        connect_if_mocked(connection)
        return None if isinstance(connection.sock, Socket) else connect(connection, *args, **kwargs)

    return connected


PATCHES = (
    Patch(connections.HTTPConnection, "putrequest", _requesting),
    Patch(connections.HTTPConnection, "connect", _connecting),
    Patch(connections.HTTPSConnection, "connect", _connecting),
)
