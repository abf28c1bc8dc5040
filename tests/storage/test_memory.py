"""How much memory an object takes: a test may have a million of them."""

from __future__ import annotations

import gc
import tracemalloc

from mocks3 import mock_s3

OBJECTS = 1_000
MOST = 800
"""Bytes of an object of one byte, with its key, ETag, checksum and index. With its own headers and time it had 930."""


def test_an_object_takes_few_bytes() -> None:
    with mock_s3() as aws:
        bucket = aws.account().create_bucket("amzn-many")
        bucket.put({"warm": b"x"})
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            bucket.put({f"p00/{number:07}": bytes([number % 251]) for number in range(OBJECTS)})
            taken = (tracemalloc.get_traced_memory()[0] - before) / OBJECTS
        finally:
            tracemalloc.stop()
    assert taken <= MOST
