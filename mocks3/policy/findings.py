"""The findings about a request: the result of each layer of policies.

    collect_findings(request, policies) -> Findings

`evaluation.evaluate` computes the outcome from them. There a service adds its own grants (access control lists).
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from .elements import Effect
from .kinds import Layer
from .principals import NO_GRANTS, WILDCARD, GrantKind, PrincipalKind

if TYPE_CHECKING:
    from .compiling import CompiledStatement
    from .policies import Policies
    from .policy import Policy
    from .request import Request

# The kinds of principals to which a layer applies (E-1 to E-7). RCPs, endpoint and resource policies apply to all.
_IDENTITIES: Final = frozenset({"user", "session", "federated-user"})
_BINDS: Final = {
    Layer.SCP: _IDENTITIES | {"root"},
    Layer.IDENTITY: _IDENTITIES,
    Layer.BOUNDARY: _IDENTITIES,
    Layer.SESSION: _IDENTITIES
    | {"root"},  # of a root user, it can only deny: the task policy of AssumeRoot (P-8)
}


def binds(layer: Layer, kind: PrincipalKind) -> bool:
    """Return whether the policies of a layer apply to callers of a kind (E-1 to E-7)."""
    return layer not in _BINDS or kind in _BINDS[layer]


class StatementRef(NamedTuple):
    """The position of a statement: its layer, its document in the layer (from 0, over all levels), its number there."""

    layer: Layer
    document: int
    name: str | None
    statement: int
    sid: str | None

    def __str__(self) -> str:
        document = self.name or f"document {self.document}"
        statement = (
            f"{self.sid!r} (statement {self.statement})" if self.sid else f"statement {self.statement}"
        )
        return f"{statement} of {self.layer} policy {document}"


# Findings and PolicyDecision are not frozen: freezing them would take a tenth of the time of a decision.
@dataclass(slots=True, eq=False)
class Findings:
    """The results of all layers.

    Args:
        denied_by: The first layer in the order of X-44 with a matching Deny, or None.
        identity: An identity policy allows; False for callers that have none.
        boundary: Every boundary allows, or none is attached.
        session: A session policy allows, or none was passed; False for a federated user without any (P-7).
        scp: Every level allows, or SCPs do not apply to the caller.
        vpc_endpoint: The endpoint's policy allows, or none was used.
        resource_grants: The forms in which Allow statements of the resource policy name the caller (E-40 to E-46).
        request: The request.
        policies: The policies that apply to it.
        rcp: Always True: RCPs only deny (E-2).
    """

    denied_by: Layer | None
    identity: bool
    boundary: bool
    session: bool
    scp: bool
    vpc_endpoint: bool
    resource_grants: frozenset[GrantKind]
    request: Request
    policies: Policies
    rcp: bool = True

    @property
    def denied(self) -> bool:
        """Return whether any statement explicitly denies."""
        return self.denied_by is not None

    @property
    def full(self) -> bool:
        """Return whether identity, boundary and session all allow: FULL of procedure 2.3."""
        return self.identity and self.boundary and self.session

    @property
    def denies(self) -> dict[Layer, tuple[StatementRef, ...]]:
        """Return all matching Deny statements by layer, in the order of X-44, without the layers that have none."""
        found = {layer: self.matching(layer, Effect.DENY) for layer in Layer}
        return {layer: statements for layer, statements in found.items() if statements}

    def matching(self, layer: Layer, effect: Effect) -> tuple[StatementRef, ...]:
        """Return all statements of a layer that have this effect and apply to the request."""
        return tuple(_matching(self.request, self.policies, layer, effect))


def collect_findings(request: Request, policies: Policies) -> Findings:
    """Return the findings of all layers. To skip a layer, do not pass its policies.

    Args:
        request: The request to evaluate.
        policies: The policies that apply to it.

    Returns:
        The findings, the input of `evaluate`.
    """
    kind = request.principal.kind
    if kind in _IDENTITIES:
        identity = _allowed(policies.identity, request)
        boundary = _allowed_by_each(policies.boundaries, request)
        session = _allowed(policies.session, request) if policies.session else kind != "federated-user"
    else:
        identity, boundary, session = False, True, True
    return Findings(
        denied_by=_first_deny(request, policies),
        identity=identity,
        boundary=boundary,
        session=session,
        scp=not policies.scps
        or not binds(Layer.SCP, kind)
        or _allowed_on_every_level(policies.scps, request),
        vpc_endpoint=not policies.vpc_endpoint or bool(_grants(policies.vpc_endpoint, request)),
        resource_grants=_grants((policies.resource,), request) if policies.resource else NO_GRANTS,
        request=request,
        policies=policies,
    )


def _first_deny(request: Request, policies: Policies) -> Layer | None:
    """Return the first layer in the order of X-44 with a matching Deny, or None (E-20)."""
    kind = request.principal.kind
    if policies.scps and binds(Layer.SCP, kind):
        for level in policies.scps:
            if _denied(level, request):
                return Layer.SCP
    for level in policies.rcps:
        if _denied_to_caller(level, request, policies):
            return Layer.RCP
    if policies.vpc_endpoint and _denied_to_caller(policies.vpc_endpoint, request, policies):
        return Layer.VPC_ENDPOINT
    if policies.resource and _denied_to_caller((policies.resource,), request, policies):
        return Layer.RESOURCE
    if kind in _IDENTITIES:
        if _denied(policies.identity, request):
            return Layer.IDENTITY
        if policies.boundaries and _denied(policies.boundaries, request):
            return Layer.BOUNDARY
    if policies.session and binds(Layer.SESSION, kind) and _denied(policies.session, request):
        return Layer.SESSION
    return None


# These functions use loops and not any(), because a decision spends most of its time here.


def _denied(documents: tuple[Policy, ...], request: Request) -> bool:
    for policy in documents:
        for statement in policy.compiled.candidates(request.action)[0]:
            if statement.applies(request):
                return True
    return False


def _denied_to_caller(documents: tuple[Policy, ...], request: Request, policies: Policies) -> bool:
    bounded = is_bounded(request, policies)
    for policy in documents:
        for statement in policy.compiled.candidates(request.action)[0]:
            if (statement.everyone or statement.named(request, bounded)) and statement.applies(request):
                return True
    return False


def _allowed(documents: tuple[Policy, ...], request: Request) -> bool:
    for policy in documents:
        for statement in policy.compiled.candidates(request.action)[1]:
            if statement.applies(request):
                return True
    return False


def _allowed_by_each(documents: tuple[Policy, ...], request: Request) -> bool:
    for policy in documents:
        if not _allowed((policy,), request):
            return False
    return True


def _allowed_on_every_level(levels: tuple[tuple[Policy, ...], ...], request: Request) -> bool:
    for level in levels:
        if not _allowed(level, request):
            return False
    return True


def _grants(documents: tuple[Policy, ...], request: Request) -> frozenset[GrantKind]:
    """Return the forms in which matching Allow statements name the caller."""
    kinds = NO_GRANTS
    for policy in documents:
        for statement in policy.compiled.candidates(request.action)[1]:
            named = WILDCARD if statement.everyone else statement.named(request, False)
            if named and statement.applies(request):
                kinds = kinds | named if kinds else named
    return kinds


def is_bounded(request: Request, policies: Policies) -> bool:
    """Return whether the caller has a permissions boundary. NotPrincipal never exempts such a caller (PE-17)."""
    return request.principal.has_boundary or bool(policies.boundaries)


def _matching(request: Request, policies: Policies, layer: Layer, effect: Effect) -> Iterator[StatementRef]:
    if not binds(layer, request.principal.kind):
        return
    bounded = is_bounded(request, policies)
    for number, policy in enumerate(policies.of(layer)):
        for statement in policy.compiled.candidates(request.action)[effect is Effect.ALLOW]:
            nameless = statement.principal is None
            if (nameless or statement.named(request, bounded)) and statement.applies(request):
                yield reference(layer, number, policy, statement)


def reference(layer: Layer, number: int, policy: Policy, statement: CompiledStatement) -> StatementRef:
    """Return the position of a statement, with its Sid and the name of its document."""
    return StatementRef(layer, number, policy.name, statement.view.position, statement.view.sid)
