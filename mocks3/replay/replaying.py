"""Replay events: make each call in the state that was loaded, and compare its decision with AWS's."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.calls import Assumptions, ServiceCall, play
from mocks3.calls.samples import complete
from mocks3.calls.shared_clients import SharedClientPrincipal, SharedClients
from mocks3.errors import Mocks3Error, NotSupported
from mocks3.interceptors import refusal_log
from mocks3.operations import registered
from mocks3.replay import event_names
from mocks3.replay.contexts import Context, context_of
from mocks3.replay.events import Event, Placed, events_in
from mocks3.replay.identities import Identity, NotReplayable, identity_of, time_of
from mocks3.replay.missing import DifferingCall, Lack, lacks_of_a_denial, lacks_of_a_grant
from mocks3.replay.outcomes import (
    ALLOWED,
    DENIED,
    FAILED,
    LAYER_NAMES,
    SAME_LAYERS,
    AwsOutcome,
    outcome_of,
)
from mocks3.replay.parameters import parameters_of
from mocks3.replay.principals import EventCaller, caller_of
from mocks3.replay.results import NOT_REPLAYED, Replay, ReplayedEvent

if TYPE_CHECKING:
    from mocks3.calls import CallWorld, Played
    from mocks3.handles.principals import Principal

SOURCES = frozenset({"s3.amazonaws.com", "s3express.amazonaws.com"})
"""The ``eventSource`` of S3, S3 Control and directory buckets."""

KMS = "kms.amazonaws.com"
"""The ``eventSource`` of AWS KMS. Its events about keys, key policies and grants are replayed."""

_ACCESS_POINT_HOST = re.compile(
    r"(?P<name>.+)-(?P<account>\d{12})\.s3-accesspoint(?:-fips)?\.(?P<region>[a-z0-9-]+)\."
)


def replay(aws: CallWorld, source: object, *, keys: Mapping[str, Any] | None = None) -> Replay:
    """Make the calls of events again.

    Args:
        aws: The in-memory AWS. Its state is the same afterwards.
        source: The events, as :func:`~mocks3.replay.events.events_in` takes them.
        keys: Condition keys that CloudTrail does not log, such as ``{"aws:PrincipalTag/team": "data"}``. All calls
            carry them.

    Returns:
        The answer for each event.

    Raises:
        Mocks3Error: The source contains no event.
    """
    return replay_events(aws, events_in(source), keys=keys)


def replay_events(
    aws: CallWorld, placed: Sequence[Placed], *, keys: Mapping[str, Any] | None = None
) -> Replay:
    """Make the calls of events again, as :func:`replay` does."""
    copies, given = _copies(placed), _Given(keys or {}, SharedClients())
    return Replay(
        tuple(_replayed(aws, each, given, copies.get(number)) for number, each in enumerate(placed))
    )


class _Given(NamedTuple):
    """What all events of a replay share: condition keys that CloudTrail does not log, and the clients."""

    keys: Mapping[str, Any]
    clients: SharedClients


def _copies(placed: Sequence[Placed]) -> dict[int, str]:
    """Return the events that are copies: CloudTrail delivers a call to the accounts of the caller and of the bucket.

    The copy of the caller's account has the caller's ARN and is the one to replay.
    """
    best: dict[str, int] = {}
    copies: dict[int, str] = {}
    for number, each in enumerate(placed):
        shared = each.event.get("sharedEventID")
        if not isinstance(shared, str):
            continue
        kept = best.setdefault(shared, number)
        if kept == number:
            continue
        if _has_arn(each.event) and not _has_arn(placed[kept].event):
            best[shared], kept, number = number, number, kept
        copies[number] = placed[kept].place
    return copies


def _has_arn(event: Event) -> bool:
    identity = event.get("userIdentity")
    return isinstance(identity, Mapping) and bool(identity.get("arn"))


@dataclass(frozen=True)
class _Call:
    """The call of an event."""

    event: Event
    identity: Identity
    outcome: AwsOutcome
    call: ServiceCall
    assumed: tuple[str, ...]

    @property
    def bucket(self) -> str | None:
        name = self.call.parameters.get("Bucket")
        return None if name is None else str(name)


def _replayed(aws: CallWorld, placed: Placed, given: _Given, copy_of: str | None) -> ReplayedEvent:
    try:
        if copy_of is not None:
            raise NotReplayable(f"it is a copy of {copy_of}, for the other account (sharedEventID)")
        call = _call_of(aws, placed.event)
        return _compared(aws, placed, call, given)
    except (NotReplayable, Mocks3Error) as reason:
        return _answer(placed, NOT_REPLAYED, None, str(reason))


def _answer(placed: Placed, mocks3: str, agrees: bool | None, why: str, **more: Any) -> ReplayedEvent:
    event = placed.event
    return ReplayedEvent(
        placed.place,
        str(event.get("eventTime") or ""),
        _shown_caller(event),
        str(event.get("eventName")),
        _resource(event),
        outcome_of(event),
        mocks3,
        agrees,
        why,
        **more,
    )


def _shown_caller(event: Event) -> str:
    try:
        return identity_of(event).shown
    except NotReplayable:
        given = event.get("userIdentity")
        return str(given.get("type")) if isinstance(given, Mapping) else "unknown"


def _resource(event: Event) -> str:
    sent = event.get("requestParameters")
    sent = sent if isinstance(sent, Mapping) else {}
    bucket, key = sent.get("bucketName"), sent.get("key") or sent.get("prefix")
    if not bucket:
        return str(sent.get("keyId") or "-")
    return f"s3://{bucket}/{key}" if key else f"s3://{bucket}"


def _call_of(aws: CallWorld, event: Event) -> _Call:
    """Return the call of an event. Raise NotReplayable with the reason if it has none."""
    source, name = str(event.get("eventSource")), str(event.get("eventName"))
    if source not in SOURCES and source != KMS:
        raise NotReplayable(f"it is an event of {source}, not of S3")
    if event.get("eventType") not in (None, "AwsApiCall"):
        raise NotReplayable(f"its eventType is {event['eventType']}: no principal made a call")
    sent = event.get("requestParameters")
    sent = sent if isinstance(sent, Mapping) else {}
    found = _operation_of(source, name, sent)
    if found is None or name in event_names.NO_CALLS:
        read_keys = found is not None and "Delete" in parameters_of(*found, sent).parameters
        if not read_keys:
            raise NotReplayable(event_names.NO_CALLS.get(name, f"S3 has no operation for the event {name}"))
    assert found is not None
    read = parameters_of(*found, sent)
    parameters = dict(read.parameters)
    if "Bucket" in parameters:
        parameters["Bucket"] = _addressed(aws, event, sent, str(parameters["Bucket"]))
    assumed = list(read.assumed)
    if read.unused:
        assumed.append(f"not used: {', '.join(read.unused)} in requestParameters")
    call, added = _completed(ServiceCall(*found, parameters))
    if added:
        assumed.append(f"{', '.join(added)} of {call.operation} is a sample: the event does not have it")
    return _Call(event, identity_of(event), outcome_of(event), call, tuple(assumed))


def _operation_of(source: str, name: str, sent: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the service and the operation of an event, or None.

    Raises:
        NotReplayable: It is an event of KMS that needs a ciphertext, or that mocks3 does not support.
    """
    if source != KMS:
        return event_names.operation_of(name, sent)
    if ("kms", name) not in registered():
        raise NotReplayable(
            f"mocks3 does not make the call {name} of AWS KMS. If S3 made it for its caller (the encryption context "
            "has aws:s3:arn), replay the event of the S3 call, which needs the key too"
        )
    return "kms", name


