"""Explain a decision: for each relevant statement, each element with its wanted value and the value of the request.

An explanation runs the same tests as the decision, so they cannot disagree. It tests all elements of all statements.
This is slow, so it happens only on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from .compiling import CompiledStatement
from .elements import Effect
from .findings import StatementRef, binds, is_bounded, reference
from .kinds import Layer

if TYPE_CHECKING:
    from .decision import PolicyDecision
    from .policies import Policies
    from .request import Request

Element: TypeAlias = Literal["Principal", "Action", "Resource", "Condition"]


@dataclass(frozen=True, slots=True)
class Check:
    """One element of a statement, or one key of its Condition, compared with the request.

    `written` is the element as written in the document: "NotAction", or the operator of a condition. `seen` is None if
    the request does not have the key, or if the caller has no ARN.
    """

    element: Element
    written: str
    wanted: tuple[str, ...]
    seen: tuple[str, ...] | None
    matched: bool
    key: str | None = None

    def __str__(self) -> str:
        what = f"{self.written} {self.key}" if self.key else self.written
        seen = "nothing" if self.seen is None else _listed(self.seen)
        return f"{what} wants {_listed(self.wanted)} and saw {seen}"


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

    def __str__(self) -> str:
        reasons = "; ".join(map(str, self.failures)) or "applies"
        return f"{self.effect} of {self.ref}: {reasons}"


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
            tuple(_checks(statement, request, is_bounded(request, policies))),
        )
        for layer in layers
        if binds(layer, request.principal.kind)
        for number, policy in enumerate(policies.of(layer))
        for statement in policy.compiled.statements
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


def _checks(statement: CompiledStatement, request: Request, bounded: bool) -> Iterator[Check]:
    view = statement.view
    if view.principal is not None:
        caller = (request.principal.arn,) if request.principal.arn else None
        named = statement.everyone or bool(statement.named(request, bounded))
        yield Check("Principal", view.spelling("Principal"), view.principal.listed, caller, named)
    acted = statement.action(request.action)
    yield Check("Action", view.spelling("Action"), view.actions, (request.action,), acted)
    if view.resources is not None:
        matched = statement.resource is None or statement.resource(request)
        yield Check("Resource", view.spelling("Resource"), view.resources, (request.resource,), matched)
    for condition, test in statement.conditions:
        values = request.values(condition.key.lower())
        seen = tuple(values) if values else None
        yield Check("Condition", condition.operator, condition.values, seen, test(request), condition.key)


def _listed(values: tuple[str, ...]) -> str:
    return " or ".join(f'"{value}"' for value in values) or "nothing"


def describe(decision: PolicyDecision) -> str:
    """Return a decision as text: the request, the deciding statements, the near misses and the suggestions."""
    request = decision.request
    who = request.principal.arn or request.principal.kind
    lines = [f"{decision.verdict}: {request.action} on {request.resource} by {who}", f"  {_reason(decision)}"]
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
