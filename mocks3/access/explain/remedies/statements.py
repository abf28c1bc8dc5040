"""Remedies in policies: correct a statement that nearly allows the request, add one, or weaken a Deny or a guard rail.

Rule 1: the smallest change. A change that S3's own rules do not need is left out.
Rule 2: an added statement keeps the conditions of a statement that nearly allows the request.
Rule 3: a change that concerns other requests or other callers too says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.reasons import own_policy_name, uses_bucket_policy
from mocks3.access.explain.remedies.corrections import corrections, misses, raw_statement
from mocks3.access.explain.remedies.exceptions import exception_for_caller
from mocks3.access.explain.remedies.names import identity_name, place_of, statement_name
from mocks3.access.explain.remedies.remedy import (
    Kind,
    PolicyChange,
    PolicyChanges,
    Remedy,
    RemedyStep,
)
from mocks3.access.explain.remedies.trial import allowed_by
from mocks3.model.target import DirectoryTarget
from mocks3.policy import Add, Layer, Remove, Replace
from mocks3.policy.suggestion import candidates
from mocks3.storage.kms.managed import ALIAS

if TYPE_CHECKING:
    from mocks3.access.decision import Decision

MAX_VARIANTS = 256
"""The largest number of sets of changes that are tried for one decision."""

_WIDENED = {
    Layer.BOUNDARY: "this widens the permissions boundary",
    Layer.SCP: "this widens a guard rail, for all principals of its accounts",
    Layer.VPC_ENDPOINT: "this widens the policy of the endpoint",
}
_AROUND = {
    Layer.BOUNDARY: "this goes around the permissions boundary",
    Layer.SESSION: "this goes around the session policy",
}


def by_policies(decision: Decision) -> Iterator[Remedy]:
    """Return remedies that change policies. Each was tried."""
    known: list[frozenset[tuple[object, ...]]] = []
    for changes in itertools.islice(_variants(decision), MAX_VARIANTS):
        if not changes or not all(map(_is_possible, changes)):
            continue
        if not allowed_by(decision, changes, with_restriction=False):
            continue
        needed = _without_unneeded(decision, changes)
        places = frozenset(map(_place, needed))
        if not any(other <= places for other in known):
            known.append(places)
            yield (*(_step(decision, each, needed) for each in needed), *_blocking_settings(decision, needed))


def _place(change: PolicyChange) -> tuple[object, ...]:
    """Return what a change is for. A correction and an addition in the same policy are for the same."""
    policy, edit = own_policy_name(change.part), change.edit
    if isinstance(edit, Add):
        return policy, edit.layer, edit.level
    if change.kind is Kind.CORRECTION:
        level = _level(change.part, edit.ref.document) if edit.ref.layer is Layer.SCP else None
        return policy, edit.ref.layer, level
    return policy, edit.ref


def _level(part: Decision, document: int) -> int:
    """Return the level of a service control policy by its number over all levels."""
    ends = itertools.accumulate(map(len, part.policies.scps))
    return next(level for level, end in enumerate(ends) if document < end)


def _variants(decision: Decision) -> Iterator[PolicyChanges]:
    """Yield sets of changes, fewest first: those of the policy engine, with every other form of each change."""
    parts = [[*_sets(part), ()] for part in decision.parts]
    found = (tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*parts))
    for changes in sorted(found, key=len):
        yield from itertools.product(*(tuple(_forms(change)) for change in changes))


def _sets(part: Decision) -> Iterator[PolicyChanges]:
    if not part.allowed:
        for suggestion in candidates(part.request, part.policies):
            yield tuple(PolicyChange(part, edit, Kind.ADDITION) for edit in suggestion.changes)


def _forms(change: PolicyChange) -> Iterator[PolicyChange]:
    """Yield the forms of a change of the policy engine, the best one first."""
    part, edit = change.part, change.edit
    if isinstance(edit, Remove):
        narrower = exception_for_caller(part, edit.ref)
        yield PolicyChange(part, edit if narrower is None else Replace(edit.ref, narrower), Kind.WEAKENING)
    elif isinstance(edit, Add):
        for replacement, reason in corrections(part, edit.layer):
            yield PolicyChange(part, replacement, Kind.CORRECTION, reason)
        statement = _written(part, edit)
        everyone = statement.get("Principal") == "*"
        kind = Kind.WEAKENING if everyone or edit.layer in _WIDENED else Kind.ADDITION
        added = Add(edit.layer, statement, edit.document, edit.level)
        note = "this allows everyone" if everyone else _bypassed(part, edit.layer)
        yield PolicyChange(part, added, kind, note)


def _written(part: Decision, edit: Add) -> dict[str, Any]:
    """Return the statement as this kind of policy has it, with the conditions of a near miss."""
    statement = dict(edit.statement)
    for miss in misses(part, edit.layer):
        assert miss.failure is not None
        conditions = raw_statement(part.policies, miss.ref).get("Condition")
        if conditions and miss.failure.element != "Condition":
            return statement | {"Condition": conditions}
    return statement


def _bypassed(part: Decision, layer: Layer) -> str:
    """Return which condition of a near miss an added statement does not have."""
    failures = (miss.failure for miss in misses(part, layer))
    keys = [check.key for check in failures if check is not None and check.element == "Condition"]
    return f"this allows it without the condition on {keys[0]}" if keys else ""


def _is_possible(change: PolicyChange) -> bool:
    """Return whether the policy can be changed: the bucket must exist, and its policy must apply to the call.

    Block Public Access of directory buckets cannot be switched off (F-150). The policy of an AWS managed key cannot be
    changed (KMS developer guide, "AWS managed keys").
    """
    if change.layer is not Layer.RESOURCE:
        return True
    if managed_key(change.part):
        return False
    if not isinstance(change.edit, Add):
        return True
    target = change.part.question.target
    if isinstance(target, DirectoryTarget) and _allows_everyone(change):
        return False
    bucketless = not change.part.circumstances.policy_required and (target is None or target.bucket is None)
    return not bucketless and uses_bucket_policy(change.part)


def managed_key(part: Decision) -> bool:
    """Return whether the decision is about an AWS managed key."""
    if not part.action.startswith("kms:") or part.question.arn is None:
        return False
    policy = part.policies.resource
    return policy is not None and policy.name == f"key policy of {ALIAS.removeprefix('alias/')}"


def _without_unneeded(decision: Decision, changes: PolicyChanges) -> PolicyChanges:
    """Return the changes without those that S3's own rules do not need."""
    for change in changes:
        fewer = tuple(each for each in changes if each is not change)
        if fewer and allowed_by(decision, fewer, with_restriction=False):
            changes = fewer
    return changes


