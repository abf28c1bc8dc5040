"""Intercept botocore with a ``before-send`` handler that gives each request of a mocked service to an open world.

How it reaches every client: botocore's list of built-in handlers contains the handler, so that new sessions and their
clients copy it. Event emitters that already exist (of clients and sessions from before mocks3 was first used) are found
once, in the garbage collector's list of live objects. While no world is open the handler returns None, and botocore
sends the request as usual.

A session that belongs to one world (``aws.session()``, ``principal.client()``) has handlers bound to that world in
place of the common ones: see ``own_clients``.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextvars import ContextVar
from sys import intern
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore
import botocore.handlers
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.hooks import HierarchicalEmitter

from mocks3.interceptors import (
    clock_shift,
    credentials,
    custom_endpoints,
    direct_calls,
    exception_notes,
    network_guard,
    open_worlds,
    passthrough,
)
from mocks3.interceptors.bodies import check_body
from mocks3.interceptors.direct_calls import Answered, virtual_host_bucket
from mocks3.interceptors.http_answers import SERVICES, text_of
from mocks3.interceptors.other_mocks import moto
from mocks3.interceptors.patching import Function
from mocks3.interceptors.response_bodies import readable
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.pipeline import exchange

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel
    from botocore.signers import RequestSigner

    from mocks3.interceptors.open_worlds import OpenWorld

_bucket_in_host: ContextVar[str | None] = ContextVar("bucket_in_host", default=None)


class BoundEmitter(HierarchicalEmitter):  # type: ignore[misc]
    """The emitter of a session that belongs to one world, and of its clients. It does not get the common handlers."""

    def register(self, event_name: str, handler: Any, *args: Any, **kwargs: Any) -> None:
        """Register a handler. moto's gets only the requests that the world does not answer."""
        super().register(
            event_name, moto.OtherRequests(handler) if moto.is_handler(handler) else handler, *args, **kwargs
        )


def before_send(request: object, event_name: str, **_: object) -> AWSResponse | None:
    """Handle ``before-send``: answer with the open world if it mocks the service."""
    world = open_worlds.current()
    return None if world is None else answer_request(world, request, event_name)


def before_sign(
    request: AWSPreparedRequest, request_signer: RequestSigner, signature_version: object, **_: object
) -> None:
    """Handle ``before-sign``: prepare signing, and replace credentials that are not the open world's."""
    world = open_worlds.current()
    prepare_signing(world, request, request_signer)
    if world is None or signature_version is botocore.UNSIGNED:
        return
    replacement = credentials.replacement_credentials(world, request_signer._credentials)
    if replacement is not None and not _is_passed_through(world, request, request_signer):
        request.context.setdefault("signing", {}).setdefault("request_credentials", replacement)


def _is_passed_through(world: OpenWorld, request: AWSPreparedRequest, signer: RequestSigner) -> bool:
    """Whether a request is passed through to the real AWS, and so must be signed as its client does."""
    allowed = world.settings.passthrough
    return bool(allowed) and passthrough.allows(
        world.settings, urlsplit(request.url).netloc, signer._service_id.hyphenize()
    )


