"""Answer a call of a boto3 client to S3 before it is signed and sent.

botocore builds the request as usual: parameters are validated, the endpoint is resolved, the body gets its checksum.
Then the request goes through the same pipeline as every other request. Only three steps are missing: the signature is
neither computed nor verified, HTTP is neither written nor read, and XML is not parsed.

Rule 1: nothing that code in this process can see differs from a call that is sent. ``is_unseen`` lists who could see
it: handlers of others on the events that do not happen, replaced functions and objects of botocore, its debug log and
its history. Rule 2: all other calls are sent: unsigned ones, other signatures than Version 4, bodies of the caller's
own types, access keys that mocks3 did not issue, ``passthrough``, faults that the test injects, and every fault in
authentication. Rule 3: errors, and outputs that ``parsed_outputs`` does not convert, are read by botocore's parser.
botocore decides about retries.
"""

from __future__ import annotations

import logging
import types
from collections.abc import Callable
from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.endpoint
import botocore.signers
import botocore.utils
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.history import get_global_history_recorder
from botocore.hooks import HierarchicalEmitter
from botocore.parsers import ResponseParserFactory
from botocore.signers import RequestSigner

from mocks3 import clock
from mocks3.interceptors import credentials, exception_notes, open_worlds, parsed_outputs
from mocks3.interceptors.response_bodies import readable
from mocks3.lib.limits import shifted
from mocks3.model.messages import WireRequest
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.model.signature import NeedsSignature, UnsentSignature
from mocks3.pipeline import exchange
from mocks3.wire.payload import in_memory

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from mocks3.interceptors.open_worlds import OpenWorld

Answer = tuple[AWSResponse, dict[str, Any]]
Outcome = tuple[Answer | None, Exception | None]
"""What botocore's endpoint makes of an attempt: the answer and its parsed output, or an exception."""

_LATER = ("choose-signer", "before-sign", "response-received", "before-parse", "needs-retry")
_CREATED = "request-created"
_TRUSTED = ("botocore.", "mocks3.interceptors.")
_SLEEPING = ("botocore.retries.adaptive", "botocore.retries.throttling")
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_PAYLOAD = S3SigV4Auth(None, "s3", "")
"""botocore's signer, of which only the digest of the payload is used."""

_LOGGERS = [
    logging.getLogger(f"botocore.{name}")
    for name in ("endpoint", "hooks", "auth", "parsers", "httpchecksum", "utils", "retryhandler", "regions")
]
_REPLACED = [
    (owner, name, vars(owner).get(name))
    for owner, names in (
        (
            Endpoint,
            "make_request create_request prepare_request _send_request _get_response _do_get_response",
        ),
        (Endpoint, "_needs_retry _update_retries_context _send _add_modeled_error_fields _encode_headers"),
        (BaseClient, "_make_request"),
        (RequestSigner, "handler sign get_auth_instance _choose_signer"),
        (S3SigV4Auth, "_modify_request_before_signing _should_sha256_sign_payload"),
        (botocore.auth.SigV4Auth, "add_auth payload signature string_to_sign canonical_request"),
        (botocore.awsrequest.AWSRequest, "__init__ prepare"),
        (botocore.awsrequest.AWSRequestPreparer, "prepare"),
        (botocore.awsrequest.AWSResponse, "__init__"),
        (botocore.awsrequest, "create_request_object"),
        (botocore.endpoint, "convert_to_response_dict handle_checksum_body create_request_object"),
    )
    for name in names.split()
]
"""Functions of botocore that a call that is sent runs, as they were when mocks3 was imported."""
_ARE_ORIGINAL = all(
    type(function) is types.FunctionType
    and function.__module__.startswith("botocore.")
    and not hasattr(function, "__wrapped__")
    for _, _, function in _REPLACED
)


