"""Intercept aiobotocore, and the libraries that use it: aioboto3, s3fs.

aiobotocore is botocore with awaited calls: its sessions and emitters inherit from botocore's, and its events are
botocore's. For some of botocore's built-in handlers it has a table of replacements, where this module adds the
replacements of botocore's interceptor. The requests are the same; answers are read with ``await``, for each of the
HTTP libraries that a client can use.
"""

from __future__ import annotations

import copy
import functools
import gc
import inspect
from collections.abc import AsyncIterator
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiobotocore.credentials as providers
from aiobotocore import endpoint, hooks
from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.credentials import AioCredentials
from aiobotocore.httpsession import AIOHTTPSession
from aiobotocore.httpxsession import HttpxSession
from aiobotocore.session import AioSession
from aiobotocore.tokens import AioSSOTokenProvider
from aiohttp import ClientPayloadError
from botocore.credentials import Credentials
from botocore.exceptions import ConnectionClosedError
from urllib3.exceptions import ProtocolError

from mocks3.interceptors import (
    botocore,
    credentials,
    exception_notes,
    injected_faults,
    network_guard,
    open_worlds,
    outside_clients,
)
from mocks3.interceptors.patching import Function, Patch
from mocks3.interceptors.response_bodies import CutBody, MemoryBody, StreamBody

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.credentials import CredentialProvider
    from botocore.session import Session
    from botocore.signers import RequestSigner


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches for the imported library. This also installs the handlers, once for the process."""
    _install()
    return (
        Patch(AIOHTTPSession, "send", _naming),
        Patch(HttpxSession, "send", _naming),
        Patch(AioSession, "get_credentials", _getting),
        Patch(AioSession, "create_client", outside_clients.creating),
        *(Patch(each, "load", _loading) for each in credentials.providers(providers)),
        Patch(providers.AioProcessProvider, "_retrieve_credentials_using", _retrieving),
        Patch(AioSSOTokenProvider, "load_token", credentials.without_sso_token),
        *(Patch(owner, name, sleeping) for owner, name, sleeping in _sleeps()),
    )


def _sleeps() -> list[tuple[object, str, Function]]:
    """Return the functions with which endpoints wait before a retry."""
    classes = [each for each in vars(endpoint).values() if isinstance(each, type) and "_sleep" in vars(each)]
    if classes:
        return [(each, "_sleep", injected_faults.sleeping_async) for each in classes]
    return [(endpoint, "asyncio", _asyncio)]  # aiobotocore 2


def _asyncio(module: ModuleType) -> SimpleNamespace:
    """Return the module ``asyncio`` as the endpoints of aiobotocore 2 see it."""
    return SimpleNamespace(**{**vars(module), "sleep": injected_faults.sleeping_async(module.sleep)})


def _getting(get: Function) -> Function:
    async def got(session: Session) -> object:
        world = open_worlds.current()
        if world is None or credentials.has_own(world, session):
            return await get(session)
        return await session.get_component("credential_provider").load_credentials()

    return got


def _loading(load: Function) -> Function:
    async def loaded(provider: CredentialProvider) -> object:
        world = open_worlds.current()
        return (
            await load(provider)
            if world is None
            else credentials.profile_credentials(world, provider, AioCredentials)
        )

    return loaded


def _retrieving(retrieve: Function) -> Function:
    async def retrieved(provider: CredentialProvider, command: Any) -> object:
        credentials.refuse_process()
        return await retrieve(provider, command)

    return retrieved


async def _before_send(request: AWSPreparedRequest, event_name: str, **_: object) -> AioAWSResponse | None:
    world = open_worlds.current()
    service = None if world is None else botocore.mocked_service(world, request, event_name)
    if world is None or service is None:
        return None
    asked = copy.copy(request)  # a retry sends the original again, from its start
    asked.body = await _read(request.body)
    found = botocore.answer_service(world, asked, service)
    if isinstance(found.raw, CutBody) and not request.stream_output:
        raise ConnectionClosedError(endpoint_url=request.url)
    # aiohttp reads headers as UTF-8.
    headers = {
        name: value if value.isascii() else value.encode("latin-1").decode("utf-8", "surrogateescape")
        for name, value in found.headers.items()
    }
    return AioAWSResponse(found.url, found.status_code, headers, RawBody(found.raw))


async def _read(body: Any) -> object:
    """Return a body as botocore's interceptor takes it. A body that must be awaited is read here completely."""
    if hasattr(body, "__aiter__"):
        return b"".join([bytes(piece) async for piece in body])
    if inspect.iscoroutinefunction(getattr(body, "read", None)):
        return await body.read()
    return body


