"""Bodies of answers, with the methods that HTTP libraries use."""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import ProtocolError

from mocks3.faults import TruncatedAnswer

if TYPE_CHECKING:
    from mocks3.model.messages import Streamable


def readable(body: bytes | Streamable) -> MemoryBody | StreamBody:
    """Return a body with the methods that botocore and urllib3 use on responses of urllib3 and the standard library."""
    if isinstance(body, bytes):
        return MemoryBody(body)
    made = CutBody if isinstance(body, TruncatedAnswer) else StreamBody
    return made(iter(body.chunks()))


class MemoryBody(io.BytesIO):
    """A body in memory."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """Yield the rest of the body in one piece."""
        yield self.read()


class StreamBody(io.RawIOBase):
    """A body that is produced in pieces. Only the current piece is in memory.

    As with urllib3's, the rest is lost when it is closed: botocore then finds that the body is too short.
    """

    _fp = SimpleNamespace(
        fp=SimpleNamespace(raw=SimpleNamespace(_sock=SimpleNamespace(settimeout=lambda seconds: None)))
    )
    """Where botocore's ``set_socket_timeout`` looks for the socket. There is none, and no read waits."""

    def __init__(self, chunks: Iterator[bytes | memoryview]) -> None:
        self._chunks = chunks
        self._piece = memoryview(b"")
        self._told = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        """Return the number of bytes that were read."""
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
        """Return exactly ``amt`` bytes, or fewer at the end; without ``amt`` the rest."""
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
        """Yield the rest of the body, piece by piece."""
        while piece := self.read(amt):
            yield piece


class CutBody(StreamBody):
    """A body whose connection ends too early.

    As with ``http.client``'s, only reading all of it raises an error. Pieces are read until there are no more.
    """

    def read(self, amt: int | None = -1, decode_content: bool | None = None) -> bytes:
        """Return up to ``amt`` bytes.

        Raises:
            ProtocolError: All is to be read.
        """
        found = super().read(amt)
        if amt is None or amt < 0:
            missing = http.client.IncompleteRead(found)
            raise ProtocolError(f"Connection broken: {missing!r}", missing)
        return found
