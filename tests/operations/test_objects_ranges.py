"""Ranges and part numbers of reads; and a twin of the arithmetic, which slices the body in the plainest way."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from mocks3.errors import S3Error
from mocks3.rules import ranges

from .answers import refusal

BODY = b"0123456789"


@pytest.fixture
def held(s3: Any, bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    return {"Bucket": bucket, "Key": "k"}


@pytest.mark.parametrize(
    ("asked", "said", "content"),
    [
        ("bytes=0-0", "bytes 0-0/10", b"0"),
        ("bytes=2-4", "bytes 2-4/10", b"234"),
        ("bytes=5-", "bytes 5-9/10", b"56789"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=-99", "bytes 0-9/10", BODY),
        ("bytes=8-99", "bytes 8-9/10", b"89"),
        ("bytes=0-9", "bytes 0-9/10", BODY),
    ],
)
def test_a_range_is_answered_with_206(
    s3: Any, held: dict[str, str], asked: str, said: str, content: bytes
) -> None:
    found = s3.get_object(**held, Range=asked)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert found["ContentRange"] == said
    assert found["ContentLength"] == len(content)
    assert found["Body"].read() == content
    whole = {"ChecksumCRC32": "poTHxg==", "ChecksumType": "FULL_OBJECT"} if content == BODY else {}
    assert {name: found[name] for name in found if "Checksum" in name} == whole
    head = s3.head_object(**held, Range=asked)
    assert (head["ContentRange"], head["ResponseMetadata"]["HTTPStatusCode"]) == (said, 206)


@pytest.mark.parametrize(("kind", "checksum"), [("COMPOSITE", "YT8Uyg==-1"), ("FULL_OBJECT", "poTHxg==")])
def test_a_range_of_all_of_a_multipart_object(
    s3: Any, held: dict[str, str], kind: str, checksum: str
) -> None:
    """R-114: the whole object has its checksum, also as a range."""
    begun = s3.create_multipart_upload(**held, ChecksumAlgorithm="CRC32", ChecksumType=kind)
    upload = {**held, "UploadId": begun["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=BODY, ChecksumAlgorithm="CRC32")
    entry = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}
    checksum = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [entry]})["ChecksumCRC32"]
    assert checksum.endswith("-1") is (kind == "COMPOSITE")
    for read in (s3.get_object, s3.head_object):
        found = read(**held, Range="bytes=0-", ChecksumMode="ENABLED")
        assert (found["ChecksumCRC32"], found["ChecksumType"]) == (checksum, kind)
        assert "ChecksumCRC32" not in read(**held, Range="bytes=1-", ChecksumMode="ENABLED")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "bytes=4-2", "bytes=-", "bytes=a-b", "octets=0-1", "0-1", "bytes 0-1", ""]
)
def test_what_is_no_single_range_is_as_good_as_none(s3: Any, held: dict[str, str], asked: str) -> None:
    found = s3.get_object(**held, Range=asked)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert found["Body"].read() == BODY
    assert "ContentRange" not in found


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-12", "bytes=99-", "bytes=-0"])
def test_a_range_beyond_the_end(s3: Any, held: dict[str, str], asked: str) -> None:
    """R-41."""
    assert refusal(s3.get_object, **held, Range=asked) == {
        "Status": 416,
        "Code": "InvalidRange",
        "Message": "The requested range is not satisfiable",
        "ActualObjectSize": "10",
        "RangeRequested": asked,
    }
    assert refusal(s3.head_object, **held, Range=asked)["Status"] == 416


def test_no_range_of_nothing(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    for asked in ("bytes=0-0", "bytes=0-", "bytes=-0"):
        assert refusal(s3.get_object, Bucket=bucket, Key="k", Range=asked)["Code"] == "InvalidRange"


def test_part_one_of_a_plain_object_is_all_of_it(s3: Any, held: dict[str, str]) -> None:
    found = s3.get_object(**held, PartNumber=1)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert found["ContentRange"] == "bytes 0-9/10"
    assert "ChecksumCRC32" in found
    assert "PartsCount" not in found
    head = s3.head_object(**held, PartNumber=1)
    assert (head["ContentRange"], head["ResponseMetadata"]["HTTPStatusCode"]) == ("bytes 0-9/10", 206)


def test_a_part_that_is_not_there(s3: Any, held: dict[str, str]) -> None:
    """R-41."""
    assert refusal(s3.get_object, **held, PartNumber=2) == {
        "Status": 416,
        "Code": "InvalidPartNumber",
        "Message": "The requested partnumber is not satisfiable",
        "ActualPartCount": "1",
        "PartNumberRequested": "2",
    }


def test_a_range_of_a_part_is_not_to_be_had(s3: Any, held: dict[str, str]) -> None:
    """R-41."""
    assert refusal(s3.get_object, **held, Range="bytes=0-1", PartNumber=1) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Cannot specify both Range header and partNumber query parameter",
    }


@pytest.mark.parametrize("number", ["", "x", "1.0", "%201"])
def test_part_numbers_that_cannot_be(s3: Any, held: dict[str, str], number: str) -> None:
    """R-41, R-71: an empty part number is not ignored."""
    url = f"{s3.generate_presigned_url('get_object', Params=held)}&partNumber={number}"
    found = requests.get(url, timeout=1)
    assert found.status_code == 400
    assert (
        "<Code>InvalidArgument</Code><Message>Part number must be an integer between 1 and 10000, inclusive</Message>"
        "<ArgumentName>partNumber</ArgumentName>"
    ) in found.text


positions = st.none() | st.integers(0, 30)


@given(first=positions, last=positions, size=st.integers(0, 20))
def test_ranges_twin(first: int | None, last: int | None, size: int) -> None:
    body = bytes(range(size))
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if first is None and last is None:
        expected: bytes | None = body
    elif first is None:
        assert last is not None
        expected = body[-last:] if last else None
    elif last is not None and last < first:
        expected = body
    else:
        wanted = [each for each in body if each >= first and (last is None or each <= last)]
        expected = bytes(wanted) or None
    if expected is None:
        with pytest.raises(S3Error, match="InvalidRange"):
            ranges.from_header(text, size)
        return
    span = ranges.from_header(text, size)
    found = body if span is None else body[span.first : span.last + 1]
    assert found == expected
    assert span is None or (span.length == len(found) and span.size == size)


@given(first=st.integers(0, 30), last=st.integers(0, 30), size=st.integers(0, 20))
def test_source_ranges_twin(first: int, last: int, size: int) -> None:
    body = bytes(range(size))
    text = f"bytes={first}-{last}"
    if first > last or last >= size:
        code = "InvalidRequest" if size <= first <= last else "InvalidArgument"
        with pytest.raises(S3Error, match=code):
            ranges.copy_source_range(text, size)
        return
    span = ranges.copy_source_range(text, size)
    assert body[span.first : span.last + 1] == bytes(range(first, last + 1))
