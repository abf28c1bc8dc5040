"""What a world remembers of what its configurations did: part of every snapshot."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from mocks3 import clock


class ActingMark(NamedTuple):
    """What :meth:`Acting.snapshot` remembers."""

    settled: datetime.datetime


class Acting:
    """``settled``: the midnight up to which all that was due has happened (the next one is still to come)."""

    def __init__(self) -> None:
        self.settled = last_midnight(clock.now())

    def snapshot(self) -> ActingMark:
        """Remember everything."""
        return ActingMark(self.settled)

    def restore(self, mark: ActingMark) -> None:
        """Bring back what was remembered."""
        self.settled = mark.settled


def last_midnight(moment: datetime.datetime) -> datetime.datetime:
    """The midnight in UTC with which a moment's day began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
