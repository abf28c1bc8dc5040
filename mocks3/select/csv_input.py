"""Parse CSV text to records of fields.

    record = field (field delimiter field)* record delimiter
    field  = anything | quote (anything | escape quote)* quote

Rule 1: every field is text ("Data types"). Rule 2: the request defines delimiters, quotes, escapes and comments. The
record delimiter can have two characters. Rule 3: empty lines are not records.

Source: API_CSVInput; user guide, SQL reference for S3 Select, "SELECT command" (names and positions of columns).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mocks3.lib.limits import count
from mocks3.select.faults import (
    CSV_ESCAPING_RECORD_DELIMITER,
    CSV_UNESCAPED_QUOTE,
    INVALID_COLUMN_INDEX,
    MISSING_HEADERS,
    OVER_MAX_RECORD_SIZE,
)
from mocks3.select.ranges import ScanRange, start_at
from mocks3.select.sources import LONGEST_RECORD, Evaluator, Name, decode_utf8, matching_name
from mocks3.select.values import MISSING
from mocks3.select.writing import Pairs

NONE, IGNORE, USE = "NONE", "IGNORE", "USE"
_POSITION = re.compile(r"_([1-9]\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class CSVInput:
    """``InputSerialization.CSV`` with its defaults."""

    header: str = NONE
    comments: str = "#"
    escape: str = '"'
    record: str = "\n"
    field: str = ","
    quote: str = '"'
    quoted_records: bool = False


class CSVSource:
    """The records of a CSV object. Each is a list of fields."""

    nested = False

    def __init__(self, data: bytes, options: CSVInput, scan: ScanRange | None = None) -> None:
        content = data if scan is None else _scanned(data, options, scan)
        self.processed = len(content)
        self._records = parse_csv(decode_utf8(content), options)
        first = next(self._records, None) if options.header != NONE else None
        self._headers = first if options.header == USE else None

    def records(self) -> Iterator[list[str]]:
        """Return the records without the header."""
        return self._records

    def reader(self, name: Name) -> Evaluator:
        """Return the function that reads the column with this header, or at this position.

        Raises ``MissingHeaders``, ``AmbiguousFieldName``, ``InvalidColumnIndex``.
        """
        found = None if self._headers is None else matching_name(name, self._headers)
        if found is not None:
            assert self._headers is not None
            return _column(self._headers.index(found))
        position = _POSITION.fullmatch(name.text)
        if position is not None:
            return _column(count(position[1]) - 1)
        raise INVALID_COLUMN_INDEX(place=name.place) if self._headers is None else MISSING_HEADERS()

    def pairs(self, record: list[str]) -> Pairs:
        """Return the fields with their headers, or with their positions if they have no header."""
        headers = self._headers or []
        names = [*headers, *[f"_{position + 1}" for position in range(len(headers), len(record))]]
        return list(zip(names, record, strict=False))


def _column(index: int) -> Evaluator:
    return lambda record: record[index] if index < len(record) else MISSING


def _scanned(data: bytes, options: CSVInput, scan: ScanRange) -> bytes:
    """Return the bytes of the header and of the records in the range. The header is always read."""
    delimiter = options.record.encode()
    content = scan.cut(data, delimiter)
    if options.header != NONE and start_at(data, delimiter, scan.first) > 0:
        return data[: start_at(data, delimiter, 1)] + content
    return content


def parse_csv(text: str, options: CSVInput) -> Iterator[list[str]]:
    """Yield the records, with the header.

    Raises ``CSVEscapingRecordDelimiter``, ``CSVUnescapedQuote``, ``OverMaxRecordSize``.
    """
    position = 0
    while position < len(text):
        end = text.find(options.record, position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        if not line or (options.comments and line.startswith(options.comments)):
            position = end + len(options.record)
            continue
        if options.quote and options.quote in line:
            fields, end = _quoted(text, position, end, options)
        else:
            fields = line.split(options.field)
        if end - position > LONGEST_RECORD:
            raise OVER_MAX_RECORD_SIZE()
        position = end + len(options.record)
        yield fields


def _quoted(text: str, position: int, end: int, options: CSVInput) -> tuple[list[str], int]:
    """Return the fields of a record with quotes, and its end. ``end`` is the end of its first line."""
    fields = []
    while True:
        if text.startswith(options.quote, position):
            content, position = _in_quotes(
                text, position + 1, len(text) if options.quoted_records else end, options
            )
            if position > end:
                end = text.find(options.record, position)
                end = len(text) if end < 0 else end
        else:
            stop = text.find(options.field, position, end)
            stop = end if stop < 0 else stop
            content, position = text[position:stop], stop
        fields.append(content)
        if position >= end:
            return fields, end
        if not text.startswith(options.field, position):
            raise CSV_UNESCAPED_QUOTE()
        position += len(options.field)


def _in_quotes(text: str, position: int, limit: int, options: CSVInput) -> tuple[str, int]:
    """Return the content of a quoted field after its opening quote, and the position after its closing quote."""
    pieces = []
    start = position
    while position < limit:
        if options.escape and text.startswith(options.escape, position):
            follower = text[position + 1 : min(position + 2, limit)]
            if follower and follower in (options.quote, options.escape):
                pieces.append(text[start:position] + follower)
                start = position = position + 2
                continue
        if text[position] == options.quote:
            return "".join(pieces) + text[start:position], position + 1
        position += 1
    raise (
        CSV_UNESCAPED_QUOTE()
        if options.quoted_records or limit == len(text)
        else CSV_ESCAPING_RECORD_DELIMITER()
    )
