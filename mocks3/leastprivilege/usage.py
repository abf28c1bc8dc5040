"""What a run used: for each principal, its policies and the decisions that needed them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access import Decision
from mocks3.coverage.deciding import keys_of
from mocks3.policy import Effect, Layer, Policies, Request, evaluate
from mocks3.policy.conditions.date import instant
from mocks3.policy.suggestion import lasting_arn

if TYPE_CHECKING:
    from mocks3.policy import Policy
    from mocks3.policy.evaluation import Circumstances


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


class AllowedRequest(NamedTuple):
    """A request that was allowed, with all that decided it. It can be sent to another process."""

    request: Request
    policies: Policies
    circumstances: Circumstances


@dataclass
class PrincipalUsage:
    """A principal of a run: a user or a role, by its ARN.

    Attributes:
        arn: The ARN.
        policies: Its identity policies, by name and text.
        allowed: Its requests that were allowed, each different one once, by what the policies look at.
    """

    arn: str
    policies: dict[tuple[str, str], PolicyUsage] = field(default_factory=dict)
    allowed: dict[tuple[object, ...], AllowedRequest] = field(default_factory=dict)


class Usage:
    """The usage of a run. ``add`` takes decisions."""

    def __init__(self) -> None:
        self.principals: dict[str, PrincipalUsage] = {}

    def add(self, decisions: Iterable[Any]) -> None:
        """Add decisions. Those about root users, services and the anonymous caller have no identity policies."""
        for decision in decisions:
            if isinstance(decision, Decision):
                for part in decision.parts:
                    self._add(part)

    def merge(self, other: Usage) -> None:
        """Add the usage of another process of the same run."""
        for arn, more in other.principals.items():
            usage = self.principals.setdefault(arn, PrincipalUsage(arn))
            usage.allowed |= {key: each for key, each in more.allowed.items() if key not in usage.allowed}
            for key, policy in more.policies.items():
                known = usage.policies.setdefault(key, PolicyUsage(policy.policy))
                for number, uses in policy.statements.items():
                    own = known.statements.setdefault(number, {})
                    for what, use in uses.items():
                        _count(own, what, use.count, use.last)

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
            context = _context(decision)
            known = (decision.action, decision.resource, *sorted(context.items()))
            if known not in usage.allowed:
                usage.allowed[known] = _allowed(decision, context)

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
        _count(uses, (decision.action, decision.resource), 1, _time_of(decision))


def _count(uses: Uses, what: tuple[str, str], count: int, last: datetime.datetime) -> None:
    use = uses.setdefault(what, Use())
    use.count += count
    use.last = max(use.last, last)


def _time_of(decision: Decision) -> datetime.datetime:
    """Return the time of a request: what the request context says, or when it arrived."""
    said = decision.question.request_info.context.keys.get("aws:currenttime")
    moment = instant(said[0]) if said else None
    if moment is None:
        return decision.question.request_info.arrived
    return datetime.datetime.fromtimestamp(moment / 10**9, datetime.UTC)


def _key(policy: Policy) -> tuple[str, str]:
    return policy.name or "policy", policy.text


def _context(decision: Decision) -> dict[str, tuple[str, ...]]:
    """Return the condition keys that the policies look at in a request, in lower case, with their values."""
    keys = {key for layer in Layer for policy in decision.policies.of(layer) for key in keys_of(policy)}
    return {key: tuple(decision.request.values(key) or ()) for key in keys}


def _allowed(decision: Decision, context: dict[str, tuple[str, ...]]) -> AllowedRequest:
    seen = decision.request
    request = Request(
        seen.principal, seen.action, seen.resource, seen.resource_account, context, seen.multivalued
    )
    return AllowedRequest(request, decision.policies, decision.circumstances)
