"""The common part of the families of ordered values (numbers, dates): parse both sides, then compare."""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .operator import Operator, ValueTest

if TYPE_CHECKING:
    from mocks3.policy.request import Request

Value = TypeVar("Value")

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def ordered_family(prefix: str, parse: Callable[[str], Value | None], reason: str) -> dict[str, Operator]:
    """Return the six operators of a family of ordered values. `parse` must return None for an invalid value."""

    def problem(value: str) -> str | None:
        return reason if parse(value) is None else None

    family = {
        prefix + name: Operator(_compiler(parse, compare), problem=problem)
        for name, compare in _COMPARISONS.items()
    }
    equals = _compiler(parse, operator.eq)
    return family | {f"{prefix}NotEquals": Operator(equals, negated=True, problem=problem)}


def _compiler(
    parse: Callable[[str], Value | None], compare: Callable[[Value, Value], bool]
) -> Callable[[tuple[str, ...], bool], ValueTest]:
    def compile_values(values: tuple[str, ...], variables: bool) -> ValueTest:
        bounds = [bound for bound in map(parse, values) if bound is not None]

        def matches(value: str, request: Request) -> bool:
            seen = parse(value)
            if seen is None:
                return False
            for bound in bounds:
                if compare(seen, bound):
                    return True
            return False

        return matches

    return compile_values
