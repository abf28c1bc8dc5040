"""Verify smaller policies: all that was allowed is allowed, and nothing more than before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access.linting.tables import s3_tables
from mocks3.policy import Policies, Policy, collect_findings, evaluate
from mocks3.policy.sampling import Universe, sample_principals, sample_requests

if TYPE_CHECKING:
    from mocks3.leastprivilege.usage import PrincipalUsage


class Verification(NamedTuple):
    """The result of a verification.

    Args:
        replayed: How many different decisions of the run were made again. All of them were allowed.
        requests: How many requests show that nothing more is allowed.
        exhaustive: Whether these requests stand for all requests. They do not if a policy has variables.
    """

    replayed: int
    requests: int
    exhaustive: bool

    def __str__(self) -> str:
        more = (
            "for all requests"
            if self.exhaustive
            else f"for {self.requests} requests (not all: policies have variables)"
        )
        again = (
            "1 decision of the run is allowed again"
            if self.replayed == 1
            else f"{self.replayed} different decisions of the run are allowed again"
        )
        return f"verified: {again}; nothing more than before is allowed, {more}"


def verify(usage: PrincipalUsage, policies: Sequence[tuple[Policy, dict[str, Any] | None]]) -> Verification:
    """Verify the smaller policies of a principal.

    Args:
        usage: What the run used.
        policies: The present policies, each with the smaller document, or None.

    Raises:
        AssertionError: A smaller policy is wrong. That is a bug of mocks3.
    """
    smaller = {
        (before.name, before.text): None if after is None else Policy.parse(after, name=before.name)
        for before, after in policies
    }
    for request, present, circumstances in usage.allowed.values():
        found = [smaller[each.name, each.text] for each in present.identity]
        changed = Policies(
            [each for each in found if each is not None],
            present.resource,
            present.boundaries,
            present.session,
            present.scps,
            present.rcps,
            present.vpc_endpoint,
        )
        outcome = evaluate(collect_findings(request, changed), circumstances)
        assert outcome.allowed, f"the smaller policy denies {request.action} on {request.resource}"
    old = [before for before, _ in policies]
    new = [each for each in smaller.values() if each is not None]
    return Verification(len(usage.allowed), *_nothing_more(old, new))


def _nothing_more(old: list[Policy], new: list[Policy]) -> tuple[int, bool]:
    """Raise AssertionError for a request that the new policies allow and the old ones do not."""
    (principal,) = sample_principals(())
    tables = s3_tables()
    named = {
        a: () for each in old for s in each.statements for a in s.actions if "*" not in a and "?" not in a
    }
    universe = Universe(
        {
            **dict.fromkeys(named, ("*",)),
            **{
                action: tuple(tables.resources[kind].replace("${Partition}", "aws") for kind in kinds)
                for action, kinds in tables.actions.items()
            },
        },
        tables,
    )
    sample = sample_requests([*old, *new], principal, universe)
    for request in sample.requests:
        before, after = (collect_findings(request, Policies(identity=each)) for each in (old, new))
        assert before.identity or not after.identity, f"the smaller policy allows {request.action}"
        assert before.denied == after.denied, f"the smaller policy denies {request.action} otherwise"
    return len(sample.requests), sample.exhaustive
