"""The functions of S3 Select. Their arguments are values.

Rule 1: a function that is in no table does not exist (``UnsupportedFunction``). Rule 2: most functions return NULL for
NULL and MISSING for MISSING. Only COALESCE and NULLIF process them.

Source: user guide, SQL reference for S3 Select, "SQL functions".
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from mocks3 import clock
from mocks3.select import patterns, timestamps
from mocks3.select.faults import ILLEGAL_ARGUMENT, INCORRECT_ARGUMENT_TYPE, VALUE_PARSE_FAILURE
from mocks3.select.timestamps import Timestamp
from mocks3.select.values import MISSING, Value, equal, is_unknown


class Function(NamedTuple):
    """A function, with its least and most number of arguments."""

    least: int
    most: int
    call: Callable[..., Value]


def _strict(call: Callable[..., Value], *types: type) -> Callable[..., Value]:
    """Return a function that checks the types of its arguments. It returns NULL for NULL, and MISSING for MISSING."""

    def checked(*values: Value) -> Value:
        if any(value is MISSING for value in values):
            return MISSING
        if None in values:
            return None
        for value, expected in zip(values, types, strict=False):
            if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
                raise INCORRECT_ARGUMENT_TYPE()
        return call(*values)

    return checked


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if not is_unknown(value)), None)


def _nullif(first: Value, second: Value) -> Value:
    return None if is_unknown(first) or equal(first, second) else first


def _substring(text: str, start: int, length: int | None = None) -> str:
    """Return a substring. Positions count from 1. Positions below 1 are valid, and empty (SUBSTRING's examples)."""
    if length is None:
        return text[max(start, 1) - 1 :]
    if length < 0:
        raise ILLEGAL_ARGUMENT()
    return text[max(start, 1) - 1 : max(start + length - 1, 0)]


def _trimmed(side: str) -> Callable[[str, str], str]:
    strip = {"BOTH": str.strip, "LEADING": str.lstrip, "TRAILING": str.rstrip}[side]
    return lambda text, characters: strip(text, characters)


def _to_timestamp(text: str) -> Timestamp:
    try:
        return timestamps.parse(text)
    except ValueError:
        raise VALUE_PARSE_FAILURE() from None


def _added(part: int) -> Callable[[int, Timestamp], Timestamp]:
    def add(quantity: int, stamp: Timestamp) -> Timestamp:
        try:
            return timestamps.add(part, quantity, stamp)
        except (ValueError, OverflowError):
            raise ILLEGAL_ARGUMENT() from None

    return add


def _extracted(part: str) -> Callable[[Timestamp], Value]:
    def extract(stamp: Timestamp) -> Value:
        if part.startswith("timezone"):
            minutes = stamp.offset or 0
            size = abs(minutes) // 60 if part == "timezone_hour" else abs(minutes) % 60
            return -size if minutes < 0 else size
        number: int = getattr(stamp.local, part)
        return Decimal(f"{number}.{stamp.digits}") if part == "second" and stamp.digits else number

    return extract


FUNCTIONS: dict[str, Function] = {
    "char_length": Function(1, 1, _strict(len, str)),
    "character_length": Function(1, 1, _strict(len, str)),
    "coalesce": Function(1, 2**16, _coalesce),
    "lower": Function(1, 1, _strict(str.lower, str)),
    "nullif": Function(2, 2, _nullif),
    "substring": Function(2, 3, _strict(_substring, str, int, int)),
    "to_string": Function(2, 2, _strict(patterns.format_timestamp, Timestamp, str)),
    "to_timestamp": Function(1, 1, _strict(_to_timestamp, str)),
    "upper": Function(1, 1, _strict(str.upper, str)),
    "utcnow": Function(0, 0, lambda: timestamps.of_moment(clock.now())),
}
"""The functions by name, without those that have keywords as arguments (see below)."""

TRIM = {side: _strict(_trimmed(side), str, str) for side in ("BOTH", "LEADING", "TRAILING")}
"""The functions of (string, characters), by the side that is trimmed."""

DATE_ADD = {name: _strict(_added(part), int, Timestamp) for name, part in timestamps.PARTS.items()}
"""The functions of (quantity, timestamp), by date part."""


def _differing(part: int) -> Callable[..., Value]:
    return _strict(lambda first, second: timestamps.difference(part, first, second), Timestamp, Timestamp)


DATE_DIFF = {name: _differing(part) for name, part in timestamps.PARTS.items()}
"""The functions of two timestamps, by date part."""

EXTRACT = {
    name: _strict(_extracted(name), Timestamp)
    for name in (*timestamps.PARTS, "timezone_hour", "timezone_minute")
}
"""The functions of one timestamp, by date part."""
