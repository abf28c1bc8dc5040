"""Bodies: held once, read-only, handed out in pieces.

Rule 1: nothing copies a body. Ranges are views, a multipart object is its parts one after the other.
Rule 2: a blob never changes, so any number of threads may read it, and snapshots share it.
Rule 3: positions are in bytes; a range names its first and its last byte, as HTTP does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate


class Blob(ABC):
    """A body of known length. It meets ``call.Streamable``."""

    __slots__ = ()

    @staticmethod
    def of(data: bytes) -> Blob:
        """A blob around ``data``, which is not copied."""
        return MemoryBlob(data, 0, len(data))

    @staticmethod
    def join(blobs: Iterable[Blob]) -> Blob:
        """The blobs one after the other, by reference."""
        some = [blob for blob in blobs if len(blob)]
        return some[0] if len(some) == 1 else JoinedBlob(some)

    def slice(self, first: int, last: int) -> Blob:
        """The bytes ``first`` to ``last``, both included, by reference.

        Raises ``IndexError`` when the range is empty or reaches outside.
        """
        if not 0 <= first <= last < len(self):
            raise IndexError(f"bytes {first}-{last} of a body of {len(self)}")
        return self if last - first + 1 == len(self) else self.cut(first, last + 1)

    def read(self) -> bytes:
        """The whole body as one piece (a copy, unless it is one piece already)."""
        return b"".join(self.chunks())

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def chunks(self) -> Iterator[bytes | memoryview]:
        """The body in pieces, in order."""

    @abstractmethod
    def cut(self, start: int, stop: int) -> Blob:
        """The bytes from ``start`` up to ``stop``; the caller has checked that they are there."""


class MemoryBlob(Blob):
    """Some bytes of a bytes object."""

    __slots__ = ("_data", "_start", "_stop")

    def __init__(self, data: bytes, start: int, stop: int) -> None:
        self._data = data
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def read(self) -> bytes:
        return self._data[self._start : self._stop]

    def chunks(self) -> Iterator[bytes | memoryview]:
        if len(self) == len(self._data):
            yield self._data
        else:
            yield memoryview(self._data)[self._start : self._stop]

    def cut(self, start: int, stop: int) -> Blob:
        return MemoryBlob(self._data, self._start + start, self._start + stop)


class JoinedBlob(Blob):
    """Blobs one after the other. None of them is empty."""

    __slots__ = ("_blobs", "_starts")

    def __init__(self, blobs: list[Blob]) -> None:
        self._blobs = blobs
        self._starts = list(accumulate(map(len, blobs), initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    def chunks(self) -> Iterator[bytes | memoryview]:
        for blob in self._blobs:
            yield from blob.chunks()

    def cut(self, start: int, stop: int) -> Blob:
        pieces = []
        at = bisect_right(self._starts, start) - 1
        while start < stop:
            blob, offset = self._blobs[at], self._starts[at]
            end = min(stop - offset, len(blob))
            pieces.append(blob.slice(start - offset, end - 1))
            start = offset + end
            at += 1
        return Blob.join(pieces)


EMPTY = Blob.of(b"")
"""The body of length 0; delete markers have it, and uploads under way."""
