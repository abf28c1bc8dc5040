"""The operators of S3 Select. Their operands are values.

Rule 1: logic has three values: True, False, and None for unknown. Rule 2: arithmetic on integers returns integers.

Source: user guide, SQL reference for S3 Select, "Operators".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from mocks3.select import patterns
from mocks3.select.faults import CANNOT_EVALUATE, LIKE_INVALID_INPUTS
from mocks3.select.values import (
    PRECISION,
    Value,
    check_integer,
    compare,
    equal,
    is_number,
    is_unknown,
    to_common_type,
)

Binary = Callable[[Value, Value], Value]


def logical_and(left: Value, right: Value) -> bool | None:
    """Return ``left AND right``."""
    if left is False or right is False:
        return False
    return True if _truth(left) and _truth(right) else None


def logical_or(left: Value, right: Value) -> bool | None:
    """Return ``left OR right``."""
    if left is True or right is True:
        return True
    return None if is_unknown(left) or is_unknown(right) else _truth(left) or _truth(right)


def logical_not(value: Value) -> bool | None:
    """Return ``NOT value``."""
    return None if is_unknown(value) else not _truth(value)


def _truth(value: Value) -> bool:
    """Return whether a value is true. Raises ``ExternalEvalException`` if it is not a boolean."""
    if is_unknown(value):
        return False
    if not isinstance(value, bool):
        raise CANNOT_EVALUATE()
    return value


def not_equal(left: Value, right: Value) -> bool | None:
    """Return ``left <> right``."""
    return logical_not(equal(left, right))


def _ordered(holds: Callable[[int], bool]) -> Binary:
    def ordered(left: Value, right: Value) -> bool | None:
        order = compare(left, right)
        return None if order is None else holds(order)

    return ordered


less_than, less_or_equal = _ordered(lambda order: order < 0), _ordered(lambda order: order <= 0)
greater_than, greater_or_equal = _ordered(lambda order: order > 0), _ordered(lambda order: order >= 0)


def between(value: Value, low: Value, high: Value) -> bool | None:
    """Return ``value BETWEEN low AND high``, with both ends included."""
    return logical_and(greater_or_equal(value, low), less_or_equal(value, high))


def is_in(value: Value, values: Iterable[Value]) -> bool | None:
    """Return ``value IN (values)``."""
    found: bool | None = False
    for each in values:
        found = logical_or(found, equal(value, each))
    return found


def like(value: Value, pattern: Value, escape: Value = None) -> bool | None:
    """Return ``value LIKE pattern ESCAPE escape``. Raises ``LikeInvalidInputs`` if one is not text."""
    if is_unknown(value) or is_unknown(pattern):
        return None
    if not (isinstance(value, str) and isinstance(pattern, str) and isinstance(escape, str | None)):
        raise LIKE_INVALID_INPUTS()
    return patterns.like(pattern, escape).fullmatch(value) is not None


def concatenate(left: Value, right: Value) -> Value:
    """Return ``left || right``."""
    if is_unknown(left) or is_unknown(right):
        return None
    if not (isinstance(left, str) and isinstance(right, str)):
        raise CANNOT_EVALUATE()
    return left + right


def _arithmetic(of_integers: Callable[[int, int], int], of_floats: Binary, of_decimals: Binary) -> Binary:
    def computed(left: Value, right: Value) -> Value:
        if is_unknown(left) or is_unknown(right):
            return None
        left, right = to_common_type(left, right)
        try:
            if isinstance(left, int):
                return check_integer(of_integers(left, right))
            return (of_decimals if isinstance(left, Decimal) else of_floats)(left, right)
        except ArithmeticError:
            raise CANNOT_EVALUATE() from None

    return computed


def _quotient(left: int, right: int) -> int:
    """Return the quotient, rounded towards zero."""
    size = abs(left) // abs(right)
    return size if (left < 0) == (right < 0) else -size


def _remainder(left: int, right: int) -> int:
    return left - right * _quotient(left, right)


def _float_remainder(left: float, right: float) -> float:
    return left - right * int(left / right)


add = _arithmetic(int.__add__, float.__add__, PRECISION.add)
subtract = _arithmetic(int.__sub__, float.__sub__, PRECISION.subtract)
multiply = _arithmetic(int.__mul__, float.__mul__, PRECISION.multiply)
divide = _arithmetic(_quotient, float.__truediv__, PRECISION.divide)
remainder = _arithmetic(_remainder, _float_remainder, PRECISION.remainder)


def negate(value: Value) -> Value:
    """Return ``-value``."""
    if is_unknown(value):
        return None
    if not is_number(value):
        raise CANNOT_EVALUATE()
    return check_integer(-value) if isinstance(value, int) else -value
