"""Date operators (C-24, C-25, C-49): ISO 8601 instants in the W3C profile, or seconds since 1970.

    2026-01-01T00:00:00Z   2026-01-01T01:00:00+01:00   2026-01-01T00:00:00.250Z   2026-01-01T00:00Z
    2026-01-01             midnight UTC                2026-01     the first of the month
    1767225600             seconds, also as a JSON number, also with decimals

A time without a zone is in UTC. A number is always seconds, never a year.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from .comparing import ordered_family
from .operator import Operator

_ISO: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?)?"
)
_EPOCH: Final = re.compile(r"(?P<sign>-?)(?P<seconds>[0-9]{1,15})(?:\.(?P<fraction>[0-9]+))?")
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS: Final = 10**9


@lru_cache(maxsize=1024)
def instant(text: str) -> int | None:
    """Return the instant of `text` in nanoseconds since 1970, or None. Decimals after the ninth are ignored."""
    if found := _EPOCH.fullmatch(text):
        since = int(found["seconds"]) * _NANOSECONDS + _nanoseconds(found["fraction"])
        return -since if found["sign"] else since
    if found := _ISO.fullmatch(text):
        return _iso_instant(found)
    return None


def _iso_instant(found: re.Match[str]) -> int | None:
    numbers = [int(found[name] or default) for name, default in _FIELDS]
    try:
        moment = datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]  # six numbers, in order
    except ValueError:
        return None
    offset = _offset(found["zone"])
    if offset is None:
        return None
    elapsed = moment - _START
    seconds = elapsed.days * 86400 + elapsed.seconds - offset
    return seconds * _NANOSECONDS + _nanoseconds(found["fraction"])


_FIELDS: Final = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def _offset(zone: str | None) -> int | None:
    """Return the offset from UTC in seconds, positive to the east, or None for an invalid zone."""
    if zone is None or zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        return None
    east = int(timedelta(hours=hours, minutes=minutes).total_seconds())
    return -east if zone[0] == "-" else east


def _nanoseconds(fraction: str | None) -> int:
    return int(fraction[:9].ljust(9, "0")) if fraction else 0


OPERATORS: Final[dict[str, Operator]] = ordered_family("Date", instant, "bad-date")
