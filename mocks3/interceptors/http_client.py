"""The door of the standard library's ``http.client``, and of ``urllib.request``, which sends through it.

A connection to a service that mocks3 plays gets, in place of a socket, an object of this file's; from there on
everything is the library's own: how a request is written, how a response is read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from mocks3.interceptors import connections
from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch
from mocks3.interceptors.raw_http import encode_response, exchange
from mocks3.interceptors.response_bodies import StreamBody


class Socket:
    """As much of a socket as ``http.client`` asks for: what is written to it is answered by a world."""

    mocks3_inside = True  # the wall need not look at it

    def __init__(self, scheme: str, host: str) -> None:
        self._scheme = scheme
        self._host = host
        self._sent: list[bytes] = []

    def sendall(self, data: Any) -> None:
        """Keep what would go onto the wire: the head, then the body piece by piece.

        Raises ``ConnectionResetError`` once no world plays the host any more, as for a connection that was left open
        for too long.
        """
        if world_for(self._host) is None:
            raise ConnectionResetError(f"the mock that played {self._host} was stopped")
        self._sent.append(bytes(data))

    def makefile(self, *_: object) -> io.BufferedReader:
        """The answer to what was sent, from where it is read.

        Whoever reads it meets :class:`mocks3.Mocks3Error` for what mocks3 does not play: not here, where the library
        would be left with half a response.
        """
        sent, self._sent = self._sent, []
        return io.BufferedReader(StreamBody(self._answer(sent)))

    def _answer(self, sent: list[bytes]) -> Iterator[bytes]:
        world = world_for(self._host)
        assert world is not None
        yield from encode_response(exchange(world, self._scheme, sent).answer)

    def close(self) -> None:
        """There is nothing to close."""

    def settimeout(self, _: object) -> None:
        """There is nothing to wait for."""


def connect_if_mocked(connection: Any, url: str = "") -> None:
    """Connect a connection to this process, if it is not connected yet and its host, or the URL's, is played here."""
    if connection.sock is not None or connections.is_inside(connection):
        return
    scheme, host = _asked(connection, url)
    if world_for(host) is not None:
        connection.sock = Socket(scheme, host)


def _asked(connection: Any, url: str) -> tuple[str, str]:
    """Scheme and host; a forwarding proxy is sent URLs."""
    if "://" in url:
        parts = urlsplit(url)
        return parts.scheme, parts.netloc.rpartition("@")[2]
    return connections.scheme(connection), connections.host(connection)


def _requesting(putrequest: Callable[..., Any]) -> Callable[..., Any]:
    def asked(connection: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        connect_if_mocked(connection, url)
        return putrequest(connection, method, url, *args, **kwargs)

    return asked


def _connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
    def connected(connection: Any, *args: Any, **kwargs: Any) -> Any:
        connect_if_mocked(connection)
        return None if isinstance(connection.sock, Socket) else connect(connection, *args, **kwargs)

    return connected


PATCHES = (
    Patch(connections.HTTPConnection, "putrequest", _requesting),
    Patch(connections.HTTPConnection, "connect", _connecting),
    Patch(connections.HTTPSConnection, "connect", _connecting),
)
