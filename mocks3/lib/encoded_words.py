"""Encoded words (RFC 2047): how S3 reads and writes metadata that is not ASCII.

S3 writes a text like Java's ``MimeUtility.encodeText``. The encoding is ``Q`` if more characters are ASCII than not,
and ``B`` otherwise (recorded; also the responses that minio/minio #21282 quotes). A word has at most 75 characters: a
longer text is halved until each part fits.

Source: user guide, "Working with object metadata"; RFC 2047, 2 and 4.
"""

from __future__ import annotations

import base64
from email.errors import MessageError
from email.header import decode_header, make_header

_ROOM = 75 - len("=?UTF-8?Q??=")
"""The most characters of a word's encoded text."""


def encode(text: str) -> str:
    """Return a text as one or more encoded words, separated by spaces."""
    plain = sum(map(_is_plain, text))
    return " ".join(_words(text, "Q" if plain > len(text) - plain else "B"))


def _is_plain(character: str) -> bool:
    return " " <= character <= "~" or character in "\r\n\t"


def _words(text: str, encoding: str) -> list[str]:
    encoded = _q(text) if encoding == "Q" else base64.b64encode(text.encode()).decode()
    if len(encoded) <= _ROOM or len(text) < 2:
        return [f"=?UTF-8?{encoding}?{encoded}?="]
    middle = len(text) // 2
    return [*_words(text[:middle], encoding), *_words(text[middle:], encoding)]


def _q(text: str) -> str:
    """Return a text in the Q encoding: a space is ``_``, and bytes that are not printable ASCII are ``=XX``."""
    return "".join(
        "_" if byte == 0x20 else f"={byte:02X}" if byte < 0x20 or byte > 0x7E or byte in b"=_?" else chr(byte)
        for byte in text.encode()
    )


def decode(text: str) -> str:
    """Return a text with its encoded words decoded; the same text if they are malformed."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        return text
