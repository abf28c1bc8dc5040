"""Make a call and collect what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.calls.assumptions import EVERYTHING_EXISTS, Assumptions, prepare
from mocks3.calls.condition_keys import interpret, is_of_object, require_carried
from mocks3.calls.principals import NO_DETAILS, FoundPrincipal, SessionDetails, find_principal
from mocks3.calls.sending import ServiceError, send
from mocks3.model.zones import is_directory_bucket
from mocks3.storage.ids import adopted

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.calls.service_call import ServiceCall
    from mocks3.calls.world import CallWorld
    from mocks3.handles.principals import Principal


@dataclass(frozen=True)
class Played:
    """A call that was made, and what came of it.

    Attributes:
        call: The call as it was made.
        principal: The caller's ARN, the name of a service, or ``anonymous``.
        decisions: Every permission decision and refusal, in their order.
        denial: The decision or refusal that denied the call, or one entry of it; None if nothing did.
        error: The error answer, which need not be a denial; None if the call succeeded.
        response: What the boto3 method returned; None for an error.
        assumed: What the call takes for granted, in sentences.
        open: The fields of :class:`Assumptions` that no file describes, and that could be otherwise.
    """

    call: ServiceCall
    principal: str
    decisions: tuple[Decision | Refusal, ...]
    denial: Decision | Refusal | None
    error: ServiceError | None
    response: Mapping[str, Any] | None
    assumed: tuple[str, ...] = ()
    open: frozenset[str] = frozenset()

    @property
    def decided(self) -> bool:
        """Whether permissions were decided. S3 checks some faults of a request before permissions."""
        return self.error is None or bool(self.decisions)

    @property
    def allowed(self) -> bool:
        """Whether every permission that the call needs is granted. It can fail for another reason: see ``error``."""
        return self.decided and self.denial is None


def play(
    aws: CallWorld,
    who: str | Principal,
    call: ServiceCall,
    *,
    keys: Mapping[str, Any] | None = None,
    session: SessionDetails = NO_DETAILS,
    owner: str | None = None,
    assumptions: Assumptions = EVERYTHING_EXISTS,
) -> Played:
    """Make a call as a principal and restore the state.

    Args:
        aws: The in-memory AWS.
        who: The principal, or its name in a form of :mod:`mocks3.calls.principals`.
        call: The call.
        keys: Condition keys of the request, each with one value or several, such as ``{"aws:SourceIp": "192.0.2.1"}``.
            They are sent as parameters, headers or properties of the request.
        session: The details of the caller's session.
        owner: The account that owns a bucket that does not exist. Default: the caller's.
        assumptions: What exists that no file describes.

    Returns:
        What was decided.

    Raises:
        Mocks3Error: The principal, the call or a condition key is not valid.
    """
    mark = aws.snapshot()
    try:
        return _play(aws, who, call, keys or {}, session, owner, assumptions)
    finally:
        aws.restore(mark)


def _play(
    aws: CallWorld,
    who: str | Principal,
    call: ServiceCall,
    keys: Mapping[str, Any],
    session: SessionDetails,
    owner: str | None,
    assumptions: Assumptions,
) -> Played:
    call.check()
    asked = interpret(call, keys, assumptions, aws.clock.now())
    details = asked.details(session)
    found = find_principal(aws, who, details) if isinstance(who, str) else FoundPrincipal(who)
    prepared = prepare(aws, asked.call, found, owner, asked.assumptions)
    if asked.moment is not None:
        aws.clock.move_to(asked.moment)
    before = len(aws.decisions)
    with ExitStack() as context:
        context.enter_context(adopted(prepared.versions))
        if asked.context:
            context.enter_context(aws.request_context(**asked.context))
        client = _client(aws, found, prepared.call, prepared.region, asked.config)
        signed = found.principal.access_key is not None
        sent = send(aws, client, prepared.call, in_url=asked.in_url, signed=signed)
    decisions = tuple(aws.decisions[before:])
    denial = sent.denial
    if sent.response is not None and sent.response.get("Errors"):  # entries of DeleteObjects were denied
        denial = next((each for each in decisions if not each.allowed), None)
    # A call that is denied early does not get to the decision that has the tags of the object.
    unproven = [each for each in asked.unproven if denial is None or not is_of_object(each)]
    require_carried(decisions, keys, unproven)
    assumed = (*found.assumed, *prepared.assumed)
    return Played(
        prepared.call, found.name, decisions, denial, sent.error, sent.response, assumed, prepared.open
    )


def _client(
    aws: CallWorld, found: FoundPrincipal, call: ServiceCall, region: str | None, config: Mapping[str, Any]
) -> Any:
    options: dict[str, Any] = {}
    if region is not None and region != aws.settings.region:
        options["region_name"] = region
    if config or is_directory_bucket(str(call.parameters.get("Bucket", ""))):
        # A client keeps its sessions of directory buckets. A new one has none, so that S3 decides CreateSession.
        from botocore.config import Config

        options["config"] = Config(**config)
    return found.principal.client(call.service, **options)
