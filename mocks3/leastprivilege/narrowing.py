"""From the usage of a run to smaller policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.access.linting.tables import s3_tables
from mocks3.leastprivilege.folding import fold
from mocks3.leastprivilege.verification import Verification, verify
from mocks3.policy import Effect, Policy
from mocks3.policy.glob import glob
from mocks3.policy.sampling import covers

if TYPE_CHECKING:
    from mocks3.leastprivilege.usage import PolicyUsage, PrincipalUsage, Uses
    from mocks3.policy import Statement


@dataclass(frozen=True)
class GrantUse:
    """An action or a resource that a present statement grants: whether, how often and when it was used last."""

    statement: str
    text: str
    count: int
    last: str | None


@dataclass(frozen=True)
class SmallerPolicy:
    """A present policy and the smaller one.

    Args:
        name: The name of the present policy.
        before: The present document.
        after: The smaller document; None if the policy is not needed at all.
        grants: What the present one grants, with its use.
    """

    name: str
    before: Policy
    after: dict[str, Any] | None
    grants: tuple[GrantUse, ...]


@dataclass(frozen=True)
class SmallerPrincipal:
    """The smaller policies of a principal, and how they were verified."""

    arn: str
    policies: tuple[SmallerPolicy, ...]
    verification: Verification


def narrow(usage: PrincipalUsage) -> SmallerPrincipal:
    """Return the smallest policies of a principal that allow what the run allowed."""
    smaller = tuple(_narrow(each) for each in usage.policies.values())
    return SmallerPrincipal(
        usage.arn, smaller, verify(usage, [(each.before, each.after) for each in smaller])
    )


def _narrow(usage: PolicyUsage) -> SmallerPolicy:
    policy = usage.policy
    document = policy.document
    written = document["Statement"]
    written = written if isinstance(written, list) else [written]
    statements: list[dict[str, Any]] = []
    grants: list[GrantUse] = []
    for statement in policy.statements:
        own = written[statement.position]
        if statement.effect is Effect.DENY:
            statements.append(own)
            continue
        uses = usage.statements.get(statement.position, {})
        statements += _parts(policy, statement, own, uses)
        grants += _grants(statement, uses)
    if not any(each["Effect"] == "Allow" for each in statements):
        statements = [each for each in statements if each["Effect"] == "Deny"]
    after = {**document, "Statement": statements} if statements else None
    return SmallerPolicy(policy.name or "policy", policy, after, tuple(grants))


def _parts(policy: Policy, statement: Statement, own: dict[str, Any], uses: Uses) -> list[dict[str, Any]]:
    """Return the statements that replace a present Allow: one for each set of resources."""
    by_action: dict[str, set[str]] = {}
    for action, resource in uses:
        by_action.setdefault(action, set()).add(_as_pattern(statement, resource))
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action in sorted(by_action):
        folded = fold(by_action[action], lambda pattern: covers(policy, statement.position, pattern))
        by_resources.setdefault(folded, []).append(action)
    found = []
    for number, (resources, actions) in enumerate(sorted(by_resources.items()), 1):
        sid = statement.sid
        if sid and len(by_resources) > 1:
            sid = f"{sid}{number}"
        found.append(
            {
                **({"Sid": sid} if sid else {}),
                "Effect": "Allow",
                "Action": actions[0] if len(actions) == 1 else actions,
                "Resource": resources[0] if len(resources) == 1 else list(resources),
                **({"Condition": own["Condition"]} if "Condition" in own else {}),
            }
        )
    return found


def _as_pattern(statement: Statement, resource: str) -> str:
    """Return the resource of a smaller statement for one that was used.

    A pattern with variables stays, because it means another resource for each caller. So does the pattern of a name
    with characters that a policy would take for wildcards.
    """
    patterns = statement.resources or ()
    if "Resource" not in statement.negations:
        for each in patterns:
            if "${" in each and not any(glob(other)(resource) for other in patterns if "${" not in other):
                return each
        if resource != "*" and set("*?$") & set(resource):
            return next((each for each in patterns if "${" not in each and glob(each)(resource)), "*")
    return resource


def _grants(statement: Statement, uses: Uses) -> list[GrantUse]:
    """Return the use of each action and each resource of a present Allow."""
    name = statement.sid or f"statement {statement.position + 1}"
    found = []
    negated = statement.negations
    for action in statement.actions if "Action" not in negated else ():
        test = glob(action.lower())
        own = [(used, use) for (used, _), use in uses.items() if test(used.lower())]
        known = len(s3_tables().expansions(action)) if "*" in action else 1
        text = action if known < 2 else f"{action} ({len({used for used, _ in own})} of {known} actions)"
        found.append(_grant(name, text, [use for _, use in own]))
    for resource in statement.resources or () if "Resource" not in negated else ():
        variable = "${" in resource
        matching = glob(resource.partition("${")[0] + "*" if variable else resource)
        found.append(_grant(name, resource, [use for (_, used), use in uses.items() if matching(used)]))
    return found


def _grant(statement: str, text: str, uses: list[Any]) -> GrantUse:
    last = max((use.last for use in uses), default=None)
    shown = None if last is None else last.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return GrantUse(statement, text, sum(use.count for use in uses), shown)
