"""What S3 computes from the parts of a multipart object: its ETag and its checksums.

Rule 1: pure functions of what is known about the parts; no body is read again.
Rule 2: digests stand as S3 shows them: ETags in hex without quotes, checksums in base64.

Source: "Checking object integrity in Amazon S3" (composite and full-object checksums, "-N" after a composite one).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, reduce

from mocks3.lib import checksum

_POLYNOMIALS = {
    "crc32": (32, 0xEDB88320),
    "crc32c": (32, 0x82F63B78),
    "crc64nvme": (64, 0x9A6C9329AC4BC9B5),
}
"""Width in bits, and polynomial in reflected notation, of the algorithms that can be combined."""


def multipart_etag(etags: Sequence[str]) -> str:
    """The ETag of an object made of parts with these ETags: the MD5 of their MD5s, and how many they were."""
    md5 = checksum.new("md5")
    for etag in etags:
        md5.update(bytes.fromhex(etag))
    return f"{md5.digest().hex()}-{len(etags)}"


def composite(algorithm: str, values: Sequence[str]) -> str:
    """The COMPOSITE checksum over parts with these checksums: the checksum of their checksums, and how many."""
    digest = checksum.new(algorithm)
    for value in values:
        digest.update(base64.b64decode(value))
    return f"{digest.b64()}-{len(values)}"


def full_object(algorithm: str, parts: Iterable[tuple[str, int]]) -> str:
    """The FULL_OBJECT checksum of parts given as (checksum, size in bytes).

    Only CRCs can be told from those of the parts; for others raises ``ValueError``.
    """
    if algorithm not in _POLYNOMIALS:
        raise ValueError(f"no full-object {algorithm} can be made of the parts' checksums")
    width, _ = _POLYNOMIALS[algorithm]
    crc = 0
    for value, size in parts:
        crc = _times(algorithm, crc, _power(algorithm, 8 * size)) ^ int.from_bytes(
            base64.b64decode(value), "big"
        )
    return base64.b64encode(crc.to_bytes(width // 8, "big")).decode()


# A CRC is a polynomial over GF(2), reduced. Appending n bits of anything multiplies what stood before by x^n, so
# crc(A + B) = crc(A) · x^(8·len(B)) + crc(B); the inversions before and after cancel out. In the reflected
# notation the highest bit is x^0, and multiplying by x shifts to the right.


def _times(algorithm: str, left: int, right: int) -> int:
    width, polynomial = _POLYNOMIALS[algorithm]
    product = 0
    for bit in range(width - 1, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (polynomial if right & 1 else 0)
    return product


@cache
def _square(algorithm: str, times: int) -> int:
    """The polynomial x, squared so many times."""
    width, _ = _POLYNOMIALS[algorithm]
    if times == 0:
        return 1 << width - 2
    root = _square(algorithm, times - 1)
    return _times(algorithm, root, root)


@lru_cache(maxsize=256)
def _power(algorithm: str, exponent: int) -> int:
    """The polynomial x to the power of ``exponent``; parts tend to be of one size."""
    width, _ = _POLYNOMIALS[algorithm]
    squares = (_square(algorithm, bit) for bit in range(exponent.bit_length()) if exponent >> bit & 1)
    return reduce(lambda left, right: _times(algorithm, left, right), squares, 1 << width - 1)
