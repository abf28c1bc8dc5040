"""The body of a request as ``call.Payload``: content without framing, and the digests declared for it.

Rule 1: a body is read once, in pieces; it is joined only for ``read()``. Rule 2: the length is checked here, and
``x-amz-content-sha256`` where it is a digest; the other declared digests are the operation's to compare, since it
computes them while it stores. Rule 3: what is read is what the door handed over (bytes, text, or a file-like
object of botocore's or of the caller's).

Source: PutObject; SigV4 "Authenticating requests", values of ``x-amz-content-sha256``.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.httpchecksum import AwsChunkedWrapper

from mocks3 import errors
from mocks3.lib import checksum, limits
from mocks3.model.messages import ChunkVerifier, WireRequest
from mocks3.wire.chunks import Decoder, decode_single_chunk

_IN_MEMORY = frozenset({bytes, bytearray, memoryview, str, io.BytesIO})
_PIECE = 1 << 20
_SMALL = 1 << 16
_DECLARING = {f"x-amz-checksum-{algorithm}": algorithm for algorithm in checksum.SIZES}
_HEX_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class RequestBody:
    """A ``call.Payload`` over one request's body. ``seal``, when set before reading, sees the chunks' signatures."""

    __slots__ = ("_body", "_headers", "at_hand", "chunk_verifier", "declared", "framed", "kept", "length")

    def __init__(
        self, body: Any, headers: Mapping[str, str], chunk_verifier: ChunkVerifier | None = None
    ) -> None:
        self._body = body
        self._headers = headers
        self.framed = is_framed(headers)
        self.length = _length(headers, self.framed)
        self.declared: dict[str, str] = declared_digests(headers)
        self.chunk_verifier = chunk_verifier
        self.kept: Any = None
        self.at_hand = in_memory(body) and (self.length or 0) <= _PIECE

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces. Raises IncompleteBody and its kin, XAmzContentSHA256Mismatch."""
        at_once = self._at_once()
        if at_once is not None:
            return iter((at_once,))
        content = self._unframed() if self.framed else pieces(self._body, self.length)
        stated = self._headers.get("x-amz-content-sha256", "")
        if _HEX_DIGEST.fullmatch(stated):
            content = _hashed(content, stated.lower())
        return content if self.length is None else _measured(content, self.length)

    def read(self) -> bytes:
        """The whole content."""
        return b"".join(self.chunks())

    def _at_once(self) -> bytes | None:
        """The content of a small body that is framed as SDKs frame one; None leaves any other to be taken apart."""
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
        announced = {name.strip().lower() for name in self._headers.get("x-amz-trailer", "").split(",")} - {
            ""
        }
        arrived = trailers.keys() - {"x-amz-trailer-signature"}
        if announced != arrived:
            raise errors.MALFORMED_TRAILER()
        self.declared.update(declared_digests(trailers))


def in_memory(body: Any) -> bool:
    """Whether a body is bytes, or what SDKs wrap bytes in: reading it runs no code of others."""
    if type(body) is AwsChunkedWrapper:
        body = body._raw
    return type(body) in _IN_MEMORY


def with_body_in_memory(request: WireRequest) -> WireRequest:
    """The request with its body in memory, where its meaning stands in its body: a form's, and other services'."""
    if in_memory(request.body):
        return request
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    if request.service == "s3" and not (request.method == "POST" and is_form):
        return request
    return request._replace(body=b"".join(pieces(request.body, None)))


def is_framed(headers: Mapping[str, str]) -> bool:
    """Whether the body is ``aws-chunked``. Unsigned requests say so in Content-Encoding alone."""
    return headers.get("x-amz-content-sha256", "").startswith("STREAMING-") or "aws-chunked" in headers.get(
        "content-encoding", ""
    )


def declared_digests(headers: Mapping[str, str]) -> dict[str, str]:
    """Digests by algorithm, from headers or trailers."""
    found = {_DECLARING[name]: headers[name] for name in _DECLARING.keys() & headers.keys()}
    if "content-md5" in headers:
        found["md5"] = headers["content-md5"]
    return found


def _length(headers: Mapping[str, str], framed: bool) -> int | None:
    """How long the content must be; None when the transport does not say.

    Raises MissingContentLength for a framed body that does not say it, NotImplemented for one that came in chunks of
    HTTP's, InvalidArgument for nonsense.
    """
    name = "x-amz-decoded-content-length" if framed else "content-length"
    text = headers.get(name)
    if text is None:
        if framed:
            raise errors.MISSING_CONTENT_LENGTH()
        if "transfer-encoding" in headers:
            # Known from callers who upload generators: S3 takes chunks of its own making only (aws-chunked).
            raise errors.NOT_IMPLEMENTED_HEADER(Header="Transfer-Encoding")
        return None
    try:
        return limits.integer(text)
    except ValueError:
        raise errors.INVALID_ARGUMENT(
            message=errors.NOT_AN_INTEGER.message.format(name=name), ArgumentName=name, ArgumentValue=text
        ) from None


def pieces(body: Any, length: int | None) -> Iterator[bytes]:
    """The body as it was handed over; of an unframed one no more than it declares (RFC 9112, 6.3)."""
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


def _piece(piece: Any) -> bytes:
    """A piece of a body. Raises :class:`Mocks3Error` for what is neither bytes nor text."""
    if isinstance(piece, str):
        return piece.encode()
    if isinstance(piece, bytes | bytearray | memoryview):
        return bytes(piece)
    raise errors.Mocks3Error(
        f"a body is made of bytes or text, not of {type(piece).__name__} ({piece!r:.100})"
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
    for piece in pieces:
        length -= len(piece)
        yield piece
    if length:
        raise errors.INCOMPLETE_BODY()


def _hashed(pieces: Iterable[bytes], stated: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != stated:
        raise errors.CONTENT_SHA256_MISMATCH(
            ClientComputedContentSHA256=stated, S3ComputedContentSHA256=digest.hexdigest()
        )