def _before_sign(
    request: AWSPreparedRequest, request_signer: RequestSigner, signature_version: object, **kwargs: object
) -> None:
    botocore.before_sign(request, request_signer, signature_version, **kwargs)
    signing = request.context.get("signing") or {}
    given = signing.get("request_credentials")
    if isinstance(given, Credentials) and not isinstance(given, AioCredentials):
        signing["request_credentials"] = AioCredentials(given.access_key, given.secret_key, given.token)


ASYNC_HANDLERS: dict[Function, Function] = {
    botocore.before_send: _before_send,
    botocore.before_sign: _before_sign,
}


def _install() -> None:
    """Add the handlers to all sessions and clients of this process: new ones, and those with botocore's handlers."""
    hooks._HANDLER_MAPPING.update(ASYNC_HANDLERS)
    objects = gc.get_objects()
    # type(), not isinstance(): a proxy may run code when its class is read.
    for emitter in [each for each in objects if issubclass(type(each), hooks.AioHierarchicalEmitter)]:
        for event, handler in botocore.COMMON:
            emitter.unregister(event, handler)
            emitter.register_first(event, handler)
    for client in filter(exception_notes.is_client, objects):
        exception_notes.explain_calls_of(client)


class RawBody:
    """A body with the methods of aiohttp's responses that aiobotocore's clients use."""

    def __init__(self, body: MemoryBody | StreamBody) -> None:
        self.content = BodyReader(body)
        self._body = body

    async def read(self) -> bytes:
        """Return the rest of the body."""
        return await self.content.read()

    def close(self) -> None:
        self._body.close()

    async def __aenter__(self) -> RawBody:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class BodyReader:
    """The rest of a body, with the methods of ``aiohttp.StreamReader``. No method has to wait."""

    def __init__(self, body: MemoryBody | StreamBody) -> None:
        self._body = body
        self._ended = False

    async def read(self, n: int = -1) -> bytes:
        """Return exactly ``n`` bytes, or fewer at the end; without ``n`` the rest."""
        try:
            found = self._body.read(n)
        except ProtocolError as error:
            raise ClientPayloadError(f"Response payload is not completed: {error}") from None
        self._ended = n < 0 or len(found) < n
        return found

    async def readline(self) -> bytes:
        """Return the rest of the line, with its line break."""
        return self._body.readline()

    def at_eof(self) -> bool:
        """Whether the end was read."""
        return self._ended

    async def iter_chunked(self, n: int) -> AsyncIterator[bytes]:
        """Yield the rest in pieces of ``n`` bytes; the last one may be shorter."""
        while piece := await self.read(n):
            yield piece

    def iter_any(self) -> AsyncIterator[bytes]:
        """Return an iterator over the rest in pieces of any length."""
        return self.iter_chunked(_PIECE)

    async def iter_chunks(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Yield the rest in pieces, each with True for "end of chunk"."""
        async for piece in self.iter_any():
            yield piece, True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while line := await self.readline():
            yield line


_PIECE = 1 << 16


def _naming(send: Function) -> Function:
    """Name the operation for the network guard, and keep aiobotocore from wrapping its error."""

    async def named(session: Session, request: AWSPreparedRequest) -> object:
        with network_guard.naming_call(request):
            return await send(session, request)

    return named
