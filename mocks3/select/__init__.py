"""S3 Select: an SQL expression over the bytes of one object.

    bytes ──► decompress ──► records (CSV, JSON, Parquet) ──► FROM path ──► WHERE ──► SELECT list ──► text (CSV, JSON)

Rule 1: input and output are bytes. This package knows no HTTP, no storage and no permissions. Rule 2: sqlglot parses
SQL, and pyarrow reads Parquet. Each is imported only when it is needed. Rule 3: S3 Select's errors are ``S3Error``s. A
feature of S3 Select that mocks3 does not support raises :class:`mocks3.NotSupported` with its name.

Source: user guide, "Querying data in place with Amazon S3 Select" and "SQL reference for Amazon S3 Select".
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from mocks3.errors import NotSupported
from mocks3.select.faults import (
    MAX_OPERATORS_EXCEEDED,
    OVER_MAX_COLUMN,
    OVER_MAX_RECORD_SIZE,
    UNSUPPORTED_STORAGE_CLASS,
)
from mocks3.select.requests import SelectRequest, parse_request
from mocks3.select.sources import LONGEST_RECORD

__all__ = ["UNSUPPORTED_STORAGE_CLASS", "SelectRequest", "Selection", "parse_request"]

_MOST_COLUMNS = 1024 * 1024
"""The most columns of a result record (API reference of 2018, "OverMaxColumn": maxColumnNumber of 1 MB)."""


class Selection:
    """The result of a request over the bytes of an object.

    ``scanned`` is the number of bytes that were scanned, ``processed`` the number after decompression. Raises the error
    of the expression, or :class:`NotSupported` if the library that parses it is not installed.
    """

    def __init__(self, request: SelectRequest, data: bytes) -> None:
        if find_spec("sqlglot") is None:
            raise NotSupported(
                "mocks3 parses the SQL of SelectObjectContent with sqlglot, which is not installed: "
                "pip install 'mocks3[select]'"
            )
        from mocks3.select import grammar, query

        try:
            statement = grammar.parse(request.expression)
            source = request.open(data)
            self._rows = query.rows(statement, source)
        except RecursionError:
            raise MAX_OPERATORS_EXCEEDED() from None
        self.processed = source.processed
        self.scanned = len(data) if request.compressed else source.processed
        self._write = request.write

    def records(self) -> Iterator[bytes]:
        """Yield the result record by record, serialized. Raises the error of the object's content."""
        for row in self._rows:
            if len(row) > _MOST_COLUMNS:
                raise OVER_MAX_COLUMN()
            text = self._write(row)
            if len(text) > LONGEST_RECORD:
                raise OVER_MAX_RECORD_SIZE()
            yield text.encode(errors="replace")
