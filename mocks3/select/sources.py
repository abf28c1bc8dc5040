"""Where records come from, whatever the format: records, and how a name of the expression is read out of one.

Rule: a name without quotes matches in any case, and must match only once; a name in quotes is taken as it is written
(user guide, SQL reference for S3 Select, "SELECT command", "Case sensitivity of header and attribute names").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from mocks3.select.faults import AMBIGUOUS_FIELD_NAME, INVALID_TEXT_ENCODING
from mocks3.select.values import MISSING, Value
from mocks3.select.writing import Pairs

Evaluator = Callable[[Value], Value]
LONGEST_RECORD = 1024 * 1024
"""Characters (user guide, "Requirements and limits")."""


class Name(NamedTuple):
    """A name of the expression. ``place`` is how errors say where it stands."""

    text: str
    quoted: bool
    place: str

    def matches(self, other: str) -> bool:
        """Whether the name means ``other``."""
        return self.text == other if self.quoted else self.text.lower() == other.lower()


class Source(Protocol):
    """An object's records."""

    nested: bool
    """Whether records have a structure that a path of the FROM clause can go down."""

    processed: int
    """Bytes, decompressed."""

    def records(self) -> Iterator[Value]:
        """The records, in order. Raises what is wrong with the content."""

    def reader(self, name: Name) -> Evaluator:
        """The function that reads the named column or attribute out of a record. Raises what the name has wrong."""

    def pairs(self, record: Value) -> Pairs:
        """The whole record, as ``SELECT *`` gives it."""


class Documents:
    """Records that are values of their own: JSON's, and what Parquet's columns make up."""

    nested = True

    def __init__(self, records: Iterator[Value], processed: int) -> None:
        self._records = records
        self.processed = processed

    def records(self) -> Iterator[Value]:
        """The records, in order."""
        return self._records

    def reader(self, name: Name) -> Evaluator:
        """The attribute; MISSING where there is none."""
        return lambda record: field(record, name)

    def pairs(self, record: Value) -> Pairs:
        """The attributes. What is no object is shown under its position."""
        if isinstance(record, dict):
            return list(record.items())
        return [] if record is MISSING else [("_1", record)]


def field(value: Value, name: Name) -> Value:
    """The attribute of a structure; MISSING where there is none. Raises ``AmbiguousFieldName``."""
    if not isinstance(value, dict):
        return MISSING
    if name.quoted:
        return value.get(name.text, MISSING)
    found = matching_name(name, value)
    return MISSING if found is None else value[found]


def matching_name(name: Name, names: Iterable[str]) -> str | None:
    """The one of ``names`` that is meant, or None. Raises ``AmbiguousFieldName`` when several are."""
    found = [each for each in names if name.matches(each)]
    if len(found) > 1:
        raise AMBIGUOUS_FIELD_NAME()
    return found[0] if found else None


def decode_utf8(data: bytes) -> str:
    """The text. Raises ``InvalidTextEncoding``, which says where."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise INVALID_TEXT_ENCODING(position=f"{error.start:,}") from None
