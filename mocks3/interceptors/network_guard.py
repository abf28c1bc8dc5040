"""The network guard: while a mock is open, a call to AWS that no interceptor answered does not leave the process.

Rule 1: it acts last. Every other mock (moto, a Stubber, responses, respx, a cassette, a method that a test replaced)
can answer first, because the guard acts where a connection is made, and where a request is written to an existing
connection. Rule 2: only hosts of AWS are blocked. Rule 3: each place decides by the host that it sees itself. The
operation and the URL, known in outer calls (``remember_call``), are added to the message if the host is the same: a
body that is generated while it is sent may make another call.

    URLLib3Session.send, AIOHTTPSession.send    remember the operation          botocore, aiobotocore
    HTTPConnectionPool.urlopen, HTTPTransport.handle_request    remember the URL    urllib3, requests; httpx
    HTTPConnection.connect, putrequest          check the host                  all of them, and the standard library
    socket.getaddrinfo, socket.connect ...      check the host                  everything with sockets: see ``sockets``
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import botocore.httpsession
from botocore.exceptions import HTTPClientError

from mocks3.errors import RealAWSCallBlocked
from mocks3.interceptors import connections, open_worlds, passthrough
from mocks3.interceptors.patching import Function, Patch
from mocks3.wire import hosts
from mocks3.wire.hostname import in_url, normalized

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

    from mocks3.interceptors.open_worlds import OpenWorld

_MOCKED = ("s3", "sts", "kms", "iam", "organizations", "s3control")
_ANSWERED = (*_MOCKED, "s3-control")


class OutgoingCall(NamedTuple):
    """What is known of a call that is being sent. ``service`` is the name in botocore's events."""

    url: str
    method: str | None = None
    service: str | None = None
    operation: str | None = None

    @property
    def host(self) -> str:
        """The normalized host."""
        return normalized(self.url.partition("//")[2].partition("/")[0].partition("?")[0])


_underway: ContextVar[OutgoingCall | None] = ContextVar("underway", default=None)


@contextmanager
def remember_call(method: str, url: str) -> Iterator[None]:
    """Remember the call, for the places that only see a host."""
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


def client_of_call(host: str) -> str | None:
    """Return the service of the botocore client whose call to this host is being sent; None if there is none."""
    known = _underway.get()
    return known.service if known is not None and known.host == normalized(host) else None


def set_operation(request: AWSPreparedRequest, service: str, operation: str) -> None:
    """Store the service and operation on a botocore request that mocks3 does not answer."""
    request.mocks3_call = service, operation


def is_answered(request: object) -> bool:
    """Whether mocks3 answers a botocore request, if its handlers have seen it: the others have an operation."""
    return not hasattr(request, "mocks3_call")


def call_of(request: Any) -> OutgoingCall:
    """Return what is known of a botocore request."""
    return OutgoingCall(request.url, request.method, *getattr(request, "mocks3_call", ()))


def check_url(url: str, method: str | None = None) -> None:
    """Raise RealAWSCallBlocked if the URL belongs to AWS and is not passed through.

    Args:
        url: The URL, as far as it is known here.
        method: The HTTP method, if it is known here. The remembered call adds details if its host is the same.
    """
    world = open_worlds.current()
    if world is None:
        return
    call, known = OutgoingCall(url, method), _underway.get()
    check_call(known if known is not None and known.host == call.host else call, world)


def check_call(call: OutgoingCall, world: OpenWorld) -> None:
    """Raise RealAWSCallBlocked for a call to AWS that is not passed through."""
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
    if service in ("imds", "container-credentials"):
        do = "mocks3 answers them if the machine has a role: aws.instance_profile(role)"
    elif service in _ANSWERED:
        do = (
            "mocks3 answers such calls from botocore, boto3, aiobotocore, aiohttp, requests, urllib3, httpx and "
            "urllib.request: "
            "use one of these clients"
        )
    else:
        do = (
            f"mocks3 only mocks {', '.join(_MOCKED)}. Mock {service} as well (moto, botocore's Stubber, responses…), "
            "or set the client's endpoint_url to your own server"
        )
    return (
        f"{what} was about to leave this process for the real AWS while mock_s3 is active, and no mock answered it: "
        f'{line}\n{do}; or allow the call: mock_s3(passthrough=["{call.host}"])'
    )


@contextmanager
def naming_call(request: object) -> Iterator[None]:
    """Remember the call of a botocore request, and keep botocore from wrapping the guard's error."""
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


def _naming(send: Function) -> Function:
    def named(session: object, request: object) -> object:
        with naming_call(request):
            return send(session, request)

    return named


def _connecting(connect: Function) -> Function:
    """Check the host of connections of the standard library's class, from which urllib3's and botocore's inherit."""

    def checked(connection: object, *args: object, **kwargs: object) -> object:
        check_url(_base(connection))
        return connect(connection, *args, **kwargs)

    return checked


def _requesting(putrequest: Function) -> Function:
    """Check the host of requests on such connections, because a connection may be older than the mock."""

    def checked(connection: object, method: str, url: str, *args: object, **kwargs: object) -> object:
        if not connections.is_inside(connection):
            check_url(url if "://" in url else _base(connection) + url, method)
        return putrequest(connection, method, url, *args, **kwargs)

    return checked


def _base(connection: object) -> str:
    return f"{connections.scheme(connection)}://{in_url(connections.host(connection))}"


PATCHES = (
    Patch(botocore.httpsession.URLLib3Session, "send", _naming),
    Patch(connections.Urllib3Connection, "connect", _connecting),
    Patch(connections.Urllib3SecureConnection, "connect", _connecting),
    Patch(connections.HTTPConnection, "connect", _connecting),
    Patch(connections.HTTPConnection, "putrequest", _requesting),
)


def httpcore_patches() -> tuple[Patch, ...]:
    """Return the patches of httpcore, which httpx uses. httpcore must be imported."""
    import httpcore

    backends = (httpcore.SyncBackend, httpcore.AnyIOBackend, httpcore.TrioBackend)
    lines = (httpcore.HTTP11Connection, httpcore.HTTP2Connection)
    async_lines = (httpcore.AsyncHTTP11Connection, httpcore.AsyncHTTP2Connection)
    rows = (
        *((each, "connect_tcp", _connecting_to) for each in backends),
        *((each, "handle_request", _handing_on) for each in lines),
        *((each, "handle_async_request", _handing_on) for each in async_lines),
    )
    # httpcore has empty classes in place of those that need a library which is not installed (trio, h2).
    return tuple(Patch(owner, method, wrap) for owner, method, wrap in rows if hasattr(owner, method))


def _connecting_to(connect: Function) -> Function:
    def checked(backend: object, host: str, port: int, *args: object, **kwargs: object) -> object:
        check_url(f"//{in_url(host)}")
        return connect(backend, host, port, *args, **kwargs)

    return checked


def _handing_on(handle: Function) -> Function:
    def checked(connection: Any, request: Any) -> object:
        check_url(_url(request), request.method.decode())
        return handle(connection, request)

    return checked


def _url(request: Any) -> str:
    """Return the URL of an httpcore request. A proxy gets URLs, or CONNECT with a host (RFC 9110, 9.3.6)."""
    target = request.url.target.decode()
    if request.method == b"CONNECT":
        return f"//{target}"
    if "://" in target:
        return str(target)
    return f"{request.url.scheme.decode()}://{in_url(request.url.host.decode())}{target}"
