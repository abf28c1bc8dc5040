"""The wall's last line: the standard library's sockets, and with them asyncio, smtplib, ftplib and every other user.

Rule: a name is judged where it is resolved, an address where it is connected to. While a mock is open no name of AWS is
resolved, so what is connected to was resolved before the mock was opened, or elsewhere: of such an address nothing is
known, unless it is one of the fixed addresses of instance and container metadata. Sockets that are not Python's
(extension modules with a network of their own) and names resolved by them do not come here.
"""

from __future__ import annotations

import functools
import socket
import sys
from collections.abc import Callable
from typing import Any

from mocks3.interceptors import network_guard
from mocks3.interceptors.patching import Patch
from mocks3.wire.hostname import in_url


def _hold(host: object, port: object = None) -> None:
    """Raise :class:`RealAWSCallBlocked` for a host of AWS, given as the ``socket`` module takes it."""
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("latin-1")
    if isinstance(host, str):
        at = in_url(host)
        network_guard.check_url(f"//{at}:{port}" if isinstance(port, int | str) and port else f"//{at}")


def _hold_address(address: object) -> None:
    """The same for the address of a socket; those of other families than IPv4 and IPv6 name no host."""
    if isinstance(address, tuple) and len(address) > 1:
        _hold(address[0], address[1])


def _resolving(resolve: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(resolve)
    def held(host: Any, *args: Any, **kwargs: Any) -> Any:
        _hold(host, args[0] if args else kwargs.get("port"))
        return resolve(host, *args, **kwargs)

    return held


def _connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(connect)
    def held(sock: Any, address: Any) -> Any:
        _hold_address(address)
        return connect(sock, address)

    return held


def _sending(send: Callable[..., Any]) -> Callable[..., Any]:
    """Hold datagrams: the address is the last of the two or three arguments of ``sendto``."""

    @functools.wraps(send)
    def held(sock: Any, *args: Any) -> Any:
        if len(args) > 1:
            _hold_address(args[-1])
        return send(sock, *args)

    return held


def _sending_message(send: Callable[..., Any]) -> Callable[..., Any]:
    """Hold datagrams: the address is the fourth argument of ``sendmsg``."""

    @functools.wraps(send)
    def held(sock: Any, *args: Any) -> Any:
        if len(args) > 3:
            _hold_address(args[3])
        return send(sock, *args)

    return held


def _connecting_in_loop(connect: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(connect)
    async def held(loop: Any, sock: Any, address: Any) -> Any:
        _hold_address(address)
        return await connect(loop, sock, address)

    return held


PATCHES = (
    Patch(socket, "getaddrinfo", _resolving),
    Patch(socket, "gethostbyname", _resolving),
    Patch(socket, "gethostbyname_ex", _resolving),
    Patch(socket.socket, "connect", _connecting),
    Patch(socket.socket, "connect_ex", _connecting),
    Patch(socket.socket, "sendto", _sending),
    *((Patch(socket.socket, "sendmsg", _sending_message),) if hasattr(socket.socket, "sendmsg") else ()),
)


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once asyncio's event loop of Windows is there, which connects past the socket's own method."""
    events: Any = sys.modules["asyncio.proactor_events"]
    return (Patch(events.BaseProactorEventLoop, "sock_connect", _connecting_in_loop),)
