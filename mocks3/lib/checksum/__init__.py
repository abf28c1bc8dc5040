"""Digests by the names of S3, each from the fastest library that is installed.

Rule 1: names are those of the ``x-amz-checksum-*`` headers (``crc32``, ``sha256``…), and ``md5``; case-insensitive.
Rule 2: this package only computes. Other modules compare digests and raise errors.
Rule 3: a third-party library is only imported at the first use of an algorithm that needs it.

Source: "Checking object integrity in Amazon S3" (the algorithms, their sizes and their big-endian base64 form).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from mocks3 import errors

SIZES = {
    "md5": 16,
    "crc32": 4,
    "crc32c": 4,
    "crc64nvme": 8,
    "sha1": 20,
    "sha256": 32,
    "sha512": 64,
    "xxhash64": 8,
    "xxhash3": 8,
    "xxhash128": 16,
}
"""The size of each algorithm's digest, in bytes."""

Extend = Callable[[bytes, int], int]


class Checksum(Protocol):
    """A digest that is being computed."""

    def update(self, data: bytes, /) -> None:
        """Add the next bytes (any bytes-like object)."""

    def digest(self) -> bytes:
        """Return the digest of the bytes so far, big-endian. More bytes may be added afterwards."""

    def b64(self) -> str:
        """Return the digest in base64, as in a header."""


def new(algorithm: str) -> Checksum:
    """Start a digest. Raises ``NotSupported`` if the algorithm is unknown or its library is not installed."""
    return _maker(algorithm.lower())()


def b64(algorithm: str, data: bytes) -> str:
    """Return the digest of ``data`` in base64, as in a header."""
    checksum = new(algorithm)
    checksum.update(data)
    return checksum.b64()


class _Hash:
    """A checksum that a hashlib object computes."""

    __slots__ = ("_hash", "update")

    def __init__(self, hash_: Any) -> None:
        self._hash = hash_
        self.update: Callable[[bytes], None] = hash_.update

    def digest(self) -> bytes:
        return bytes(self._hash.digest())

    def b64(self) -> str:
        return base64.b64encode(self._hash.digest()).decode()


class _Crc:
    """A checksum that a function from (data, CRC so far) to CRC computes."""

    __slots__ = ("_crc", "_extend", "_size")

    def __init__(self, extend: Extend, size: int) -> None:
        self._crc = 0
        self._extend = extend
        self._size = size

    def update(self, data: bytes, /) -> None:
        self._crc = self._extend(data, self._crc)

    def digest(self) -> bytes:
        return self._crc.to_bytes(self._size, "big")

    def b64(self) -> str:
        return base64.b64encode(self.digest()).decode()


def _optional(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def _crc32c() -> Extend:
    if crt := _optional("awscrt.checksums"):
        return lambda data, crc: int(crt.crc32c(data, crc))
    if google := _optional("google_crc32c"):
        return lambda data, crc: int(google.extend(crc, bytes(data)))
    from mocks3.lib.checksum.crc import crc32c

    return crc32c


def _crc64nvme() -> Extend:
    crt = _optional("awscrt.checksums")
    if hasattr(crt, "crc64nvme"):
        return lambda data, crc: int(crt.crc64nvme(data, crc))
    from mocks3.lib.checksum.crc import crc64nvme

    return crc64nvme


def _xxhash(name: str) -> Callable[[], Any]:
    module = _optional("xxhash")
    if module is None:
        raise errors.NotSupported(
            f"mocks3 needs the package xxhash for this checksum algorithm ({name}): pip install xxhash"
        )
    maker: Callable[[], Any] = getattr(module, name)
    return maker


@functools.cache
def _maker(algorithm: str) -> Callable[[], Checksum]:
    match algorithm:
        case "md5":
            return lambda: _Hash(hashlib.md5(usedforsecurity=False))
        case "sha1":
            return lambda: _Hash(hashlib.sha1(usedforsecurity=False))
        case "sha256":
            return lambda: _Hash(hashlib.sha256())
        case "sha512":
            return lambda: _Hash(hashlib.sha512())
        case "crc32":
            return lambda: _Crc(zlib.crc32, 4)
        case "crc32c":
            extend = _crc32c()
            return lambda: _Crc(extend, 4)
        case "crc64nvme":
            extend = _crc64nvme()
            return lambda: _Crc(extend, 8)
        case "xxhash64" | "xxhash3" | "xxhash128":
            maker = _xxhash({"xxhash64": "xxh64", "xxhash3": "xxh3_64", "xxhash128": "xxh3_128"}[algorithm])
            return lambda: _Hash(maker())
    raise errors.NotSupported(f"unknown checksum algorithm {algorithm!r}; use one of {', '.join(SIZES)}")
