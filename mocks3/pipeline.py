"""The life of a request, on one screen.

    door ──► parse ──► authenticate ──► authorize ──► operate ──► serialize ──► door

Before all this what was due by now happens, and after it what comes of what was done (``acting``). What browsers send
beside the API (preflights, visits to websites) is told apart first, and answered by ``browsers``.

Rule 1: each stage takes what only the stage before can make. Rule 2: what S3 answers with an error is an
``S3Error`` and ends on the wire; anything else that is raised is a fault of mocks3 or a misuse of it, and reaches
the caller as the exception it is.
"""

from __future__ import annotations

import functools

from mocks3 import acting, browsers, wire
from mocks3.access import authorize, conceal
from mocks3.call import Authenticated, Authorized, Params, WireRequest, WireResponse, World
from mocks3.errors import S3Error
from mocks3.identity import authenticate
from mocks3.operations import Operation, answering, find
from mocks3.storage import Changes


def handle(world: World, request: WireRequest) -> WireResponse:
    """Answer one HTTP request.

    Returns S3's answer, its errors included. Raises :class:`mocks3.Mocks3Error` for what mocks3 does not play.
    """
    if not world.clock.is_shown:
        with world.clock.shown():
            return handle(world, request)
    acting.settle(world)
    answer = wire.sendable(respond(world, request))
    if world.acting.heard:
        acting.write_down(world, answer)
    return answer


def respond(world: World, request: WireRequest) -> WireResponse:
    """Answer one request by the front it was sent to: the API, or what speaks to browsers."""
    to_website = wire.is_to_website(request)
    ahead = request.method == "OPTIONS" and request.service == "s3"
    failed: S3Error | None = None
    try:
        if ahead:
            answer = browsers.preflight(world, request)
        elif to_website:
            answer = browsers.serve(world, request, functools.partial(perform, world))
        else:
            answer = perform(world, request)
    except S3Error as error:
        failed = error
        page = wire.serialize_page if to_website else wire.serialize_error
        answer = page(request, error)._replace(decision=error.decision)
    if ahead or to_website:
        seen = browsers.asked_ahead(request) if ahead else browsers.visit(world, request)
        if seen is not None:
            acting.hear(world, seen, None, failed)
    return browsers.share(world, request, answer) if "origin" in request.headers and not ahead else answer


def perform(world: World, request: WireRequest) -> WireResponse:
    """Answer one request of the API. Raises ``S3Error`` where the answer is one."""
    parsed = wire.parse(request)
    if world.acting.lines:
        acting.deliver(world, parsed.address.bucket)
    operation = answering(world.store, parsed) or find(parsed.service, parsed.operation)
    authenticated: Authenticated | None = None
    try:
        authenticated = authenticate(world, parsed)
        authorized = authorize(world, operation, authenticated)
        output, made = operate(operation, authorized)
    except S3Error as error:
        world.note(parsed, authenticated, error)
        acting.hear(world, parsed, authenticated, error)
        parsed.release()
        raise
    world.note(parsed, authenticated, None)
    answer = wire.serialize(parsed, output)
    if made is not None:
        acting.follow(authorized, made, answer)
        acting.hear(world, parsed, authenticated)
    parsed.release()
    return answer


def operate(operation: Operation, call: Authorized) -> tuple[Params, Changes | None]:
    """Run the operation; what it says of missing keys is told only to callers who may know (X-1)."""
    try:
        return acting.perform(operation, call)
    except S3Error as error:
        raise conceal(call, error) from error
