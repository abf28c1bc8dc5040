"""Decompress whole objects. Source: API_InputSerialization, "CompressionType"."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable

from mocks3.select.faults import INVALID_COMPRESSION_FORMAT, TRUNCATED_INPUT

NONE = "NONE"
_FORMATS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "GZIP": (b"\x1f\x8b", gzip.decompress),
    "BZIP2": (b"BZh", bz2.decompress),
}
COMPRESSED = frozenset(_FORMATS)
NAMES = COMPRESSED | {NONE}


def decompress_object(data: bytes, name: str) -> bytes:
    """Return the decompressed content. Raises ``InvalidCompressionFormat``, ``TruncatedInput``."""
    if name == NONE:
        return data
    magic, decompress = _FORMATS[name]
    if not data.startswith(magic):
        raise INVALID_COMPRESSION_FORMAT(name=name)
    try:
        return decompress(data)
    except (EOFError, OSError, ValueError, zlib.error):
        raise TRUNCATED_INPUT() from None
