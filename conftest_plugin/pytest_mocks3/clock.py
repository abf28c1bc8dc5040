"""The time in a test's hands, by freezegun: mocks3, botocore's signatures and the code under test all follow it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mocks3 import clock

Moment = str | datetime.datetime | datetime.date


class Clock:
    """The fixture ``s3_clock``. The time runs until it is first frozen, moved or advanced; then it stands still."""

    def __init__(self) -> None:
        self._freezer: Any = None
        self._frozen: Any = None

    @property
    def now(self) -> datetime.datetime:
        """What time it is for S3, in UTC."""
        return clock.now()

    def freeze(self, at: Moment | None = None) -> None:
        """Stop the time, now or at a moment: a date and time, or text such as ``2026-01-31 12:00``, in UTC."""
        self.release()
        try:
            import freezegun
        except ImportError:
            pytest.fail("s3_clock needs freezegun: pip install 'mocks3[pytest]'", pytrace=False)
        # Event loops keep their own time, or nothing asynchronous would ever end.
        self._freezer = freezegun.freeze_time(at or self.now, real_asyncio=True)
        self._frozen = self._freezer.start()

    def move_to(self, moment: Moment) -> None:
        """Set the time, also back."""
        if self._frozen is None:
            self.freeze(moment)
        else:
            self._frozen.move_to(moment)

    def advance(self, by: datetime.timedelta | None = None, **units: float) -> None:
        """Let time pass: a timedelta, or its units (``days=1, hours=2``)."""
        if self._frozen is None:
            self.freeze()
        self._frozen.tick(by if by is not None else datetime.timedelta(**units))

    def release(self) -> None:
        """Let the time run on, from what it really is."""
        if self._freezer is not None:
            self._freezer.stop()
        self._freezer = self._frozen = None
