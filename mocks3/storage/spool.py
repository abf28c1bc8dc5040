"""Bodies that come in pieces: gathered in memory, and past a size in a file.

Rule 1: nobody sees a body before it is whole; when the source fails midway, nothing is left behind.
Rule 2: the file has no name. Its descriptor is closed when the last blob that reads it is collected.
Rule 3: readers say where they read (pread), so that threads share a descriptor without sharing a position.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator

from mocks3.storage.blob import Blob

THRESHOLD = 64 << 20
"""Bytes; a body that grows longer than this goes to disk."""

_PIECE = 1 << 20
_CRUMB = 1 << 16


def blob_from_chunks(chunks: Iterable[bytes | bytearray | memoryview], threshold: int = THRESHOLD) -> Blob:
    """One blob of all chunks, in memory up to ``threshold`` bytes, else in an unnamed temporary file.

    Chunks that are bytes of some size are kept as they are; small ones are put together, so that a body sent in
    crumbs does not stay one object a crumb.
    """
    pieces: list[Blob] = []
    crumbs: list[bytes] = []
    size = small = 0
    source = iter(chunks)
    for chunk in source:
        data = bytes(chunk)
        size += len(data)
        if len(data) < _CRUMB:
            crumbs.append(data)
            small += len(data)
        if small >= _CRUMB or len(data) >= _CRUMB:
            pieces.append(Blob.of(b"".join(crumbs)))
            crumbs, small = [], 0
        if len(data) >= _CRUMB:
            pieces.append(Blob.of(data))
        if size > threshold:
            pieces.append(Blob.of(b"".join(crumbs)))
            return _spool(pieces, source)
    pieces.append(Blob.of(b"".join(crumbs)))
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
    """A file descriptor that is closed when nobody refers to it any more."""

    __slots__ = ("__weakref__", "_descriptor", "_lock")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, descriptor)

    if hasattr(os, "pread"):

        def read(self, length: int, position: int) -> bytes:
            """Up to ``length`` bytes from ``position`` on."""
            return os.pread(self._descriptor, length, position)

    else:  # pragma: no cover - Windows

        def read(self, length: int, position: int) -> bytes:
            """Up to ``length`` bytes from ``position`` on."""
            with self._lock:
                os.lseek(self._descriptor, position, os.SEEK_SET)
                return os.read(self._descriptor, length)


class FileBlob(Blob):
    """Some bytes of a spool file, read when they are asked for."""

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
                raise OSError(f"a spooled body ends at byte {position - self._start} of {len(self)}")
            position += len(piece)
            yield piece

    def cut(self, start: int, stop: int) -> Blob:
        return FileBlob(self._spool, self._start + start, self._start + stop)