def _completed(call: ServiceCall) -> tuple[ServiceCall, tuple[str, ...]]:
    """Return the call with samples of required parameters. Raise NotReplayable if the bucket or the key is missing."""
    try:
        return complete(call)
    except NotSupported:
        raise
    except Mocks3Error:
        shape = call.model.input_shape
        missing = (
            [] if shape is None else [each for each in shape.required_members if each not in call.parameters]
        )
        raise NotReplayable(
            f"requestParameters does not have {' and '.join(missing)} of {call.operation}"
        ) from None


def _addressed(aws: CallWorld, event: Event, sent: Mapping[str, Any], bucket: str) -> str:
    """Return the bucket, or the ARN of the access point through which the call was made."""
    for resource in _resources(event):
        if "AccessPoint" in str(resource.get("type")):
            arn = str(resource.get("ARN"))
            if ":accesspoint/" in arn:
                return arn
    host = sent.get("Host") or sent.get("host")
    found = _ACCESS_POINT_HOST.match(str(host[0] if isinstance(host, list) and host else host))
    if found is None:
        return bucket
    partition = "aws-cn" if str(host).endswith(".cn") else "aws"
    return f"arn:{partition}:s3:{found['region']}:{found['account']}:accesspoint/{found['name']}"


def _resources(event: Event) -> list[Mapping[str, Any]]:
    found = event.get("resources")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _owner_of(event: Event) -> str | None:
    """Return the account that owns the bucket, as the event's ``resources`` have it."""
    for resource in _resources(event):
        if str(resource.get("type")).endswith("::Bucket"):
            account = str(resource.get("accountId") or "")
            if account.isdigit() and len(account) == 12:
                return account
    return None


def _compared(aws: CallWorld, placed: Placed, call: _Call, given: _Given) -> ReplayedEvent:
    """Make the call and compare. The state is restored afterwards, and no listener of the world is called."""
    mark = aws.snapshot()
    try:
        aws.effects.listeners = {}
        owner = _owner_of(call.event)
        moment = time_of(call.event.get("eventTime")) or aws.clock.now()
        caller = caller_of(aws, call.identity, call.outcome, moment, owner)
        service_role = call.identity.invoked_by in caller.trusts
        context = context_of(call.event, call.identity, service_role=service_role, keys=given.keys)
        aws.clock.move_to(moment)
        principal = SharedClientPrincipal(aws, caller.principal, given.clients)
        played, otherwise = _best(call.outcome, _attempts(aws, call, principal, context, owner))
        assumed = (*call.assumed, *caller.assumed, *context.assumed, *played.assumed, *otherwise)
        mocks3, agrees = _verdict(call.outcome, played)
        return _answer(
            placed,
            mocks3,
            agrees,
            _why(call.outcome, played),
            assumed=tuple(dict.fromkeys(assumed)),
            lacks=_lacks(aws, call, caller, played, agrees),
            played=played,
        )
    finally:
        aws.restore(mark)


