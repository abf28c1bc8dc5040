"""What Python's types and the formats of answers can hold of the numbers, dates and text that a request may say.

Rule 1: each limit has one function here; other modules call it and do no date arithmetic, text decoding or escaping of
their own. Rule 2: a reader raises ``ValueError`` for what the type cannot hold; which S3 error that is depends on the
place. Rule 3: a moment outside the calendar becomes the calendar's first or last moment, because S3 accepts periods
that end after the year 9999 (lifecycle ``Days`` goes up to 2,147,483,647).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
"""The calendar's ends. What is due at ``LATEST`` never happens."""

LARGEST_INTEGER = (1 << 63) - 1
"""The largest number that S3's own type for sizes and counts holds (Java's ``long``)."""

_DIGITS = re.compile(r"[0-9]{1,19}")
_NOT_IN_XML = re.compile("[\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_HEADERS = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def later(moment: datetime, *, days: float = 0, seconds: float = 0) -> datetime:
    """Return the moment so many days and seconds later, or the calendar's end where there is none."""
    try:
        return moment + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return LATEST if days + seconds > 0 else EARLIEST


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises ``ValueError`` where UTC has no such year."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"out of range: {moment.isoformat()}") from None


def from_epoch(seconds: float) -> datetime:
    """Return the moment so many seconds after 1970. Raises ``ValueError`` where the calendar has none."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"out of range: {seconds!r}") from None


def integer(digits: str) -> int:
    """Return a number without a sign. Raises ``ValueError`` for other text, and above ``LARGEST_INTEGER``."""
    if not _DIGITS.fullmatch(digits) or (number := int(digits)) > LARGEST_INTEGER:
        raise ValueError(f"not an integer, or too large: {digits[:30]!r}")
    return number


def count(digits: str) -> int:
    """Return a number that is known to be digits; above ``LARGEST_INTEGER`` that is what it is."""
    digits = digits.lstrip("0") or "0"
    return min(int(digits), LARGEST_INTEGER) if len(digits) <= 19 else LARGEST_INTEGER


def json_value(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ``ValueError`` for what is none, is nested too deeply, or is no text."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # JSON can name half of a surrogate pair
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def is_token(name: str) -> bool:
    """Return whether a text can be the name of a header (RFC 9110, 5.6.2)."""
    return _TOKEN.fullmatch(name) is not None


def is_header_value(text: str) -> bool:
    """Return whether a header can hold a text: line breaks would begin another header (RFC 9110, 5.5)."""
    return text.isprintable() or _NOT_IN_HEADERS.search(text) is None


def header_value(text: str) -> str:
    """Return a text as a header holds it: with a space for every character that a header cannot (RFC 9110, 5.5)."""
    return text if text.isprintable() else _NOT_IN_HEADERS.sub(" ", text)


def xml_text(text: str) -> str:
    """Return a text with a reference for every character that XML 1.0 cannot hold.

    S3 writes ``&#x1;`` although XML 1.0 forbids the reference too, which is what ``encoding-type=url`` is for
    (API_ListObjectsV2, EncodingType; "&#x1b;" and "&#x7;" in answers that users of SDKs reported). A carriage return
    is ``&#13;`` ("Object key naming guidelines", XML related object key constraints).
    """
    return text if text.isprintable() else _NOT_IN_XML.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    if match[0] == "\r":
        return "&#13;"
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else f"&#x{ord(match[0]):x};"
