"""Bodies in memory, in parts and on disk: compare ranges with slices of bytes. Nothing is copied, no file remains."""

from __future__ import annotations

import gc
import itertools
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import Blob, Store, blob_from_chunks, spool
from mocks3.storage.spool import FileBlob

pieces = st.lists(st.binary(max_size=30), max_size=8)
needs_descriptors = pytest.mark.skipif(
    not os.path.isdir("/proc/self/fd"), reason="counts descriptors in /proc"
)


def trees() -> st.SearchStrategy[tuple[Blob, bytes]]:
    """Blobs of every kind, joined and sliced at random, each with its expected bytes."""
    leaves = st.binary(max_size=40).map(lambda data: (Blob.of(data), data)) | st.binary(max_size=40).map(
        lambda data: (blob_from_chunks([data, b""], threshold=5), data)
    )

    def join(children: list[tuple[Blob, bytes]]) -> tuple[Blob, bytes]:
        return Blob.join(blob for blob, _ in children), b"".join(data for _, data in children)

    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=4).map(join), max_leaves=8)


@given(trees(), st.data())
def test_a_range_is_the_slice_of_the_bytes(tree: tuple[Blob, bytes], data: st.DataObject) -> None:
    blob, expected = tree
    assert (len(blob), blob.read(), b"".join(blob.chunks())) == (len(expected), expected, expected)
    for _ in range(3):
        if not expected:
            break
        first = data.draw(st.integers(0, len(expected) - 1))
        last = data.draw(st.integers(first, len(expected) - 1))
        blob, expected = blob.slice(first, last), expected[first : last + 1]
        assert (len(blob), blob.read(), b"".join(blob.chunks())) == (len(expected), expected, expected)


@given(trees(), st.integers(-3, 200), st.integers(-3, 200))
def test_a_range_that_reaches_outside_is_refused(tree: tuple[Blob, bytes], first: int, last: int) -> None:
    blob, expected = tree
    if 0 <= first <= last < len(expected):
        assert len(blob.slice(first, last)) == last - first + 1
    else:
        with pytest.raises(IndexError, match="bytes"):
            blob.slice(first, last)


@given(pieces, st.integers(0, 100))
def test_gathered_chunks_are_all_there_on_either_side_of_the_threshold(
    chunks: list[bytes], threshold: int
) -> None:
    blob = blob_from_chunks(iter(chunks), threshold)
    assert blob.read() == b"".join(chunks)
    assert isinstance(blob, FileBlob) == (len(b"".join(chunks)) > threshold)


def test_a_body_in_one_piece_is_never_copied() -> None:
    data = bytes(200_000)
    assert Blob.of(data).read() is data
    assert next(Blob.of(data).chunks()) is data
    assert blob_from_chunks([data]).read() is data
    view = next(Blob.of(data).slice(10, 20).chunks())
    assert isinstance(view, memoryview)
    assert view.obj is data


def test_parts_are_held_by_reference() -> None:
    parts = [bytes([number]) * 100_000 for number in range(3)]
    whole = Blob.join(map(Blob.of, parts))
    assert all(chunk is part for chunk, part in zip(whole.chunks(), parts, strict=True))


def test_crumbs_are_put_together() -> None:
    blob = blob_from_chunks(itertools.repeat(b"x", 200_000))
    assert len(blob) == 200_000
    assert sum(1 for _ in blob.chunks()) < 10


def test_a_chunk_in_a_buffer_that_is_used_again_is_kept_as_it_was() -> None:
    buffer = bytearray(100_000)

    def reused() -> Iterator[bytearray]:
        for number in range(3):
            buffer[:] = bytes([number]) * len(buffer)
            yield buffer

    assert blob_from_chunks(reused()).read() == b"".join(bytes([number]) * 100_000 for number in range(3))


def test_a_spooled_body_is_read_piece_by_piece() -> None:
    blob = blob_from_chunks((bytes(1 << 20) for _ in range(5)), threshold=1 << 20)
    assert [len(chunk) for chunk in blob.chunks()] == [1 << 20] * 5
    assert [len(chunk) for chunk in blob.slice(5, (1 << 20) + 6).chunks()] == [1 << 20, 2]


def test_two_threads_read_one_spooled_body() -> None:
    data = os.urandom(3 << 20)
    blob = blob_from_chunks([data], threshold=0)
    with ThreadPoolExecutor(4) as pool:
        ranges = [(first, first + 2_000_000) for first in range(0, 1_000_000, 50_000)]
        found = pool.map(lambda ends: blob.slice(*ends).read(), ranges)
        assert all(got == data[first : last + 1] for got, (first, last) in zip(found, ranges, strict=True))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@needs_descriptors
def test_the_file_is_closed_with_the_last_blob_that_reads_it() -> None:
    gc.collect()
    before = descriptors()
    blob = blob_from_chunks([b"0123456789"], threshold=0)
    part = Blob.join([blob.slice(2, 4), Blob.of(b"x")])
    assert descriptors() == before + 1
    del blob
    assert part.read() == b"234x"
    del part
    gc.collect()
    assert descriptors() == before


@needs_descriptors
def test_a_source_that_fails_leaves_nothing_behind() -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * 100
        raise ConnectionError("gone")

    gc.collect()
    before = descriptors()
    with pytest.raises(ConnectionError):
        blob_from_chunks(failing(), threshold=10)
    gc.collect()
    assert descriptors() == before


def test_what_was_gathered_in_memory_is_let_go_once_it_is_on_disk() -> None:
    chunk, tracing = 1 << 20, tracemalloc.is_tracing()

    def source() -> Iterator[bytes]:
        for _ in range(10):
            yield bytes(chunk)
        used, _ = tracemalloc.get_traced_memory()
        assert used - before < 4 * chunk

    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        assert len(blob_from_chunks(source(), threshold=5 * chunk)) == 10 * chunk
    finally:
        if not tracing:
            tracemalloc.stop()


def test_a_store_says_from_which_size_on_bodies_go_to_disk() -> None:
    assert isinstance(Store(spool_threshold=3).blob([b"1234"]), FileBlob)
    assert not isinstance(Store().blob([b"1234"]), FileBlob)


def test_a_file_cut_short_by_others_is_an_error_and_no_short_body() -> None:
    blob = blob_from_chunks([b"0123456789"], threshold=0)
    assert isinstance(blob, FileBlob)
    os.ftruncate(blob._spool._descriptor, 4)
    with pytest.raises(OSError, match="ends at byte 4 of 10"):
        blob.read()


def test_the_default_threshold_is_64_mib() -> None:
    assert spool.THRESHOLD == 64 * 1024 * 1024
