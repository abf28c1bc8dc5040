"""Remedies that change the request: what to send, how to connect, what to sign with, what to leave out.

Rule 1: nothing but the request changes, so no other caller can do more than before.
Rule 2: a change is shown only if the engine allows the changed request, and everything else that the changed request
needs is allowed as before.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mocks3.access.explain.remedies import trial
from mocks3.access.explain.remedies.remedy import Kind, Remedy, RemedyStep, RequestChange
from mocks3.access.explain.remedies.request_keys import KeyChange, key_changes
from mocks3.model.operation import REGISTER
from mocks3.model.permissions import ACL_HEADERS, BUCKET, OBJECT, REQUIRED, REVEAL
from mocks3.policy import Effect, StatementEvidence, StatementRef, evidence

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.operation import Operation
    from mocks3.policy import Condition

MOST_KEYS = 3
"""The largest number of condition keys that are changed together."""
MOST_TRIALS = 300
MOST_CHANGES = 2
"""The largest number of changes of the request that are shown."""


def by_request(decision: Decision) -> Iterator[Remedy]:
    """Return changes of the request that allow it. Each was tried."""
    yield from _signed(decision)
    yield from _without_acl(decision)
    yield from _existing_key(decision)
    yield from _other_version(decision)
    yield from itertools.islice(_with_keys(decision, _allows), MOST_CHANGES)


def undenied(decision: Decision) -> tuple[RemedyStep, Decision] | None:
    """Return a change of the request that fewer Deny statements match, and the decision about the changed request."""
    before = _denies(decision)
    for remedy in _with_keys(decision, lambda again: _denies(again) < before):
        change = remedy[0].change
        assert isinstance(change, RequestChange)
        return remedy[0], trial.with_request(decision, change)
    return None


def _denies(decision: Decision) -> set[tuple[int, StatementRef]]:
    """Return the Deny statements that match, each with the number of its part."""
    return {
        (number, ref)
        for number, part in enumerate(sorted(decision.parts, key=lambda part: part.resource))
        for refs in part.findings.denies.values()
        for ref in refs
    }


def _step(text: str, change: RequestChange) -> Remedy:
    return (RemedyStep(text, None, Kind.REQUEST, change),)


def _allows(decision: Decision) -> bool:
    return decision.allowed


def _signed(decision: Decision) -> Iterator[Remedy]:
    """Return the signed request of an anonymous caller, if that is enough."""
    changed = signed(decision)
    if changed is not None and changed[1].allowed:
        yield (changed[0],)
    elif decision.question.caller.anonymous and decision.question.target is None:
        yield _step("sign the request: unsigned requests belong to no account", _SIGNED)


_SIGNED = RequestChange({}, {}, {}, signed=True)


def signed(decision: Decision) -> tuple[RemedyStep, Decision] | None:
    """Return the step that signs an anonymous request, and the decision about it for the root user of the owner."""
    if not decision.question.caller.anonymous or not _has_owner(decision):
        return None
    text = f"sign the request, for example with credentials of the account {decision.owner}, which owns the bucket"
    (step,) = _step(text, _SIGNED)
    return step, trial.ask_again(decision, info=trial.as_root(decision))


def as_owner(decision: Decision) -> tuple[Remedy, ...]:
    """Return the request with the owner's credentials, for what no policy can allow to other accounts."""
    if not _has_owner(decision) or not trial.ask_again(decision, info=trial.as_root(decision)).allowed:
        return ()
    text = f"sign the request with credentials of the account {decision.owner}, which owns the bucket"
    return (_step(text, _SIGNED),)


def _has_owner(decision: Decision) -> bool:
    """Return whether another account owns the bucket of the decision."""
    target = decision.question.target
    named = target is not None and target.bucket is not None and not decision.also
    return named and decision.question.caller.account != decision.owner


def _without_acl(decision: Decision) -> Iterator[Remedy]:
    """Return the request without the ACL that makes S3 check a permission (A-70)."""
    row, parsed = _row(decision), decision.question.request_info.parsed
    if row is None or parsed is None:
        return
    sent = {name: None for name in ACL_HEADERS if name in parsed.head}
    needs = [need for need in row.required if need.action == decision.action and need.when is not None]
    if not sent or len(needs) != 1:
        return
    change = RequestChange({f"s3:{_header(name)}": () for name in sent}, sent, {})
    (need,), target = needs, decision.question.target
    assert need.when is not None
    if target is None or need.when.applies(trial.with_members(parsed, sent), target):
        return
    if _others_allowed(decision, row, change):
        names = " and ".join(f"{name}={json.dumps(parsed.head[name])}" for name in sent)
        yield _step(f"leave out {names}: then S3 does not check {decision.action}", change)


def _header(member: str) -> str:
    words = "".join(
        f"-{letter.lower()}" if letter.isupper() else letter for letter in member.replace("ACP", "Acp")
    )
    return "x-amz-acl" if member == "ACL" else f"x-amz{words}"


