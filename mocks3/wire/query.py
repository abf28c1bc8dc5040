"""Decode percent-encoded text: query strings and paths.

Rule 1: bytes must be UTF-8. Text that cannot be decoded is ``InvalidURI``; it is never replaced.
Rule 2: a plus sign is a space in a query string and in a form, and a plus sign in a path.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from mocks3 import errors

Pairs = list[tuple[str, str]]


def decode(text: str) -> str:
    """Percent-decode a part of a path. Raises ``InvalidURI``."""
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError:
        raise errors.INVALID_URI(URI=text) from None


def pairs(query: str) -> Pairs:
    """Return names and values in the order sent. A name without ``=`` has the value ``""``. Raises ``InvalidURI``."""
    found = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            found.append((_decode_plus(name), _decode_plus(value)))
    return found


def _decode_plus(text: str) -> str:
    return decode(text.replace("+", " ") if "+" in text else text)


def header_of_field(name: str, text: str) -> str:
    """Return a field of a form, or a parameter of a presigned URL, as a header. User metadata remains Unicode."""
    return text if name.startswith("x-amz-meta-") else as_header(text)


def as_header(text: str) -> str:
    """Return a text as S3 reads it in a header: its UTF-8 read as Latin-1."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def first_values(found: Pairs) -> dict[str, str]:
    """Return the first value of each name."""
    if len(found) == 1:
        return dict(found)
    return dict(reversed(found))