class Direct:
    """A base class of S3's clients that answers their calls before they are signed and sent."""

    def _make_request(
        self, operation_model: OperationModel, request_dict: dict[str, Any], request_context: dict[str, Any]
    ) -> object:
        __tracebackhide__ = True
        route = route_of(self, operation_model, request_dict)
        if route is not None:
            try:
                return _send(route, operation_model, request_dict)
            except NeedsSignature:
                pass
            except Exception as error:
                self.meta.events.emit(  # type: ignore[attr-defined]
                    f"after-call-error.s3.{operation_model.name}", exception=error, context=request_context
                )
                raise
        return super()._make_request(operation_model, request_dict, request_context)  # type: ignore[misc]


def creating_class(base_classes: list[type], **_: object) -> None:
    """Handle ``creating-client-class.s3``: add the base class to a new class of clients that are not awaited."""
    if not any(issubclass(each, Direct) or exception_notes.is_awaited(each) for each in base_classes):
        base_classes.insert(0, Direct)


class DirectRoute(NamedTuple):
    """A client whose call may be answered directly, and the world that answers it."""

    endpoint: Any
    world: OpenWorld
    context: RequestContext
    scope: tuple[str, str]
    """The Region and the service for which the request would be signed."""
    credentials: Any
    """The credentials with which it would be signed."""
    created: tuple[Callable[..., object], ...]
    """The handlers that add headers to a request when it is created."""


def route_of(client: Any, model: OperationModel, request: dict[str, Any]) -> DirectRoute | None:
    """Return the route of a call, or None if the call must be signed and sent."""
    endpoint, signer = client._endpoint, client._request_signer
    if type(endpoint) is not Endpoint or type(signer) is not RequestSigner:
        return None
    bound = getattr(endpoint.http_session, "bound_to", None)
    world, context = (open_worlds.current(), EMPTY_CONTEXT) if bound is None else bound
    if (
        world is None
        or world.ended
        or world.settings.path != "direct"
        or world.settings.passthrough
        or world.faults.rules
        or not _is_version_4(signer, request)
        or not in_memory(request["body"])
    ):
        return None
    own = signer._credentials
    if bound is None:
        own = credentials.replacement_credentials(world, own) or own
    created = _created(client, endpoint, model.name)
    if own is None or created is None or not is_unseen(endpoint, signer):
        return None
    facts = world.context if context is EMPTY_CONTEXT else context.with_defaults(world.context)
    signing = request["context"].get("signing", {})
    scope = signing.get("region") or signer._region_name, signing.get("signing_name") or signer._signing_name
    return DirectRoute(endpoint, world, facts, scope, own, created)


def _is_version_4(signer: Any, request: dict[str, Any]) -> bool:
    """Whether botocore would sign the request in its header, with Version 4 and the client's own credentials.

    Its signers differ for an empty parameter at the end of a URL, and for white space and lone surrogates in headers.
    HTTP strips the values of headers.
    """
    context, headers = request["context"], request["headers"]
    signing = context.get("signing", {})
    return (
        signer._signature_version == "s3v4"
        and context.get("auth_type") in (None, "v4", "s3v4")
        and signer._region_name is not None
        and not context.get("unsigned_payload")
        and type(signing.get("region", "")) is str
        and "identity_cache" not in signing
        and "request_credentials" not in signing
        and "Date" not in headers
        and "Authorization" not in headers
        and not request["url"].endswith("&")
        and all(
            type(value) is str and value.isprintable() and value == value.strip()
            for value in headers.values()
        )
    )


def is_unseen(endpoint: Any, signer: Any) -> bool:
    """Whether no code in this process sees how a call is signed, sent and parsed."""
    if not _ARE_ORIGINAL or get_global_history_recorder()._enabled:
        return False
    for owner, name, function in _REPLACED:
        if owner.__dict__.get(name) is not function:
            return False
    if len(endpoint.__dict__) != _ENDPOINT_SIZE or len(signer.__dict__) != _SIGNER_SIZE:
        return False
    factory = endpoint._response_parser_factory
    if type(factory) is not ResponseParserFactory or factory._defaults:
        return False
    return not any(logger.isEnabledFor(logging.DEBUG) for logger in _LOGGERS)


