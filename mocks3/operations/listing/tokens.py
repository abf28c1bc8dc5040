"""Continuation tokens: the place where a listing continues, in a form that callers cannot read.

A token contains a digest, which detects tokens of other listings.

Rule: no state is stored between pages. A token is valid as long as the bucket exists, also after a restored snapshot.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from mocks3.errors import INVALID_ARGUMENT

_DIGEST_SIZE = 12

ListingId = tuple[str, ...]
"""Identifies a listing: what is listed, and the account, bucket or key."""


def issue(listing: ListingId, last: str) -> str:
    """Return the token that continues a listing after the name ``last``."""
    text = last.encode()
    mask = _mask(listing, len(text))
    body = bytes(a ^ b for a, b in zip(text, mask, strict=True))
    return base64.b64encode(_digest(listing, text) + body).decode()


def read(listing: ListingId, token: str) -> str:
    """Return the name in a token. Raise ``InvalidArgument`` for a token of another listing."""
    try:
        data = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise _incorrect() from None
    digest, body = data[:_DIGEST_SIZE], data[_DIGEST_SIZE:]
    text = bytes(a ^ b for a, b in zip(body, _mask(listing, len(body)), strict=True))
    if not token or _digest(listing, text) != digest:
        raise _incorrect()
    return text.decode()


def _incorrect() -> Exception:
    return INVALID_ARGUMENT(
        message="The continuation token provided is incorrect", ArgumentName="continuation-token"
    )


def _digest(listing: ListingId, text: bytes) -> bytes:
    return hashlib.blake2b(
        text, digest_size=_DIGEST_SIZE, key=_mask(listing, hashlib.blake2b.MAX_KEY_SIZE)
    ).digest()


def _mask(listing: ListingId, length: int) -> bytes:
    return hashlib.shake_128(repr(listing).encode()).digest(length)
