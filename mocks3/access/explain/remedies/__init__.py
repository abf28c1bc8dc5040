"""Find changes that would allow a denied request, in the order in which a reviewer would accept them.

    remedy                  the kinds of steps, and what a step changes
    request_changes         1. change the request; request_keys: how the value of a condition key is changed
    corrections             2. correct the one wrong element of a statement: element_corrections, condition_corrections
    statements              3. add a statement; last, weaken a Deny (exceptions) or a guard rail
    public_policies         policies that RestrictPublicBuckets restricts
    outside                 changes outside policies: ACLs, Object Ownership, Block Public Access, another key
    trial                   decide again
    names                   the names of policies and statements

Rule 1: every change is tried before it is shown: the engine decides again.
Rule 2: a change that is not needed is left out.
Rule 3: a change that lets other callers or other requests do more is shown only if there is no other, and says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from mocks3.access.access_points import joint_decision
from mocks3.access.explain.reasons import vpc_of
from mocks3.access.explain.remedies.names import statement_name
from mocks3.access.explain.remedies.outside import outside_policies
from mocks3.access.explain.remedies.remedy import Kind, Remedy, RemedyStep, ranked
from mocks3.access.explain.remedies.request_changes import as_owner, by_request, undenied
from mocks3.access.explain.remedies.statements import by_policies
from mocks3.access.explain.remedies.trial import would_allow
from mocks3.policy import Reason

if TYPE_CHECKING:
    from mocks3.access.decision import Decision

__all__ = ["Kind", "Remedy", "RemedyStep", "no_remedy", "remedies", "statement_name", "would_allow"]


def remedies(decision: Decision) -> tuple[Remedy, ...]:
    """Return the smallest changes, the best one first. Empty if the call is allowed or no small change allows it."""
    if decision.allowed:
        return ()
    without_policies = _WITHOUT_POLICIES.get(decision.outcome.reason)
    if without_policies is not None:
        return without_policies(decision)
    found = [*by_request(decision), *outside_policies(decision), *by_policies(decision)]
    if decision.outcome.explicit and not any(_is_request(each) for each in found):
        found += _changed_request_and_policies(decision)
    return ranked(found or as_owner(decision))


def no_remedy(decision: Decision) -> str:
    """Return why a denied request has no remedy."""
    if not set("*?").isdisjoint(decision.action):
        return f"{decision.action} names several actions; ask about one of them"
    return "no change of one request or of its policies allows it"


def _is_request(remedy: Remedy) -> bool:
    return all(step.kind is Kind.REQUEST for step in remedy)


def _changed_request_and_policies(decision: Decision) -> Iterator[Remedy]:
    """Return a change of the request that no Deny matches, together with what else allows the changed request."""
    changed = undenied(decision)
    if changed is not None:
        step, again = changed
        yield from ((step, *remedy) for remedy in remedies(again))


def _sign(decision: Decision) -> tuple[Remedy, ...]:
    return ((RemedyStep("sign the request", kind=Kind.REQUEST),),)


def _own_credentials(decision: Decision) -> tuple[Remedy, ...]:
    text = "sign with the caller's own credentials or with those of a ReadWrite session"
    return ((RemedyStep(text, kind=Kind.REQUEST),),)


def _another_initiator(decision: Decision) -> tuple[Remedy, ...]:
    upload = decision.question.request_info.upload
    if upload is None:
        return ()
    text = f"send the parts, and complete, as {upload.initiator.arn}"
    found: list[Remedy] = [(RemedyStep(text, kind=Kind.REQUEST),)]
    if upload.initiator.account == decision.question.caller.account:
        found.append(
            (RemedyStep('create the mock with initiator_rule="account", which was observed on AWS'),)
        )
    return tuple(found)


def _from_vpc(decision: Decision) -> tuple[Remedy, ...]:
    """Return a call from the access point's VPC, with the further changes that it then needs."""
    step = RemedyStep(
        f"call from {vpc_of(decision)}: use aws.request_context(source_vpc=...)", kind=Kind.REQUEST
    )
    inside = joint_decision.combine(
        dataclasses.replace(part, circumstances=dataclasses.replace(part.circumstances, refused=None))
        for part in decision.parts
    )
    return ((step,),) if inside.allowed else tuple((step, *remedy) for remedy in remedies(inside))


_WITHOUT_POLICIES: Mapping[Reason, Callable[[Decision], tuple[Remedy, ...]]] = {
    Reason.INITIATOR: _another_initiator,
    Reason.UNSIGNED: _sign,
    Reason.NETWORK: _from_vpc,
    Reason.BUCKET_SESSION: _own_credentials,
}
"""The remedies of denials for which no policy is evaluated."""
