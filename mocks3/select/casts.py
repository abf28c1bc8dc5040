"""CAST: convert a value to another type.

A value that cannot be converted raises ``CastFailed``. NULL and MISSING are not converted.

Source: user guide, SQL reference for S3 Select, "Conversion functions" and "Data types".
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from mocks3.select import timestamps
from mocks3.select.faults import CAST_FAILED, INTEGER_OVERFLOW
from mocks3.select.timestamps import Timestamp
from mocks3.select.values import PRECISION, Value, check_integer, is_number, is_unknown, kind
from mocks3.select.writing import text_of

_DIGITS = 19
"""The number of digits of the largest integer."""


def cast(value: Value, target: str) -> Value:
    """Return the value as ``target``, one of :data:`TARGETS`. Raises ``CastFailed``, ``IntegerOverflow``."""
    if is_unknown(value) or kind(value) == target:
        return value
    try:
        return TARGETS[target](value)
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        raise CAST_FAILED(source=kind(value), target=target) from None


def _bool(value: Value) -> bool:
    if is_number(value):
        return bool(value != 0)
    return {"true": True, "false": False}[value.lower()] if _either(value) else _fail(value)


def _either(value: Value) -> bool:
    return isinstance(value, str) and value.lower() in ("true", "false")


def _integer(value: Value) -> int:
    _scalar(value)
    if (
        isinstance(value, Decimal) and value.adjusted() >= _DIGITS
    ):  # Python would make an integer with all zeros of 1e999999999
        raise INTEGER_OVERFLOW()
    return check_integer(int(value.strip()) if isinstance(value, str) else int(value))


def _float(value: Value) -> float:
    _scalar(value)
    return float(value)


def _decimal(value: Value) -> Decimal:
    _scalar(value)
    text = (
        repr(value) if isinstance(value, float) else value.strip() if isinstance(value, str) else int(value)
    )
    number = PRECISION.create_decimal(text)
    return number if number.is_finite() else _fail(value)


def _timestamp(value: Value) -> Timestamp:
    return timestamps.parse(value)


def _scalar(value: Value) -> None:
    """Raise ``ValueError`` for lists, structs, timestamps, and text with ``_``, which Python allows in numbers."""
    if isinstance(value, (list, dict, Timestamp)) or (isinstance(value, str) and "_" in value):
        _fail(value)


def _fail(value: Value) -> Value:
    raise ValueError(value)


TARGETS: dict[str, Callable[[Value], Value]] = {
    "BOOL": _bool,
    "INTEGER": _integer,
    "FLOAT": _float,
    "DECIMAL": _decimal,
    "STRING": text_of,
    "TIMESTAMP": _timestamp,
}

SQL_TYPES = {
    "BOOLEAN": "BOOL",
    "SMALLINT": "INTEGER",
    "INT": "INTEGER",
    "BIGINT": "INTEGER",
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
    "DECIMAL": "DECIMAL",
    "CHAR": "STRING",
    "VARCHAR": "STRING",
    "TEXT": "STRING",
    "TIMESTAMP": "TIMESTAMP",
}
"""The kind of value for each SQL type. sqlglot has replaced synonyms by these names."""
