"""Byte ranges: the Range header, the range of a part number, and the source range of a copy.

Rule 1: positions are those of HTTP, which include the first and the last byte. Rule 2: S3 ignores a Range header that
it does not support (several ranges, another unit, malformed text), but not a source range.

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
        """The number of bytes."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of the ``Content-Range`` header."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def from_header(text: str, size: int) -> ByteRange | None:
    """Return the range that a Range header names in a body of ``size`` bytes. None means the whole body.

    Raise ``InvalidRange`` if the first byte is after the end of the body, or the range is empty. The last bytes of an
    empty body are the whole body (reported by users).
    """
    match = _RANGE.fullmatch(text)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if not size and count(last):
            return None
        start, end = max(size - count(last), 0), size - 1
    else:
        start, end = count(first), min(count(last), size - 1) if last else size - 1
        if last and count(last) < start:
            return None
    if start >= size:
        raise INVALID_RANGE(RangeRequested=text, ActualObjectSize=size)
    return ByteRange(start, end, size)


def check_part_number(number: int) -> None:
    """Raise ``InvalidArgument`` unless a part number is from 1 to 10,000."""
    if number not in PART_NUMBERS:
        raise INVALID_ARGUMENT(
            message="Part number must be an integer between 1 and 10000, inclusive",
            ArgumentName="partNumber",
            ArgumentValue=number,
        )


def part_range(version: Version, number: int) -> tuple[ByteRange | None, Part | None]:
    """Return the byte range of one part, and the part. ``number`` counts the parts of the object from 1.

    An object that was not a multipart upload has one part, returned as None. The range is None for an empty body.
    Raise ``InvalidPartNumber``.
    """
    count = len(version.parts) or 1
    if number > count:
        raise INVALID_PART_NUMBER(PartNumberRequested=number, ActualPartCount=count)
    part = version.parts[number - 1] if version.parts else None
    start = sum(each.size for each in version.parts[: number - 1])
    length = version.size if part is None else part.size
    return (ByteRange(start, start + length - 1, version.size) if length else None), part


def check_copy_range(text: str) -> re.Match[str]:
    """Raise ``InvalidArgument`` unless a source range has a first byte and a last byte that is not before it."""
    match = _COPY_RANGE.fullmatch(text)
    if match is None or count(match[1]) > count(match[2]):
        raise COPY_RANGE_INVALID(ArgumentName="x-amz-copy-source-range", ArgumentValue=text)
    return match


def copy_source_range(text: str, size: int) -> ByteRange:
    """Return the source range of UploadPartCopy. Raise an error if the source does not contain all of it."""
    match = check_copy_range(text)
    byte_range = ByteRange(count(match[1]), count(match[2]), size)
    if byte_range.first >= size:
        raise INVALID_REQUEST(message="The specified copy range is invalid for the source object size")
    if byte_range.last >= size:
        raise INVALID_ARGUMENT(
            message=f"Range specified is not valid for source object of size: {size}",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=text,
        )
    return byte_range
