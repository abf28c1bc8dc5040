"""A record of the changes that an operation makes to versions.

    with record_changes() as changes:
        ...
    changes    # the versions that were put, replaced and removed within the block, in order

Rule 1: a record contains only the changes of its own thread or task. Rule 2: this module does not interpret changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from mocks3.storage.version import Version


class VersionChange(NamedTuple):
    """One version of a bucket before and after a change.

    ``before`` is None if the version was put. ``after`` is None if the version was removed.
    """

    bucket: str
    before: Version | None
    after: Version | None


Changes = list[VersionChange]
_record: ContextVar[Changes | None] = ContextVar("record", default=None)


@contextmanager
def record_changes() -> Iterator[Changes]:
    """Record every change of a version that is made within the block."""
    changes: Changes = []
    token = _record.set(changes)
    try:
        yield changes
    finally:
        _record.reset(token)


def record_change(bucket: str, before: Version | None, after: Version | None) -> None:
    """Add a change to the active record, if there is one."""
    record = _record.get()
    if record is not None:
        record.append(VersionChange(bucket, before, after))
