"""Which bytes a read is about: a Range header, a part's number, a copy's source range.

Rule 1: positions are as HTTP names them, first and last byte included. Rule 2: a Range header that S3 does not
understand (several ranges, another unit, nonsense) is as good as none; a source range is not.

Source: R-40 to R-45, R-73; RFC 9110, 14.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mocks3.errors import (
    COPY_RANGE_INVALID,
    INVALID_ARGUMENT,
    INVALID_PART_NUMBER,
    INVALID_RANGE,
    INVALID_REQUEST,
)
from mocks3.lib.limits import count

if TYPE_CHECKING:
    from mocks3.storage import Part, Version

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII | re.IGNORECASE)
_COPY_RANGE = re.compile(r"bytes=(\d+)-(\d+)", re.ASCII)
PART_NUMBERS = range(1, 10_001)


class ByteRange(NamedTuple):
    """Bytes ``first`` to ``last`` of a body of ``size`` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """As the ``Content-Range`` header says it."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def from_header(text: str, size: int) -> ByteRange | None:
    """What a Range header asks of a body of ``size`` bytes; None where all of it is meant.

    Raises ``InvalidRange`` when the first byte lies beyond the end, or no byte is asked for.
    """
    match = _RANGE.fullmatch(text)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(size - count(last), 0), size - 1
    else:
        start, end = count(first), min(count(last), size - 1) if last else size - 1
        if last and count(last) < start:
            return None
    if start >= size:
        raise INVALID_RANGE(RangeRequested=text, ActualObjectSize=size)
    return ByteRange(start, end, size)


def check_part_number(number: int) -> None:
    """Raise ``InvalidArgument`` unless a part may have this number."""
    if number not in PART_NUMBERS:
        raise INVALID_ARGUMENT(
            message="Part number must be an integer between 1 and 10000, inclusive",
            ArgumentName="partNumber",
            ArgumentValue=number,
        )


def part_range(version: Version, number: int) -> tuple[ByteRange | None, Part | None]:
    """The bytes of one part, counted in the order of assembly, and the part; a plain object counts as one part.

    The span is None for an empty body. Raises ``InvalidPartNumber``.
    """
    count = len(version.parts) or 1
    if number > count:
        raise INVALID_PART_NUMBER(PartNumberRequested=number, ActualPartCount=count)
    part = version.parts[number - 1] if version.parts else None
    start = sum(each.size for each in version.parts[: number - 1])
    length = version.size if part is None else part.size
    return (ByteRange(start, start + length - 1, version.size) if length else None), part


def check_copy_range(text: str) -> re.Match[str]:
    """Raise ``InvalidArgument`` unless both ends of a source range are named, in their order."""
    match = _COPY_RANGE.fullmatch(text)
    if match is None or count(match[1]) > count(match[2]):
        raise COPY_RANGE_INVALID(ArgumentName="x-amz-copy-source-range", ArgumentValue=text)
    return match


def copy_source_range(text: str, size: int) -> ByteRange:
    """The bytes of its source that a part is copied from; they must lie within it."""
    match = check_copy_range(text)
    span = ByteRange(count(match[1]), count(match[2]), size)
    if span.first >= size:
        raise INVALID_REQUEST(message="The specified copy range is invalid for the source object size")
    if span.last >= size:
        raise INVALID_ARGUMENT(
            message=f"Range specified is not valid for source object of size: {size}",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=text,
        )
    return span
