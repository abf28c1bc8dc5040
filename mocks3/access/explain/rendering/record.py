"""Convert a decision to JSON values: the output of ``--json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.access.explain import elements
from mocks3.access.explain.reasons import reason_text
from mocks3.access.explain.remedies import statement_name
from mocks3.access.explain.rendering.excerpt import line_of
from mocks3.access.explain.report import deciding_statements

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.policy import StatementEvidence, StatementRef


def record(decision: Decision) -> dict[str, Any]:
    """Return the decision with its evidence as JSON values. The names are stable; unknown values are None."""
    reason = reason_text(decision)
    return {
        "verdict": str(decision.verdict),
        "allowed": decision.allowed,
        "principal": decision.principal,
        "action": decision.action,
        "resource": decision.resource,
        "operation": decision.operation,
        "layer": decision.layer,
        "because": reason.text,
        "rules": reason.rules,
        "statements": list(_statements(decision)),
        "nearMisses": [_miss(decision, miss) for miss in decision.near_misses()],
        "remedies": [
            [{"do": step.text, "statement": step.statement} for step in remedy]
            for remedy in decision.remedies()
        ],
    }


def _statements(decision: Decision) -> Iterator[dict[str, Any]]:
    """Yield the statements that decided; those that deny with the elements that matched."""
    denying = {each.ref: each for each in elements.denying_statements(decision)}
    for ref in deciding_statements(decision):
        found = _statement(decision, ref)
        if ref in denying:
            found["elements"] = [elements.record(decision, check) for check in denying[ref].checks]
        yield found


def _statement(decision: Decision, ref: StatementRef) -> dict[str, Any]:
    return {
        "name": statement_name(decision, ref),
        "layer": str(ref.layer),
        "policy": ref.name,
        "statement": ref.statement,
        "sid": ref.sid,
        "line": line_of(decision, ref),
    }


def _miss(decision: Decision, miss: StatementEvidence) -> dict[str, Any]:
    check = miss.failure
    assert check is not None
    return _statement(decision, miss.ref) | elements.record(decision, check)
