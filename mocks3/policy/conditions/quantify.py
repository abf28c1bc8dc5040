"""From "one value matches" to "the condition is true": missing keys, negation, IfExists and the set operators.

    operator            true if                                         key missing
    Op                  some request value matches                      false          C-20, C-44
    NotOp               no request value matches                        true           C-21, C-44
    ForAllValues:Op     every request value matches                     true           C-34
    ForAllValues:NotOp  no request value matches                        true           C-43
    ForAnyValue:Op      some request value matches                      false          C-35
    ForAnyValue:NotOp   some request value does not match               false          C-43
    any + IfExists      as without IfExists                             true           C-33
    Null                "true": the key is missing, "false": it is not  -              C-32

"Matches" is "matches any of the policy's values". A key with an empty list of values is a missing key.
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from mocks3.policy.elements import Condition, Quantifier

from .operator import OperatorName, ValueTest

if TYPE_CHECKING:
    from mocks3.policy.request import Request

ConditionTest: TypeAlias = Callable[["Request"], bool]


def compile_condition(condition: Condition, name: OperatorName, *, variables: bool) -> ConditionTest:
    """Return the test of one condition. It reads only the condition's key, in lower case (C-45)."""
    key = condition.key.lower()
    operator = name.operator
    matches = operator.compile(condition.values, variables)
    if operator.presence:
        return _presence(key, matches)
    if name.quantifier is Quantifier.FOR_ALL_VALUES:
        return _no_value(key, matches, missing=True) if operator.negated else _every_value(key, matches)
    if name.quantifier is Quantifier.FOR_ANY_VALUE and operator.negated:
        return _some_value_not(key, matches, missing=name.if_exists)
    if operator.negated:
        return _no_value(key, matches, missing=True)
    return _some_value(key, matches, missing=name.if_exists)


def _some_value(key: str, matches: ValueTest, missing: bool) -> ConditionTest:
    def test(request: Request) -> bool:
        values = request.values(key)
        if not values:
            return missing
        for value in values:
            if matches(value, request):
                return True
        return False

    return test


def _no_value(key: str, matches: ValueTest, missing: bool) -> ConditionTest:
    def test(request: Request) -> bool:
        values = request.values(key)
        if not values:
            return missing
        for value in values:
            if matches(value, request):
                return False
        return True

    return test


def _every_value(key: str, matches: ValueTest) -> ConditionTest:
    def test(request: Request) -> bool:
        return all(matches(value, request) for value in request.values(key) or ())

    return test


def _some_value_not(key: str, matches: ValueTest, missing: bool) -> ConditionTest:
    def test(request: Request) -> bool:
        values = request.values(key)
        if not values:
            return missing
        return not all(matches(value, request) for value in values)

    return test


def _presence(key: str, matches: ValueTest) -> ConditionTest:
    def test(request: Request) -> bool:
        return matches("false" if request.values(key) else "true", request)

    return test
