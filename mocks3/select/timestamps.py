"""Timestamps: a moment, its precision, and its offset from UTC.

    2010T   2010-05T   2010-05-06T   2010-05-06T07:08Z   2010-05-06T07:08:09.010+07:00

Rule 1: the precision is part of the value. DATE_ADD increases it only if the added part requires it. Rule 2: the offset
of a date is unknown. If the date gets a time, the offset is written as -00:00.

Source: user guide, SQL reference for S3 Select, "Data types" and "Date functions" (whose examples are the tests).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import total_ordering

YEAR, MONTH, DAY, HOUR, MINUTE, SECOND = range(1, 7)
PARTS = {"year": YEAR, "month": MONTH, "day": DAY, "hour": HOUR, "minute": MINUTE, "second": SECOND}

_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:(T)(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?",
    re.ASCII,
)
_SECONDS = {DAY: 86400, HOUR: 3600, MINUTE: 60, SECOND: 1}


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Timestamp:
    """``local`` is the local time, ``digits`` the fraction of its second, ``offset`` its minutes from UTC."""

    local: datetime
    precision: int
    digits: str = ""
    offset: int | None = None

    @property
    def utc(self) -> tuple[datetime, str]:
        """Return the moment in UTC, for comparisons."""
        return self.local - timedelta(minutes=self.offset or 0), self.digits.rstrip("0")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self.utc == other.utc

    def __lt__(self, other: Timestamp) -> bool:
        return self.utc < other.utc

    def __hash__(self) -> int:
        return hash(self.utc)

    def __str__(self) -> str:
        """Return the text form of Ion. A date with a day has no T."""
        if self.precision <= DAY:
            return self.local.date().isoformat()[: (4, 7, 10)[self.precision - 1]] + "T" * (
                self.precision < DAY
            )
        time = self.local.strftime("%H:%M" if self.precision <= MINUTE else "%H:%M:%S")
        fraction = f".{self.digits}" if self.digits else ""
        return f"{self.local.date().isoformat()}T{time}{fraction}{self._zone()}"

    def _zone(self) -> str:
        if self.offset is None:
            return "-00:00"
        return "Z" if self.offset == 0 else format_offset(self.offset, ":")


def format_offset(offset: int, between: str) -> str:
    """Return the offset in hours and minutes: ``+07:00``."""
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}{between}{minutes:02}"


def parse(text: str) -> Timestamp:
    """Parse a timestamp. Raises ``ValueError`` if the text is not one."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, mark, hour, minute, second, digits, offset = found.groups()
    if (day is None and mark is None) or (day is None and hour is not None):
        raise ValueError(text)
    precision = sum(part is not None for part in (year, month, day, hour, minute, second))
    local = datetime(  # noqa: DTZ001
        int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0)
    )
    return _comparable(Timestamp(local, precision, digits or "", _offset(offset)))


def _comparable(stamp: Timestamp) -> Timestamp:
    """Return the timestamp. Raises ``ValueError`` if its moment in UTC is outside of the years of datetime."""
    try:
        stamp.utc  # noqa: B018 - it may raise
    except OverflowError:
        raise ValueError(str(stamp)) from None
    return stamp


def _offset(text: str | None) -> int | None:
    if text is None or text == "-00:00":
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:])
    return -minutes if text[0] == "-" else minutes


def of_moment(moment: datetime) -> Timestamp:
    """Return the timestamp of a moment (a naive one is in UTC), in milliseconds, or in microseconds if it has them."""
    offset = moment.utcoffset()
    digits = f"{moment.microsecond:06}"
    shown = digits[:3] if digits.endswith("000") else digits
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    return Timestamp(moment.replace(tzinfo=None, microsecond=0), SECOND, shown, minutes)


def add(part: int, quantity: int, start: Timestamp) -> Timestamp:
    """Return ``DATE_ADD``. Raises ``ValueError`` or ``OverflowError`` outside of the years of datetime."""
    if part <= MONTH:
        local = _months_later(start.local, quantity * (12 if part == YEAR else 1))
    else:
        local = start.local + timedelta(seconds=quantity * _SECONDS[part])
    precision = max(start.precision, MINUTE if part == HOUR else part)
    return _comparable(replace(start, local=local, precision=precision))


def _months_later(local: datetime, months: int) -> datetime:
    """Return the same day ``months`` months later, or the last day of that month."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    for day in range(local.day, 27, -1):
        try:
            return local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            if day <= 28:
                raise
    return local.replace(year=year, month=month + 1)


def difference(part: int, first: Timestamp, second: Timestamp) -> int:
    """Return ``DATE_DIFF``: the number of whole parts between both, negative if ``second`` is earlier."""
    start, end = first.utc[0], second.utc[0]
    if start > end:
        return -difference(part, second, first)
    if part >= DAY:
        return int((end - start).total_seconds()) // _SECONDS[part]
    months = (end.year - start.year) * 12 + end.month - start.month
    if _months_later(start, months) > end:
        months -= 1
    return months // 12 if part == YEAR else months
