"""Read Parquet with pyarrow, which is imported when the first Parquet object is queried.

Source: API_ParquetInput; user guide, SQL reference for S3 Select, "Data types" ("Supported Parquet types"); "Querying
data in place", "Additional limitations" for Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from mocks3.errors import NotSupported
from mocks3.select import timestamps
from mocks3.select.faults import (
    OVER_MAX_PARQUET_BLOCK_SIZE,
    PARQUET_PARSING_ERROR,
    UNSUPPORTED_PARQUET_CODEC,
)
from mocks3.select.ranges import ScanRange
from mocks3.select.sources import Documents
from mocks3.select.timestamps import Timestamp
from mocks3.select.values import Value

_LARGEST_GROUP = 512 * 1024 * 1024
_CODECS = frozenset({"UNCOMPRESSED", "SNAPPY", "GZIP"})


def parquet_source(data: bytes, scan: ScanRange | None = None) -> Documents:
    """Return the records of a Parquet object.

    Raises ``ParquetParsingError``, ``ParquetUnsupportedCompressionCodec``, ``OverMaxParquetBlockSize``, and
    :class:`NotSupported` if pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NotSupported(
            "mocks3 reads Parquet objects with pyarrow, which is not installed: pip install 'mocks3[parquet]'"
        ) from None
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        groups = [
            index for index in range(file.num_row_groups) if scan is None or _starts_in(file, index, scan)
        ]
    except (pyarrow.ArrowException, OSError):
        raise PARQUET_PARSING_ERROR() from None
    for index in groups:
        _check_group(file.metadata.row_group(index))
    return Documents(_records(file, groups, pyarrow.ArrowException), len(data))


def _check_group(group: Any) -> None:
    if group.total_byte_size > _LARGEST_GROUP:
        raise OVER_MAX_PARQUET_BLOCK_SIZE()
    if not _CODECS.issuperset(group.column(index).compression for index in range(group.num_columns)):
        raise UNSUPPORTED_PARQUET_CODEC()


def _starts_in(file: Any, index: int, scan: ScanRange) -> bool:
    """Return whether the row group starts in the range. A scan reads only whole row groups."""
    column = file.metadata.row_group(index).column(0)
    first = column.dictionary_page_offset or column.data_page_offset
    return bool(scan.first <= first <= scan.last)


def _records(file: Any, groups: list[int], fault: type[Exception]) -> Iterator[Value]:
    try:
        for index in groups:
            for record in file.read_row_group(index).to_pylist():
                yield _value(record)
    except (fault, OSError):
        raise PARQUET_PARSING_ERROR() from None


def _value(found: object) -> Value:
    """Return a value of pyarrow as a value of S3 Select."""
    if isinstance(found, dict):
        return {name: _value(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_value(value) for value in found]
    if isinstance(found, datetime):
        return timestamps.of_moment(found if found.tzinfo else found.replace(tzinfo=UTC))
    if isinstance(found, date):
        return Timestamp(datetime(found.year, found.month, found.day), timestamps.DAY)  # noqa: DTZ001
    if isinstance(found, bytes):
        return found.decode(errors="replace")
    return found
