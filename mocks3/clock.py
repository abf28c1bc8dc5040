"""The current time, for everything that S3 does.

Rule 1: no other module of the package calls ``datetime.now`` or ``time.time`` to find S3's time.
Rule 2: every call reads ``datetime.datetime`` through the module again. freezegun and time-machine patch the standard
library while a test runs; mocks3 follows them without importing them.
Rule 3: a world's clock is a shift that is added to the time of the process. Frozen time and shifted time therefore
combine, and a world inside another world has its own time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mocks3.errors import Mocks3Error
from mocks3.lib import limits

TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"
"""The format of a time in UTC, to the second (ISO 8601)."""

NO_SHIFT = datetime.timedelta()
_shift: ContextVar[datetime.timedelta] = ContextVar("shift", default=NO_SHIFT)


def now() -> datetime.datetime:
    """Return the current time of the world that handles the request, in UTC, to the microsecond.

    S3 writes times to the millisecond in XML and to the second in headers. The package ``wire`` rounds them.
    """
    shift = _shift.get()
    present = datetime.datetime.now(datetime.UTC)
    return present if shift is NO_SHIFT else limits.shifted(present, shift)


def unshifted_now() -> datetime.datetime:
    """Return the current time of the process, without the shift of any world's clock."""
    return datetime.datetime.now(datetime.UTC)


def next_midnight(moment: datetime.datetime) -> datetime.datetime:
    """Return the first midnight in UTC after a moment."""
    start = moment.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return limits.later(start, days=1)


_FIRST_YEAR = 1000
"""The first year that has four digits in the dates with which clients sign."""


class WorldClock:
    """The clock of one world: the time of the process, plus a shift."""

    __slots__ = ("shift",)

    def __init__(self) -> None:
        self.shift = NO_SHIFT

    def now(self) -> datetime.datetime:
        """Return the current time of the world, in UTC."""
        return limits.shifted(unshifted_now(), self.shift)

    def advance(self, by: datetime.timedelta | None = None, /, **units: float) -> datetime.datetime:
        """Move the clock forward. It keeps running from the new time.

        Everything that is scheduled up to the new time (expiration, transitions, replication…) is applied before
        the next request or look at the state.

        Args:
            by: How far, as a timedelta.
            **units: How far, in units of :class:`datetime.timedelta`: ``days=30``, ``hours=1``…

        Returns:
            The new current time, in UTC.

        Raises:
            Mocks3Error: The step is negative (use :meth:`move_to` to go back), or it ends after the year 9999.
        """
        try:
            step = datetime.timedelta(**units) + (NO_SHIFT if by is None else by)
        except OverflowError:
            raise Mocks3Error("the clock cannot advance past the year 9999") from None
        except TypeError:
            given = ", ".join(
                [*([] if by is None else [repr(by)]), *(f"{k}={v!r}" for k, v in units.items())]
            )
            raise Mocks3Error(
                f"advance() takes a timedelta, or days=, hours=, minutes=, seconds=; it was given {given}"
            ) from None
        if step < NO_SHIFT:
            raise Mocks3Error(f"advance() cannot go back ({step}); use move_to(...) to set an earlier time")
        self._set_shift(self.shift + step)
        return self.now()

    def move_to(self, moment: datetime.datetime | str) -> datetime.datetime:
        """Set the clock to a time. It keeps running from there. Going back undoes nothing.

        Args:
            moment: A datetime (in UTC if it has no time zone), or a text in ISO 8601: ``"2030-01-01T12:00:00Z"``.

        Returns:
            The new current time, in UTC.

        Raises:
            Mocks3Error: The text is not a date in ISO 8601, or its year is not between 1000 and 9999.
        """
        self._set_shift(_moment(moment) - unshifted_now())
        return self.now()

    def _set_shift(self, shift: datetime.timedelta) -> None:
        try:
            year = (unshifted_now() + shift).year
        except OverflowError:
            year = 0
        if year < _FIRST_YEAR:
            raise Mocks3Error(f"the clock can only show the years {_FIRST_YEAR} to 9999")
        self.shift = shift

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Make :func:`now` return the time of this clock within the block."""
        token = _shift.set(self.shift)
        try:
            yield
        finally:
            _shift.reset(token)

    @property
    def is_applied(self) -> bool:
        """Whether :func:`now` already returns the time of this clock."""
        return _shift.get() == self.shift

    def __repr__(self) -> str:
        return f"Clock({self.now().isoformat()})"


def _moment(moment: datetime.datetime | str) -> datetime.datetime:
    if isinstance(moment, str):
        try:
            moment = datetime.datetime.fromisoformat(moment)
        except ValueError:
            raise Mocks3Error(
                f"move_to() takes a datetime or a text like 2030-01-01T12:00:00Z; it was given {moment!r}"
            ) from None
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment
