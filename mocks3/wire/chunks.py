"""Decode ``aws-chunked``, the framing inside a body, piece by piece.

Rule 1: no I/O: the input is pieces of bytes, the output is pieces of content. Rule 2: a body that ends early, or that
contradicts its own framing, is an error of S3, never a shorter object.

    chunk    = size-in-hex [";chunk-signature=" hex] CRLF content CRLF
    body     = *chunk "0" [";chunk-signature=" hex] CRLF *(name ":" value CRLF) CRLF

Source: SigV4 "Transferring payload in multiple chunks (chunked upload)" and "Including trailing headers"; every
chunk except the last has at least 8 KiB ("Only the last chunk…"). versity/versitygw #1683 quotes S3's error: it has
the number of the chunk after the small one, and the size of the small one. A trailer line may end in LF, as in AWS's
examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mocks3 import errors
from mocks3.errors.refusals import INVALID_CHUNK_SIZE
from mocks3.model.messages import ChunkVerifier

_SMALLEST = 8192
_LONGEST_LINE = 16 * 1024
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;chunk-signature=([0-9a-fA-F]+\**))?(?:;.*)?")
_HEAD = re.compile(rb"([0-9A-Fa-f]{1,16})\r\n")
_TAIL = re.compile(rb"\r\n0\r\n([a-z0-9-]+):([ -~]*)\r\n\r\n")


def decode_single_chunk(body: bytes) -> tuple[bytes, dict[str, str]] | None:
    """Decode a body of one unsigned chunk and one trailer. Returns None for other bodies: use ``Decoder``."""
    match = _HEAD.match(body)
    if match is None:
        return None
    end = match.end() + int(match[1], 16)
    trailer = _TAIL.fullmatch(body, end)
    if trailer is None:
        return None
    return body[match.end() : end], {trailer[1].decode(): trailer[2].decode().strip()}


class Decoder:
    """Decode one framed body. ``trailers`` (names in lower case) is complete after the content was read."""

    def __init__(self, pieces: Iterable[bytes], chunk_verifier: ChunkVerifier | None = None) -> None:
        self.trailers: dict[str, str] = {}
        self._pieces = iter(pieces)
        self._piece = b""
        self._at = 0
        self._chunk_verifier = chunk_verifier

    def content(self) -> Iterator[bytes]:
        """Return the content, in pieces that are not longer than the pieces of the body."""
        number, small = 0, None
        while True:
            size, signature = self._chunk_head()
            number += 1
            if size and small is not None:
                raise INVALID_CHUNK_SIZE(
                    errors.Why(
                        "body-signature",
                        f"a chunk of the body has fewer than {_SMALLEST} bytes, and it is not the last one",
                        "X-30",
                        (f"give every chunk except the last at least {_SMALLEST} bytes",),
                    ),
                    Chunk=number,
                    BadChunkSize=small,
                )
            small = size if size < _SMALLEST else None
            for data in self._take(size):
                if self._chunk_verifier is not None:
                    self._chunk_verifier.content(data)
                yield data
            if self._chunk_verifier is not None:
                self._chunk_verifier.chunk(signature)
            if not size:
                break
            if self._line(0) != b"":
                raise errors.TERMINATED_BODY()
        self._read_trailers()

    def _chunk_head(self) -> tuple[int, str | None]:
        match = _CHUNK.fullmatch(self._line(_LONGEST_LINE))
        if match is None:
            raise errors.TERMINATED_BODY()
        size, signature = match.groups()
        return int(size, 16), signature.decode() if signature is not None else None

    def _read_trailers(self) -> None:
        text = b""
        while line := self._line(_LONGEST_LINE, b"\n").rstrip(b"\r"):
            name, colon, value = line.partition(b":")
            if not colon or not line.isascii():
                raise errors.MALFORMED_TRAILER()
            self.trailers[name.decode().strip().lower()] = value.decode().strip()
            if not line.lower().startswith(b"x-amz-trailer-signature"):
                text += line + b"\n"
        if self._chunk_verifier is not None:
            self._chunk_verifier.trailers(text, self.trailers.get("x-amz-trailer-signature"))

    def _more(self) -> bool:
        """Append the next piece of the body to the rest of the current one. Returns False at the end."""
        piece = next(self._pieces, b"")
        self._piece = self._piece[self._at :] + piece if self._at < len(self._piece) else piece
        self._at = 0
        return bool(piece)

    def _line(self, longest: int, end: bytes = b"\r\n") -> bytes:
        """Return the text up to the next line end, and skip the line end."""
        while (found := self._piece.find(end, self._at)) < 0:
            if len(self._piece) - self._at > longest + 2 or not self._more():
                raise errors.TERMINATED_BODY()
        line = self._piece[self._at : found]
        self._at = found + len(end)
        return line

    def _take(self, size: int) -> Iterator[bytes]:
        while size:
            if self._at >= len(self._piece) and not self._more():
                raise errors.TERMINATED_BODY()
            data = self._piece[self._at : self._at + size]
            self._at += len(data)
            size -= len(data)
            yield data