def _attempts(
    aws: CallWorld,
    call: _Call,
    caller: Principal,
    context: Context,
    owner: str | None,
) -> Iterator[Played]:
    """Make the call as the event most probably was, then with other states of what the event does not say."""
    first = Assumptions(object_exists=not call.outcome.key_is_missing)

    def attempt(assumptions: Assumptions) -> Played:
        with aws.request_context(**context.arguments):
            played = play(aws, caller, call.call, owner=owner, assumptions=assumptions)
        for decision in played.decisions:
            refusal_log.remove_expected(decision)  # a denial of a replay is an answer, no fault of a test
        return played

    played = attempt(first)
    yield played
    if call.outcome.kind == FAILED:
        return
    for name in sorted(played.open):
        other: dict[str, Any] = {name: not getattr(first, name)}
        yield attempt(dataclasses.replace(first, **other))


def _best(outcome: AwsOutcome, attempts: Iterator[Played]) -> tuple[Played, tuple[str, ...]]:
    """Return the first attempt, or the first one after it that gives AWS's answer, for the reason that AWS names.

    Returns:
        The attempt, and a sentence that says what the first one gave, if it is another.
    """
    first = next(attempts)
    decided, same = _verdict(outcome, first)
    if same:
        return first, ()
    for played in attempts:
        if _verdict(outcome, played)[1] and not _other_reason(outcome, played):
            return played, (f"with what is otherwise assumed, mocks3 answers: {decided}",)
    return first, ()


def _verdict(outcome: AwsOutcome, played: Played) -> tuple[str, bool | None]:
    """Return mocks3's decision, and whether AWS decided the same."""
    if played.denial is not None:
        code = None if played.error is None else played.error.code
        return DENIED, outcome.kind == DENIED or (code is not None and outcome.code == code)
    if played.error is None:
        return ALLOWED, outcome.kind != DENIED
    mocks3 = f"{FAILED} {played.error.code}"
    if outcome.code == played.error.code:
        return mocks3, True
    return mocks3, outcome.kind != DENIED if played.decided else None


def _other_reason(outcome: AwsOutcome, played: Played) -> str:
    """Return what AWS's message names, if both denied the call and mocks3 for another reason; else an empty text."""
    denial = played.denial
    if denial is None or outcome.kind != DENIED:
        return ""
    if _action_of(outcome) not in (None, denial.action.lower()):
        return f"AWS denied {outcome.action}, mocks3 denies {denial.action}"
    layers = SAME_LAYERS.get(outcome.layer or "")
    if layers is not None and denial.layer not in layers:
        return f"AWS names {LAYER_NAMES[outcome.layer or '']}, which does not deny the call in the files"
    return ""


def _why(outcome: AwsOutcome, played: Played) -> str:
    if played.denial is not None:
        other = _other_reason(outcome, played)
        reason = f"{played.denial.action}: {played.denial.reason}"
        return f"{reason}; {other}" if other else reason
    if not played.decided:
        return f"mocks3 answers {played.error} before it decides permissions"
    granting = next((each for each in reversed(played.decisions) if each.allowed), None)
    reason = "the call needs no permission" if granting is None else granting.reason
    if played.error is not None and outcome.code != played.error.code:
        return f"{reason}; then the call fails: {played.error}"
    return reason


def _lacks(
    aws: CallWorld, call: _Call, caller: EventCaller, played: Played, agrees: bool | None
) -> tuple[Lack, ...]:
    if agrees is not False and not _other_reason(call.outcome, played):
        return ()
    bucket = call.bucket
    stored = aws.store.resolve_bucket(bucket) if bucket else None
    about = DifferingCall(
        call.identity,
        call.outcome,
        bucket,
        stored.owner if stored is not None else _owner_of(call.event),
        str(call.event.get("awsRegion") or aws.settings.region),
        str(call.event.get("vpcEndpointId") or "") or None,
        caller.is_loaded,
        None if played.denial is None else played.denial.layer,
    )
    if call.outcome.kind != DENIED:
        return lacks_of_a_grant(about)
    found = lacks_of_a_denial(aws, about)
    if played.denial is not None and _action_of(call.outcome) not in (None, played.denial.action.lower()):
        found = (
            *lacks_of_a_grant(about),
            *found,
        )  # AWS granted what mocks3 denies, and denied another action
    return tuple({each.what: each for each in found}.values())


def _action_of(outcome: AwsOutcome) -> str | None:
    return None if outcome.action is None else outcome.action.lower()
