"""Condition operators: one file for each family, all with the same structure (C-20 to C-49).

A family defines only when *one* value of the request matches *any* of the policy's values, without negation. Missing
keys, negation, `IfExists` and the set operators are the same for all families, and are only in `quantify`. A policy
with an operator that is not in `OPERATORS` is rejected. Operators are case-sensitive.
"""

from __future__ import annotations

from typing import Final

from mocks3.policy.elements import Quantifier

from . import arn, binary, boolean, date, ip, null, numeric, string
from .operator import Operator, OperatorName
from .quantify import ConditionTest, compile_condition

OPERATORS: Final[dict[str, Operator]] = {
    name: operator
    for family in (string, numeric, date, boolean, binary, ip, arn, null)
    for name, operator in family.OPERATORS.items()
}


def parse_operator(written: str) -> OperatorName | None:
    """Return the parts of an operator such as `ForAnyValue:StringLikeIfExists`, or None if it does not exist.

    `Null` itself tests for presence, so it has no `IfExists` and no set operators.
    """
    prefix, colon, rest = written.rpartition(":")
    if colon and prefix not in set(Quantifier):
        return None
    quantifier = Quantifier(prefix) if colon else None
    if_exists = rest.endswith("IfExists")
    base = rest.removesuffix("IfExists")
    operator = OPERATORS.get(base)
    if operator is None or (operator.presence and written != base):
        return None
    return OperatorName(base, quantifier, if_exists, operator)


__all__ = ["OPERATORS", "ConditionTest", "Operator", "OperatorName", "compile_condition", "parse_operator"]
