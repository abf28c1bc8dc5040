"""Bodies past the threshold, through a client: they lie on disk, are read in pieces, and their files are closed."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.interceptors import refusal_log
from mocks3.storage.spool import FileBlob

from .answers import refusal

THRESHOLD = 1 << 16
LARGE = bytes(range(256)) * 1024
NAMED = {"Bucket": "amzn-data", "Key": "k"}

needs_descriptors = pytest.mark.skipif(
    not os.path.isdir("/proc/self/fd"), reason="looks at descriptors in /proc"
)


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3(min_part_size=0) as world:
        world.store.spool_threshold = THRESHOLD
        world.account().create_bucket("amzn-data")
        yield world


def spooled() -> int:
    """How many files without a name this process has open."""
    gc.collect()
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{name}").endswith("(deleted)")
        except OSError:
            continue  # the descriptor of the listing itself
    return found


def test_large_bodies_are_files(aws: MockAWS, s3: Any) -> None:
    s3.put_object(**NAMED, Body=LARGE)
    bucket = aws.store.bucket("amzn-data")
    assert bucket is not None
    version = bucket.current("k")
    assert version is not None
    assert isinstance(version.blob, FileBlob)
    assert s3.get_object(**NAMED)["Body"].read() == LARGE
    assert s3.get_object(**NAMED, Range="bytes=300-70000")["Body"].read() == LARGE[300:70001]
    s3.copy_object(Bucket="amzn-data", Key="copy", CopySource=NAMED)
    s3.delete_object(**NAMED)
    assert s3.get_object(Bucket="amzn-data", Key="copy")["Body"].read() == LARGE


def test_parts_may_be_files(s3: Any) -> None:
    upload = {**NAMED, "UploadId": s3.create_multipart_upload(**NAMED)["UploadId"]}
    bodies = [LARGE, b"small", LARGE[::-1]]
    parts = [
        {"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]}
        for number, body in enumerate(bodies, start=1)
    ]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    whole = b"".join(bodies)
    assert s3.get_object(**NAMED)["Body"].read() == whole
    first, last = len(LARGE) - 3, len(LARGE) + 8
    found = s3.get_object(**NAMED, Range=f"bytes={first}-{last}")
    assert found["Body"].read() == whole[first : last + 1]


@needs_descriptors
def test_files_are_closed_with_their_objects(s3: Any) -> None:
    before = spooled()
    s3.put_object(**NAMED, Body=LARGE)
    assert spooled() == before + 1
    s3.put_object(**NAMED, Body=b"small")
    assert spooled() == before
    s3.put_object(**NAMED, Body=LARGE)
    s3.delete_object(**NAMED)
    assert spooled() == before


@needs_descriptors
def test_files_are_closed_with_their_uploads(s3: Any) -> None:
    before = spooled()
    upload = {**NAMED, "UploadId": s3.create_multipart_upload(**NAMED)["UploadId"]}
    s3.upload_part(**upload, PartNumber=1, Body=LARGE)
    s3.upload_part(**upload, PartNumber=1, Body=LARGE)
    assert spooled() == before + 1
    s3.abort_multipart_upload(**upload)
    assert spooled() == before


@needs_descriptors
def test_nothing_is_left_of_a_body_that_is_refused(s3: Any) -> None:
    before = spooled()
    found = refusal(s3.put_object, **NAMED, Body=LARGE, ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert found["Code"] == "BadDigest"
    assert spooled() == before


@needs_descriptors
def test_files_are_closed_with_the_mock() -> None:
    before = spooled()
    with mock_s3() as aws:
        aws.store.spool_threshold = THRESHOLD
        aws.account().create_bucket("amzn-data", objects={"k": LARGE})
        aws.client("s3").put_object(Bucket="amzn-data", Key="other", Body=LARGE)
        assert spooled() > before
    del aws
    refusal_log.clear()  # the plugin keeps a test's worlds for its report
    assert spooled() == before
