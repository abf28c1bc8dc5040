"""Streamed bodies: with and without framing, small and large, complete and broken."""

from __future__ import annotations

import base64
import hashlib
import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import wire
from mocks3.errors import S3Error
from mocks3.model.messages import ChunkVerifier
from mocks3.wire.chunks import Decoder, decode_single_chunk
from mocks3.wire.payload import RequestBody

from .wires import request

UNSIGNED = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "content-encoding": "aws-chunked",
    "x-amz-trailer": "x-amz-checksum-crc32",
}
SIGNED = {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "content-encoding": "aws-chunked"}


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def framed(*chunks: bytes, trailers: bytes = b"", mark: bytes = b"") -> bytes:
    body = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), mark, chunk) for chunk in chunks)
    return body + b"0" + mark + b"\r\n" + trailers + b"\r\n"


def body(data: Any, headers: dict[str, str], length: int | None = None) -> RequestBody:
    stated = {} if length is None else {"x-amz-decoded-content-length": str(length)}
    return RequestBody(data, headers | stated)


def fault(data: Any, headers: dict[str, str], length: int | None = None) -> S3Error:
    with pytest.raises(S3Error) as caught:
        body(data, headers, length).read()
    return caught.value


@given(st.binary(max_size=300), st.integers(1, 40))
def test_botocores_framing_is_decoded(data: bytes, size: int) -> None:
    wrapper = AwsChunkedWrapper(io.BytesIO(data), Crc32Checksum, "x-amz-checksum-crc32")
    found = body(wrapper, UNSIGNED, len(data))
    assert found.declared == {}
    assert found.read() == data
    assert found.declared == {"crc32": crc32(data)}
    wrapper.seek(0)
    assert b"".join(body(wrapper, UNSIGNED, len(data)).chunks()) == data
    wrapper.seek(0)
    pieces = iter(lambda: wrapper.read(size), b"")
    assert b"".join(Decoder(pieces).content()) == data


@given(
    st.binary(max_size=40),
    st.sampled_from([b"", b"a:b\r\n", b"A: b\r\n", b"a:b\n", b"a:b\r\nc:d\r\n"]),
    st.booleans(),
)
def test_decode_single_chunk_and_decoder_agree(data: bytes, trailers: bytes, twice: bool) -> None:
    sent = framed(*[chunk for chunk in [data, data][: 1 + twice] if chunk], trailers=trailers)
    found = decode_single_chunk(sent)
    if found is not None:
        decoder = Decoder([sent])
        assert found == (b"".join(decoder.content()), decoder.trailers)
    assert (found is not None) == (data != b"" and not twice and trailers == b"a:b\r\n")


def test_the_framing_is_not_part_of_the_members() -> None:
    parsed = wire.parse(
        request(
            "PUT",
            "/b/k",
            framed(b"hello"),
            content_encoding="gzip, aws-chunked",
            content_length="24",
            x_amz_decoded_content_length="5",
            x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        )
    )
    assert parsed.head == {"Bucket": "b", "Key": "k", "ContentEncoding": "gzip", "ContentLength": 5}
    assert parsed.params["Body"].read() == b"hello"


def test_framing_is_recognised_by_x_amz_content_sha256() -> None:
    parsed = wire.parse(
        request(
            "PUT",
            "/b/k",
            framed(b"hello"),
            content_length="15",
            x_amz_decoded_content_length="5",
            x_amz_content_sha256="STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        )
    )
    assert parsed.head == {"Bucket": "b", "Key": "k", "ContentLength": 5}
    assert parsed.params["Body"].read() == b"hello"


def test_the_chunk_verifier_gets_the_signatures() -> None:
    seen: list[Any] = []

    class Watch(ChunkVerifier):
        def content(self, data: bytes) -> None:
            seen.append(data)

        def chunk(self, signature: str | None) -> None:
            seen.append(signature)

        def trailers(self, text: bytes, signature: str | None) -> None:
            seen.append((text, signature))

    trailers = b"x-amz-checksum-crc32:AAAA\nx-amz-trailer-signature:feed\r\n"
    data = framed(b"a" * 9000, b"bc", mark=b";chunk-signature=c0ffee", trailers=trailers)
    found = body(data, SIGNED | {"x-amz-trailer": "x-amz-checksum-crc32"}, 9002)
    found.chunk_verifier = Watch()
    assert found.read() == b"a" * 9000 + b"bc"
    assert seen == [
        b"a" * 9000,
        "c0ffee",
        b"bc",
        "c0ffee",
        "c0ffee",
        (b"x-amz-checksum-crc32:AAAA\n", "feed"),
    ]
    assert found.declared == {"crc32": "AAAA"}


TRUNCATED = "The request body terminated unexpectedly"


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (b"", 0),
        (b"5", 5),
        (b"5\r\nhel", 5),
        (b"5\r\nhello", 5),
        (b"5\r\nhello\r\n", 5),
        (b"5\r\nhelloXX0\r\n\r\n", 5),
        (b"5\r\nhello\r\n0\r\n", 5),
        (b"zz\r\nhello\r\n0\r\n\r\n", 5),
        (b"-5\r\nhello\r\n0\r\n\r\n", 5),
        (b"5;chunk-signature=xyz\r\nhel", 5),
        (b"f" * 20_000, 5),
    ],
)
def test_broken_framing_is_an_incomplete_body(data: bytes, length: int) -> None:
    error = fault(data, SIGNED, length)
    assert (error.code, error.status, error.message) == ("IncompleteBody", 400, TRUNCATED)


