"""The sources of records for all formats, and the look-up of names in a record.

Rule: a name without quotes is case-insensitive and must match only once. A name in quotes is case-sensitive (user
guide, SQL reference for S3 Select, "SELECT command", "Case sensitivity of header and attribute names").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from mocks3.select.faults import AMBIGUOUS_FIELD_NAME, INVALID_TEXT_ENCODING
from mocks3.select.values import MISSING, Value
from mocks3.select.writing import Pairs

Evaluator = Callable[[Value], Value]
LONGEST_RECORD = 1024 * 1024
"""The most characters of a record (user guide, "Requirements and limits")."""


class Name(NamedTuple):
    """A name in the expression. ``place`` is its position as errors show it."""

    text: str
    quoted: bool
    place: str

    def matches(self, other: str) -> bool:
        """Return whether the name matches ``other``."""
        return self.text == other if self.quoted else self.text.lower() == other.lower()


class RecordSource(Protocol):
    """The records of an object."""

    nested: bool
    """Whether records have nested parts that a path can select."""

    processed: int
    """The number of bytes after decompression."""

    def records(self) -> Iterator[Value]:
        """Return the records, in order. Raises the error of the content."""

    def reader(self, name: Name) -> Evaluator:
        """Return the function that reads a column or attribute of a record. Raises the error of the name."""

    def pairs(self, record: Value) -> Pairs:
        """Return the whole record, as ``SELECT *`` does."""


class Documents:
    """Records with nested values: those of JSON and of Parquet."""

    nested = True

    def __init__(self, records: Iterator[Value], processed: int) -> None:
        self._records = records
        self.processed = processed

    def records(self) -> Iterator[Value]:
        """Return the records, in order."""
        return self._records

    def reader(self, name: Name) -> Evaluator:
        """Return the function that reads an attribute, or MISSING if it does not exist."""
        return lambda record: field(record, name)

    def pairs(self, record: Value) -> Pairs:
        """Return the attributes. A record that is not a struct has the name ``_1``."""
        if isinstance(record, dict):
            return list(record.items())
        return [] if record is MISSING else [("_1", record)]


def field(value: Value, name: Name) -> Value:
    """Return the attribute of a struct, or MISSING if it does not exist. Raises ``AmbiguousFieldName``."""
    if not isinstance(value, dict):
        return MISSING
    if name.quoted:
        return value.get(name.text, MISSING)
    found = matching_name(name, value)
    return MISSING if found is None else value[found]


def matching_name(name: Name, names: Iterable[str]) -> str | None:
    """Return the matching one of ``names``, or None. Raises ``AmbiguousFieldName`` if several match."""
    found = [each for each in names if name.matches(each)]
    if len(found) > 1:
        raise AMBIGUOUS_FIELD_NAME()
    return found[0] if found else None


def decode_utf8(data: bytes) -> str:
    """Return the text. Raises ``InvalidTextEncoding`` with the position."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise INVALID_TEXT_ENCODING(position=f"{error.start:,}") from None
