"""Intercept the standard library's ``http.client``, and ``urllib.request``, which uses it.

A connection to a mocked service gets an object of this module in place of a socket. The rest is the library's own code:
how it writes a request and how it reads a response.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from mocks3.errors import NotSupported
from mocks3.interceptors import connections
from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Function, Patch
from mocks3.interceptors.raw_http import CONTINUE, encode_response, exchange
from mocks3.interceptors.response_bodies import StreamBody


class Socket:
    """The part of a socket that ``http.client`` and its users use. A world answers what is written to it."""

    mocks3_inside = True  # the network guard does not check it

    def __init__(self, scheme: str, host: str) -> None:
        self._scheme = scheme
        self._host = host
        self._sent: list[bytes] = []
        self._timeout: float | None = None
        self._pair: tuple[socket.socket, socket.socket] | None = None

    def sendall(self, data: Any) -> None:
        """Collect the request: the head, then the body piece by piece.

        Raises:
            ConnectionResetError: No world mocks the host any more, as for a connection that was left open for too long.
        """
        if world_for(self._host) is None:
            raise ConnectionResetError(f"the mock that answered {self._host} was stopped")
        self._sent.append(bytes(data))

    def makefile(self, *_: object) -> io.BufferedReader:
        """Return a file with the answer to the request. It begins with "100 Continue" if the client waits for that.

        For a request that mocks3 does not support, reading raises :class:`mocks3.Mocks3Error`. If this method raised
        it, the library would be left with half a response.
        """
        is_awaited = self._is_continue_awaited()
        if self._pair is not None and is_awaited:
            self._pair[0].recv(1)
        return io.BufferedReader(StreamBody(self._answer(is_awaited)))

    def _is_continue_awaited(self) -> bool:
        """Whether the client has sent a head with ``Expect: 100-continue``, and no body yet (RFC 9110, 10.1.1)."""
        return len(self._sent) == 1 and b"\r\nexpect: 100-continue" in self._sent[0].lower()

    def _answer(self, is_continue_awaited: bool) -> Iterator[bytes]:
        if is_continue_awaited:
            yield CONTINUE  # a client that reads on sends no body
        sent, self._sent = self._sent, []
        world = world_for(self._host)
        assert world is not None
        yield from encode_response(exchange(world, self._scheme, sent).answer)

    def fileno(self) -> int:
        """Return the descriptor of a real socket, for ``select``. It can be read if "100 Continue" can be read."""
        if self._pair is None:
            self._pair = socket.socketpair()
            if self._is_continue_awaited():
                self._pair[1].send(b"1")
        return self._pair[0].fileno()

    def close(self) -> None:
        """Close the socket that ``fileno`` made. There is no connection."""
        if self._pair is not None:
            for each in self._pair:
                each.close()
            self._pair = None

    def shutdown(self, _: int) -> None:
        """Do nothing: there is no connection."""

    def settimeout(self, value: float | None) -> None:
        """Remember the value. No call waits."""
        self._timeout = value

    def gettimeout(self) -> float | None:
        """Return the value of ``settimeout``."""
        return self._timeout

    def setsockopt(self, *_: object) -> None:
        """Do nothing: there is no connection."""

    def getpeername(self) -> tuple[str, int]:
        """Return an address of this machine, and the port of the scheme."""
        return "127.0.0.1", 443 if self._scheme == "https" else 80


class SecureSocket(Socket):
    """The part of a socket with TLS that users of ``http.client`` use."""

    def getpeercert(self, binary_form: bool = False) -> dict[str, object] | bytes:
        """Return a certificate for the host, as ``ssl.SSLSocket.getpeercert`` returns it.

        Raises:
            NotSupported: The certificate is asked for as bytes, which do not exist.
        """
        if binary_form:
            raise NotSupported("mocks3 has no certificate as bytes: its connections end in this process")
        name = urlsplit(f"//{self._host}").hostname
        return {"subject": ((("commonName", name),),), "subjectAltName": (("DNS", name),)}

    def version(self) -> str:
        """Return the version of TLS, which is that of ``s3:TlsVersion``."""
        return "TLSv1.3"

    def cipher(self) -> tuple[str, str, int]:
        """Return the cipher, as ``ssl.SSLSocket.cipher`` returns it."""
        return "TLS_AES_128_GCM_SHA256", "TLSv1.3", 128

    def selected_alpn_protocol(self) -> str:
        """Return the protocol that ``http.client`` offers."""
        return "http/1.1"


def connect_if_mocked(connection: Any, url: str = "") -> None:
    """Connect to this process, if the connection is not connected yet and its host, or the URL's host, is mocked."""
    if connection.sock is not None or connections.is_inside(connection):
        return
    scheme, host = _asked(connection, url)
    if world_for(host) is not None:
        connection.sock = (SecureSocket if scheme == "https" else Socket)(scheme, host)


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