def _step(decision: Decision, change: PolicyChange, changes: PolicyChanges) -> RemedyStep:
    part, edit = change.part, change.edit
    if isinstance(edit, Remove):
        text = f"remove or narrow {statement_name(part, edit.ref)}: it also protects other requests"
        return RemedyStep(text, None, Kind.WEAKENING, change)
    statement = dict(edit.statement)
    name = own_policy_name(part)
    if change.layer is Layer.RESOURCE and isinstance(edit, Add):
        if name == "trust policy":
            del statement["Resource"]  # statements of trust policies have no Resource
        elif name == "key policy":
            statement["Resource"] = "*"  # in a key policy, this key (KMS developer guide, "Key policies")
    if isinstance(edit, Replace):
        named = statement_name(part, edit.ref)
        if change.kind is Kind.CORRECTION:
            return RemedyStep(f"correct {named}: {change.reason}", statement, change.kind, change)
        text = f"weaken {named}, so that it does not deny {identity_name(part)}"
        return RemedyStep(text, statement, change.kind, change)
    around = _goes_around(change, changes)
    note = change.reason or around or _WIDENED.get(change.layer, "")
    kind = Kind.WEAKENING if around else change.kind
    return RemedyStep(
        f"add to {place_of(part, edit)}" + (f" ({note})" if note else ""), statement, kind, change
    )


def _goes_around(change: PolicyChange, changes: PolicyChanges) -> str:
    """Return which guard rail the grant goes around: a grant to the user itself is not limited by it (E-42, E-44)."""
    part = change.part
    if change.layer is not Layer.RESOURCE or part.question.caller.account != part.owner:
        return ""
    findings, changed = part.findings, {each.layer for each in changes}
    for layer, allows in ((Layer.BOUNDARY, findings.boundary), (Layer.SESSION, findings.session)):
        if not allows and layer not in changed:
            return _AROUND[layer]
    return ""


def _blocking_settings(decision: Decision, changes: PolicyChanges) -> Iterator[RemedyStep]:
    """Return the Block Public Access settings that block a policy that allows everyone (B-3, B-4)."""
    target = decision.question.target
    guardrails = decision.question.request_info.guardrails
    block = None if target is None else target.public_access_block(guardrails)
    settings = []
    if block is not None and block.block_public_policy and any(map(_allows_everyone, changes)):
        settings.append("BlockPublicPolicy")
    if not allowed_by(decision, changes):
        settings.append("RestrictPublicBuckets")
    if settings:
        yield RemedyStep(
            f"before that, switch off {' and '.join(settings)}: Block Public Access blocks policies that allow "
            "everyone",
            kind=Kind.WEAKENING,
        )


def _allows_everyone(change: PolicyChange) -> bool:
    return isinstance(change.edit, Add) and change.edit.statement.get("Principal") == "*"
