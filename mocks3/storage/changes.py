"""What a piece of work did to versions, for whoever asked to be told.

    with recorded() as made:
        ...
    made    # what was put, replaced and removed within the block, in order

Rule 1: recording is asked for by the one who does the work, and holds for its thread or task alone. Rule 2: what a
change means is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from mocks3.storage.version import Version


class VersionChange(NamedTuple):
    """One version of a bucket, before and after: None before it was put, None after it was removed."""

    bucket: str
    before: Version | None
    after: Version | None


Changes = list[VersionChange]
_record: ContextVar[Changes | None] = ContextVar("record", default=None)


@contextmanager
def record_changes() -> Iterator[Changes]:
    """Write down every change of a version that is made within the block."""
    made: Changes = []
    token = _record.set(made)
    try:
        yield made
    finally:
        _record.reset(token)


def record_change(bucket: str, before: Version | None, after: Version | None) -> None:
    """Tell of a change, if anybody wants to know."""
    record = _record.get()
    if record is not None:
        record.append(VersionChange(bucket, before, after))