def _existing_key(decision: Decision) -> Iterator[Remedy]:
    """Return the request for a key that exists: S3 checks whether the caller may list the bucket for others (X-1)."""
    row, target = _row(decision), decision.question.target
    if row is None or target is None:
        return
    if any(need.mode is REVEAL and need.action == decision.action for need in row.needs):
        yield _step("ask for a key that exists: this key does not exist", RequestChange({}, {}, {}))


def _other_version(decision: Decision) -> Iterator[Remedy]:
    """Return the request with the id of the current version, or without it, if the caller may read only that (F-50)."""
    row, target = _row(decision), decision.question.target
    if row is None or target is None or target.bucket is None or target.key is None or decision.also:
        return
    current = target.bucket.current(target.key)
    if current is None or current.is_delete_marker or current.version_id == "null":
        return
    other = None if target.version_id else current.version_id
    if target.version_id not in (None, current.version_id):
        return
    changed = target.in_same_bucket(target.key, other)
    parsed = decision.question.request_info.parsed
    assert parsed is not None
    wanted = [
        need
        for need in row.required
        if need.on is OBJECT and (need.when is None or need.when.applies(parsed, changed))
    ]
    if not wanted or any(need.action == decision.action for need in wanted):
        return
    if all(trial.ask_again(decision, action=need.action, target=changed).allowed for need in wanted):
        text = (
            "leave out VersionId: it is the current version"
            if other is None
            else f'name the version: VersionId="{other}"'
        )
        yield _step(text, RequestChange({}, {"VersionId": other}, {}, version=other))


def _row(decision: Decision) -> Operation | None:
    parsed = decision.question.request_info.parsed
    return None if parsed is None else REGISTER.get((parsed.service, parsed.operation))


def _with_keys(decision: Decision, enough: Callable[[Decision], bool]) -> Iterator[Remedy]:
    """Yield changes of condition keys, fewest first, under which ``enough`` is true."""
    row = _row(decision)
    choices = {
        key: tuple(key_changes(decision, key, conditions))
        for key, conditions in deciding_conditions(decision).items()
    }
    known: list[frozenset[str]] = []
    for picked in itertools.islice(_combinations(choices), MOST_TRIALS):
        names = frozenset(key for key, _ in picked)
        if any(each <= names for each in known):
            continue
        change = _together([each.change for _, each in picked])
        if enough(trial.with_request(decision, change)) and _others_allowed(decision, row, change):
            known.append(names)
            yield _step(", and ".join(each.text for _, each in picked), change)


def _combinations(choices: dict[str, tuple[KeyChange, ...]]) -> Iterator[tuple[tuple[str, KeyChange], ...]]:
    for count in range(1, MOST_KEYS + 1):
        for keys in itertools.combinations(choices, count):
            for picked in itertools.product(*(choices[key] for key in keys)):
                yield tuple(zip(keys, picked, strict=True))


def _together(changes: list[RequestChange]) -> RequestChange:
    keys: dict[str, tuple[str, ...]] = {}
    members: dict[str, object] = {}
    context: dict[str, object] = {}
    for change in changes:
        keys |= change.keys
        members |= change.members
        context |= change.context
    return RequestChange(keys, members, context)


def deciding_conditions(decision: Decision) -> dict[str, list[Condition]]:
    """Return the conditions that decide, by their key in lower case.

    These are the conditions of the Deny statements that match, or those of the Allow statements of which only
    conditions do not match.
    """
    found: dict[str, list[Condition]] = {}
    for part in decision.parts:
        if part.allowed:
            continue
        effect = Effect.DENY if decision.outcome.explicit else Effect.ALLOW
        for each in evidence(part.request, part.policies):
            if each.effect is effect and _misses_by_conditions(each):
                policy = part.policies.of(each.ref.layer)[each.ref.document]
                for condition in policy.statements[each.ref.statement].conditions:
                    found.setdefault(condition.key.lower(), []).append(condition)
    return found


def _misses_by_conditions(each: StatementEvidence) -> bool:
    """Return whether all of the statement matches, or all but conditions."""
    return all(check.element == "Condition" for check in each.failures)


def _others_allowed(decision: Decision, row: Operation | None, change: RequestChange) -> bool:
    """Return whether the changed request may do everything else that the request may do."""
    parsed, target = decision.question.request_info.parsed, decision.question.target
    if row is None or parsed is None or target is None or target.bucket is None or decision.also:
        return True
    if not change.members or any(need.on not in (OBJECT, BUCKET) for need in row.required):
        return True
    info = trial.changed_info(decision.question.request_info, change)
    assert info.parsed is not None
    for need in row.required:
        if need.action == decision.action or need.mode is not REQUIRED:
            continue
        if need.when is not None and not need.when.applies(info.parsed, target):
            continue
        on = target if need.on is OBJECT else target.in_same_bucket()
        if need.action == "s3:PutObjectAcl":
            continue  # decided for the object that will be written
        before = trial.ask_again(decision, action=need.action, target=on, prospective=False)
        after = trial.ask_again(decision, action=need.action, target=on, info=info, prospective=False)
        if before.allowed and not after.allowed:
            return False
    return True
