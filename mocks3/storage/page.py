"""One page of a listing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. ``last_key`` is the last entry's key or the last common prefix, whichever comes last.

    ``last_id`` is the last entry's version id or upload id, and None when a common prefix comes last or when
    keys are listed. Both are None on an empty page. ``truncated``: there is more after the last one.
    """

    entries: list[T] = field(default_factory=list)
    common_prefixes: list[str] = field(default_factory=list)
    truncated: bool = False
    last_key: str | None = None
    last_id: str | None = None


Item = tuple[str, str | None, T | None]
"""What a listing passes by: (key, id, entry), or (common prefix, None, None)."""


def make_page(items: Iterable[Item[T]], limit: int) -> Page[T]:
    """The page of the first ``limit`` items. A limit of 0 is an empty page, and not truncated."""
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
