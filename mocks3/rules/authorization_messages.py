"""Encoded authorization messages: the details of a denial, which DecodeAuthorizationMessage shows.

No service that mocks3 answers sends such messages; EC2 does. A test gets one from a decision
(``decision.encoded_message``). The encoding is mocks3's own, and protected by a digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib

_LARGEST = 1 << 20


def encode(document: str) -> str:
    """Return the encoded form of a JSON text."""
    packed = zlib.compress(document.encode(), 9)
    return base64.urlsafe_b64encode(hashlib.sha256(packed).digest()[:16] + packed).decode().rstrip("=")


def decode(message: str) -> str:
    """Return the JSON text of an encoded message. Raises ``ValueError`` if ``encode`` did not write it."""
    try:
        data = base64.b64decode(message + "=" * (-len(message) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not an encoded message") from error
    digest, packed = data[:16], data[16:]
    if hashlib.sha256(packed).digest()[:16] != digest:
        raise ValueError("not an encoded message")
    return zlib.decompressobj().decompress(packed, _LARGEST).decode()
