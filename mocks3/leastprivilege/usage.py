"""What a run used: for each principal, its policies and the decisions that needed them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mocks3.access import Decision
from mocks3.policy import Effect, Layer, evaluate
from mocks3.policy.conditions.date import instant
from mocks3.policy.suggestion import lasting_arn

if TYPE_CHECKING:
    from mocks3.policy import Policy


NEVER = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


@dataclass
class Use:
    """An action on a resource that a statement was needed for.

    Attributes:
        count: How many decisions needed it.
        last: The time of the last one.
    """

    count: int = 0
    last: datetime.datetime = NEVER


Uses = dict[tuple[str, str], Use]
"""The uses of a statement, by action and resource."""


@dataclass
class PolicyUsage:
    """A present policy of a principal, and the uses of its statements, by their number."""

    policy: Policy
    statements: dict[int, Uses] = field(default_factory=dict)


@dataclass
class PrincipalUsage:
    """A principal of a run: a user or a role, by its ARN.

    Attributes:
        arn: The ARN.
        policies: Its identity policies, by name and text.
        decisions: The decisions about its requests that were allowed, each different one once.
    """

    arn: str
    policies: dict[tuple[str, str], PolicyUsage] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)


class Usage:
    """The usage of a run. ``add`` takes decisions."""

    def __init__(self) -> None:
        self.principals: dict[str, PrincipalUsage] = {}
        self._known: set[tuple[object, ...]] = set()

    def add(self, decisions: Iterable[Any]) -> None:
        """Add decisions. Those about root users, services and the anonymous caller have no identity policies."""
        for decision in decisions:
            if isinstance(decision, Decision):
                for part in decision.parts:
                    self._add(part)

    def _add(self, decision: Decision) -> None:
        principal = decision.request.principal
        arn = lasting_arn(principal)
        if principal.kind not in ("user", "session", "federated-user") or arn is None:
            return
        usage = self.principals.setdefault(arn, PrincipalUsage(arn))
        for policy in decision.policies.identity:
            usage.policies.setdefault(_key(policy), PolicyUsage(policy))
        if decision.allowed:
            self._count(usage, decision)
            known = (arn, *_signature(decision))
            if known not in self._known:
                self._known.add(known)
                usage.decisions.append(decision)

    def _count(self, usage: PrincipalUsage, decision: Decision) -> None:
        """Count a decision for the first statement that allows it, if it is denied without identity policies."""
        without = dataclasses.replace(decision.findings, identity=False)
        if evaluate(without, decision.circumstances).allowed:
            return
        refs = decision.findings.matching(Layer.IDENTITY, Effect.ALLOW)
        if not refs:
            return
        policy = decision.policies.identity[refs[0].document]
        uses = usage.policies[_key(policy)].statements.setdefault(refs[0].statement, {})
        use = uses.setdefault((decision.action, decision.resource), Use())
        use.count += 1
        use.last = max(use.last, _time_of(decision))


def _time_of(decision: Decision) -> datetime.datetime:
    """Return the time of a request: what the request context says, or when it arrived."""
    said = decision.question.request_info.context.keys.get("aws:currenttime")
    moment = instant(said[0]) if said else None
    if moment is None:
        return decision.question.request_info.arrived
    return datetime.datetime.fromtimestamp(moment / 10**9, datetime.UTC)


def _key(policy: Policy) -> tuple[str, str]:
    return policy.name or "policy", policy.text


def _signature(decision: Decision) -> tuple[object, ...]:
    """Return what the policies look at in a request."""
    keys = sorted(
        {
            condition.key.lower()
            for layer in Layer
            for policy in decision.policies.of(layer)
            for statement in policy.statements
            for condition in statement.conditions
        }
    )
    values = tuple((key, tuple(decision.request.values(key) or ())) for key in keys)
    return decision.action, decision.resource, values
