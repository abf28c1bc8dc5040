"""S3 Select: an SQL expression over one object's bytes.

    bytes ──► decompress ──► records (CSV, JSON, Parquet) ──► FROM path ──► WHERE ──► SELECT list ──► text (CSV, JSON)

Rule 1: bytes in, bytes out: no HTTP, no storage, nobody's permission. Rule 2: SQL is parsed by sqlglot and Parquet by
pyarrow; neither is needed, or imported, before an expression or a Parquet object turns up. Rule 3: S3 Select's errors
are ``S3Error``s; what it has and mocks3 has not is :class:`mocks3.NotSupported` with a name.

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
"""Columns of a record of the result (API reference of 2018, "OverMaxColumn": maxColumnNumber of 1 MB)."""


class Selection:
    """A request over an object's bytes.

    ``scanned`` counts the bytes that were looked at, ``processed`` the same once decompressed.

    Raises what the expression has wrong; :class:`NotSupported` without the library that parses it.
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
        """The result, record by record, as it is written. Raises what is wrong with the content."""
        for row in self._rows:
            if len(row) > _MOST_COLUMNS:
                raise OVER_MAX_COLUMN()
            text = self._write(row)
            if len(text) > LONGEST_RECORD:
                raise OVER_MAX_RECORD_SIZE()
            yield text.encode(errors="replace")
