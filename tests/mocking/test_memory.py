"""What the journal keeps: everything about a decision, and no bytes of objects."""

from __future__ import annotations

import gc
import io
import weakref

from mocks3 import mock_s3


class Source(io.BytesIO):
    """A body that can be watched."""


def test_the_journal_keeps_no_bodies():
    with mock_s3() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        source = Source(b"x" * 1024)
        watch = weakref.ref(source)
        s3.put_object(Bucket="data", Key="k", Body=source)
        del source
        gc.collect()
        assert watch() is None
        assert aws.decisions
        assert aws.calls
