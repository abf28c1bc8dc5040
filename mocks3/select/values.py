"""The values of an expression, and their comparison.

    NULL      None            MISSING   a value that does not exist (SQL reference, "SELECT command")
    BOOL      bool            STRING    str
    INTEGER   int             FLOAT     float         DECIMAL  Decimal
    TIMESTAMP Timestamp       LIST      list          STRUCT   dict

Rule 1: a comparison with NULL or MISSING is unknown, which is None. Rule 2: values of different types are not equal
and cannot be ordered. Text that looks like a number is text until it is CAST ("Data types").
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
"""The context of decimals: at most 38 significant digits ("Data types")."""

_LONGEST = 19
"""The number of digits of the largest integer."""

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
    """Return the type of the value as in error messages."""
    return _KINDS.get(type(value), "NULL")


def is_unknown(value: Value) -> bool:
    """Return whether the value is NULL or MISSING."""
    return value is None or value is MISSING


def is_number(value: Value) -> bool:
    """Return whether the value is an integer, a float or a decimal. Booleans are not numbers."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def equal(left: Value, right: Value) -> bool | None:
    """Return ``left = right``, or None if one of them is NULL or MISSING."""
    if is_unknown(left) or is_unknown(right):
        return None
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def compare(left: Value, right: Value) -> int | None:
    """Return -1, 0 or 1 if ``left`` is less than, equal to or greater than ``right``; None if one is unknown.

    Raises ``ExternalEvalException`` for values that cannot be ordered. The service does so too, for example if a CSV
    column without CAST is compared with a number.
    """
    if is_unknown(left) or is_unknown(right):
        return None
    numbers = is_number(left) and is_number(right)
    if not numbers and (type(left) is not type(right) or isinstance(left, (list, dict))):
        raise CANNOT_EVALUATE()
    return int(left > right) - int(left < right)


def check_integer(value: int) -> int:
    """Return the integer. Raises ``IntegerOverflow`` if it needs more than eight bytes."""
    if not -(2**63) <= value < 2**63:
        raise INTEGER_OVERFLOW()
    return value


def parse_integer(digits: str) -> int:
    """Return the integer with these digits. Raises ``IntegerOverflow`` if it needs more than eight bytes."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > _LONGEST:
        raise INTEGER_OVERFLOW()
    return check_integer(int(digits))


def to_common_type(left: Value, right: Value) -> tuple[Value, Value]:
    """Return two numbers in one type: decimal if one is a decimal, else float if one is a float.

    Raises ``ExternalEvalException`` if one is not a number.
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