_ENDPOINT_SIZE = len(
    vars(Endpoint("https://s3.amazonaws.com", "s3", None, response_parser_factory=0, http_session=0))
)
_SIGNER_SIZE = len(vars(RequestSigner("s3", "", "s3", "s3v4", None, HierarchicalEmitter())))


def _created(client: Any, endpoint: Any, operation: str) -> tuple[Callable[..., object], ...] | None:
    """Return the handlers that add headers to a request, or None if code of others handles an event of the call.

    The answer is in the emitter's cache of look-ups, which botocore empties when a handler is added or removed.
    """
    events = client.meta.events
    emitter = getattr(events, "_emitter", events)
    if endpoint._event_emitter is not events or not isinstance(emitter, HierarchicalEmitter):
        return None
    name = f"mocks3.direct.{operation}"
    found: Any = emitter._lookup_cache.get(name)
    if found is None:
        found = emitter._lookup_cache[name] = _checked_handlers(emitter, client, operation)
    return found or None


def _checked_handlers(
    emitter: Any, client: Any, operation: str
) -> tuple[Callable[..., object], ...] | tuple[()]:
    def handlers(event: str) -> list[Any]:
        return list(emitter._handlers.prefix_search(f"{event}.s3.{operation}"))

    if (client.meta.config.retries or {}).get("total_max_attempts") == 1:
        return ()  # botocore's retry handler then marks each answer
    created = handlers(_CREATED)
    if not all(map(_is_trusted, created)) or client._request_signer.handler not in created:
        return ()
    if not all(_is_trusted(handler) for event in _LATER for handler in handlers(event)):
        return ()
    senders = [_module(handler) for handler in handlers("before-send") if _module(handler) not in _MOTO]
    if len(senders) != 1 or not senders[0].startswith("mocks3."):
        return ()
    return tuple(each for each in created if each != client._request_signer.handler)


_MOTO = ("moto.core.botocore_stubber", "mocks3.interceptors.other_mocks.moto")
"""The modules of moto's handler, which gets no request that mocks3 answers. It is on every client once moto is
imported."""


def _is_trusted(handler: Any) -> bool:
    """Whether a handler is botocore's or mocks3's. A handler that may sleep is not."""
    module = _module(handler)
    return module.startswith(_TRUSTED) and not module.startswith(_SLEEPING)


def _module(handler: Any) -> str:
    if type(handler) is partial:
        handler = handler.func
    if type(handler) in (types.FunctionType, types.MethodType):
        if hasattr(handler, "__wrapped__"):
            return ""
        return str(handler.__module__)
    return str(type(handler).__module__)


class CreatedRequest:
    """A request that botocore created and does not sign: what its handlers of ``request-created`` use."""

    def __init__(self, request: dict[str, Any], headers: Headers) -> None:
        self.method = request["method"]
        self.url = request["url"]
        self.body = self.data = request["body"]
        self.context = request["context"]
        self.headers = headers


class Headers(dict[str, str]):
    """Headers by lower-case name, with the methods that botocore's handlers and signers call."""

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.lower(), value)

    replace_header = __setitem__

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class Answered:
    """A request that was answered already. botocore gives it to ``before-send``, and then parses the answer."""

    def __init__(self, request: CreatedRequest, answer: AWSResponse) -> None:
        self.method, self.url, self.headers, self.body = (
            request.method,
            request.url,
            request.headers,
            request.body,
        )
        self.answer = answer


def _send(route: DirectRoute, model: OperationModel, request: dict[str, Any]) -> Answer:
    """Answer a call as botocore's ``Endpoint._send_request`` does, with its retries."""
    endpoint, context = route.endpoint, request["context"]
    attempts = 1
    endpoint._update_retries_context(context, attempts)
    answer, error, is_settled = _attempt(route, model, request)
    while not is_settled and endpoint._needs_retry(attempts, model, request, answer, error):
        attempts += 1
        endpoint._update_retries_context(context, attempts, answer)
        if hasattr(request["body"], "seek"):
            request["body"].seek(0)
        answer, error, is_settled = _attempt(route, model, request)
    if answer is not None and "ResponseMetadata" in answer[1]:
        answer[1]["ResponseMetadata"]["RetryAttempts"] = attempts - 1
    if error is not None:
        raise error
    assert answer is not None
    return answer


