"""Parse JSON: one value on each line, or a sequence of documents.

Rule: numbers keep their digits. A number with a fraction or an exponent is a decimal.

Source: API_JSONInput; user guide, SQL reference for S3 Select, "SELECT command" (paths of the FROM clause).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from mocks3.select.faults import JSON_PARSING_ERROR, OVER_MAX_RECORD_SIZE
from mocks3.select.ranges import ScanRange
from mocks3.select.sources import LONGEST_RECORD, Documents, decode_utf8
from mocks3.select.values import Value

DOCUMENT, LINES = "DOCUMENT", "LINES"
_BLANK = " \t\r\n"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def json_source(data: bytes, kind: str, scan: ScanRange | None = None) -> Documents:
    """Return the records of a JSON object. Raises ``InvalidTextEncoding``."""
    content = data if scan is None else scan.cut(data, b"\n")
    text = decode_utf8(content)
    return Documents(_lines(text) if kind == LINES else _documents(text), len(content))


def _lines(text: str) -> Iterator[Value]:
    for line in text.split("\n"):
        if len(line) > LONGEST_RECORD:
            raise OVER_MAX_RECORD_SIZE()
        yield from _documents(line)


def _documents(text: str) -> Iterator[Value]:
    """Yield the values of the text. Raises ``JSONParsingError`` for invalid JSON."""
    position = _after_blanks(text, 0)
    while position < len(text):
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            raise JSON_PARSING_ERROR() from None
        yield value
        position = _after_blanks(text, end)


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position
