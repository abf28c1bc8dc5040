"""Continuation tokens: where a listing goes on, in a form that callers can't read and that vouches for itself.

Rule: nothing is remembered between pages, so a token works for as long as the bucket does, also after a restore.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from mocks3.errors import INVALID_ARGUMENT

_SEAL = 12

ListingId = tuple[str, ...]
"""Which listing a token is of: what is listed, and of which account, bucket or key."""


def issue(what: ListingId, last: str) -> str:
    """The token with which the listing ``what`` goes on after the name ``last``."""
    text = last.encode()
    mask = _mask(what, len(text))
    body = bytes(a ^ b for a, b in zip(text, mask, strict=True))
    return base64.b64encode(_seal(what, text) + body).decode()


def read(what: ListingId, token: str) -> str:
    """The name that a token stands for. Raises ``InvalidArgument`` for one that was not issued for ``what``."""
    try:
        data = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise _incorrect() from None
    seal, body = data[:_SEAL], data[_SEAL:]
    text = bytes(a ^ b for a, b in zip(body, _mask(what, len(body)), strict=True))
    if not token or _seal(what, text) != seal:
        raise _incorrect()
    return text.decode()


def _incorrect() -> Exception:
    return INVALID_ARGUMENT(
        message="The continuation token provided is incorrect", ArgumentName="continuation-token"
    )


def _seal(what: ListingId, text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_SEAL, key=_mask(what, hashlib.blake2b.MAX_KEY_SIZE)).digest()


def _mask(what: ListingId, length: int) -> bytes:
    return hashlib.shake_128(repr(what).encode()).digest(length)
