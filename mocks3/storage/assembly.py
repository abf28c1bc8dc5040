"""The ETag and the checksums that S3 computes from the parts of a multipart object.

Rule 1: these are pure functions of the parts' ETags, checksums and sizes. They read no body.
Rule 2: digests have the form in which S3 shows them: ETags in hex without quotes, checksums in base64.

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
"""The width in bits and the polynomial in reflected notation, for each algorithm that can be combined."""


def multipart_etag(etags: Sequence[str]) -> str:
    """Return the ETag of an object made of parts with these ETags: the MD5 of their MD5s, and the number of parts."""
    md5 = checksum.new("md5")
    for etag in etags:
        md5.update(bytes.fromhex(etag))
    return f"{md5.digest().hex()}-{len(etags)}"


def composite(algorithm: str, values: Sequence[str]) -> str:
    """Return the COMPOSITE checksum: the checksum of the parts' checksums, and the number of parts."""
    digest = checksum.new(algorithm)
    for value in values:
        digest.update(base64.b64decode(value))
    return f"{digest.b64()}-{len(values)}"


def full_object(algorithm: str, parts: Iterable[tuple[str, int]]) -> str:
    """Return the FULL_OBJECT checksum of parts given as (checksum, size in bytes).

    Raises ``ValueError`` if the algorithm is not a CRC: only CRCs can be computed from the checksums of the parts.
    """
    if algorithm not in _POLYNOMIALS:
        raise ValueError(f"a full-object {algorithm} cannot be computed from the checksums of the parts")
    width, _ = _POLYNOMIALS[algorithm]
    crc = 0
    for value, size in parts:
        crc = _times(algorithm, crc, _power(algorithm, 8 * size)) ^ int.from_bytes(
            base64.b64decode(value), "big"
        )
    return base64.b64encode(crc.to_bytes(width // 8, "big")).decode()


# A CRC is a reduced polynomial over GF(2). Appending n bits multiplies the polynomial by x^n, so
# crc(A + B) = crc(A) · x^(8·len(B)) + crc(B). The inversions before and after cancel out. In the reflected
# notation the highest bit is x^0, and a multiplication by x shifts to the right.


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
    """Return the polynomial x, squared ``times`` times."""
    width, _ = _POLYNOMIALS[algorithm]
    if times == 0:
        return 1 << width - 2
    root = _square(algorithm, times - 1)
    return _times(algorithm, root, root)


@lru_cache(maxsize=256)
def _power(algorithm: str, exponent: int) -> int:
    """Return x to the power of ``exponent``. It is cached because most parts of an object have the same size."""
    width, _ = _POLYNOMIALS[algorithm]
    squares = (_square(algorithm, bit) for bit in range(exponent.bit_length()) if exponent >> bit & 1)
    return reduce(lambda left, right: _times(algorithm, left, right), squares, 1 << width - 1)
