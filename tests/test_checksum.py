"""Digests answer what the published check values and independent implementations answer."""

from __future__ import annotations

import base64
import hashlib
import sys
import types
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import errors
from mocks3.lib import checksum
from mocks3.lib.checksum.crc import Crc, crc32c, crc64nvme

CHECK = b"123456789"


def bitwise(polynomial: int, size: int, data: bytes) -> int:
    """The naive twin: one bit at a time, as the definition reads."""
    mask = (1 << 8 * size) - 1
    register = mask
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (polynomial if register & 1 else 0)
    return register ^ mask


def test_published_check_values() -> None:
    assert crc32c(CHECK) == 0xE3069283
    assert crc64nvme(CHECK) == 0xAE8B14860A799888
    assert checksum.b64("crc32", CHECK) == base64.b64encode(bytes.fromhex("cbf43926")).decode()
    assert checksum.b64("CRC32C", CHECK) == base64.b64encode(bytes.fromhex("e3069283")).decode()
    assert checksum.b64("crc64nvme", CHECK) == base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode()


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_hashes_are_hashlib(name: str) -> None:
    digest = checksum.new(name.upper())
    digest.update(CHECK[:4])
    digest.update(CHECK[4:])
    assert digest.digest() == hashlib.new(name, CHECK).digest()
    assert len(digest.digest()) == checksum.SIZES[name]


@given(st.binary(max_size=1500), st.integers(0, 1500))
def test_short_data_equal_the_naive_twin_wherever_it_is_cut(data: bytes, cut: int) -> None:
    for polynomial, size, function in ((0x82F63B78, 4, crc32c), (0x9A6C9329AC4BC9B5, 8, crc64nvme)):
        assert function(data[cut:], function(data[:cut])) == bitwise(polynomial, size, data)


@pytest.mark.parametrize("length", [1023, 1024, 1025, 4096, 70_001, (1 << 20) + 4097])
def test_lanes_equal_zlib(length: int) -> None:
    data = hashlib.shake_128(b"seed").digest(length)
    crc32 = Crc(0xEDB88320, 4)
    assert crc32(data) == zlib.crc32(data)
    assert crc32(memoryview(data)[7:], 99) == zlib.crc32(data[7:], 99)


def test_an_installed_library_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = types.SimpleNamespace(extend=lambda crc, data: crc + len(data))
    monkeypatch.setitem(sys.modules, "awscrt.checksums", None)
    monkeypatch.setitem(sys.modules, "google_crc32c", fake)
    checksum._maker.cache_clear()
    digest = checksum.new("crc32c")
    digest.update(CHECK)
    checksum._maker.cache_clear()
    assert digest.digest() == (9).to_bytes(4, "big")


def test_unknown_and_uninstalled_algorithms_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xxhash", None)
    with pytest.raises(errors.NotSupported, match="xxhash"):
        checksum.new("xxhash3")
    with pytest.raises(errors.NotSupported, match="'adler'.*crc64nvme"):
        checksum.new("adler")
