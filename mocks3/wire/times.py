"""Convert timestamps between text and ``datetime``, in the three formats of AWS's protocols.

Rule 1: every ``datetime`` that a function returns is aware and in UTC. Rule 2: a naive ``datetime`` means UTC. A text
in place of a ``datetime`` is written unchanged.

S3 writes iso8601 in XML (to the millisecond) and rfc822 in headers (to the second); some inputs have epoch seconds.
The model determines the format in which a member is *written*. Every format is *read* everywhere, because clients
differ. Source: Smithy "Timestamp serialization and deserialization"; API reference, Common headers.
"""

from __future__ import annotations

import datetime
import functools
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from mocks3.lib import limits

UTC = datetime.UTC
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def aware(value: datetime.datetime) -> datetime.datetime:
    """Return the same moment in UTC."""
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return limits.in_utc(value)


def read_http_date(text: str) -> datetime.datetime:
    """Parse a date in one of the three formats of HTTP (RFC 9110, 5.6.7). Raises ``ValueError``."""
    if not text[:1].isalpha():
        raise ValueError(f"not a date of HTTP: {text!r}")
    return read(text)


def read(text: str) -> datetime.datetime:
    """Parse a timestamp in any of the three formats. Raises ``ValueError``."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _from_epoch(text)
    if text[:1].isdigit() and text[4:5] == "-":
        return aware(datetime.datetime.fromisoformat(text.upper()))
    try:
        return aware(parsedate_to_datetime(text))
    except (TypeError, OverflowError) as fault:
        raise ValueError(f"not a timestamp: {text!r}") from fault


def _from_epoch(text: str) -> datetime.datetime:
    return limits.from_epoch(float(text))


@functools.lru_cache(maxsize=16384)  # the same objects are listed many times
def iso8601(value: datetime.datetime | str) -> str:
    """Return ``2006-02-03T16:41:58.000Z``, truncated to milliseconds."""
    if isinstance(value, str):
        return value
    return aware(value).isoformat(timespec="milliseconds")[:23] + "Z"


@functools.lru_cache(maxsize=1024)
def rfc822(value: datetime.datetime | str) -> str:
    """Return ``Fri, 03 Feb 2006 16:41:58 GMT``, truncated to seconds."""
    if isinstance(value, str):
        return value
    return http_date((aware(value) - _EPOCH) // _SECOND)


def epoch(value: datetime.datetime | str) -> str:
    """Return ``1138984918``, with a fraction if there is one."""
    if isinstance(value, str):
        return value
    seconds = (aware(value) - _EPOCH) / _SECOND
    return str(int(seconds) if seconds == int(seconds) else seconds)


_SECOND = datetime.timedelta(seconds=1)


@functools.lru_cache(maxsize=1024)
def http_date(seconds: int) -> str:
    """Return epoch seconds as an HTTP date."""
    at = time.gmtime(seconds)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{day}, {at.tm_mday:02} {month} {at.tm_year:04} {clock} GMT"


WRITERS: dict[str, Callable[[datetime.datetime | str], str]] = {
    "iso8601": iso8601,
    "rfc822": rfc822,
    "unixtimestamp": epoch,
}
"""The writers, by the model's ``timestampFormat`` in lower case."""
