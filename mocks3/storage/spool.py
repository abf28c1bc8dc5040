"""Bodies that arrive in chunks: stored in memory, or in a file if they are larger than a limit.

Rule 1: a body is usable only when it is complete. If its source fails, nothing remains.
Rule 2: the file has no name. Its descriptor is closed when the last blob that reads it is garbage collected.
Rule 3: every read passes its position (pread), so threads can share a descriptor without sharing a position.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator

from mocks3.storage.blob import Blob

THRESHOLD = 64 << 20
"""The size in bytes above which a body is stored on disk."""

_PIECE = 1 << 20
_SMALL_CHUNK = 1 << 16


def blob_from_chunks(chunks: Iterable[bytes | bytearray | memoryview], threshold: int = THRESHOLD) -> Blob:
    """Return one blob of all chunks. Above ``threshold`` bytes it is stored in an unnamed temporary file.

    Large chunks are stored without a copy. Small chunks are joined, so that a body of many small chunks does not need
    one object for each of them.
    """
    pieces: list[Blob] = []
    small_chunks: list[bytes] = []
    size = small = 0
    source = iter(chunks)
    for chunk in source:
        data = bytes(chunk)
        size += len(data)
        if len(data) < _SMALL_CHUNK:
            small_chunks.append(data)
            small += len(data)
        if small >= _SMALL_CHUNK or len(data) >= _SMALL_CHUNK:
            pieces.append(Blob.of(b"".join(small_chunks)))
            small_chunks, small = [], 0
        if len(data) >= _SMALL_CHUNK:
            pieces.append(Blob.of(data))
        if size > threshold:
            pieces.append(Blob.of(b"".join(small_chunks)))
            return _spool(pieces, source)
    pieces.append(Blob.of(b"".join(small_chunks)))
    return Blob.join(pieces)


def _spool(pieces: list[Blob], rest: Iterator[bytes | bytearray | memoryview]) -> Blob:
    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            file.write(piece.read())
        pieces.clear()
        for chunk in rest:
            file.write(chunk)
        spool = Spool(os.dup(file.fileno()))
        return FileBlob(spool, 0, file.tell())


class Spool:
    """A file descriptor that is closed when the last reference to it is gone."""

    __slots__ = ("__weakref__", "_descriptor", "_lock")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, descriptor)

    if hasattr(os, "pread"):

        def read(self, length: int, position: int) -> bytes:
            """Return up to ``length`` bytes from ``position`` on."""
            return os.pread(self._descriptor, length, position)

    else:  # pragma: no cover - Windows

        def read(self, length: int, position: int) -> bytes:
            """Return up to ``length`` bytes from ``position`` on."""
            with self._lock:
                os.lseek(self._descriptor, position, os.SEEK_SET)
                return os.read(self._descriptor, length)


class FileBlob(Blob):
    """A range of a spool file. Its bytes are read on demand."""

    __slots__ = ("_spool", "_start", "_stop")

    def __init__(self, spool: Spool, start: int, stop: int) -> None:
        self._spool = spool
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def chunks(self) -> Iterator[bytes | memoryview]:
        position = self._start
        while position < self._stop:
            piece = self._spool.read(min(_PIECE, self._stop - position), position)
            if not piece:
                raise OSError(f"a body stored on disk ends at byte {position - self._start} of {len(self)}")
            position += len(piece)
            yield piece

    def cut(self, start: int, stop: int) -> Blob:
        return FileBlob(self._spool, self._start + start, self._start + stop)