def test_content_must_have_the_declared_length() -> None:
    assert fault(framed(b"hello"), SIGNED, 6).code == "IncompleteBody"
    assert fault(framed(b"hello"), SIGNED, 4).code == "IncompleteBody"
    assert fault(b"hello", {"content-length": "6"}).code == "IncompleteBody"
    with pytest.raises(S3Error) as caught:
        body(framed(b"hello"), SIGNED)
    assert (caught.value.code, caught.value.status) == ("MissingContentLength", 411)
    with pytest.raises(S3Error, match="not an integer"):
        body(b"", {"content-length": "many"})


def test_only_the_last_chunk_may_be_small() -> None:
    error = fault(framed(b"a" * 8191, b"b"), SIGNED, 8192)
    assert (error.code, error.status) == ("InvalidChunkSizeError", 403)
    assert body(framed(b"a" * 8192, b"b"), SIGNED, 8193).read() == b"a" * 8192 + b"b"


@pytest.mark.parametrize(
    "trailers", [b"", b"x-amz-checksum-sha1:AAAA\r\n", b"nonsense\r\n", b"x-\xff: 1\r\n"]
)
def test_trailers_must_be_announced(trailers: bytes) -> None:
    assert fault(framed(b"hello", trailers=trailers), UNSIGNED, 5).code == "MalformedTrailerError"


def plain(data: bytes) -> Iterator[Any]:
    yield from (data, bytearray(data), memoryview(data), io.BytesIO(data), iter([data[:2], data[2:]]))
    yield data.decode()
    yield io.StringIO(data.decode())


def test_every_type_of_body_is_read() -> None:
    for handed in plain(b"hello"):
        assert body(handed, {}).read() == b"hello"
    for handed in plain(b"hello and more"):
        if not isinstance(handed, Iterator) or hasattr(handed, "read"):
            assert body(handed, {"content-length": "5"}).read() == b"hello"


def test_the_sha256_of_the_body_is_verified() -> None:
    digest = hashlib.sha256(b"hello").hexdigest()
    assert body(b"hello", {"x-amz-content-sha256": digest.upper()}).read() == b"hello"
    assert body(b"hello", {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}).read() == b"hello"
    error = fault(b"Hello", {"x-amz-content-sha256": digest})
    assert (error.code, error.status) == ("XAmzContentSHA256Mismatch", 400)
    computed = hashlib.sha256(b"Hello").hexdigest()
    assert error.extra == {"ClientComputedContentSHA256": digest, "S3ComputedContentSHA256": computed}


def test_declared_digests_are_those_of_algorithms() -> None:
    found = body(
        b"", {"content-md5": "a", "x-amz-checksum-sha256": "b", "x-amz-checksum-algorithm": "SHA256"}
    )
    assert found.declared == {"md5": "a", "sha256": "b"}


class Endless(io.RawIOBase):
    """A file of zeros that is not in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, amount: int = -1) -> bytes:
        amount = min(self.left, amount if amount >= 0 else self.left)
        self.left -= amount
        return bytes(amount)


@pytest.mark.parametrize("wrap", [lambda raw: raw, AwsChunkedWrapper], ids=["plain", "framed"])
def test_a_large_body_is_read_in_pieces(wrap: Callable[[Any], Any]) -> None:
    size = 32 << 20
    handed = wrap(Endless(size))
    headers = SIGNED if isinstance(handed, AwsChunkedWrapper) else {"content-length": str(size)}
    tracemalloc.start()
    taken = sum(map(len, body(handed, headers, size).chunks()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken == size
    assert peak < 8 << 20
