"""The wall: while a mock is open, a call to AWS that no door took does not leave the process.

Rule 1: it is the last resort. Whatever else may answer a call (moto, a Stubber, responses, respx, a cassette, a method
that a test replaced) stands before the places that are walled: where a connection is made, and where a request is
written to one that was made earlier. Rule 2: only hosts of AWS are held. Rule 3: each place decides by the host that it
sees itself. What is known further up (``underway``) adds the operation and the URL to the sentence, of the same host
only: a body that is generated while it is sent may make a call of its own.

    URLLib3Session.send, AIOHTTPSession.send    say which operation is under way    botocore, aiobotocore
    HTTPConnectionPool.urlopen, HTTPTransport.handle_request    say the URL       urllib3, requests; httpx
    HTTPConnection.connect, putrequest                          hold it           all of them, and the standard library
    socket.getaddrinfo, socket.connect ...                      hold it           whatever has sockets: see ``sockets``
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import botocore.httpsession
from botocore.exceptions import HTTPClientError

from mocks3.errors import RealAWSCallBlocked
from mocks3.interceptors import connections, open_worlds, passthrough
from mocks3.interceptors.patching import Patch
from mocks3.wire import hosts
from mocks3.wire.hostname import in_url, normalized

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

_ANSWERED = ("s3", "sts", "kms")


class OutgoingCall(NamedTuple):
    """A call on its way out, as far as it is known. ``service`` is spelt as in botocore's events."""

    url: str
    method: str | None = None
    service: str | None = None
    operation: str | None = None

    @property
    def host(self) -> str:
        """The host, in its one spelling."""
        return normalized(self.url.partition("//")[2].partition("/")[0].partition("?")[0])


_underway: ContextVar[OutgoingCall | None] = ContextVar("underway", default=None)


@contextmanager
def remember_call(method: str, url: str) -> Iterator[None]:
    """Say what call is on its way, for the places that see no more than a host."""
    known = _underway.get()
    call = OutgoingCall(url, method)
    if known is not None and known.host == call.host:
        yield
        return
    token = _underway.set(call)
    try:
        yield
    finally:
        _underway.reset(token)


def set_operation(request: Any, service: str, operation: str) -> None:
    """Remember, on a request of botocore's that is left to others, which call it is."""
    request.mocks3_call = service, operation


def call_of(request: Any) -> OutgoingCall:
    """What is known of a request of botocore's."""
    return OutgoingCall(request.url, request.method, *getattr(request, "mocks3_call", ()))


def check_url(url: str, method: str | None = None) -> None:
    """Raise :class:`RealAWSCallBlocked` if what is about to leave is a call to AWS that is not to pass.

    Args: ``url`` and ``method`` what is seen of the call here. What was said to be under way says more of it, if it is
    to the same host.
    """
    world = open_worlds.current()
    if world is None:
        return
    call, known = OutgoingCall(url, method), _underway.get()
    check_call(known if known is not None and known.host == call.host else call, world)


def check_call(call: OutgoingCall, world: OpenWorld) -> None:
    """Raise :class:`RealAWSCallBlocked` for a call to AWS that is not to pass."""
    host = call.host
    if hosts.service(host) is None or passthrough.allows(world.settings, host, call.service):
        return
    url = world.iam.mask_keys(call.url.removeprefix("//"))
    raise RealAWSCallBlocked(_sentence(call, url), url=url, service=_service(call), operation=call.operation)


def _service(call: OutgoingCall) -> str | None:
    return call.service or hosts.service(call.host)


