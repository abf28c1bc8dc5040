"""A list that only grows at its end, and drops its oldest items."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")

MOST_KEPT = 10_000
"""The most items that a record keeps by default."""


class Record(list[Item]):
    """The latest items of a series.

    ``trim`` drops the oldest tenth when there are too many. Positions count all items, also dropped ones, so they stay
    valid. ``append`` is that of lists, because records grow with every call.

    Args:
        limit: The most items that are kept; None to keep all.

    Attributes:
        limit: The most items that are kept.
        dropped: The number of items that were dropped.
    """

    def __init__(self, limit: int | None = MOST_KEPT) -> None:
        super().__init__()
        self.limit = sys.maxsize if limit is None else limit
        self.dropped = 0

    def trim(self) -> None:
        """Drop the oldest items if there are more than the limit."""
        if len(self) > self.limit:
            count = len(self) - self.limit + self.limit // 10
            del self[:count]
            self.dropped += count

    @property
    def end(self) -> int:
        """The position of the next item: the number of items that were ever added."""
        return self.dropped + len(self)

    def since(self, position: int) -> list[Item]:
        """Return the items from a position on that are still kept."""
        return self[max(0, position - self.dropped) :]

    def cut(self, position: int) -> None:
        """Remove the items from a position on."""
        del self[max(0, position - self.dropped) :]

    def replace(self, position: int, items: Iterable[Item]) -> None:
        """Replace the items from a position on."""
        self[max(0, position - self.dropped) :] = items
