"""From findings to a verdict, and from a verdict to its reasons.

    decide(request, policies) == decision_of(collect_findings(request, policies))

Rule 1: three verdicts. A request that nobody allowed and one that somebody forbade are different things to repair.
Rule 2: reasons cost nothing until they are asked for: a Decision keeps the question, not the evidence.
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
    """The three answers there are."""

    ALLOWED = "ALLOWED"
    IMPLICITLY_DENIED = "IMPLICITLY_DENIED"
    EXPLICITLY_DENIED = "EXPLICITLY_DENIED"


@dataclass(slots=True, eq=False)
class Decision:
    """The answer to a request.

    `layer` is the one that decided. Denied: the layer whose Deny is named, or whose silence is (X-44). Allowed: the
    layer whose Allow was needed last, the resource policy's where it was; None where nothing had to allow, as for the
    root user of the resource's own account (E-70).
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
        """Every statement on which the verdict rests: all matching Denies, or all matching Allows.

        Empty when the request was denied for want of an Allow.
        """
        if self.verdict is Verdict.EXPLICITLY_DENIED:
            return tuple(ref for refs in self.findings.denies.values() for ref in refs)
        if self.verdict is Verdict.IMPLICITLY_DENIED:
            return ()
        return tuple(ref for layer in Layer for ref in self.findings.matching(layer, Effect.ALLOW))

    def evidence(self) -> tuple[StatementEvidence, ...]:
        """What became of every statement of every layer: see `evidence.evidence`."""
        from .explanation import evidence

        return evidence(self.request, self.policies)

    def near_misses(self) -> tuple[StatementEvidence, ...]:
        """The statements that one element kept from changing the verdict.

        Allows, of a request that was denied for want of them; Denies, of one that was allowed.
        """
        from .explanation import near_misses

        return near_misses(self)

    def suggest(self) -> tuple[Suggestion, ...]:
        """The smallest changes, each of which alone would allow the request, the smallest first; each was tried.

        Empty when it is allowed already, or when policies cannot say it.
        """
        from .suggestion import suggest

        return suggest(self)

    def __str__(self) -> str:
        from .explanation import describe

        return describe(self)


def decide(request: Request, policies: Policies) -> Decision:
    """Decide a request as AWS documents it, without what is a service's own, such as access control lists."""
    return decision_of(collect_findings(request, policies))


def decision_of(findings: Findings) -> Decision:
    """Return the decision that the findings alone lead to."""
    allowed, reason, explicit = evaluate(findings)
    if allowed:
        return Decision(Verdict.ALLOWED, _LAYERS.get(reason), findings)
    verdict = Verdict.EXPLICITLY_DENIED if explicit else Verdict.IMPLICITLY_DENIED
    return Decision(verdict, _LAYERS[reason], findings)


_LAYERS: Final = {Reason(layer.value): layer for layer in Layer}
