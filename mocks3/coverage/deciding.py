"""From a decision to what each part of each policy did in it.

Rule: an explicit deny is decided by every Deny that matches. An allowed call is decided by the Allow statements of each
layer that had to allow: the layer that the decision names, and each layer without which the call is denied. Any other
statement that matches did not decide.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.coverage.data import CoverageMark, Hit
from mocks3.coverage.probes import Probe
from mocks3.policy import Layer, evaluate
from mocks3.policy.findings import binds, is_bounded
from mocks3.policy.principals import NO_GRANTS

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.policy import Policy, Request

_VARIABLE = re.compile(r"\$\{([^},]+)")
_FIELDS = {
    Layer.SCP: "scp",
    Layer.VPC_ENDPOINT: "vpc_endpoint",
    Layer.IDENTITY: "identity",
    Layer.BOUNDARY: "boundary",
    Layer.SESSION: "session",
}


class Consulted(NamedTuple):
    """A policy that a decision consulted, its layer, and what its parts did."""

    policy: Policy
    layer: Layer
    hits: tuple[Hit, ...]


class ProbesOfRun:
    """The probes of the policies of a run, by their texts."""

    def __init__(self) -> None:
        self._of_policies: dict[str, tuple[Probe, ...]] = {}

    def consulted(self, decision: Decision) -> Iterator[Consulted]:
        """Yield the policies that a decision consulted: of all its parts, and all layers that apply to the caller."""
        for part in decision.parts:
            request, policies = part.request, part.policies
            bounded = is_bounded(request, policies)
            denied = part.outcome.explicit and part.findings.denied and part.circumstances.refused is None
            for layer in Layer:
                documents = policies.of(layer)
                if not documents or not binds(layer, request.principal.kind):
                    continue
                allowing = decision.allowed and _had_to_allow(part, layer)
                for policy in documents:
                    hits = _hits(self._probes(policy), request, bounded, denied, allowing)
                    yield Consulted(policy, layer, tuple(hits))

    def _probes(self, policy: Policy) -> tuple[Probe, ...]:
        found = self._of_policies.get(policy.text)
        if found is None:
            written: Any = json.loads(policy.text)["Statement"]
            several: list[dict[str, Any]] = written if isinstance(written, list) else [written]
            found = self._of_policies[policy.text] = tuple(
                Probe(statement, each)
                for statement, each in zip(policy.compiled.statements, several, strict=True)
            )
        return found


def _had_to_allow(part: Decision, layer: Layer) -> bool:
    """Return whether the Allow statements of a layer decided that the call is allowed."""
    if layer is Layer.RCP or part.circumstances.refused is not None:
        return False
    if part.outcome.reason.value == layer.value:
        return True
    findings = part.findings
    if layer is Layer.RESOURCE:
        without = dataclasses.replace(findings, resource_grants=NO_GRANTS)
    else:
        without = dataclasses.replace(findings, **{_FIELDS[layer]: False})  # type: ignore[arg-type]
    return not evaluate(without, part.circumstances).allowed


def _hits(
    probes: tuple[Probe, ...], request: Request, bounded: bool, denied: bool, allowing: bool
) -> Iterator[Hit]:
    for probe in probes:
        result = probe.result(request, bounded)
        yield from result.seen
        if not result.matched:
            continue
        if denied if probe.denies else allowing:
            yield Hit(probe.pointer, CoverageMark.DENIED if probe.denies else CoverageMark.ALLOWED)
            yield from result.used
        else:
            yield Hit(probe.pointer, CoverageMark.MATCHED)


def keys_of(policy: Policy) -> frozenset[str]:
    """Return the condition keys that a policy looks at, in lower case, also those in its variables."""
    conditions = (condition for statement in policy.statements for condition in statement.conditions)
    keys = {condition.key.lower() for condition in conditions}
    return frozenset(keys | {name.strip().lower() for name in _VARIABLE.findall(policy.text)})
