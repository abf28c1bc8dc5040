"""Remedies for RestrictPublicBuckets: make the public policy not public, before Block Public Access is switched off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies.public import is_public
from mocks3.access.explain.reasons import own_policy_name
from mocks3.access.explain.remedies.names import statement_name
from mocks3.access.explain.remedies.remedy import Kind, PolicyChange, Remedy, RemedyStep
from mocks3.access.explain.remedies.trial import allowed_by, would_allow
from mocks3.policy import Layer, Replace, StatementRef
from mocks3.policy.suggestion import principal_of

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


def for_restricted(decision: Decision) -> Iterator[Remedy]:
    """Return remedies for a policy that RestrictPublicBuckets does not let the caller use (B-4)."""
    restricted = [part for part in decision.parts if part.circumstances.restricted]
    if not restricted:
        return
    changes = tuple(change for part in restricted for change in _not_public(part))
    if not decision.question.caller.anonymous and changes and allowed_by(decision, changes):
        yield tuple(_step(change) for change in changes)
    policies = (part.policies for part in decision.parts)
    if would_allow(decision, policies, with_restriction=False):
        named = " and the ".join(sorted(map(own_policy_name, restricted)))
        text = f"switch off RestrictPublicBuckets: then everyone may use the public {named}"
        yield (RemedyStep(text, kind=Kind.WEAKENING),)


def _not_public(part: Decision) -> Iterator[PolicyChange]:
    """Yield the public statements of the part's own policy, with the caller in place of everyone."""
    policy, caller = part.policies.resource, principal_of(part.question.caller.principal)
    if policy is None:
        return
    document = policy.document
    written = document["Statement"]
    for number, statement in enumerate(written if isinstance(written, list) else [written]):
        alone = json.dumps({**document, "Statement": [statement]})
        if is_public(alone, of_access_point=part.at_access_point):
            narrowed: dict[str, Any] = {**statement, "Principal": caller}
            ref = StatementRef(Layer.RESOURCE, 0, policy.name, number, statement.get("Sid"))
            yield PolicyChange(part, Replace(ref, narrowed), Kind.CORRECTION)


def _step(change: PolicyChange) -> RemedyStep:
    assert isinstance(change.edit, Replace)
    text = (
        f"correct {statement_name(change.part, change.edit.ref)}: it allows everyone, so the policy is public; name "
        "the callers"
    )
    return RemedyStep(text, change.edit.statement, Kind.CORRECTION, change)
