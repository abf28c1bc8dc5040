"""The last part of the network guard: sockets of the standard library, which asyncio, smtplib, ftplib and others use.

Rule: a name is checked where it is resolved, an address where it is connected to. While a mock is open no name of AWS
is resolved. So an address was resolved before the mock was opened, or elsewhere, and is unknown, unless it is one of
the fixed addresses of instance and container metadata. Sockets that are not Python's (in extension modules with
their own network code), and names that these resolve, are not checked.
"""

from __future__ import annotations

import functools
import socket
import sys
from typing import Any

from mocks3.interceptors import network_guard
from mocks3.interceptors.patching import Function, Patch
from mocks3.wire.hostname import in_url


def _check_host(host: object, port: object = None) -> None:
    """Raise RealAWSCallBlocked for a host of AWS, given as the ``socket`` module takes it."""
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("latin-1")
    if isinstance(host, str):
        at = in_url(host)
        network_guard.check_url(f"//{at}:{port}" if isinstance(port, int | str) and port else f"//{at}")


def _check_address(address: object) -> None:
    """Check the address of a socket. Only addresses of IPv4 and IPv6 name a host."""
    if isinstance(address, tuple) and len(address) > 1:
        _check_host(address[0], address[1])


def _resolving(resolve: Function) -> Function:
    @functools.wraps(resolve)
    def checked(host: object, *args: object, **kwargs: object) -> Any:
        _check_host(host, args[0] if args else kwargs.get("port"))
        return resolve(host, *args, **kwargs)

    return checked


def _connecting(connect: Function) -> Function:
    @functools.wraps(connect)
    def checked(sock: object, address: object) -> Any:
        _check_address(address)
        return connect(sock, address)

    return checked


def _sending(send: Function) -> Function:
    """Check datagrams: the address is the last of the two or three arguments of ``sendto``."""

    @functools.wraps(send)
    def checked(sock: object, *args: object) -> Any:
        if len(args) > 1:
            _check_address(args[-1])
        return send(sock, *args)

    return checked


def _sending_message(send: Function) -> Function:
    """Check datagrams: the address is the fourth argument of ``sendmsg``."""

    @functools.wraps(send)
    def checked(sock: object, *args: object) -> Any:
        if len(args) > 3:
            _check_address(args[3])
        return send(sock, *args)

    return checked


def _connecting_in_loop(connect: Function) -> Function:
    @functools.wraps(connect)
    async def checked(loop: Any, sock: Any, address: Any) -> Any:
        _check_address(address)
        return await connect(loop, sock, address)

    return checked


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
    """Return the patches of asyncio's event loop on Windows, which does not use the socket's own ``connect``."""
    events: Any = sys.modules["asyncio.proactor_events"]
    return (Patch(events.BaseProactorEventLoop, "sock_connect", _connecting_in_loop),)
