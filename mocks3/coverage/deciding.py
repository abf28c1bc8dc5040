"""From a decision to what each part of each policy did in it.

Rule 1: an explicit deny is decided by every Deny that matches. An allowed call is decided by the Allow statements of
each layer that had to allow: the layer that the decision names, and each layer without which the call is denied. Any
other statement that matches did not decide.
Rule 2: the tests of statements are those of the decision (``mocks3.policy.checks``). Their results are remembered, for
the values of the request that the policy looks at, because tests repeat the same calls.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.coverage.data import Hit, Mark
from mocks3.policy import Layer, evaluate
from mocks3.policy.checks import checks_of
from mocks3.policy.conditions import OPERATORS
from mocks3.policy.findings import binds, is_bounded
from mocks3.policy.principals import NO_GRANTS
from mocks3.policy.reading import unescaped

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.policy import Check, Policy, Request, Statement

MOST_REMEMBERED = 4096
"""The number of different requests whose results are remembered for a policy. Then they are forgotten."""

_VARIABLE = re.compile(r"\$\{([^},]+)")
_FIELDS = {
    Layer.SCP: "scp",
    Layer.VPC_ENDPOINT: "vpc_endpoint",
    Layer.IDENTITY: "identity",
    Layer.BOUNDARY: "boundary",
    Layer.SESSION: "session",
}


class StatementResult(NamedTuple):
    """What a statement did for a request.

    Attributes:
        pointer: Its JSON pointer.
        denies: Whether its effect is Deny.
        matched: Whether it matches.
        seen: What its conditions and the entries of negated lists did, whether or not it decided.
        used: The entries that are used if it decided.
    """

    pointer: str
    denies: bool
    matched: bool
    seen: tuple[Hit, ...]
    used: tuple[Hit, ...]


class Consulted(NamedTuple):
    """A policy that a decision consulted, its layer, and what its parts did."""

    policy: Policy
    layer: Layer
    hits: tuple[Hit, ...]


class Results:
    """The results of the policies of a run, remembered by policy and request."""

    def __init__(self) -> None:
        self._of_policies: dict[str, _PolicyResults] = {}

    def consulted(self, decision: Decision) -> Iterator[Consulted]:
        """Yield the policies that a decision consulted: of all its parts, and all layers that apply to the caller."""
        for part in decision.parts:
            request = part.request
            bounded = is_bounded(request, part.policies)
            denied = part.outcome.explicit and part.findings.denied and part.circumstances.refused is None
            for layer in Layer:
                if not binds(layer, request.principal.kind):
                    continue
                documents = part.policies.of(layer)
                allowing = bool(documents) and decision.allowed and _had_to_allow(part, layer)
                for policy in documents:
                    found = self._of(policy).of(request, bounded)
                    yield Consulted(policy, layer, tuple(_hits(found, denied, allowing)))

    def _of(self, policy: Policy) -> _PolicyResults:
        found = self._of_policies.get(policy.text)
        if found is None:
            found = self._of_policies[policy.text] = _PolicyResults(policy)
        return found


def _had_to_allow(part: Decision, layer: Layer) -> bool:
    """Return whether the Allow statements of a layer decided that the call is allowed (rule 1)."""
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


def _hits(found: tuple[StatementResult, ...], denied: bool, allowing: bool) -> Iterator[Hit]:
    for result in found:
        yield from result.seen
        if not result.matched:
            continue
        if denied if result.denies else allowing:
            yield Hit(result.pointer, Mark.DENIED if result.denies else Mark.ALLOWED)
            yield from result.used
        else:
            yield Hit(result.pointer, Mark.MATCHED)


class _PolicyResults:
    """The results of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._statements = policy.compiled.statements
        written: Any = json.loads(policy.text)["Statement"]
        self._written: list[dict[str, Any]] = written if isinstance(written, list) else [written]
        self._keys = tuple(sorted(keys_of(policy)))
        self._known: dict[object, tuple[StatementResult, ...]] = {}

    def of(self, request: Request, bounded: bool) -> tuple[StatementResult, ...]:
        """Return what each statement did for a request."""
        values = request.values
        principal = request.principal
        key = (
            principal.kind,
            principal.names,
            bounded,
            request.action,
            request.resource,
            *[tuple(values(name) or ()) for name in self._keys],
        )
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = tuple(
                _result(statement.view, written, tuple(checks_of(statement, request, bounded)))
                for statement, written in zip(self._statements, self._written, strict=True)
            )
        return found


def keys_of(policy: Policy) -> frozenset[str]:
    """Return the condition keys that a policy looks at, in lower case, also those in its variables."""
    conditions = (condition for statement in policy.statements for condition in statement.conditions)
    keys = {condition.key.lower() for condition in conditions}
    return frozenset(keys | {name.strip().lower() for name in _VARIABLE.findall(policy.text)})


def _result(view: Statement, written: dict[str, Any], checks: tuple[Check, ...]) -> StatementResult:
    failures = [check for check in checks if not check.matched]
    reached = all(check.element == "Condition" for check in failures)
    seen: list[Hit] = []
    used: list[Hit] = []
    for check in checks:
        if check.element == "Condition" and reached:
            seen.append(Hit(check.pointer, condition_mark(check)))
        if check.negated:
            if len(failures) == 1 and failures[0] is check:  # this element alone excluded the request
                seen += _entries(check, view.pointer, written)
        else:
            used += _entries(check, view.pointer, written)
    return StatementResult(view.pointer, view.effect.value == "Deny", not failures, tuple(seen), tuple(used))


def condition_mark(check: Check) -> Mark:
    """Return what a condition did: TRUE or FALSE, or MISSING for a request without its key."""
    assert check.condition is not None
    if check.seen is None and not OPERATORS[check.condition.base].presence:
        return Mark.MISSING
    return Mark.TRUE if check.matched else Mark.FALSE


def _entries(check: Check, statement: str, written: dict[str, Any]) -> Iterator[Hit]:
    """Yield the entries of the element's list that the request matches. An element with one entry has none."""
    value: Any = written
    for step in check.pointer.removeprefix(statement).split("/")[1:]:
        value = value[unescaped(step)]
    for pointer, text in entries_of(check.pointer, value):
        if text in check.hits:
            yield Hit(pointer, Mark.USED)


def entries_of(pointer: str, value: Any) -> list[tuple[str, str]]:
    """Return the entries of an element with at least two of them: the pointer and the text of each.

    Args:
        pointer: The pointer of the element: of Action, Resource or Principal, or of a condition key.
        value: The element's value.
    """
    if isinstance(value, dict):  # Principal
        found = [entry for kind, inner in value.items() for entry in _listed(f"{pointer}/{kind}", inner)]
    else:
        found = _listed(pointer, value)
    return found if len(found) > 1 else []


def _listed(pointer: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [(f"{pointer}/{number}", _text(each)) for number, each in enumerate(value)]
    return [(pointer, _text(value))]


def _text(value: Any) -> str:
    """Return a value as :class:`Check` has it: numbers and booleans as in JSON."""
    return value if isinstance(value, str) else json.dumps(value)
