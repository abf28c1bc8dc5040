"""Bodies of answers, as the libraries of other people read them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.model.messages import Streamable


def readable(body: bytes | Streamable) -> MemoryBody | StreamBody:
    """A body to read from, with what botocore and urllib3 ask of urllib3's and the standard library's responses."""
    return MemoryBody(body) if isinstance(body, bytes) else StreamBody(iter(body.chunks()))


class MemoryBody(io.BytesIO):
    """A body in memory."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, at once."""
        yield self.read()


class StreamBody(io.RawIOBase):
    """A body handed out in pieces; nothing is held but the piece under way.

    As with urllib3's, what is left when it is closed is lost: botocore finds that the body came short of its length.
    """

    _fp = SimpleNamespace(
        fp=SimpleNamespace(raw=SimpleNamespace(_sock=SimpleNamespace(settimeout=lambda seconds: None)))
    )
    """Where botocore's ``set_socket_timeout`` looks for the socket. There is none that could be late."""

    def __init__(self, chunks: Iterator[bytes | memoryview]) -> None:
        self._chunks = chunks
        self._piece = memoryview(b"")
        self._told = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        """How many bytes were handed out."""
        return self._told

    def close(self) -> None:
        self._chunks, self._piece = iter(()), memoryview(b"")
        super().close()

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            try:
                self._piece = memoryview(next(self._chunks))
            except StopIteration:
                return 0
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        self._told += count
        return count

    def read(self, amt: int | None = -1, decode_content: bool | None = None) -> bytes:
        """Exactly ``amt`` bytes, or fewer at the end; all that is left without ``amt``."""
        if amt is None or amt < 0:
            rest = b"".join((self._piece, *self._chunks))
            self._piece = memoryview(b"")
            self._told += len(rest)
            return rest
        pieces = []
        while amt and (piece := super().read(amt)):
            pieces.append(piece)
            amt -= len(piece)
        return b"".join(pieces)

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, piece by piece."""
        while piece := self.read(amt):
            yield piece
