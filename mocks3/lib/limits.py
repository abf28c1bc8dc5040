"""The limits of Python's types and of the response formats, for numbers, dates and text from requests.

Rule 1: each limit has one function here. Other modules call it; they do not calculate with dates, decode text or
escape text themselves. Rule 2: a reader raises ``ValueError`` for a value that is outside the limits; the caller
chooses the S3 error. Rule 3: a date before the year 1 or after the year 9999 becomes the first or last date, because
S3 accepts periods that end later (lifecycle ``Days`` goes up to 2,147,483,647).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
"""The first and the last date. An effect that is scheduled for ``LATEST`` never happens."""

LARGEST_INTEGER = (1 << 63) - 1
"""The largest size or count of S3 (Java's ``long``)."""

_DIGITS = re.compile(r"[0-9]{1,19}")
_NOT_IN_XML = re.compile("[\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_HEADERS = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def later(moment: datetime, *, days: float = 0, seconds: float = 0) -> datetime:
    """Return a moment plus days and seconds; ``LATEST`` or ``EARLIEST`` if that is outside the calendar."""
    try:
        return moment + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return LATEST if days + seconds > 0 else EARLIEST


def shifted(moment: datetime, by: timedelta) -> datetime:
    """Return a moment plus a time span; ``LATEST`` or ``EARLIEST`` if that is outside the calendar."""
    try:
        return moment + by
    except OverflowError:
        return LATEST if by > timedelta(0) else EARLIEST


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises ``ValueError`` if its year in UTC is outside 1 to 9999."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"out of range: {moment.isoformat()}") from None


def from_epoch(seconds: float) -> datetime:
    """Return the moment that is ``seconds`` after 1970. Raises ``ValueError`` if it is outside the calendar."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"out of range: {seconds!r}") from None


def integer(digits: str) -> int:
    """Return a number without a sign. Raises ``ValueError`` for other text, or if it is above ``LARGEST_INTEGER``."""
    if not _DIGITS.fullmatch(digits) or (number := int(digits)) > LARGEST_INTEGER:
        raise ValueError(f"not an integer, or too large: {digits[:30]!r}")
    return number


def count(digits: str) -> int:
    """Return the number that the digits spell, but at most ``LARGEST_INTEGER``."""
    digits = digits.lstrip("0") or "0"
    return min(int(digits), LARGEST_INTEGER) if len(digits) <= 19 else LARGEST_INTEGER


def json_value(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ``ValueError`` if it is not JSON, not Unicode, or nested too deeply."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # JSON can escape one half of a surrogate pair alone
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def is_token(name: str) -> bool:
    """Return whether a text is valid as the name of a header (RFC 9110, 5.6.2)."""
    return _TOKEN.fullmatch(name) is not None


def is_header_value(text: str) -> bool:
    """Return whether a text is valid as the value of a header: without line breaks, for example (RFC 9110, 5.5)."""
    return text.isprintable() or _NOT_IN_HEADERS.search(text) is None


def header_value(text: str) -> str:
    """Return a text with a space in place of each character that is not valid in a header (RFC 9110, 5.5)."""
    return text if text.isprintable() else _NOT_IN_HEADERS.sub(" ", text)


def xml_text(text: str) -> str:
    """Return a text with a character reference in place of each character that is not valid in XML 1.0.

    S3 writes ``&#x1;``, although XML 1.0 does not allow this reference either. For such keys S3 has
    ``encoding-type=url`` (API_ListObjectsV2, EncodingType; users of SDKs reported "&#x1b;" and "&#x7;" in responses).
    A carriage return is ``&#13;`` ("Object key naming guidelines", XML related object key constraints).
    """
    return text if text.isprintable() else _NOT_IN_XML.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    if match[0] == "\r":
        return "&#13;"
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else f"&#x{ord(match[0]):x};"
