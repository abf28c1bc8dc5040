"""The botocore door: a ``before-send`` handler that hands every request of a played service to an open world.

How every client is reached: sessions made from now on get the handler from botocore's list of built-in handlers,
which their clients copy; event emitters that exist already (clients and sessions made before mocks3 was first
used) are found once, by the garbage collector's list of live objects. While no world is open the handler answers
None, and botocore sends the request as if it were not there.

A session that belongs to one world (``aws.session()``, ``principal.client()``) carries a handler bound to that
world in place of the common one.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore
import botocore.handlers
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials
from botocore.hooks import HierarchicalEmitter

from mocks3.call import WireRequest, WireResponse
from mocks3.doors import explaining
from mocks3.errors import Mocks3Error
from mocks3.facts import UNTOLD, Facts
from mocks3.pipeline import handle

if TYPE_CHECKING:
    from mocks3.aws import MockAWS

PLAYED = {"s3": "s3", "sts": "sts", "kms": "kms"}
"""Service ids as botocore's events spell them, and the service that ``wire`` knows them as."""

_bucket_in_host: ContextVar[str | None] = ContextVar("bucket_in_host", default=None)

_open: list[MockAWS] = []
"""The worlds that answer, innermost last. Shared by all threads: s3transfer sends from threads of its own."""


def open_on(world: MockAWS) -> None:
    """Let the world answer every client that is not bound to another one."""
    _install()
    _open.append(world)


def close_on(world: MockAWS) -> None:
    """Stop answering for the world; whichever was opened before it answers again."""
    _open.remove(world)


def is_open_on(world: MockAWS) -> bool:
    """Whether the world answers at present."""
    return any(each is world for each in _open)


def bind(session: botocore.session.Session, world: MockAWS, facts: Facts = UNTOLD) -> None:
    """Make a session's clients belong to one world, open or not, until that world says it has ended.

    Args: ``facts`` what is told of their requests, before what is told of all. Raises (from the client's call)
    :class:`Mocks3Error` once the world's mock was stopped.
    """
    _install()

    def before_send(request: Any, event_name: str, **_: object) -> AWSResponse | None:
        if world.ended:
            raise Mocks3Error(
                "this client belongs to a mock that was stopped; make another one inside the new mock"
            )
        return _answer(world, request, event_name, facts)

    session.unregister("before-send", _before_send)
    session.get_component("event_emitter").register_first("before-send", before_send)


def _before_send(request: Any, event_name: str, **_: object) -> AWSResponse | None:
    return _answer(_open[-1], request, event_name) if _open else None


def _before_sign(request: Any, request_signer: Any, signature_version: object, **_: object) -> None:
    """Note what the prepared request will no longer say, and lend credentials to a client that has none."""
    _bucket_in_host.set(_virtual_host_bucket(request.context))
    if not _open or signature_version is botocore.UNSIGNED or request_signer._credentials is not None:
        return
    # The client was made outside the mock, where there was nothing to sign with.
    key = _open[-1].ambient_key
    signing = request.context.setdefault("signing", {})
    signing.setdefault("request_credentials", Credentials(key.id, key.secret))


def _virtual_host_bucket(context: Any) -> str | None:
    """The bucket, where the client was told to put its name into the host whatever the endpoint is."""
    options = getattr(context.get("client_config"), "s3", None) or {}
    if options.get("addressing_style") != "virtual":
        return None
    bucket: str | None = context.get("s3_redirect", {}).get("bucket")
    return bucket


def _answer(world: MockAWS, request: Any, event_name: str, facts: Facts = UNTOLD) -> AWSResponse | None:
    service = PLAYED.get(event_name.split(".")[1])
    if service is None:
        return None
    answer = handle(world, _from_botocore(request, service, facts.over(world.facts)))
    explaining.answered(answer.decision)
    return _to_botocore(request.url, answer)


def _from_botocore(request: Any, service: str, facts: Facts) -> WireRequest:
    url = urlsplit(request.url)
    bucket = _bucket_in_host.get()
    return WireRequest(
        method=request.method,
        scheme=url.scheme,
        host=url.netloc,
        path=url.path or "/",
        query=url.query,
        headers=_headers(request.headers),
        body=_bytes(request.body),
        service=service,
        bucket=bucket if bucket and url.netloc.startswith(f"{bucket}.") else None,
        facts=facts,
    )


def _headers(headers: Any) -> dict[str, str]:
    """Headers by lower-case names; botocore's own mapping looks each name up again when it is asked for items."""
    try:
        return {key._lower: _text(value) for key, value in headers._dict.items()}
    except AttributeError:
        return {name.lower(): _text(value) for name, value in headers.items()}


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def _bytes(body: Any) -> Any:
    """The body as bytes or a stream: a form's is text."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else body


def _to_botocore(url: str, response: WireResponse) -> AWSResponse:
    body = response.body
    raw = _Body(body) if isinstance(body, bytes) else _Stream(iter(body.chunks()))
    return AWSResponse(url, response.status, response.headers, raw)


class _Body(io.BytesIO):
    """A body in memory, with what botocore asks of urllib3's responses."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, at once."""
        yield self.read()


class _Stream(io.RawIOBase):
    """A body handed out in pieces; nothing is held but the piece under way."""

    def __init__(self, chunks: Iterator[bytes | memoryview]) -> None:
        self._chunks = chunks
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            try:
                self._piece = memoryview(next(self._chunks))
            except StopIteration:
                return 0
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def read(self, amt: int | None = -1, decode_content: bool | None = None) -> bytes:
        """Exactly ``amt`` bytes, or fewer at the end; all that is left without ``amt``."""
        if amt is None or amt < 0:
            return b"".join((self._piece, *self._chunks))
        pieces = []
        while amt and (piece := super().read(amt)):
            pieces.append(piece)
            amt -= len(piece)
        return b"".join(pieces)

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, piece by piece."""
        while piece := self.read(amt):
            yield piece


_installed = False


def _install() -> None:
    """Reach every session and client of this process, once."""
    global _installed
    if _installed:
        return
    _installed = True
    handlers = [("before-send", _before_send), ("before-sign", _before_sign)]
    handlers += [(f"creating-client-class.{service}", explaining.creating_class) for service in PLAYED]
    first = (
        botocore.handlers.REGISTER_FIRST
    )  # before other mocks, who answer only what this door leaves to them
    botocore.handlers.BUILTIN_HANDLERS.extend((event, handler, first) for event, handler in handlers)
    objects = gc.get_objects()
    # type(), not isinstance(): proxies among the live objects may run code when asked for their class.
    for emitter in [each for each in objects if issubclass(type(each), HierarchicalEmitter)]:
        for event, handler in handlers:
            emitter.register_first(event, handler)
    for client in filter(explaining.is_client, objects):
        explaining.explain_calls_of(client)
