"""All records of S3 Control, by ARN, with snapshots.

Rule: the map of records is never changed, it is replaced. A mark is therefore the map itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from mocks3.lib.locking import WorldLock


class ControlRecord(Protocol):
    """A resource with an ARN, which belongs to an account."""

    @property
    def account(self) -> str: ...

    @property
    def arn(self) -> str: ...


R = TypeVar("R", bound=ControlRecord)
ControlMark = Mapping[str, ControlRecord]


class ControlStore:
    """Records of any kind by ARN. ``lock`` is the lock of the store's world."""

    def __init__(self, lock: WorldLock) -> None:
        self._lock = lock
        self._records: ControlMark = MappingProxyType({})

    def find(self, kind: type[R], arn: str) -> R | None:
        """Return the record of this kind with this ARN, or None."""
        record = self._records.get(arn)
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return all records of this kind, in the order of their creation."""
        return tuple(record for record in self._records.values() if isinstance(record, kind))

    def put(self, record: ControlRecord) -> None:
        """Store a record. It replaces the one with the same ARN."""
        self._replace({**self._records, record.arn: record})

    def remove(self, record: ControlRecord) -> None:
        """Delete a record, if it exists."""
        self._replace({arn: each for arn, each in self._records.items() if arn != record.arn})

    def snapshot(self) -> ControlMark:
        """Return a mark of the current state."""
        return self._records

    def restore(self, mark: ControlMark) -> None:
        """Restore the state of a mark."""
        self._records = mark

    def _replace(self, records: dict[str, ControlRecord]) -> None:
        with self._lock:
            self._records = MappingProxyType(records)
            self._lock.edition += 1
