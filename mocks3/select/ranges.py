"""Scan ranges: the records that *start* within some bytes of the object, each of them whole.

Source: API_ScanRange; user guide, "Filtering and retrieving data using Amazon S3 Select", scan ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

from mocks3.select.faults import INVALID_SCAN_RANGE


@dataclass(frozen=True, slots=True)
class ScanRange:
    """The first and the last byte, both included, at which a record may start."""

    first: int
    last: int

    def cut(self, data: bytes, delimiter: bytes) -> bytes:
        """The records that start in the range."""
        return data[start_at(data, delimiter, self.first) : start_at(data, delimiter, self.last + 1)]


def requested_range(start: int | None, end: int | None, size: int) -> ScanRange | None:
    """The range that was asked for: from ``start`` to ``end``, to the object's end, or its last ``end`` bytes.

    Raises ``InvalidScanRange``.
    """
    if start is None and end is None:
        return None
    if (start or 0) < 0 or (end or 0) < 0:
        raise INVALID_SCAN_RANGE()
    if start is None:
        return ScanRange(max(0, size - (end or 0)), size - 1)
    if end is not None and end < start:
        raise INVALID_SCAN_RANGE()
    return ScanRange(start, size - 1 if end is None else end)


def start_at(data: bytes, delimiter: bytes, position: int) -> int:
    """Where the first record starts that starts at ``position`` or after it."""
    if position <= 0:
        return 0
    found = data.find(delimiter, max(0, position - len(delimiter)))
    return len(data) if found < 0 else found + len(delimiter)
