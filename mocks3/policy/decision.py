"""From findings to a verdict, and from a verdict to its reasons.

    decide(request, policies) == verdict(weigh(request, policies))

Rule 1: three verdicts. A request that nobody allowed and one that somebody forbade are different things to repair.
Rule 2: reasons cost nothing until they are asked for: a Decision keeps the question, not the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .elements import Effect
from .findings import Findings, StatementRef, weigh
from .kinds import Layer
from .principals import GrantKind

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
    """Decide a request as AWS documents it (2.3), without what is a service's own, such as access control lists."""
    return verdict(weigh(request, policies))


def verdict(findings: Findings) -> Decision:
    """The decision that the findings alone lead to: procedure 2.3 with `normal`, and the layer named as in X-44."""
    if findings.denied_by is not None:
        return Decision(Verdict.EXPLICITLY_DENIED, findings.denied_by, findings)
    silent = _silent_layer(findings)
    if silent is not None:
        return Decision(Verdict.IMPLICITLY_DENIED, silent, findings)
    return Decision(Verdict.ALLOWED, _granting_layer(findings), findings)


# The forms of a grant in the account's own resource policy that need no identity policy (E-40, E-42, E-43, E-45).
_DIRECT: Final = frozenset({GrantKind.SESSION, GrantKind.FEDERATED, GrantKind.WILDCARD})
_LIMITED: Final = frozenset({GrantKind.ROLE, GrantKind.USER})


def grants_directly(findings: Findings) -> bool:
    """Whether the resource policy alone lets in a caller of its own account (2.4).

    A grant to the role, or to the user of a federated session, is limited by boundary and session policy; one to the
    user himself, the session or everyone is not. One to the account only delegates (E-46).
    """
    grants = findings.resource_grants
    if not grants.isdisjoint(_DIRECT):
        return True
    if GrantKind.USER in grants and findings.request.principal.kind == "user":
        return True
    return findings.boundary and findings.session and not grants.isdisjoint(_LIMITED)


def _silent_layer(findings: Findings) -> Layer | None:
    """The layer whose missing Allow is the reason for a denial, or None if nothing is missing."""
    if not findings.scp:
        return Layer.SCP
    if not findings.vpc_endpoint:
        return Layer.VPC_ENDPOINT
    principal = findings.request.principal
    grants = findings.resource_grants
    if principal.kind == "anonymous":
        return None if GrantKind.WILDCARD in grants else Layer.RESOURCE
    if principal.kind == "service":
        return None if grants else Layer.RESOURCE
    if principal.account != findings.request.resource_account:
        own = None if principal.kind == "root" else _silent_own_layer(findings)
        return own or (None if grants else Layer.RESOURCE)
    if principal.kind == "root" or findings.full or (grants and grants_directly(findings)):
        return None
    if not findings.identity and not grants.isdisjoint(_LIMITED):
        return Layer.SESSION if findings.boundary else Layer.BOUNDARY
    return _silent_own_layer(findings)


def _silent_own_layer(findings: Findings) -> Layer | None:
    """On the caller's side: FULL fails for want of an Allow here."""
    if not findings.identity:
        return Layer.IDENTITY
    if not findings.boundary:
        return Layer.BOUNDARY
    return None if findings.session else Layer.SESSION


def _granting_layer(findings: Findings) -> Layer | None:
    request = findings.request
    if request.principal.account != request.resource_account:
        return Layer.RESOURCE
    if request.principal.kind == "root":
        return None
    return Layer.IDENTITY if findings.full else Layer.RESOURCE
