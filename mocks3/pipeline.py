"""The life of a request, on one screen.

    interceptor ──► parse ──► authenticate ──► locate ──► authorize ──► operate ──► serialize ──► interceptor

Before a request, the effects that are due are applied; after it, its own effects (``effects``). Preflights and requests
to website endpoints are answered by ``browsers``, which reads objects through these stages.

Rule 1: each stage takes the type that only the stage before can make, and all stages see one state of the world: the
world's lock is held from the first look to the answer, and released only while code of others runs. Rule 2: an error
answer is an ``S3Error`` and ends on the wire; every other exception is a bug of mocks3 or a misuse of it, and reaches
the caller as it is.
"""

from __future__ import annotations

from mocks3 import browsers, effects, wire
from mocks3.access import authorize, explain_refusal, hide_missing_key, locate
from mocks3.effects import EffectsWorld
from mocks3.errors import OPERATION_ABORTED, S3Error
from mocks3.identity import authenticate
from mocks3.lib.locking import Changed, UnreadBody
from mocks3.model.exchange import Exchange
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.operation import Operation
from mocks3.model.parsed import Params, Parsed
from mocks3.model.stages import Authorized
from mocks3.operations import at_target, find
from mocks3.storage import Changes

MOST_ATTEMPTS = 16
"""How often a request is tried. Only code that changes the state during each attempt gets there."""


def handle(world: EffectsWorld, request: WireRequest) -> WireResponse:
    """Answer one HTTP request.

    Args:
        world: The in-memory AWS.
        request: The request as an interceptor received it.

    Returns:
        The answer of S3, STS or KMS, errors included.

    Raises:
        Mocks3Error: mocks3 does not support what the request asks for.
    """
    return exchange(world, request).answer


def exchange(world: EffectsWorld, request: WireRequest) -> Exchange:
    """Answer one HTTP request. Return the answer with what the stages made of the request."""
    if not world.clock.is_applied:
        with world.clock.applied():
            return exchange(world, request)
    request = wire.with_body_in_memory(request)
    with world.lock:
        effects.before(world, request)
        if browsers.is_meant(request):
            found = browsers.answer(world, request, lambda asked: answer(world, asked))
        else:
            found = answer(world, request)
        if "origin" in request.headers:
            found.answer = browsers.add_cors_headers(world, request, found.answer)
        found.answer = wire.with_valid_headers(found.answer)
        effects.after(world, found)
        if found.parsed is not None:
            found.parsed.release()
    return found


def answer(world: EffectsWorld, request: WireRequest) -> Exchange:
    """Answer one request of the API."""
    exchange = Exchange(request)
    try:
        exchange.parsed = wire.parse(request)
        exchange.output = in_one_state(world, exchange, exchange.parsed)
        exchange.answer = wire.serialize(exchange.parsed, exchange.output)
    except S3Error as error:
        exchange.error = error
        explain_refusal(world, error, exchange.parsed, exchange.caller)
        exchange.answer = wire.serialize_error(request, error)._replace(
            decision=error.decision, notes=tuple(getattr(error, "__notes__", ()))
        )
    if exchange.parsed is not None:
        world.record_call(exchange.parsed, exchange.caller, exchange.signature, exchange.error)
    return exchange


def in_one_state(world: EffectsWorld, exchange: Exchange, parsed: Parsed) -> Params:
    """Take a request through the stages, all of them in one state of the world.

    A body that code of others reads is read while the lock is released. If the state has changed by then, the request
    is authenticated and authorized again, and the decisions of the earlier attempt are withdrawn.

    Raises:
        S3Error: The error answer; ``OperationAborted`` if the state never stays the same.
    """
    for _ in range(MOST_ATTEMPTS):
        decided = len(world.decisions)
        try:
            return stages(world, exchange, exchange.parsed or parsed)
        except (UnreadBody, Changed) as reason:
            world.withdraw_decisions(decided, exchange.parsed)
            if isinstance(reason, UnreadBody):
                with world.lock.released():
                    reason.read()
    raise OPERATION_ABORTED()


def stages(world: EffectsWorld, exchange: Exchange, parsed: Parsed) -> Params:
    """Take a request through the stages from authentication to its operation."""
    operation = find(parsed.service, parsed.operation)
    exchange.authenticated = authenticate(world, parsed)
    exchange.parsed = exchange.authenticated.parsed
    located = locate(world, exchange.authenticated)
    operation = at_target(operation, located.target)
    exchange.authorized = authorize(world, operation, located)
    output, exchange.changes = operate(operation, exchange.authorized)
    return output


def operate(operation: Operation, call: Authorized) -> tuple[Params, Changes | None]:
    """Run the operation. Only callers who may list the bucket learn that a key does not exist (X-1)."""
    try:
        return effects.run_operation(operation, call)
    except S3Error as error:
        raise hide_missing_key(call, error) from error
