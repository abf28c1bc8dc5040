"""Condition operators: one file per family, all of one shape (C-20 to C-49).

A family says one thing: when does *one* value of the request match *any* of the policy's values, the positive sense.
Missing keys, negation, `IfExists` and the set operators are the same for every family and are in `quantify` alone.
An operator that is not in `OPERATORS` does not exist, and a policy that uses it is refused: exact case, no guessing.
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
    """`ForAnyValue:StringLikeIfExists` in its parts, or None when no such operator exists.

    `Null` asks about presence itself, so it takes neither `IfExists` nor a set operator.
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
