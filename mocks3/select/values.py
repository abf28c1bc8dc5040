"""The values that an expression works with, and how they compare.

    NULL      None            MISSING   what is not there; its own value (SQL reference, "SELECT command")
    BOOL      bool            STRING    str
    INTEGER   int             FLOAT     float         DECIMAL  Decimal
    TIMESTAMP Timestamp       LIST      list          STRUCT   dict

Rule 1: NULL and MISSING make every comparison unknown, which is None. Rule 2: values of different kinds are not equal,
and cannot be ordered: text that looks like a number is text until it is CAST ("Data types").
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any, Final

from mocks3.select.faults import CANNOT_EVALUATE, INTEGER_OVERFLOW
from mocks3.select.timestamps import Timestamp

Value = Any


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()

PRECISION = decimal.Context(prec=38)
"""Decimals have 38 significant digits at most ("Data types")."""

_LONGEST = 19
"""Digits of the largest integer."""

_KINDS: dict[type, str] = {
    bool: "BOOL",
    int: "INTEGER",
    float: "FLOAT",
    Decimal: "DECIMAL",
    str: "STRING",
    Timestamp: "TIMESTAMP",
    list: "LIST",
    dict: "STRUCT",
}
_NUMBERS = (int, float, Decimal)


def kind(value: Value) -> str:
    """What the error messages call the value's type."""
    return _KINDS.get(type(value), "NULL")


def is_unknown(value: Value) -> bool:
    """Whether the value is NULL or MISSING."""
    return value is None or value is MISSING


def is_number(value: Value) -> bool:
    """Whether the value is an integer, a float or a decimal; booleans are none."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def equal(left: Value, right: Value) -> bool | None:
    """``left = right``; None when either is unknown."""
    if is_unknown(left) or is_unknown(right):
        return None
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def compare(left: Value, right: Value) -> int | None:
    """Negative, zero or positive as ``left`` comes before ``right``; None when either is unknown.

    Raises ``ExternalEvalException`` for what cannot be ordered, as the service does for a CSV column that is compared
    with a number and not cast.
    """
    if is_unknown(left) or is_unknown(right):
        return None
    numbers = is_number(left) and is_number(right)
    if not numbers and (type(left) is not type(right) or isinstance(left, (list, dict))):
        raise CANNOT_EVALUATE()
    return int(left > right) - int(left < right)


def check_integer(value: int) -> int:
    """The integer, if eight bytes can hold it. Raises ``IntegerOverflow``."""
    if not -(2**63) <= value < 2**63:
        raise INTEGER_OVERFLOW()
    return value


def parse_integer(digits: str) -> int:
    """The integer that digits spell. Raises ``IntegerOverflow`` where eight bytes cannot hold it."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > _LONGEST:
        raise INTEGER_OVERFLOW()
    return check_integer(int(digits))


def to_common_type(left: Value, right: Value) -> tuple[Value, Value]:
    """Two numbers as numbers of one type: decimals win over floats, floats over integers.

    Raises ``ExternalEvalException`` for what is no number.
    """
    if not (is_number(left) and is_number(right)):
        raise CANNOT_EVALUATE()
    for wider in (Decimal, float):
        if isinstance(left, wider) or isinstance(right, wider):
            return _widened(left, wider), _widened(right, wider)
    return left, right


def _widened(value: Value, wider: type) -> Value:
    if wider is Decimal and isinstance(value, float):
        return Decimal(repr(value))
    return wider(value)
