"""Version ids and upload ids, made so that nobody can read anything into them, except this file.

Rule 1: a version id is 32 characters of letters, digits, ``.`` and ``_`` (answers of the real service).
Rule 2: the *order* of versions is the index's business. An id only remembers its sequence number, so that a
listing can go on after a version that was deleted meanwhile, and so that an id which was never issued (S3:
``InvalidArgument``) can be told from one that is gone (``NoSuchVersion``).
Rule 3: sequence numbers rise through the whole life of a store and are never issued twice, whatever is restored.

Theory: sequence number, a constant and a random number are written side by side in 192 bits and multiplied with
an odd constant modulo 2^192. That scrambles, and can be undone; undone, the constant must be there again.
"""

from __future__ import annotations

import base64
import itertools
import random

NULL = "null"
"""The id of the null version: the one that a bucket writes while its versioning is not enabled."""

_BITS = 192
_MASK = (1 << _BITS) - 1
_FACTOR = 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251
_INVERSE = pow(_FACTOR, -1, 1 << _BITS)
_WITNESS = 0x6D6F636B73336964
_ALTCHARS = b"._"
_UPLOAD_BYTES = 96

_chance = random.Random()  # noqa: S311 - ids need to differ, not to be secret
"""One for all stores: to seed another takes as long as all else that a new store needs."""


class IdGenerator:
    """Issues ids. Not for two threads at once: its store calls it under the store's lock."""

    __slots__ = ("_bits", "_bytes", "sequence")

    def __init__(self) -> None:
        self._bits = _chance.getrandbits
        self._bytes = _chance.randbytes
        self.sequence = itertools.count(1).__next__

    def version_id(self, sequence: int) -> str:
        """The id of the version with this sequence number."""
        number = ((sequence << 64 | _WITNESS) << 64 | self._bits(64)) * _FACTOR & _MASK
        return base64.b64encode(number.to_bytes(_BITS // 8, "big"), _ALTCHARS).decode()

    def upload_id(self) -> str:
        """A new upload id: 128 characters of letters, digits, ``.`` and ``_``."""
        return base64.b64encode(self._bytes(_UPLOAD_BYTES), _ALTCHARS).decode()


def sequence_of(version_id: str) -> int | None:
    """The sequence number in a version id; None when no mint ever issued it (or for the null version)."""
    if len(version_id) != _BITS // 6:
        return None
    try:
        raw = base64.b64decode(version_id, _ALTCHARS, validate=True)
    except ValueError:
        return None
    number = int.from_bytes(raw, "big") * _INVERSE & _MASK
    return number >> 128 if number >> 64 & (1 << 64) - 1 == _WITNESS else None