def before_call(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
    """Handle ``before-call``: check the body of a call that a world will answer."""
    world = open_worlds.current()
    if world is None:
        return
    real = world.settings.passthrough
    if not (real and passthrough.allows(world.settings, urlsplit(params["url"]).netloc, "s3")):
        check_body(params, model)


def prepare_signing(world: OpenWorld | None, request: AWSPreparedRequest, signer: RequestSigner) -> None:
    """Remember what the prepared request will not contain, and shift its signing time to the world's clock."""
    _bucket_in_host.set(virtual_host_bucket(request.context))
    if world is not None and world.clock.shift:
        clock_shift.shift_signing_time(request, world, signer)


def answer_request(
    world: OpenWorld, request: Any, event_name: str, facts: RequestContext = EMPTY_CONTEXT
) -> AWSResponse | None:
    """Return a world's answer to a botocore request, or None if the world does not mock the service."""
    if type(request) is Answered:
        return request.answer
    service = mocked_service(world, request, event_name)
    return None if service is None else answer_service(world, request, service, facts)


def mocked_service(world: OpenWorld, request: AWSPreparedRequest, event_name: str) -> str | None:
    """Return the service, as ``wire`` names it, that a world mocks for a botocore request; None for all others."""
    _, service_id, operation = event_name.split(".")
    service = SERVICES.get(service_id)
    if service is None or (
        world.settings.passthrough
        and passthrough.allows(world.settings, urlsplit(request.url).netloc, service_id)
    ):
        network_guard.set_operation(request, service_id, operation)
        return None
    return service


def answer_service(
    world: OpenWorld, request: AWSPreparedRequest, service: str, facts: RequestContext = EMPTY_CONTEXT
) -> AWSResponse:
    """Return the answer of a world that mocks the service."""
    context = world.context if facts is EMPTY_CONTEXT else facts.with_defaults(world.context)
    answer = exchange(world, _from_botocore(request, service, context)).answer
    exception_notes.remember(answer.decision, answer.notes)
    return _to_botocore(request.url, answer)


def _from_botocore(request: AWSPreparedRequest, service: str, facts: RequestContext) -> WireRequest:
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
        context=facts,
    )


def _headers(headers: Any) -> dict[str, str]:
    """Return the headers by lower-case names. ``items()`` of botocore's own mapping would look each name up again."""
    try:
        return {
            # Interned: recorded calls share one string for each name. Latin-1: as ``text_of``, without a call for each.
            intern(key._lower): value.decode("latin-1") if type(value) is bytes else value
            for key, value in headers._dict.items()
        }
    except AttributeError:
        return {name.lower(): _text(value) for name, value in headers.items()}


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else text_of(value)


def _bytes(body: object) -> Any:
    """Return the body as bytes or a stream. The body of a form is text."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else body


def _to_botocore(url: str, response: WireResponse) -> AWSResponse:
    return AWSResponse(url, response.status, response.headers, readable(response.body))


_CALLS = "before-call.s3"

COMMON = [
    (_CALLS, before_call),
    ("before-send", before_send),
    ("before-sign", before_sign),
    ("creating-client-class.s3", direct_calls.creating_class),
    ("creating-client-class.s3", custom_endpoints.creating_class),
    *((f"creating-client-class.{service}", exception_notes.creating_class) for service in SERVICES),
]
"""Events and their handlers. They run before those of other mocks, which answer only what these do not answer."""

_installed = False


def register_own_handlers(emitter: Any, sending: Function, signing: Function) -> None:
    """Replace the common handlers on the emitter of a session that belongs to one world."""
    for event, handler in () if _installed else COMMON:
        emitter.register_first(event, handler)
    emitter.unregister("before-send", before_send)
    emitter.unregister("before-sign", before_sign)
    emitter.unregister(_CALLS, before_call)
    emitter.register_first("before-send", sending)
    emitter.register_first("before-sign", signing)
    emitter.register_first(_CALLS, check_body)


def install() -> None:
    """Add the handlers to every session and client of this process, once."""
    global _installed
    if _installed:
        return
    _installed = True
    first = botocore.handlers.REGISTER_FIRST
    botocore.handlers.BUILTIN_HANDLERS.extend((event, handler, first) for event, handler in COMMON)
    objects = gc.get_objects()
    # type(), not isinstance(): a proxy may run code when its class is read.
    for emitter in [each for each in objects if issubclass(type(each), HierarchicalEmitter)]:
        if type(emitter) is not BoundEmitter:
            for event, handler in COMMON:
                emitter.register_first(event, handler)
    for client in filter(exception_notes.is_client, objects):
        exception_notes.explain_calls_of(client)
        custom_endpoints.remember(client)
