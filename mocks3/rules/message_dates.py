"""Dates as S3 writes them into its sentences: ``Tue Dec 31 16:00:00 PST 2019``, wherever the bucket is.

Source: R-61, R-62 (recorded). It is Java's ``Date.toString`` on machines that keep Pacific time.
The rule of the daylight saving time stands here because a machine that tests run on need not have a time zone database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mocks3.lib.limits import later

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(moment: datetime) -> str:
    """The moment in Pacific time, in English whatever the locale."""
    moment = moment.astimezone(UTC)
    hours, name = (-7, "PDT") if _saves_daylight(moment) else (-8, "PST")
    local = later(moment, seconds=3600 * hours)
    day = f"{_DAYS[local.weekday()]} {_MONTHS[local.month - 1]} {local.day:02}"
    return f"{day} {local:%H:%M:%S} {name} {local.year}"


def _saves_daylight(moment: datetime) -> bool:
    """From the second Sunday of March to the first of November, 2:00 on the clocks (Energy Policy Act of 2005)."""
    begins = _sunday(moment.year, 3, 8) + timedelta(hours=10)
    ends = _sunday(moment.year, 11, 1) + timedelta(hours=9)
    return begins <= moment < ends


def _sunday(year: int, month: int, earliest: int) -> datetime:
    day = datetime(year, month, earliest, tzinfo=UTC)
    return day + timedelta(days=6 - day.weekday())
