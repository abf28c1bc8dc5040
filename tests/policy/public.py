"""Decide whether a resource policy is public (B-40 to B-48), as Block Public Access does.

This rule belongs to a service and is not part of `mocks3.policy`. Some vectors need it, and it shows the use of
`Policy.statements`.
"""

from __future__ import annotations

from ipaddress import ip_network

from mocks3.policy import Condition, Effect, Policies, Policy, Request, Statement, Verdict, decide

_FIXING = {
    "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:principalorgid",
    "aws:principalorgpaths", "aws:userid", "aws:principalarn", "aws:principalaccount", "s3:dataaccesspointaccount",
}  # fmt: skip
_POSITIVE = {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}


def verdict(request: Request, policies: Policies, *, restricted: bool) -> Verdict:
    """Return the verdict with RestrictPublicBuckets (B-4): only the owner and services may use a public policy."""
    decision = decide(request, policies)
    stranger = request.principal.account != request.resource_account and request.principal.kind != "service"
    # It changes only allowed requests. A denied request keeps its reason.
    if decision.allowed and restricted and stranger and policies.resource and is_public(policies.resource):
        return Verdict.EXPLICITLY_DENIED
    return decision.verdict


def is_public(policy: Policy) -> bool:
    """One Allow that is not limited to fixed values makes the whole policy public (B-40, B-41)."""
    return any(s.effect is Effect.ALLOW and not _limited(s) for s in policy.statements)


def _limited(statement: Statement) -> bool:
    assert statement.principal is not None
    return not statement.principal.names_everyone or any(map(_fixes, statement.conditions))


def _fixes(condition: Condition) -> bool:
    if condition.base not in _POSITIVE or condition.if_exists or condition.quantifier == "ForAllValues":
        return False
    if condition.base == "IpAddress":
        return condition.key.lower() == "aws:sourceip" and all(map(_narrow, condition.values))
    fixed = all(not set("*?") & set(value) and "${" not in value for value in condition.values)
    return condition.key.lower() in _FIXING and fixed


def _narrow(block: str) -> bool:
    """B-42: no wider than /8, or /32 for IPv6."""
    network = ip_network(block, strict=False)
    return network.prefixlen >= (8 if network.version == 4 else 32)
