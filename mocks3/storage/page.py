"""One page of a listing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing.

    ``last_key`` is the key of the last entry, or the last common prefix if that comes later. ``last_id`` is the version
    id or upload id of the last entry. It is None if a common prefix comes last, and for listings of keys. On an empty
    page both are None. ``truncated`` is true if more entries follow.
    """

    entries: list[T] = field(default_factory=list)
    common_prefixes: list[str] = field(default_factory=list)
    truncated: bool = False
    last_key: str | None = None
    last_id: str | None = None


Item = tuple[str, str | None, T | None]
"""One item of a listing: (key, id, entry), or (common prefix, None, None)."""


def make_page(items: Iterable[Item[T]], limit: int) -> Page[T]:
    """Return a page with the first ``limit`` items. With a limit of 0 the page is empty and not truncated."""
    if limit <= 0:
        return Page()
    taken = list(islice(items, limit + 1))
    if not taken:
        return Page()
    truncated = len(taken) > limit
    if truncated:
        del taken[limit:]
    last_key, last_id, _ = taken[-1]
    return Page(
        [entry for _, _, entry in taken if entry is not None],
        [name for name, _, entry in taken if entry is None],
        truncated,
        last_key,
        last_id,
    )
