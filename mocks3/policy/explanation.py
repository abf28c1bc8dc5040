"""Explain a decision: for each relevant statement, each element with its wanted value and the value of the request.

An explanation runs the same tests as the decision, so they cannot disagree. It tests all elements of all statements.
This is slow, so it happens only on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .checks import Check, checks_of
from .elements import Effect
from .findings import Findings, StatementRef, binds, is_bounded, reference
from .kinds import Layer

if TYPE_CHECKING:
    from .decision import PolicyDecision
    from .policies import Policies
    from .request import Request


@dataclass(frozen=True, slots=True)
class StatementEvidence:
    """How one statement matched the request, element by element."""

    ref: StatementRef
    effect: Effect
    checks: tuple[Check, ...]

    @property
    def matched(self) -> bool:
        return all(check.matched for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """Return the elements that did not match."""
        return tuple(check for check in self.checks if not check.matched)

    @property
    def failure(self) -> Check | None:
        """Return the first element that did not match, in the order of the grammar, or None if all matched."""
        return next(iter(self.failures), None)

    @property
    def near_miss(self) -> bool:
        """Return whether exactly one element did not match."""
        return len(self.failures) == 1

    @property
    def deciding(self) -> tuple[Check, ...]:
        """Return the elements that say most about why the statement matched.

        These are all conditions. Without conditions it is the first element that does not match everything: a negated
        element, the principal, the action, the resource.
        """
        conditions = tuple(check for check in self.checks if check.element == "Condition")
        if conditions:
            return conditions
        by_weight = [check for check in self.checks if check.negated]
        by_weight += [check for check in self.checks if not any(map(_is_general, check.wanted))]
        by_weight += [check for check in self.checks if check.element == "Action"]
        return (by_weight[0],)

    def __str__(self) -> str:
        reasons = "; ".join(map(str, self.failures)) or "applies"
        return f"{self.effect} of {self.ref}: {reasons}"


def _is_general(value: str) -> bool:
    """Return whether a value matches everything, or every action of a service."""
    return value == "*" or (value.endswith(":*") and value.count(":") == 1)


def evidence(
    request: Request, policies: Policies, layers: Iterable[Layer] = tuple(Layer)
) -> tuple[StatementEvidence, ...]:
    """Return how each statement of the layers that apply to the caller matched the request.

    Args:
        request: The request.
        policies: The policies that apply to it.
        layers: The layers to explain.

    Returns:
        One item for each statement, in the order of layers, documents and statements.
    """
    return tuple(
        StatementEvidence(
            reference(layer, number, policy, statement),
            statement.view.effect,
            tuple(checks_of(statement, request, is_bounded(request, policies))),
        )
        for layer in layers
        if binds(layer, request.principal.kind)
        for number, policy in enumerate(policies.of(layer))
        for statement in policy.compiled.statements
    )


def determining(findings: Findings, layers: Iterable[Layer] = tuple(Layer)) -> tuple[StatementEvidence, ...]:
    """Return the Deny statements that match the request, with all their elements, in the order of X-44.

    Args:
        findings: The findings about the request.
        layers: The layers to look at.
    """
    matching = {ref for layer in layers for ref in findings.matching(layer, Effect.DENY)}
    return tuple(
        each for each in evidence(findings.request, findings.policies, layers) if each.ref in matching
    )


def near_misses(decision: PolicyDecision) -> tuple[StatementEvidence, ...]:
    """Return the statements that would change the verdict if one element matched. Empty for an explicit denial."""
    from .decision import Verdict

    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        return ()
    wanted = Effect.DENY if decision.verdict is Verdict.ALLOWED else Effect.ALLOW
    layers = tuple(Layer) if wanted is Effect.DENY else tuple(_silent_layers(decision))
    found = evidence(decision.request, decision.policies, layers)
    return tuple(statement for statement in found if statement.effect is wanted and statement.near_miss)


def _silent_layers(decision: PolicyDecision) -> Iterator[Layer]:
    """Yield the layers without a matching Allow, and always the resource layer, which may grant directly."""
    findings = decision.findings
    answers = {
        Layer.SCP: findings.scp,
        Layer.VPC_ENDPOINT: findings.vpc_endpoint,
        Layer.RESOURCE: False,
        Layer.IDENTITY: findings.identity,
        Layer.BOUNDARY: findings.boundary,
        Layer.SESSION: findings.session,
    }
    return (layer for layer, allowed in answers.items() if not allowed)


def describe(decision: PolicyDecision) -> str:
    """Return a decision as text: the request, the deciding statements, the near misses and the suggestions."""
    from .decision import Verdict

    request = decision.request
    who = request.principal.arn or request.principal.kind
    lines = [f"{decision.verdict}: {request.action} on {request.resource} by {who}", f"  {_reason(decision)}"]
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        for denying in determining(decision.findings):
            lines += [f"  by {denying.ref}", *(f"    its {check}" for check in denying.checks)]
    else:
        lines += [f"  by {ref}" for ref in decision.determining]
    lines += [f"  near miss: {miss}" for miss in decision.near_misses()]
    lines += [f"  to allow it: {suggestion}" for suggestion in decision.suggest()]
    return "\n".join(lines)


def _reason(decision: PolicyDecision) -> str:
    from .decision import Verdict

    if decision.layer is None:
        return "the root user of the resource's own account needs no policy"
    if decision.verdict is Verdict.ALLOWED:
        return f"allowed by the {decision.layer} policy"
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        return f"an explicit Deny in the {decision.layer} policy"
    return f"no {decision.layer} policy allows it"
