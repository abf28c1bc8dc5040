"""Prove a property from the policies: decide requests that stand for all requests.

What is covered: every action of S3 on the bucket and on its objects, with every combination of condition keys that the
policies tell apart, for each caller. What is not covered, so that the property is not proved:

- a bucket to which ACLs apply (Object Ownership is not BucketOwnerEnforced), because objects have their own ACLs
- a bucket with access points, a directory bucket, and a bucket with uploads in progress, whose initiators have rights
  of their own (M-5)
- policies with variables (``${aws:username}``), because the value of one key then decides about another
- what a call writes: no policy contains it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3.access.context import MULTIVALUED
from mocks3.access.linting.tables import s3_tables
from mocks3.access.vocabulary import BUCKET, OBJECT
from mocks3.invariants.callers import Named, is_possible
from mocks3.policy import Layer
from mocks3.policy.glob import glob
from mocks3.policy.sampling import Universe, sample_requests

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.invariants.callers import InvariantCaller
    from mocks3.invariants.properties import Invariant
    from mocks3.invariants.world import CheckedWorld
    from mocks3.policy import Policies, Policy, Request
    from mocks3.storage import Bucket

ENFORCED: Final = "BucketOwnerEnforced"
_OF_CALLERS: Final = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/",
    "aws:username",
)
"""Condition keys that follow from the caller. Strangers can have any value of them."""
_OF_SERVICES: Final = (
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:principaltype",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:userid",
)
_OF_RESOURCE: Final = (
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "s3:resourceaccount",
)


class Suspect(NamedTuple):
    """A request that the policies allow, although it violates the property. It may not be possible to send it."""

    caller: InvariantCaller
    bucket: str
    request: Request


class Proof(NamedTuple):
    """The result of a proof: how many requests were decided, and why the property is not proved; None if it is."""

    requests: int
    gap: str | None
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True)
class _Subject:
    """One caller and one bucket."""

    world: CheckedWorld
    invariant: Invariant
    caller: InvariantCaller
    bucket: Bucket
    named: Named


def prove(
    world: CheckedWorld,
    invariant: Invariant,
    callers: list[InvariantCaller],
    buckets: list[Bucket],
    named: Named,
) -> Proof:
    """Decide requests of all callers about all buckets."""
    if invariant.key is not None:
        return Proof(0, "the policies do not contain what calls write")
    count = 0
    gaps: list[str] = []
    suspects: list[Suspect] = []
    for bucket in buckets:
        gap = _gap_of_bucket(world, bucket)
        if gap is not None:
            gaps.append(gap)
        if bucket.zone is not None:
            continue
        for caller in callers:
            found = _prove_one(_Subject(world, invariant, caller, bucket, named))
            count += found.requests
            suspects += found.suspects
            gaps += [] if found.gap is None else [found.gap]
    return Proof(count, gaps[0] if gaps else None, tuple(suspects))


def _gap_of_bucket(world: CheckedWorld, bucket: Bucket) -> str | None:
    if bucket.zone is not None:
        return f"{bucket.name} is a directory bucket"
    if bucket.ownership != ENFORCED:
        return (
            f"ACLs apply to the bucket {bucket.name}: its Object Ownership is {bucket.ownership or 'not set'}"
        )
    if any(point.bucket == bucket.name for point in world.store.access_points()):
        return f"the bucket {bucket.name} has access points"
    return f"the bucket {bucket.name} has uploads in progress" if bucket.uploads else None


def _prove_one(subject: _Subject) -> Proof:
    base = subject.world.explain(subject.caller.principal, "s3:GetObject", f"{subject.bucket.arn}/key")
    policies = documents_of(base.policies)
    keys = {c.key.lower() for each in policies for statement in each.statements for c in statement.conditions}
    fixed = {**_fixed(subject, base, keys), **subject.invariant.fixed}
    sample = sample_requests(policies, base.request.principal, _universe(subject, fixed))
    for count, request in enumerate(sample.requests, 1):
        context = {key: list(request.context.get(key, ())) for key in request.context}
        decision = subject.world.explain(subject.caller.principal, request.action, request.resource, context)
        if subject.invariant.is_violated_by(decision):
            with_keys = "".join(f", {key}={','.join(values) or 'missing'}" for key, values in context.items())
            return Proof(
                count,
                f"the policies allow {request.action} on {request.resource} to {subject.caller.name}{with_keys}; no "
                "call that was tried does this",
                (Suspect(subject.caller, subject.bucket.name, request),),
            )
    gap = (
        None
        if sample.exhaustive
        else f"a policy about {subject.bucket.name} has variables or incomplete ARNs"
    )
    return Proof(len(sample.requests), gap)


def _fixed(subject: _Subject, base: Decision, keys: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the condition keys whose values follow from the caller and the bucket."""
    free = subject.caller.is_stranger and subject.caller.arn is not None
    names = _OF_SERVICES + _OF_RESOURCE + (() if free else _OF_CALLERS)
    return {key: tuple(base.request.values(key) or ()) for key in keys if key.startswith(names)}


def _universe(subject: _Subject, fixed: Mapping[str, tuple[str, ...]]) -> Universe:
    tables, invariant = s3_tables(), subject.invariant
    forms = {BUCKET: subject.bucket.arn, OBJECT: f"{subject.bucket.arn}/${{Key}}"}
    named = glob(invariant.action.lower())
    return Universe(
        {
            action: [forms[kind] for kind in kinds if kind in forms]
            for action, kinds in tables.actions.items()
            if named(action.lower()) and any(kind in forms for kind in kinds)
        },
        tables,
        fixed,
        MULTIVALUED,
        () if invariant.resource == "*" else (invariant.resource,),
        partial(_is_possible, subject),
    )


def _is_possible(subject: _Subject, key: str, values: tuple[str, ...]) -> bool:
    return is_possible(subject.caller, key, values, subject.named, outside=subject.invariant.outside)


def documents_of(policies: Policies) -> list[Policy]:
    """Return the documents of all layers."""
    return [policy for layer in Layer for policy in policies.of(layer)]


def deciding_documents(
    world: CheckedWorld, callers: list[InvariantCaller], buckets: list[Bucket]
) -> dict[Policy, None]:
    """Return the documents that decide about the callers and the buckets, each once."""
    found: dict[Policy, None] = {}
    for caller in callers:
        for bucket in buckets:
            decision = world.explain(caller.principal, "s3:GetObject", f"{bucket.arn}/key")
            found |= dict.fromkeys(documents_of(decision.policies))
    return found
