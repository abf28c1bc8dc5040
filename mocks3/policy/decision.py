"""The decision about a request: its verdict, and on demand its reasons.

    decide(request, policies) == decision_of(collect_findings(request, policies))

Rule 1: there are three verdicts, because implicit and explicit denials need different fixes.
Rule 2: reasons are computed only on demand. A PolicyDecision stores its request and policies, not the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .elements import Effect
from .evaluation import Reason, evaluate
from .findings import Findings, StatementRef, collect_findings
from .kinds import Layer

if TYPE_CHECKING:
    from .explanation import StatementEvidence
    from .policies import Policies
    from .request import Request
    from .suggestion import Suggestion


class Verdict(StrEnum):
    """The three possible verdicts."""

    ALLOWED = "ALLOWED"
    IMPLICITLY_DENIED = "IMPLICITLY_DENIED"
    EXPLICITLY_DENIED = "EXPLICITLY_DENIED"


@dataclass(slots=True, eq=False)
class PolicyDecision:
    """The decision about a request.

    `layer` is the layer that decided. If denied, it is the layer with the Deny, or the layer without an Allow, that
    AWS's error message names (X-44). If allowed, it is the layer of the last required Allow: the resource policy if
    that was required. It is None if no Allow was required, as for the root user of the resource's account (E-70).
    """

    verdict: Verdict
    layer: Layer | None
    findings: Findings

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOWED

    @property
    def request(self) -> Request:
        return self.findings.request

    @property
    def policies(self) -> Policies:
        return self.findings.policies

    @property
    def determining(self) -> tuple[StatementRef, ...]:
        """Return the statements that determine the verdict: all matching Denies, or all matching Allows.

        Empty if the request was implicitly denied.
        """
        if self.verdict is Verdict.EXPLICITLY_DENIED:
            return tuple(ref for refs in self.findings.denies.values() for ref in refs)
        if self.verdict is Verdict.IMPLICITLY_DENIED:
            return ()
        return tuple(ref for layer in Layer for ref in self.findings.matching(layer, Effect.ALLOW))

    def evidence(self) -> tuple[StatementEvidence, ...]:
        """Return how each statement of each layer matched the request: see `explanation.evidence`."""
        from .explanation import evidence

        return evidence(self.request, self.policies)

    def near_misses(self) -> tuple[StatementEvidence, ...]:
        """Return the statements that would change the verdict, but failed to match in exactly one element.

        For an implicit denial these are Allow statements, for an allowed request Deny statements.
        """
        from .explanation import near_misses

        return near_misses(self)

    def suggest(self) -> tuple[Suggestion, ...]:
        """Return the smallest changes that would allow the request, the smallest first. Each was tested.

        Empty if the request is already allowed, or if no policy can allow exactly this request.
        """
        from .suggestion import suggest

        return suggest(self)

    def __str__(self) -> str:
        from .explanation import describe

        return describe(self)


def decide(request: Request, policies: Policies) -> PolicyDecision:
    """Decide a request as AWS documents it, without the rules of a service, such as access control lists.

    Args:
        request: The request to decide.
        policies: All policies that apply to it.

    Returns:
        The decision. It explains itself: see `PolicyDecision.near_misses` and `PolicyDecision.suggest`.
    """
    return decision_of(collect_findings(request, policies))


def decision_of(findings: Findings) -> PolicyDecision:
    """Return the decision that follows from the findings."""
    allowed, reason, explicit = evaluate(findings)
    if allowed:
        return PolicyDecision(Verdict.ALLOWED, _LAYERS.get(reason), findings)
    verdict = Verdict.EXPLICITLY_DENIED if explicit else Verdict.IMPLICITLY_DENIED
    return PolicyDecision(verdict, _LAYERS[reason], findings)


_LAYERS: Final = {Reason(layer.value): layer for layer in Layer}
