"""The one place that asks what time it is.

Rule 1: nobody else in the package calls ``datetime.now`` or ``time.time`` for S3's sake.
Rule 2: the clock is looked up at every call, through the module, so that freezegun and time-machine,
which patch the standard library while a test runs, are followed without being imported.
Rule 3: a world's clock goes beside the process's, not instead of it: what a test moved it by is added to whatever
the process shows, so that frozen time and moved time compose, and worlds within worlds keep times of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from mocks3.errors import Mocks3Error
from mocks3.lib import limits

TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"
"""How a moment in UTC is written to the second (ISO 8601)."""

NO_SHIFT = datetime.timedelta()
_moved: ContextVar[datetime.timedelta] = ContextVar("shift", default=NO_SHIFT)


def now() -> datetime.datetime:
    """The present moment of the world that is being asked, in UTC, to the microsecond.

    S3 shows times to the millisecond in XML and to the second in headers; rounding is the wire's business.
    """
    moved = _moved.get()
    present = datetime.datetime.now(datetime.UTC)
    return present if moved is NO_SHIFT else present + moved


def unshifted_now() -> datetime.datetime:
    """The present moment as the process shows it, whatever any world's clock was moved by."""
    return datetime.datetime.now(datetime.UTC)


def next_midnight(moment: datetime.datetime) -> datetime.datetime:
    """The first midnight in UTC after a moment."""
    start = moment.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return limits.later(start, days=1)


class Clock:
    """The clock of one world: the process's own, and what it was moved by."""

    __slots__ = ("shift",)

    def __init__(self) -> None:
        self.shift = NO_SHIFT

    def now(self) -> datetime.datetime:
        """The world's present moment, in UTC."""
        return unshifted_now() + self.shift

    def advance(self, by: datetime.timedelta | None = None, /, **units: float) -> datetime.datetime:
        """Move on, by a timedelta or by ``days=30``, ``hours=1`` and so on; the clock then runs on from there.

        Returns the new present. What became due meanwhile has happened by the time anybody looks. Raises
        :class:`Mocks3Error` for going back: :meth:`move_to` does that.
        """
        try:
            step = datetime.timedelta(**units) + (NO_SHIFT if by is None else by)
        except OverflowError:
            raise Mocks3Error("a clock advances to the year 9999 at most") from None
        except TypeError:
            told = ", ".join([*([] if by is None else [repr(by)]), *(f"{k}={v!r}" for k, v in units.items())])
            raise Mocks3Error(
                f"a clock advances by a timedelta, or by days=, hours=, minutes=, seconds=, not by {told}"
            ) from None
        if step < NO_SHIFT:
            raise Mocks3Error(f"a clock advances; to go back, say move_to(...), not advance({step})")
        self._move_by(self.shift + step)
        return self.now()

    def move_to(self, moment: datetime.datetime | str) -> datetime.datetime:
        """Go to a moment: a datetime (UTC unless it says otherwise) or its text in ISO 8601. Returns the new present.

        Going back undoes nothing. Raises :class:`Mocks3Error` for a text that is no date.
        """
        self._move_by(_moment(moment) - unshifted_now())
        return self.now()

    def _move_by(self, moved: datetime.timedelta) -> None:
        try:
            unshifted_now() + moved
        except OverflowError:
            raise Mocks3Error("a clock shows the years 1 to 9999") from None
        self.shift = moved

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Within the block :func:`now` is this clock's."""
        token = _moved.set(self.shift)
        try:
            yield
        finally:
            _moved.reset(token)

    @property
    def is_applied(self) -> bool:
        """Whether :func:`now` is this clock's already."""
        return _moved.get() == self.shift

    def __repr__(self) -> str:
        return f"Clock({self.now().isoformat()})"


def _moment(moment: Any) -> datetime.datetime:
    if isinstance(moment, str):
        try:
            moment = datetime.datetime.fromisoformat(moment)
        except ValueError:
            raise Mocks3Error(
                f"a moment is a datetime, or like 2030-01-01T12:00:00Z, not {moment!r}"
            ) from None
    at: datetime.datetime = moment
    return at.replace(tzinfo=datetime.UTC) if at.tzinfo is None else at
