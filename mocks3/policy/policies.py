"""The policies that apply to one request, layer by layer (E-1 to E-7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from .kinds import Layer, PolicyKind
from .policy import Policy

Given: TypeAlias = Policy | str | bytes | Mapping[str, Any]


# Not frozen, as Findings: each decision makes one, and freezing is slow for seven fields.
@dataclass(slots=True)
class Policies:
    """All policies that may allow or deny a request.

    Args:
        identity: The caller's inline, attached and group policies; a union.
        resource: The resource's own policy, or None.
        boundaries: Permissions boundaries attached to the caller; each must allow. () means none is attached.
        session: Session policies; a union. () means none were passed.
        scps: The service control policies of each level (root, OU, ..., account), outermost level first. No levels
            means no organization. A level allows what one of its policies allows; without policies, nothing.
        rcps: The resource control policies of each level. They only deny: every level implicitly has
            RCPFullAWSAccess (E-2).
        vpc_endpoint: The policy of the VPC endpoint of the request; () means it used no endpoint.

    Each policy is a Policy, JSON text or Python values.

    Raises:
        PolicySyntaxError: Its layer cannot have the document, such as an identity policy with a Principal (PE-18).
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
        """Return the documents of a layer in order. For SCPs and RCPs these are the documents of all levels."""
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
        raise TypeError(f"The {kind} layer must be a sequence of policies, not one policy")
    return tuple([_policy(document, kind) for document in documents])


def _policy(document: Given, kind: PolicyKind) -> Policy:
    policy = document if isinstance(document, Policy) else Policy.parse(document)
    policy.check(kind)
    return policy
