"""ETags and checksums of multipart objects, compared with those computed from the bytes."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.lib import checksum
from mocks3.storage.assembly import composite, full_object, multipart_etag

bodies = st.lists(st.binary(max_size=40), min_size=1, max_size=6)


@given(bodies)
def test_the_etag_is_the_md5_of_the_md5s(parts: list[bytes]) -> None:
    digests = [hashlib.md5(part).digest() for part in parts]
    expected = f"{hashlib.md5(b''.join(digests)).hexdigest()}-{len(parts)}"
    assert multipart_etag([digest.hex() for digest in digests]) == expected


@given(bodies, st.sampled_from(["crc32", "crc32c", "sha1", "sha256"]))
def test_the_composite_checksum_is_the_checksum_of_the_checksums(parts: list[bytes], algorithm: str) -> None:
    values = [checksum.b64(algorithm, part) for part in parts]
    digests = b"".join(base64.b64decode(value) for value in values)
    assert composite(algorithm, values) == f"{checksum.b64(algorithm, digests)}-{len(parts)}"


@given(bodies, st.sampled_from(["crc32", "crc32c", "crc64nvme"]))
def test_the_full_object_checksum_is_that_of_the_whole(parts: list[bytes], algorithm: str) -> None:
    values = [(checksum.b64(algorithm, part), len(part)) for part in parts]
    assert full_object(algorithm, values) == checksum.b64(algorithm, b"".join(parts))


def test_the_full_object_checksum_of_parts_of_megabytes() -> None:
    part = bytes(5 << 20)
    value = checksum.b64("crc32", part)
    assert full_object("crc32", [(value, len(part))] * 2) == checksum.b64("crc32", part * 2)


def test_a_hash_of_the_whole_cannot_be_told_from_those_of_the_parts() -> None:
    with pytest.raises(ValueError, match="sha256"):
        full_object("sha256", [("", 0)])
