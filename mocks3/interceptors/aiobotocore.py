"""The door of aiobotocore, and of all who send through it: aioboto3, s3fs.

aiobotocore is botocore whose calls are awaited: its sessions and emitters are heirs of botocore's, and its events are
botocore's. Where one of botocore's built-in handlers will not do, it has a table of those that take its place, and
there the handlers of botocore's door find theirs: what they are asked is the same, what they answer with is read with
``await``, whichever HTTP library the client was told to send with.
"""

from __future__ import annotations

import copy
import functools
import gc
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiobotocore.credentials as providers
from aiobotocore import hooks
from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.credentials import AioCredentials
from aiobotocore.httpsession import AIOHTTPSession
from aiobotocore.httpxsession import HttpxSession
from aiobotocore.session import AioSession
from aiobotocore.tokens import AioSSOTokenProvider
from botocore.credentials import Credentials

from mocks3.interceptors import botocore, credentials, exception_notes, network_guard, open_worlds
from mocks3.interceptors.patching import Patch
from mocks3.interceptors.response_bodies import MemoryBody, StreamBody


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there. The handlers take their places too, once and for all."""
    _install()
    return (
        Patch(AIOHTTPSession, "send", _naming),
        Patch(HttpxSession, "send", _naming),
        Patch(AioSession, "get_credentials", _getting),
        *(Patch(each, "load", _loading) for each in credentials.providers(providers)),
        Patch(providers.AioProcessProvider, "_retrieve_credentials_using", _retrieving),
        Patch(AioSSOTokenProvider, "load_token", credentials.without_sso_token),
    )


def _getting(get: Callable[..., Any]) -> Callable[..., Any]:
    async def got(session: Any) -> Any:
        world = open_worlds.current()
        if world is None or credentials.has_own(world, session):
            return await get(session)
        return await session.get_component("credential_provider").load_credentials()

    return got


def _loading(load: Callable[..., Any]) -> Callable[..., Any]:
    async def loaded(provider: Any) -> Any:
        world = open_worlds.current()
        return (
            await load(provider)
            if world is None
            else credentials.profile_credentials(world, provider, AioCredentials)
        )

    return loaded


def _retrieving(retrieve: Callable[..., Any]) -> Callable[..., Any]:
    async def retrieved(provider: Any, command: Any) -> Any:
        credentials.refuse_process()
        return await retrieve(provider, command)

    return retrieved


async def _before_send(request: Any, event_name: str, **_: object) -> AioAWSResponse | None:
    world = open_worlds.current()
    service = None if world is None else botocore.mocked_service(world, request, event_name)
    if world is None or service is None:
        return None
    asked = copy.copy(request)  # a retry sends the original once more, from its beginning
    asked.body = await _read(request.body)
    found = botocore.answer_service(world, asked, service)
    return AioAWSResponse(found.url, found.status_code, found.headers, RawBody(found.raw))


async def _read(body: Any) -> Any:
    """A body as botocore's door takes it: what can only be read with ``await`` is read here, whole."""
    if hasattr(body, "__aiter__"):
        return b"".join([bytes(piece) async for piece in body])
    if inspect.iscoroutinefunction(getattr(body, "read", None)):
        return await body.read()
    return body


def _before_sign(request: Any, request_signer: Any, signature_version: object, **kwargs: object) -> None:
    botocore.before_sign(request, request_signer, signature_version, **kwargs)
    signing = request.context.get("signing") or {}
    lent = signing.get("request_credentials")
    if isinstance(lent, Credentials) and not isinstance(lent, AioCredentials):
        signing["request_credentials"] = AioCredentials(lent.access_key, lent.secret_key, lent.token)


ASYNC_HANDLERS: dict[Callable[..., Any], Callable[..., Any]] = {
    botocore.before_send: _before_send,
    botocore.before_sign: _before_sign,
}


def _install() -> None:
    """Reach every session and client of this process: those to come, and those that have botocore's handlers."""
    hooks._HANDLER_MAPPING.update(ASYNC_HANDLERS)
    objects = gc.get_objects()
    # type(), not isinstance(): proxies among the live objects may run code when asked for their class.
    for emitter in [each for each in objects if issubclass(type(each), hooks.AioHierarchicalEmitter)]:
        for event, handler in botocore.COMMON:
            emitter.unregister(event, handler)
            emitter.register_first(event, handler)
    for client in filter(exception_notes.is_client, objects):
        exception_notes.explain_calls_of(client)


class RawBody:
    """A body, as clients of aiobotocore read the one of an answer of aiohttp's."""

    def __init__(self, body: MemoryBody | StreamBody) -> None:
        self.content = BodyReader(body)
        self._body = body

    async def read(self) -> bytes:
        """All that is left."""
        return await self.content.read()

    def close(self) -> None:
        self._body.close()

    async def __aenter__(self) -> RawBody:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class BodyReader:
    """What there is to read, with the methods of ``aiohttp.StreamReader``; nothing has to be waited for."""

    def __init__(self, body: MemoryBody | StreamBody) -> None:
        self._body = body
        self._ended = False

    async def read(self, n: int = -1) -> bytes:
        """Exactly ``n`` bytes, or fewer at the end; all that is left without ``n``."""
        found = self._body.read(n)
        self._ended = n < 0 or len(found) < n
        return found

    async def readline(self) -> bytes:
        """The rest of the line, with its end."""
        return self._body.readline()

    def at_eof(self) -> bool:
        """Whether the end was read."""
        return self._ended

    async def iter_chunked(self, n: int) -> AsyncIterator[bytes]:
        """The rest in pieces of ``n`` bytes, the last one shorter."""
        while piece := await self.read(n):
            yield piece

    def iter_any(self) -> AsyncIterator[bytes]:
        """The rest in pieces of any length."""
        return self.iter_chunked(_PIECE)

    async def iter_chunks(self) -> AsyncIterator[tuple[bytes, bool]]:
        """The rest in pieces, each said to be whole."""
        async for piece in self.iter_any():
            yield piece, True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while line := await self.readline():
            yield line


_PIECE = 1 << 16


def _naming(send: Callable[..., Any]) -> Callable[..., Any]:
    """Say which operation is under way, and keep aiobotocore from wrapping what the wall raises."""

    async def named(session: Any, request: Any) -> Any:
        with network_guard.naming_call(request):
            return await send(session, request)

    return named
