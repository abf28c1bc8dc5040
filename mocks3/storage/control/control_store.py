"""All records of S3 Control, by ARN, with snapshots.

Rule 1: the map of records is never changed, it is replaced. A mark is therefore the map itself.
Rule 2: a deleted record leaves its ARN (``DeletedRecord``). Records whose ARN S3 generates never get it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from mocks3.lib.locking import WorldLock
from mocks3.storage.control.jobs import Job
from mocks3.storage.control.records import DeletedRecord


class ControlRecord(Protocol):
    """A resource with an ARN, which belongs to an account."""

    @property
    def account(self) -> str: ...

    @property
    def arn(self) -> str: ...


R = TypeVar("R", bound=ControlRecord)
ControlMark = Mapping[str, ControlRecord]


class ControlStore:
    """Records of any kind by ARN. ``lock`` is the lock of the store's world.

    ``waiting_jobs`` are the jobs that start by themselves when they are due.
    """

    def __init__(self, lock: WorldLock) -> None:
        self._lock = lock
        self._records: ControlMark = MappingProxyType({})
        self.waiting_jobs: tuple[Job, ...] = ()

    def find(self, kind: type[R], arn: str) -> R | None:
        """Return the record of this kind with this ARN, or None."""
        record = self._records.get(arn)
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return all records of this kind, in the order of their creation."""
        return tuple(record for record in self._records.values() if isinstance(record, kind))

    def first_unused(self, candidates: Iterable[R]) -> R:
        """Return the first record whose ARN no other record has or had."""
        return next(each for each in candidates if each.arn not in self._records)

    def put(self, record: ControlRecord) -> None:
        """Store a record. It replaces the one with the same ARN."""
        records = dict(self._records)
        if isinstance(records.get(record.arn), DeletedRecord):
            del records[record.arn]  # a new record is the last one
        self._replace({**records, record.arn: record})

    def remove(self, record: ControlRecord) -> None:
        """Delete a record, if it exists."""
        if record.arn in self._records:
            self._replace({**self._records, record.arn: DeletedRecord(record.account, record.arn)})

    def snapshot(self) -> ControlMark:
        """Return a mark of the current state."""
        return self._records

    def restore(self, mark: ControlMark) -> None:
        """Restore the state of a mark."""
        self._records = mark
        self._find_jobs()

    def _replace(self, records: dict[str, ControlRecord]) -> None:
        with self._lock:
            self._records = MappingProxyType(records)
            self._find_jobs()
            self._lock.edition += 1

    def _find_jobs(self) -> None:
        self.waiting_jobs = tuple(job for job in self.all(Job) if job.is_waiting)
