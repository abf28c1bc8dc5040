"""The life of a request, on one screen.

    door ──► parse ──► authenticate ──► authorize ──► operate ──► serialize ──► door

Before all this what was due by now happens, and after it what comes of what was done (``acting``). What browsers send
beside the API (preflights, visits to websites) is told apart first, and answered by ``browsers``.

Rule 1: each stage takes what only the stage before can make, and all of them see one state of the world: its lock is
held from the first look to the answer, and released only while code of others runs. Rule 2: what S3 answers with an
error is an ``S3Error`` and ends on the wire; anything else that is raised is a fault of mocks3 or a misuse of it, and
reaches the caller as the exception it is.
"""

from __future__ import annotations

import functools

from mocks3 import browsers, effects, wire
from mocks3.access import Decision, authorize, conceal
from mocks3.effects import EffectsWorld
from mocks3.errors import Row, S3Error
from mocks3.identity import authenticate
from mocks3.lib.locking import Changed, Unread
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.operation import Operation
from mocks3.model.parsed import Params, Parsed
from mocks3.model.stages import Authenticated, Authorized
from mocks3.operations import answering, find
from mocks3.storage import Changes

MOST_ATTEMPTS = 16
"""How often a request is tried. Only code that changes the state during each attempt gets there."""

OPERATION_ABORTED = Row(  # ErrorResponses
    "OperationAborted",
    409,
    "A conflicting conditional operation is currently in progress against this resource. Please try again.",
)


def handle(world: EffectsWorld, request: WireRequest) -> WireResponse:
    """Answer one HTTP request.

    Returns S3's answer, its errors included. Raises :class:`mocks3.Mocks3Error` for what mocks3 does not play.
    """
    if not world.clock.is_shown:
        with world.clock.shown():
            return handle(world, request)
    request = wire.gathered(request)
    with world.lock:
        effects.settle(world)
        answer = wire.sendable(respond(world, request))
        if world.acting.heard:
            effects.write_down(world, answer)
    return answer


def respond(world: EffectsWorld, request: WireRequest) -> WireResponse:
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
            effects.hear(world, seen, None, failed)
    return browsers.share(world, request, answer) if "origin" in request.headers and not ahead else answer


def perform(world: EffectsWorld, request: WireRequest) -> WireResponse:
    """Answer one request of the API. Raises ``S3Error`` where the answer is one."""
    parsed = wire.parse(request)
    if world.acting.lines:
        effects.deliver(world, parsed.address.bucket)
    stages = Stages()
    try:
        output, made = proceed(world, parsed, stages)
    except S3Error as error:
        caller = stages.authenticated and stages.authenticated.caller
        world.note(parsed, caller, error)
        effects.hear(world, parsed, stages.authenticated, error)
        parsed.release()
        raise
    assert stages.authorized is not None
    world.note(parsed, stages.authorized.caller, None)
    answer = wire.serialize(parsed, output)
    if made is not None:
        effects.follow(world, stages.authorized, made, answer)
        effects.hear(world, parsed, stages.authenticated)
    parsed.release()
    return answer


class Stages:
    """How far a request has come."""

    __slots__ = ("authenticated", "authorized", "decisions")

    def __init__(self) -> None:
        self.authenticated: Authenticated | None = None
        self.authorized: Authorized | None = None
        self.decisions: list[Decision] = []

    def withdraw(self, world: EffectsWorld) -> None:
        """Take what was decided in another state out of the journal: the request did not go on with it."""
        self.authorized = None
        for decision in self.decisions:
            index = next((i for i, each in enumerate(world.decisions) if each is decision), None)
            if index is not None:
                del world.decisions[index]


def proceed(world: EffectsWorld, parsed: Parsed, stages: Stages) -> tuple[Params, Changes | None]:
    """Authorize the request and run its operation, both in one state of the world.

    A body that code of others reads is read while the lock is released. If the state has changed by then, the whole
    request is authorized again. Raises ``OperationAborted`` where it never stays the same.
    """
    for _ in range(MOST_ATTEMPTS):
        try:
            return attempt(world, parsed, stages)
        except Unread as unread:
            with world.lock.released():
                unread.read()
        except Changed:
            pass
    raise OPERATION_ABORTED()


def attempt(world: EffectsWorld, parsed: Parsed, stages: Stages) -> tuple[Params, Changes | None]:
    """Go through the stages; those that were passed in this state of the world are not gone through again."""
    operation = answering(world.store, parsed) or find(parsed.service, parsed.operation)
    if stages.authorized is None or stages.authorized.edition != world.lock.edition:
        stages.withdraw(world)
        before = len(world.decisions)
        try:
            stages.authenticated = authenticate(world, parsed)
            stages.authorized = authorize(world, operation, stages.authenticated)
        finally:
            stages.decisions = world.decisions[before:]
    return operate(operation, stages.authorized)


def operate(operation: Operation, call: Authorized) -> tuple[Params, Changes | None]:
    """Run the operation; what it says of missing keys is told only to callers who may know (X-1)."""
    try:
        return effects.perform(operation, call)
    except S3Error as error:
        raise conceal(call, error) from error
