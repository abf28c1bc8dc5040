"""The fixture ``s3_clock``: freezegun sets the time for mocks3, botocore's signatures and the code under test."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mocks3 import clock

Moment = str | datetime.datetime | datetime.date


class Clock:
    """The value of the fixture ``s3_clock``. The time runs on until the first call of a method; then it is frozen."""

    def __init__(self, fixture: str = "s3_clock") -> None:
        self._fixture = fixture
        self._freezer: Any = None
        self._frozen: Any = None

    @property
    def now(self) -> datetime.datetime:
        """Return the time of S3, in UTC."""
        return clock.now()

    def freeze(self, at: Moment | None = None) -> None:
        """Freeze the time.

        Args:
            at: A date and time in UTC, or text such as ``2026-01-31 12:00``. Without it, the time now.
        """
        self.release()
        try:
            import freezegun
        except ImportError:
            pytest.fail(f"{self._fixture} needs freezegun: pip install 'mocks3[pytest]'", pytrace=False)
        # Event loops use the real time; with frozen time no timeout would ever expire.
        self._freezer = freezegun.freeze_time(at or self.now, real_asyncio=True)
        self._frozen = self._freezer.start()

    def move_to(self, moment: Moment) -> None:
        """Set the frozen time to a moment, in the future or in the past."""
        if self._frozen is None:
            self.freeze(moment)
        else:
            self._frozen.move_to(moment)

    def advance(self, by: datetime.timedelta | None = None, **units: float) -> None:
        """Move the frozen time forward.

        Args:
            by: A timedelta.
            units: The arguments of a timedelta, such as ``days=1, hours=2``.
        """
        if self._frozen is None:
            self.freeze()
        self._frozen.tick(by if by is not None else datetime.timedelta(**units))

    def release(self) -> None:
        """Return to the real time."""
        if self._freezer is not None:
            self._freezer.stop()
        self._freezer = self._frozen = None
