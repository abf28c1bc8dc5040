"""The body of a request as a ``Payload``: the content without framing, and the digests that the request declares.

Rule 1: a body is read once, in pieces; only ``read()`` joins them. Rule 2: the length is checked here, and
``x-amz-content-sha256`` unless it names a payload type. The operation compares the other digests, because it computes
them while it stores the body. Rule 3: the body is the object that the interceptor received (bytes, text, or a
file-like object of botocore or of the caller).

Source: PutObject; SigV4 "Authenticating requests", values of ``x-amz-content-sha256``.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.httpchecksum import AwsChunkedWrapper

from mocks3 import errors
from mocks3.lib import checksum, limits
from mocks3.model.messages import ChunkVerifier, WireRequest
from mocks3.wire.chunks import Decoder, decode_single_chunk

AWS_CHUNKED = "aws-chunked"
UNSIGNED_CHUNKS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_IN_MEMORY = frozenset({bytes, bytearray, memoryview, str, io.BytesIO})
DECLARING = {f"x-amz-checksum-{algorithm}": algorithm for algorithm in checksum.SIZES}
"""The headers and trailers that declare a checksum, with the names of their algorithms."""
_NO_DIGEST = ("UNSIGNED-PAYLOAD", "STREAMING-")
_PIECE = 1 << 20
_SMALL = 1 << 16


class RequestBody:
    """The ``Payload`` of one request. Set ``chunk_verifier`` before reading, to verify the signatures of chunks."""

    __slots__ = (
        "_announced",
        "_body",
        "_headers",
        "buffered",
        "chunk_verifier",
        "declared",
        "framed",
        "kept_result",
        "length",
    )

    def __init__(
        self, body: object, headers: Mapping[str, str], chunk_verifier: ChunkVerifier | None = None
    ) -> None:
        self._body = body
        self._headers = headers
        self.framed = is_framed(headers)
        self.length = _length(headers, self.framed)
        self._announced = announced_trailers(headers) if self.framed else frozenset()
        self.declared: dict[str, str] = declared_digests(headers)
        self.chunk_verifier = chunk_verifier
        self.kept_result: Any = None
        self.buffered = in_memory(body) and (self.length or 0) <= _PIECE

    def chunks(self) -> Iterator[bytes]:
        """Return the content in pieces. Raises IncompleteBody and similar errors, XAmzContentSHA256Mismatch."""
        small = self._small_content()
        if small is not None:
            return iter((small,))
        content = self._unframed() if self.framed else pieces(self._body, self.length)
        stated = self._headers.get("x-amz-content-sha256", "")
        if stated and not stated.startswith(_NO_DIGEST):
            content = _hashed(content, stated)
        return content if self.length is None else _measured(content, self.length)

    def read(self) -> bytes:
        """Return the whole content."""
        return b"".join(self.chunks())

    def _small_content(self) -> bytes | None:
        """Return the content of a small body that is framed as SDKs do it; None for any other body."""
        if not self.framed or self.chunk_verifier is not None or self.length is None or self.length > _SMALL:
            return None
        self._body = b"".join(pieces(self._body, None))
        found = decode_single_chunk(self._body)
        if found is None or len(found[0]) != self.length:
            return None
        self._take_trailers(found[1])
        return found[0]

    def _unframed(self) -> Iterator[bytes]:
        decoder = Decoder(pieces(self._body, None), self.chunk_verifier)
        yield from decoder.content()
        self._take_trailers(decoder.trailers)

    def _take_trailers(self, trailers: Mapping[str, str]) -> None:
        arrived = trailers.keys() - {"x-amz-trailer-signature"}
        if self._announced != arrived:
            raise errors.MALFORMED_TRAILER()
        self.declared.update(declared_digests(trailers))


def in_memory(body: Any) -> bool:
    """Return whether a body is bytes, or a wrapper of SDKs for bytes: to read it runs no user code."""
    if type(body) is AwsChunkedWrapper:
        body = body._raw
    return type(body) in _IN_MEMORY


def with_body_in_memory(request: WireRequest) -> WireRequest:
    """Return the request with its body in memory, for forms and for other services than S3."""
    if in_memory(request.body):
        return request
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    if request.service == "s3" and not (request.method == "POST" and is_form):
        return request
    return request._replace(body=b"".join(pieces(request.body, None)))


def is_framed(headers: Mapping[str, str]) -> bool:
    """Return whether the body is ``aws-chunked``.

    ``x-amz-content-sha256`` says so. Only in requests without that header, Content-Encoding does; with the digest of
    the body it is part of the object (versity/versitygw #2400 quotes S3). Raises InvalidArgument for UNSIGNED-PAYLOAD.
    """
    digest = headers.get("x-amz-content-sha256", "")
    if digest.startswith("STREAMING-"):
        return True
    encoding = headers.get("content-encoding", "")
    if AWS_CHUNKED not in encoding or AWS_CHUNKED not in map(str.strip, encoding.split(",")):
        return False
    if digest == "UNSIGNED-PAYLOAD":
        raise errors.UNSIGNED_FRAMING(ArgumentName="Content-Encoding", ArgumentValue=encoding)
    return not digest


def declared_digests(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the digests that headers or trailers declare, by algorithm."""
    found = {DECLARING[name]: headers[name] for name in DECLARING.keys() & headers.keys()}
    if "content-md5" in headers:
        found["md5"] = headers["content-md5"]
    return found


def announced_trailers(headers: Mapping[str, str]) -> frozenset[str]:
    """Return the trailers that ``x-amz-trailer`` announces. Raises InvalidRequest unless it is one checksum.

    versity/versitygw #1161 quotes S3's error for another name.
    """
    text = headers.get("x-amz-trailer", "")
    announced = frozenset(name.strip().lower() for name in text.split(",")) - {""}
    if len(announced) > 1 or not announced <= DECLARING.keys():
        raise errors.UNSUPPORTED_TRAILER()
    return announced


def _length(headers: Mapping[str, str], framed: bool) -> int | None:
    """Return the length of the content; None if the headers do not have it.

    Raises MissingContentLength for a framed body whose x-amz-decoded-content-length is missing or not a number
    (versity/versitygw #1656 quotes S3), NotImplemented for chunked transfer encoding, InvalidArgument if
    Content-Length is not a number.
    """
    name = "x-amz-decoded-content-length" if framed else "content-length"
    text = headers.get(name)
    if text is None:
        if framed:
            raise errors.MISSING_CONTENT_LENGTH()
        if "transfer-encoding" in headers:
            # Reported by users who upload generators: S3 accepts no chunks except aws-chunked.
            raise errors.NOT_IMPLEMENTED_HEADER(Header="Transfer-Encoding")
        return None
    try:
        return limits.integer(text)
    except ValueError:
        if framed:
            raise errors.MISSING_CONTENT_LENGTH() from None
        raise errors.INVALID_ARGUMENT(
            message=errors.NOT_AN_INTEGER.message.format(name=name), ArgumentName=name, ArgumentValue=text
        ) from None


def pieces(body: Any, length: int | None) -> Iterator[bytes]:
    """Return the pieces of a body, but not more bytes than ``length`` (RFC 9112, 6.3)."""
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        yield bytes(body if length is None else body[:length])
    elif isinstance(body, AwsChunkedWrapper):
        yield from body
    elif hasattr(body, "read"):
        yield from _read(body, length)
    else:
        yield from map(_piece, body)


def _piece(piece: object) -> bytes:
    """Return a piece of a body as bytes. Raises :class:`Mocks3Error` if it is neither bytes nor text."""
    if isinstance(piece, str):
        return piece.encode()
    if isinstance(piece, bytes | bytearray | memoryview):
        return bytes(piece)
    raise errors.Mocks3Error(
        f"a body must consist of bytes or text, not of {type(piece).__name__} ({piece!r:.100})"
    )


def _read(body: Any, length: int | None) -> Iterator[bytes]:
    left = length
    while left is None or left > 0:
        piece = body.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            return
        data = _piece(piece)
        if left is not None:
            left -= len(data)
        yield data


def _measured(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    provided = 0
    for piece in pieces:
        provided += len(piece)
        yield piece
    if provided != length:
        raise errors.INCOMPLETE_BODY(NumberBytesExpected=length, NumberBytesProvided=provided)


def _hashed(pieces: Iterable[bytes], stated: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != stated.lower():
        raise errors.CONTENT_SHA256_MISMATCH(
            ClientComputedContentSHA256=stated, S3ComputedContentSHA256=digest.hexdigest()
        )
