"""The life of a request, on one screen.

    door ──► parse ──► authenticate ──► authorize ──► operate ──► serialize ──► door

Before all this what was due by now happens, and after it what comes of what was done (``acting``).

Rule 1: each stage takes what only the stage before can make. Rule 2: what S3 answers with an error is an
``S3Error`` and ends on the wire; anything else that is raised is a fault of mocks3 or a misuse of it, and reaches
the caller as the exception it is.
"""

from __future__ import annotations

from mocks3 import acting, wire
from mocks3.access import authorize, conceal
from mocks3.call import Authenticated, Authorized, Params, WireRequest, WireResponse, World
from mocks3.errors import S3Error
from mocks3.identity import authenticate
from mocks3.operations import Operation, find
from mocks3.storage import Changes


def handle(world: World, request: WireRequest) -> WireResponse:
    """Answer one HTTP request.

    Returns S3's answer, its errors included. Raises :class:`mocks3.Mocks3Error` for what mocks3 does not play.
    """
    if not world.clock.is_shown:
        with world.clock.shown():
            return handle(world, request)
    acting.settle(world)
    try:
        parsed = wire.parse(request)
    except S3Error as error:
        return wire.serialize_error(request, error)
    operation = find(parsed.service, parsed.operation)
    authenticated: Authenticated | None = None
    try:
        authenticated = authenticate(world, parsed)
        authorized = authorize(world, operation, authenticated)
        output, made = operate(operation, authorized)
    except S3Error as error:
        world.note(parsed, authenticated, error)
        answer = wire.serialize_error(parsed, error)
        return answer if error.decision is None else answer._replace(decision=error.decision)
    world.note(parsed, authenticated, None)
    answer = wire.serialize(parsed, output)
    if made:
        acting.follow(authorized, made, answer)
    return answer


def operate(operation: Operation, call: Authorized) -> tuple[Params, Changes]:
    """Run the operation; what it says of missing keys is told only to callers who may know (X-1)."""
    try:
        return acting.perform(operation, call)
    except S3Error as error:
        raise conceal(call, error) from error
