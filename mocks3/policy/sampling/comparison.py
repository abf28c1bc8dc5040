"""Whether two policies decide every request alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mocks3.policy.findings import collect_findings
from mocks3.policy.policies import Policies

from .principals import sample_principals
from .requests import Universe, sample_requests

if TYPE_CHECKING:
    from mocks3.policy.policy import Policy
    from mocks3.policy.request import Request


class Comparison(NamedTuple):
    """The result of a comparison.

    ``request`` is one that the two policies decide differently, None if none was found. ``exhaustive``: if none was
    found, there is none.
    """

    request: Request | None
    exhaustive: bool

    @property
    def equivalent(self) -> bool:
        """Return whether no request can be decided differently."""
        return self.request is None and self.exhaustive


def compare(before: Policy, after: Policy, universe: Universe) -> Comparison:
    """Compare what two documents of the same layer contribute to the decision of every request.

    Args:
        before: The one document.
        after: The other document.
        universe: The requests that can be sent.

    Returns:
        A request that they decide differently, or none.
    """
    exhaustive = True
    for principal in sample_principals([*before.statements, *after.statements]):
        sample = sample_requests((before, after), principal, universe)
        exhaustive = exhaustive and sample.exhaustive
        for request in sample.requests:
            if _contribution(before, request) != _contribution(after, request):
                return Comparison(request, exhaustive)
    return Comparison(None, exhaustive)


def _contribution(policy: Policy, request: Request) -> tuple[object, ...]:
    """Return what a document contributes: whether it denies, and whether and in which forms it allows."""
    names_principals = any(each.principal is not None for each in policy.statements)
    policies = Policies(resource=policy) if names_principals else Policies(identity=(policy,))
    findings = collect_findings(request, policies)
    return findings.denied, findings.identity, findings.resource_grants