def _sentence(call: OutgoingCall, url: str) -> str:
    service = _service(call) or call.host
    what = f"{service}:{call.operation}" if call.operation else f"a call to {service}"
    line = f"{call.method} {url}" if call.method else url
    if service in _ANSWERED:
        do = (
            "mocks3 answers it through botocore, boto3, aiobotocore, requests, urllib3, httpx and urllib.request: use "
            "one of them"
        )
    else:
        do = (
            f"mocks3 plays {', '.join(_ANSWERED)}. Mock {service} beside it (moto, botocore's Stubber, responses…), or "
            f"point the client at a server of yours (endpoint_url)"
        )
    return (
        f"{what} was about to leave this process for the real AWS while mock_s3 is active, and nothing answered it: "
        f'{line}\n{do}; or let it through on purpose: mock_s3(passthrough=["{call.host}"])'
    )


@contextmanager
def naming_call(request: Any) -> Iterator[None]:
    """Say which call a request of botocore's is, and keep botocore from wrapping what the wall raises."""
    if open_worlds.current() is None:
        yield
        return
    token = _underway.set(call_of(request))
    try:
        yield
    except HTTPClientError as error:
        cause = error.kwargs.get("error")
        if isinstance(cause, RealAWSCallBlocked):
            raise cause from None
        raise
    finally:
        _underway.reset(token)


def _naming(send: Callable[..., Any]) -> Callable[..., Any]:
    def named(session: Any, request: Any) -> Any:
        with naming_call(request):
            return send(session, request)

    return named


def _connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Hold connections of the standard library's kind, whose kind urllib3's and botocore's are."""

    def held(connection: Any, *args: Any, **kwargs: Any) -> Any:
        check_url(_base(connection))
        return connect(connection, *args, **kwargs)

    return held


def _requesting(putrequest: Callable[..., Any]) -> Callable[..., Any]:
    """Hold requests on such connections: one may be older than the mock."""

    def held(connection: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if not connections.is_inside(connection):
            check_url(url if "://" in url else _base(connection) + url, method)
        return putrequest(connection, method, url, *args, **kwargs)

    return held


def _base(connection: Any) -> str:
    return f"{connections.scheme(connection)}://{in_url(connections.host(connection))}"


PATCHES = (
    Patch(botocore.httpsession.URLLib3Session, "send", _naming),
    Patch(connections.Urllib3Connection, "connect", _connecting),
    Patch(connections.Urllib3SecureConnection, "connect", _connecting),
    Patch(connections.HTTPConnection, "connect", _connecting),
    Patch(connections.HTTPConnection, "putrequest", _requesting),
)


def httpcore_patches() -> tuple[Patch, ...]:
    """The same places of httpcore, through which httpx sends; it must be loaded."""
    import httpcore

    backends = (httpcore.SyncBackend, httpcore.AnyIOBackend, httpcore.TrioBackend)
    lines = (httpcore.HTTP11Connection, httpcore.HTTP2Connection)
    async_lines = (httpcore.AsyncHTTP11Connection, httpcore.AsyncHTTP2Connection)
    rows = (
        *((each, "connect_tcp", _connecting_to) for each in backends),
        *((each, "handle_request", _handing_on) for each in lines),
        *((each, "handle_async_request", _handing_on) for each in async_lines),
    )
    # In place of what needs a library that is not installed (trio, h2), httpcore has empty classes.
    return tuple(Patch(owner, method, wrap) for owner, method, wrap in rows if hasattr(owner, method))


def _connecting_to(connect: Callable[..., Any]) -> Callable[..., Any]:
    def held(backend: Any, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        check_url(f"//{in_url(host)}")
        return connect(backend, host, port, *args, **kwargs)

    return held


def _handing_on(handle: Callable[..., Any]) -> Callable[..., Any]:
    def held(connection: Any, request: Any) -> Any:
        check_url(_url(request), request.method.decode())
        return handle(connection, request)

    return held


def _url(request: Any) -> str:
    """The URL of a request of httpcore's; a proxy is sent URLs, or is asked to connect to a host (RFC 9110, 9.3.6)."""
    target = request.url.target.decode()
    if request.method == b"CONNECT":
        return f"//{target}"
    if "://" in target:
        return str(target)
    return f"{request.url.scheme.decode()}://{in_url(request.url.host.decode())}{target}"