def _attempt(
    route: DirectRoute, model: OperationModel, request: dict[str, Any]
) -> tuple[Answer | None, Exception | None, bool]:
    """Return the answer or the exception of one attempt, and whether it is certain that it is not retried."""
    unsent = _create(route, request, model.name)
    signature = _signature(route)
    if not route.world.iam.is_ours(signature.access_key_id):
        raise NeedsSignature  # the secret may be the machine's own, and is not kept
    try:
        found = exchange(route.world, _wire_request(route, unsent, signature))
    except NeedsSignature:
        raise
    except Exception as error:
        return None, error, False
    answer = found.answer
    exception_notes.remember(answer.decision, answer.notes)
    http = AWSResponse(unsent.url, answer.status, answer.headers, readable(answer.body))
    if found.error is None and found.output is not None:
        parsed = parsed_outputs.as_parsed(model, found.output, http, answer.headers, request["context"])
        if parsed is not None:
            return (http, parsed), None, True
    return (*route.endpoint._get_response(Answered(unsent, http), model, request["context"]), False)


def _create(route: DirectRoute, request: dict[str, Any], operation: str) -> CreatedRequest:
    """Return the request with the headers that botocore adds to it before and after it is signed."""
    headers = Headers(
        {
            name.lower(): value if type(value) is str and value.isascii() else _text(value)
            for name, value in request["headers"].items()
        }
    )
    unsent = CreatedRequest(request, headers)
    for handler in route.created:
        handler(request=unsent, operation_name=operation, event_name=f"{_CREATED}.s3.{operation}")
    is_measured = "transfer-encoding" in headers or "content-length" in headers
    if not is_measured and unsent.method not in ("GET", "HEAD", "OPTIONS"):
        headers["content-length"] = str(botocore.utils.determine_content_length(unsent.body))
    headers["x-amz-content-sha256"] = _PAYLOAD.payload(unsent)
    return unsent


def _text(value: str | bytes) -> str:
    """Return the text of a header as S3 reads it: the client sends UTF-8, S3 reads Latin-1."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if value.isascii() else value.encode().decode("latin-1")


def _wire_request(route: DirectRoute, unsent: CreatedRequest, signature: UnsentSignature) -> WireRequest:
    headers = dict(unsent.headers)
    headers["x-amz-date"] = signature.signed_at.strftime(_TIMESTAMP)
    if signature.token is not None:
        headers["x-amz-security-token"] = signature.token
    url = urlsplit(unsent.url)
    bucket = virtual_host_bucket(unsent.context)
    return WireRequest(
        method=unsent.method,
        scheme=url.scheme,
        host=url.netloc,
        path=url.path or "/",
        query=url.query,
        headers={intern(name): value for name, value in headers.items()},
        body=unsent.body,
        bucket=bucket if bucket and url.netloc.startswith(f"{bucket}.") else None,
        context=route.context,
        unsent=signature,
    )


def _signature(route: DirectRoute) -> UnsentSignature:
    frozen = route.credentials.get_frozen_credentials()
    signed_at = clock.unshifted_now().replace(microsecond=0)
    if route.world.clock.shift:
        signed_at = shifted(signed_at, route.world.clock.shift).replace(microsecond=0)
    return UnsentSignature(frozen.access_key, frozen.secret_key, frozen.token, *route.scope, signed_at)


def virtual_host_bucket(context: Any) -> str | None:
    """Return the bucket if the client always puts its name into the host, whatever the endpoint is."""
    options = getattr(context.get("client_config"), "s3", None) or {}
    if options.get("addressing_style") != "virtual":
        return None
    bucket: str | None = context.get("s3_redirect", {}).get("bucket")
    return bucket
