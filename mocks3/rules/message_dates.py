"""Dates in error messages of S3: ``Tue Dec 31 16:00:00 PST 2019``, in every Region.

Source: R-61, R-62 (recorded). The format is Java's ``Date.toString`` in Pacific time. The rule of daylight saving time
is computed here, because a machine that runs tests may have no time zone database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mocks3.lib.limits import later

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(moment: datetime) -> str:
    """Return the moment in Pacific time, always in English."""
    moment = moment.astimezone(UTC)
    hours, name = (-7, "PDT") if _is_daylight_saving(moment) else (-8, "PST")
    local = later(moment, seconds=3600 * hours)
    day = f"{_DAYS[local.weekday()]} {_MONTHS[local.month - 1]} {local.day:02}"
    return f"{day} {local:%H:%M:%S} {name} {local.year}"


def _is_daylight_saving(moment: datetime) -> bool:
    """Return whether daylight saving time applies (Energy Policy Act of 2005).

    It lasts from the second Sunday of March to the first Sunday of November and changes at 2:00 local time.
    """
    begins = _first_sunday_from(moment.year, 3, 8) + timedelta(hours=10)
    ends = _first_sunday_from(moment.year, 11, 1) + timedelta(hours=9)
    return begins <= moment < ends


def _first_sunday_from(year: int, month: int, earliest: int) -> datetime:
    day = datetime(year, month, earliest, tzinfo=UTC)
    return day + timedelta(days=6 - day.weekday())
