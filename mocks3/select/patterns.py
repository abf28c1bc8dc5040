"""The patterns of TO_STRING and of LIKE.

Source: user guide, SQL reference for S3 Select, "Date functions" (TO_STRING) and "Operators".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from mocks3.select.faults import (
    INVALID_ESCAPE_SEQUENCE,
    INVALID_TIMESTAMP_PATTERN,
    UNTERMINATED_TIMESTAMP_PATTERN,
)
from mocks3.select.timestamps import Timestamp, format_offset

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+|'")


def _hour12(stamp: Timestamp) -> int:
    return stamp.local.hour % 12 or 12


def _offset(stamp: Timestamp, width: int, zero: str) -> str:
    minutes = stamp.offset or 0
    if minutes == 0 and zero:
        return zero
    if width == 1:
        return format_offset(minutes, ":")[:3]
    return format_offset(minutes, ":" if width in (3, 5) else "")


_SYMBOLS: dict[str, Callable[[Timestamp], str]] = {
    "y": lambda stamp: str(stamp.local.year),
    "yy": lambda stamp: f"{stamp.local.year % 100:02}",
    "yyyy": lambda stamp: f"{stamp.local.year:04}",
    "M": lambda stamp: str(stamp.local.month),
    "MM": lambda stamp: f"{stamp.local.month:02}",
    "MMM": lambda stamp: _MONTHS[stamp.local.month - 1][:3],
    "MMMM": lambda stamp: _MONTHS[stamp.local.month - 1],
    "MMMMM": lambda stamp: _MONTHS[stamp.local.month - 1][0],
    "d": lambda stamp: str(stamp.local.day),
    "dd": lambda stamp: f"{stamp.local.day:02}",
    "a": lambda stamp: "AM" if stamp.local.hour < 12 else "PM",
    "h": lambda stamp: str(_hour12(stamp)),
    "hh": lambda stamp: f"{_hour12(stamp):02}",
    "H": lambda stamp: str(stamp.local.hour),
    "HH": lambda stamp: f"{stamp.local.hour:02}",
    "m": lambda stamp: str(stamp.local.minute),
    "mm": lambda stamp: f"{stamp.local.minute:02}",
    "s": lambda stamp: str(stamp.local.second),
    "ss": lambda stamp: f"{stamp.local.second:02}",
    "n": lambda stamp: str(int(stamp.digits[:9].ljust(9, "0"))),
}


def format_timestamp(stamp: Timestamp, pattern: str) -> str:
    """Return a timestamp in the format of the pattern. Raises the errors of patterns."""
    return "".join([_token(stamp, found) for found in _TOKEN.finditer(pattern)])


def _token(stamp: Timestamp, found: re.Match[str]) -> str:
    text, letter = found[0], found[2]
    if text == "'":
        raise UNTERMINATED_TIMESTAMP_PATTERN()
    if letter is None:
        return found[1] if found[1] is not None else text
    if letter == "S":
        return stamp.digits[: len(text)].ljust(len(text), "0")
    if letter in "Xx" and len(text) <= 5:
        return _offset(stamp, len(text), "Z" if letter == "X" else "")
    if text not in _SYMBOLS:
        raise INVALID_TIMESTAMP_PATTERN()
    return _SYMBOLS[text](stamp)


@lru_cache(maxsize=256)
def like(pattern: str, escape: str | None) -> re.Pattern[str]:
    """Return a compiled pattern of LIKE: ``_`` is one character, ``%`` is any number of characters.

    Raises ``EvaluatorLikePatternInvalidEscapeSequence`` for an escape that is not one character, or that escapes
    another character than ``_``, ``%`` or itself.
    """
    if escape is not None and len(escape) != 1:
        raise INVALID_ESCAPE_SEQUENCE()
    pieces = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            follower = next(characters, "")
            if not follower or follower not in ("_", "%", escape):
                raise INVALID_ESCAPE_SEQUENCE()
            pieces.append(re.escape(follower))
        else:
            pieces.append({"_": ".", "%": ".*"}.get(character) or re.escape(character))
    return re.compile("".join(pieces), re.DOTALL)
