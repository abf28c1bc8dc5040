"""Bodies: stored once, read-only, read in pieces.

Rule 1: no body is copied. A range is a view, and a multipart object is a sequence of its parts.
Rule 2: a blob never changes. Any number of threads may read it, and snapshots share it.
Rule 3: positions are in bytes. A range is given by its first and its last byte, as in HTTP.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate


class Blob(ABC):
    """A body of known length."""

    __slots__ = ()

    @staticmethod
    def of(data: bytes) -> Blob:
        """Return a blob that contains ``data``. The data is not copied."""
        return BytesBlob(data)

    @staticmethod
    def join(blobs: Iterable[Blob]) -> Blob:
        """Return the concatenation of the blobs. They are referenced, not copied."""
        nonempty = [blob for blob in blobs if len(blob)]
        return nonempty[0] if len(nonempty) == 1 else JoinedBlob(nonempty)

    def slice(self, first: int, last: int) -> Blob:
        """Return the bytes ``first`` to ``last``, both included. They are referenced, not copied.

        Raises ``IndexError`` if the range is empty or reaches outside the body.
        """
        if not 0 <= first <= last < len(self):
            raise IndexError(f"bytes {first}-{last} are outside a body of {len(self)} bytes")
        return self if last - first + 1 == len(self) else self.cut(first, last + 1)

    def read(self) -> bytes:
        """Return the whole body as one bytes object (a copy, unless the body already is one bytes object)."""
        return b"".join(self.chunks())

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces of the body, in order."""

    @abstractmethod
    def cut(self, start: int, stop: int) -> Blob:
        """Return the bytes from ``start`` up to ``stop``. The caller has checked that they exist."""


class BytesBlob(Blob):
    """A bytes object."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def read(self) -> bytes:
        return self._data

    def chunks(self) -> Iterator[bytes | memoryview]:
        yield self._data

    def cut(self, start: int, stop: int) -> Blob:
        return MemoryBlob(self._data, start, stop)


class MemoryBlob(Blob):
    """A part of a bytes object."""

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
        yield memoryview(self._data)[self._start : self._stop]

    def cut(self, start: int, stop: int) -> Blob:
        return MemoryBlob(self._data, self._start + start, self._start + stop)


class JoinedBlob(Blob):
    """A concatenation of blobs. None of them is empty."""

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
"""The body of length 0: the body of delete markers and of uploads in progress."""
