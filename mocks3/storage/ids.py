"""Version ids and upload ids. They are opaque: only this module can decode them.

Rule 1: a version id has 32 characters: letters, digits, ``.`` and ``_`` (responses of the real service).
Rule 2: the index keeps the *order* of versions. An id contains only its sequence number. With it, a listing can
continue after a version that has been deleted, and an id that was never issued (S3: ``InvalidArgument``) can be
distinguished from the id of a deleted version (``NoSuchVersion``).
Rule 3: sequence numbers increase during the whole life of a store. None is issued twice, even after a restore.

Method: the sequence number, a constant and a random number are concatenated to 192 bits and multiplied by an odd
constant modulo 2^192. The multiplication can be reversed. The id is valid if the result contains the constant.
"""

from __future__ import annotations

import base64
import itertools
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

NULL = "null"
"""The id of the null version, which a bucket writes while its versioning is not enabled."""

_BITS = 192
_MASK = (1 << _BITS) - 1
_FACTOR = 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251
_INVERSE = pow(_FACTOR, -1, 1 << _BITS)
_MARKER = 0x6D6F636B73336964
_ALTCHARS = b"._"
_UPLOAD_BYTES = 96

_random = random.Random()  # noqa: S311 - ids need to differ, not to be secret
"""One generator for all stores: seeding another one takes as long as everything else that a new store needs."""


_adopted: ContextVar[Mapping[str, int]] = ContextVar("adopted", default=MappingProxyType({}))


@contextmanager
def adopted(version_ids: Mapping[str, int]) -> Iterator[None]:
    """Take ids of the real S3 for issued ones within the block: version id to sequence number."""
    token = _adopted.set(version_ids)
    try:
        yield
    finally:
        _adopted.reset(token)


class IdGenerator:
    """Issues ids. It is not thread-safe: the store calls it under the store's lock."""

    __slots__ = ("_bits", "_bytes", "sequence")

    def __init__(self) -> None:
        self._bits = _random.getrandbits
        self._bytes = _random.randbytes
        self.sequence = itertools.count(1).__next__

    def continue_after(self, sequence: int) -> None:
        """Issue only sequence numbers above this one."""
        self.sequence = itertools.count(max(sequence + 1, self.sequence())).__next__

    def version_id(self, sequence: int) -> str:
        """Return a new id for the version with this sequence number."""
        number = ((sequence << 64 | _MARKER) << 64 | self._bits(64)) * _FACTOR & _MASK
        return base64.b64encode(number.to_bytes(_BITS // 8, "big"), _ALTCHARS).decode()

    def upload_id(self) -> str:
        """Return a new upload id: 128 characters (letters, digits, ``.`` and ``_``)."""
        return base64.b64encode(self._bytes(_UPLOAD_BYTES), _ALTCHARS).decode()


def sequence_of(version_id: str) -> int | None:
    """Return the sequence number in a version id. Return None for an id that was never issued and for ``null``."""
    own = _adopted.get()
    if own and version_id in own:
        return own[version_id]
    if len(version_id) != _BITS // 6:
        return None
    try:
        raw = base64.b64decode(version_id, _ALTCHARS, validate=True)
    except ValueError:
        return None
    number = int.from_bytes(raw, "big") * _INVERSE & _MASK
    return number >> 128 if number >> 64 & (1 << 64) - 1 == _MARKER else None
