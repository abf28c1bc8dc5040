"""Scan ranges: the whole records that *start* in a range of bytes of the object.

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
        """Return the bytes of the records that start in the range."""
        return data[start_at(data, delimiter, self.first) : start_at(data, delimiter, self.last + 1)]


def requested_range(start: int | None, end: int | None, size: int) -> ScanRange | None:
    """Return the requested range: from ``start`` to ``end`` or to the object's end, or the last ``end`` bytes.

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
    """Return the start of the first record that starts at ``position`` or after it."""
    if position <= 0:
        return 0
    found = data.find(delimiter, max(0, position - len(delimiter)))
    return len(data) if found < 0 else found + len(delimiter)
