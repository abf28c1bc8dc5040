"""Correct the one element of an Allow statement that does not match, where it is a likely mistake.

    principals  a session in place of its role; the id of a deleted user or role; another partition
    actions     the name of an operation in place of its permission; a spelling mistake
    resources   the bucket's ARN in place of its objects' ARN, and the reverse; a missing ``/*``; another partition
    conditions  ``s3:prefix`` that begins with the bucket's name; ``aws:userid`` of a role without ``:*``; a wildcard in
                ``StringEquals``; a caller, account or service that is not in the list of values

Rule: a correction keeps every other element of the statement, its conditions above all.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.remedies import condition_corrections, element_corrections
from mocks3.access.explain.remedies.element_corrections import Correction
from mocks3.policy import Effect, Layer, Replace, evidence

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import Check, Policies, StatementEvidence, StatementRef

_CORRECT: Mapping[str, Callable[[Decision, Check, dict[str, Any]], Iterator[Correction]]] = {
    "Principal": element_corrections.principals,
    "Action": element_corrections.actions,
    "Resource": element_corrections.resources,
    "Condition": condition_corrections.conditions,
}


def misses(part: Decision, layer: Layer) -> Iterator[StatementEvidence]:
    """Yield the Allow statements of a layer in which exactly one element does not match."""
    for each in evidence(part.request, part.policies, (layer,)):
        if each.effect is Effect.ALLOW and each.near_miss:
            yield each


def corrections(part: Decision, layer: Layer) -> Iterator[tuple[Replace, str]]:
    """Yield the corrected statements of a layer, each with what was wrong. They are not tried yet."""
    for miss in misses(part, layer):
        assert miss.failure is not None
        statement = raw_statement(part.policies, miss.ref)
        for changed, reason in _CORRECT[miss.failure.element](part, miss.failure, copy.deepcopy(statement)):
            yield Replace(miss.ref, changed), reason


def raw_statement(policies: Policies, ref: StatementRef) -> dict[str, Any]:
    """Return a statement as it is written in its document."""
    statements = policies.of(ref.layer)[ref.document].document["Statement"]
    statement: dict[str, Any] = statements[ref.statement] if isinstance(statements, list) else statements
    return statement
