"""Operators over values that have been computed.

Rule 1: logic has three values; None is the unknown one. Rule 2: arithmetic of integers stays with integers.

Source: user guide, SQL reference for S3 Select, "Operators".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from mocks3.select import patterns
from mocks3.select.faults import CANNOT_EVALUATE, LIKE_INVALID_INPUTS
from mocks3.select.values import PRECISION, Value, alike, compare, equal, is_number, unknown, whole

Binary = Callable[[Value, Value], Value]


def both(left: Value, right: Value) -> bool | None:
    """AND."""
    if left is False or right is False:
        return False
    return True if _truth(left) and _truth(right) else None


def either(left: Value, right: Value) -> bool | None:
    """OR."""
    if left is True or right is True:
        return True
    return None if unknown(left) or unknown(right) else _truth(left) or _truth(right)


def negated(value: Value) -> bool | None:
    """NOT."""
    return None if unknown(value) else not _truth(value)


def _truth(value: Value) -> bool:
    """Whether a value is true. Raises ``ExternalEvalException`` for what is no truth value."""
    if unknown(value):
        return False
    if not isinstance(value, bool):
        raise CANNOT_EVALUATE()
    return value


def differs(left: Value, right: Value) -> bool | None:
    """``<>``."""
    return negated(equal(left, right))


def _ordered(holds: Callable[[int], bool]) -> Binary:
    def ordered(left: Value, right: Value) -> bool | None:
        order = compare(left, right)
        return None if order is None else holds(order)

    return ordered


less, at_most = _ordered(lambda order: order < 0), _ordered(lambda order: order <= 0)
more, at_least = _ordered(lambda order: order > 0), _ordered(lambda order: order >= 0)


def between(value: Value, low: Value, high: Value) -> bool | None:
    """BETWEEN, the ends included."""
    return both(at_least(value, low), at_most(value, high))


def among(value: Value, some: Iterable[Value]) -> bool | None:
    """IN."""
    found: bool | None = False
    for each in some:
        found = either(found, equal(value, each))
    return found


def like(value: Value, pattern: Value, escape: Value = None) -> bool | None:
    """LIKE. Raises ``LikeInvalidInputs`` for what is no text."""
    if unknown(value) or unknown(pattern):
        return None
    if not (isinstance(value, str) and isinstance(pattern, str) and isinstance(escape, str | None)):
        raise LIKE_INVALID_INPUTS()
    return patterns.like(pattern, escape).fullmatch(value) is not None


def joined(left: Value, right: Value) -> Value:
    """``||``."""
    if unknown(left) or unknown(right):
        return None
    if not (isinstance(left, str) and isinstance(right, str)):
        raise CANNOT_EVALUATE()
    return left + right


def _arithmetic(of_integers: Callable[[int, int], int], of_floats: Binary, of_decimals: Binary) -> Binary:
    def computed(left: Value, right: Value) -> Value:
        if unknown(left) or unknown(right):
            return None
        left, right = alike(left, right)
        try:
            if isinstance(left, int):
                return whole(of_integers(left, right))
            return (of_decimals if isinstance(left, Decimal) else of_floats)(left, right)
        except ArithmeticError:
            raise CANNOT_EVALUATE() from None

    return computed


def _quotient(left: int, right: int) -> int:
    """Rounded towards zero."""
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


def minus(value: Value) -> Value:
    """The negative."""
    if unknown(value):
        return None
    if not is_number(value):
        raise CANNOT_EVALUATE()
    return whole(-value) if isinstance(value, int) else -value
