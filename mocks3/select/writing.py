"""Write values and records as CSV and as JSON.

Rule: in CSV, NULL and MISSING are empty fields. In JSON, NULL is null, and MISSING is omitted from the record (user
guide, SQL reference for S3 Select, "SELECT command").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from mocks3.select.values import MISSING, Value, is_unknown

Pairs = list[tuple[str, Value]]
"""One record of the result: its names and values, in order."""
Write = Callable[[Pairs], str]


@dataclass(frozen=True, slots=True)
class CSVOutput:
    """``OutputSerialization.CSV`` with its defaults (API_CSVOutput)."""

    always: bool = False
    escape: str = '"'
    record: str = "\n"
    field: str = ","
    quote: str = '"'

    def write(self, pairs: Pairs) -> str:
        """Return the record as a line of fields."""
        return self.field.join([self._field(text_of(value)) for _, value in pairs]) + self.record

    def _field(self, text: str) -> str:
        if not self.quote or not (self.always or self._needs_quotes(text)):
            return text
        if self.escape != self.quote:
            text = text.replace(self.escape, self.escape * 2) if self.escape else text
        return self.quote + text.replace(self.quote, self.escape + self.quote) + self.quote

    def _needs_quotes(self, text: str) -> bool:
        return any(mark and mark in text for mark in (self.field, self.record, self.quote))


@dataclass(frozen=True, slots=True)
class JSONOutput:
    """``OutputSerialization.JSON`` (API_JSONOutput)."""

    record: str = "\n"

    def write(self, pairs: Pairs) -> str:
        """Return the record as a JSON object."""
        return _object(pairs) + self.record


def text_of(value: Value) -> str:
    """Return the value as text, for CSV and for CAST to a string."""
    if isinstance(value, str):
        return value
    if is_unknown(value):
        return ""
    if isinstance(value, (list, dict)):
        return json_of(value)
    return _plain(value)


def json_of(value: Value) -> str:
    """Return the value as JSON, without spaces."""
    if isinstance(value, dict):
        return _object(value.items())
    if isinstance(value, list):
        return "[" + ",".join([json_of(item) for item in value]) + "]"
    if is_unknown(value):
        return "null"
    if isinstance(value, (bool, int, float, Decimal)):
        return _plain(value)
    return json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)


def _object(pairs: Iterable[tuple[str, Value]]) -> str:
    shown = [
        f"{json.dumps(name, ensure_ascii=False)}:{json_of(value)}"
        for name, value in pairs
        if value is not MISSING
    ]
    return "{" + ",".join(shown) + "}"


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
