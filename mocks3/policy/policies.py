"""The policies that bear on one request, layer by layer (E-1 to E-7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from .kinds import Layer, PolicyKind
from .policy import Policy

Given: TypeAlias = Policy | str | bytes | Mapping[str, Any]


# Not frozen, nor are Findings: one is made for every decision, and it has seven fields.
@dataclass(slots=True)
class Policies:
    """Everything that may allow or deny a request.

    identity       of the caller: inline, attached and group policies together; a union
    resource       the resource's own policy, or None
    boundaries     permissions boundaries attached to the caller; each must allow; () means none is attached
    session        session policies of a session; a union; () means none were passed
    scps, rcps     a level (root, OU, ..., account) each, outermost first; a level is its policies. No levels means no
                   organization. An SCP level allows what one of its policies allows; one without policies, nothing.
                   RCPs only deny: every level holds RCPFullAWSAccess unsaid (E-2)
    vpc_endpoint   the policy of the endpoint that the request came through; () means it came through none

    Wherever a Policy is expected, JSON text or Python values do as well. Raises PolicySyntaxError for a document that
    its layer may not have, such as an identity policy with a Principal (PE-18).
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    scps: tuple[tuple[Policy, ...], ...] = ()
    rcps: tuple[tuple[Policy, ...], ...] = ()
    vpc_endpoint: tuple[Policy, ...] = ()

    def __init__(
        self,
        identity: Iterable[Given] = (),
        resource: Given | None = None,
        boundaries: Iterable[Given] = (),
        session: Iterable[Given] = (),
        scps: Iterable[Iterable[Given]] = (),
        rcps: Iterable[Iterable[Given]] = (),
        vpc_endpoint: Iterable[Given] = (),
    ) -> None:
        self.identity = _layer(identity, PolicyKind.IDENTITY) if identity else ()
        self.resource = None if resource is None else _policy(resource, PolicyKind.RESOURCE)
        self.boundaries = _layer(boundaries, PolicyKind.BOUNDARY) if boundaries else ()
        self.session = _layer(session, PolicyKind.SESSION) if session else ()
        self.scps = tuple([_layer(level, PolicyKind.SCP) for level in scps]) if scps else ()
        self.rcps = tuple([_layer(level, PolicyKind.RCP) for level in rcps]) if rcps else ()
        self.vpc_endpoint = _layer(vpc_endpoint, PolicyKind.VPC_ENDPOINT) if vpc_endpoint else ()

    def of(self, layer: Layer) -> tuple[Policy, ...]:
        """The documents of a layer in order; of SCPs and RCPs, all levels one after the other."""
        if layer is Layer.RESOURCE:
            return () if self.resource is None else (self.resource,)
        if layer in _LEVELLED:
            levels: tuple[tuple[Policy, ...], ...] = getattr(self, _FIELDS[layer])
            return tuple(policy for level in levels for policy in level)
        documents: tuple[Policy, ...] = getattr(self, _FIELDS[layer])
        return documents


_LEVELLED: Final = frozenset({Layer.SCP, Layer.RCP})
_FIELDS: Final = {
    Layer.IDENTITY: "identity",
    Layer.RESOURCE: "resource",
    Layer.BOUNDARY: "boundaries",
    Layer.SESSION: "session",
    Layer.SCP: "scps",
    Layer.RCP: "rcps",
    Layer.VPC_ENDPOINT: "vpc_endpoint",
}


def _layer(documents: Iterable[Given], kind: PolicyKind) -> tuple[Policy, ...]:
    if isinstance(documents, (Policy, str, bytes, Mapping)):
        raise TypeError(f"The {kind} layer is a sequence of policies, not one policy")
    return tuple([_policy(document, kind) for document in documents])


def _policy(document: Given, kind: PolicyKind) -> Policy:
    policy = document if isinstance(document, Policy) else Policy.parse(document)
    policy.check(kind)
    return policy
