"""Percent-encoded text: the query string, and what stands in paths.

Rule 1: bytes are UTF-8 and nothing else; what cannot be decoded is ``InvalidURI``, never a replacement sign.
Rule 2: a plus sign is a space in a query string and in a form, and itself in a path.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from mocks3 import errors

Pairs = list[tuple[str, str]]


def decode(text: str) -> str:
    """Percent-decode a piece of a path. Raises ``InvalidURI``."""
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError:
        raise errors.INVALID_URI(URI=text) from None


def pairs(query: str) -> Pairs:
    """Names and values in the order sent; a name without ``=`` has the value ``""``. Raises ``InvalidURI``."""
    found = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            found.append((_decode_plus(name), _decode_plus(value)))
    return found


def _decode_plus(text: str) -> str:
    return decode(text.replace("+", " ") if "+" in text else text)


def first_values(found: Pairs) -> dict[str, str]:
    """Each name's first value."""
    if len(found) == 1:
        return dict(found)
    return dict(reversed(found))
