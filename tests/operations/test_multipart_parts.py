"""UploadPart and UploadPartCopy."""

from __future__ import annotations

import base64
import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from .answers import answer, refusal, unchecking_client

BODY = b"hello world"
MD5 = hashlib.md5(BODY).digest()
CRC32 = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()
WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def begin(s3: Any, bucket: str, **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **params)["UploadId"]
    return {"Bucket": bucket, "Key": "k", "UploadId": upload}


@pytest.fixture
def upload(s3: Any, bucket: str) -> dict[str, str]:
    return begin(s3, bucket)


@pytest.fixture
def copied(s3: Any, upload: dict[str, str]) -> dict[str, Any]:
    """What it takes to copy ``0123456789`` into part 1."""
    with freeze_time(WRITTEN):
        s3.put_object(Bucket=upload["Bucket"], Key="source", Body=b"0123456789")
    return {**upload, "PartNumber": 1, "CopySource": f"{upload['Bucket']}/source"}


def no_such_upload(upload_id: str) -> dict[str, Any]:
    return {
        "Status": 404,
        "Code": "NoSuchUpload",
        "Message": "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
        "aborted or completed.",
        "UploadId": upload_id,
    }


def test_the_answer_echoes_the_checksum_that_was_sent(s3: Any, upload: dict[str, str]) -> None:
    assert answer(s3.upload_part, **upload, PartNumber=1, Body=BODY) == {
        "ETag": f'"{MD5.hex()}"',
        "ChecksumCRC32": CRC32,
        "ServerSideEncryption": "AES256",
    }
    assert answer(unchecking_client().upload_part, **upload, PartNumber=1, Body=BODY) == {
        "ETag": f'"{MD5.hex()}"',
        "ServerSideEncryption": "AES256",
    }


def test_uploads_that_are_not_there(s3: Any, upload: dict[str, str]) -> None:
    """R-5."""
    part = {"PartNumber": 1, "Body": BODY}
    assert refusal(s3.upload_part, **{**upload, "UploadId": "nope"}, **part) == no_such_upload("nope")
    found = refusal(s3.upload_part, **{**upload, "Key": "other"}, **part)
    assert found == no_such_upload(upload["UploadId"])


@pytest.mark.parametrize("number", [0, -1, 10001])
def test_numbers_that_parts_do_not_have(
    s3: Any, upload: dict[str, str], copied: dict[str, Any], number: int
) -> None:
    """R-71."""
    expected = {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Part number must be an integer between 1 and 10000, inclusive",
        "ArgumentName": "partNumber",
        "ArgumentValue": str(number),
    }
    assert refusal(s3.upload_part, **upload, PartNumber=number, Body=BODY) == expected
    assert refusal(s3.upload_part_copy, **{**copied, "PartNumber": number}) == expected


def test_the_first_and_the_last_number(s3: Any, upload: dict[str, str]) -> None:
    for number in (10000, 1):
        s3.upload_part(**upload, PartNumber=number, Body=BODY)
    assert [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]] == [1, 10000]


def test_a_part_is_overwritten(s3: Any, upload: dict[str, str]) -> None:
    s3.upload_part(**upload, PartNumber=1, Body=b"first")
    s3.upload_part(**upload, PartNumber=1, Body=BODY)
    (part,) = s3.list_parts(**upload)["Parts"]
    assert (part["Size"], part["ETag"]) == (11, f'"{MD5.hex()}"')


def test_content_md5(s3: Any, upload: dict[str, str]) -> None:
    """Both digests are shown in base64 here, unlike with PutObject."""
    found = refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ContentMD5="nope")
    assert (found["Code"], found["Content-MD5"]) == ("InvalidDigest", "nope")
    other = base64.b64encode(bytes(16)).decode()
    assert refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ContentMD5=other) == {
        "Status": 400,
        "Code": "BadDigest",
        "Message": "The Content-MD5 you specified did not match what we received.",
        "ExpectedDigest": other,
        "CalculatedDigest": base64.b64encode(MD5).decode(),
    }
    assert "Parts" not in s3.list_parts(**upload)


def test_checksum_headers(s3: Any, upload: dict[str, str]) -> None:
    wrong = base64.b64encode(bytes(32)).decode()
    found = refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ChecksumSHA256=wrong)
    assert (found["Code"], found["Message"]) == (
        "BadDigest",
        "The SHA256 you specified did not match the calculated checksum.",
    )
    found = refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ChecksumSHA1="YWJj")
    assert found["Message"] == "Value for x-amz-checksum-sha1 header is invalid."
    assert "Parts" not in s3.list_parts(**upload)


def test_a_part_brings_the_checksum_of_its_upload(s3: Any, bucket: str) -> None:
    """R-72."""
    upload = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    assert refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ChecksumAlgorithm="CRC32") == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    }
    found = refusal(unchecking_client().upload_part, **upload, PartNumber=1, Body=BODY)
    assert found["Message"].endswith("expected checksum Type: sha256, actual checksum Type: null")
    assert "Parts" not in s3.list_parts(**upload)


def test_the_server_makes_the_checksums_of_a_full_object(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    unchecking_client().upload_part(**upload, PartNumber=1, Body=BODY)
    (part,) = s3.list_parts(**upload)["Parts"]
    assert part["ChecksumCRC32"] == CRC32


def test_copying_a_part(s3: Any, upload: dict[str, str], copied: dict[str, Any]) -> None:
    with freeze_time(WRITTEN + SECOND):
        found = answer(s3.upload_part_copy, **copied)
    assert found == {
        "CopyPartResult": {
            "ETag": f'"{hashlib.md5(b"0123456789").hexdigest()}"',
            "LastModified": WRITTEN + SECOND,
        },
        "ServerSideEncryption": "AES256",
    }
    (part,) = s3.list_parts(**upload)["Parts"]
    assert part["Size"] == 10


def test_copying_a_part_into_an_upload_with_checksums(s3: Any, bucket: str, copied: dict[str, Any]) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32")
    found = s3.upload_part_copy(**{**copied, **upload})
    expected = base64.b64encode(zlib.crc32(b"0123456789").to_bytes(4, "big")).decode()
    assert found["CopyPartResult"]["ChecksumCRC32"] == expected


def test_copying_a_version(s3: Any, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="source", Body=b"first")["VersionId"]
    s3.put_object(Bucket=versioned, Key="source", Body=b"second")
    upload = begin(s3, versioned)
    found = s3.upload_part_copy(**upload, PartNumber=1, CopySource=f"{versioned}/source?versionId={first}")
    assert found["CopySourceVersionId"] == first
    assert s3.list_parts(**upload)["Parts"][0]["Size"] == 5


@pytest.mark.parametrize(("asked", "size"), [("bytes=0-9", 10), ("bytes=0-0", 1), ("bytes=3-5", 3)])
def test_copying_a_range(
    s3: Any, upload: dict[str, str], copied: dict[str, Any], asked: str, size: int
) -> None:
    s3.upload_part_copy(**copied, CopySourceRange=asked)
    assert s3.list_parts(**upload)["Parts"][0]["Size"] == size


@pytest.mark.parametrize(
    "asked",
    [
        "0-8",
        "bytes=1-0",
        "bytes=-1-",
        "bytes=0--1",
        "bytes=0-1,3-4,7-9",
        "bytes=-",
        "bytes=-0",
        "bytes=1-",
        "bytes=-2",
        "bytes=-15",
    ],
)
def test_ranges_that_sources_do_not_have(s3: Any, copied: dict[str, Any], asked: str) -> None:
    """R-73."""
    assert refusal(s3.upload_part_copy, **copied, CopySourceRange=asked) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
        "the zero-based offsets of the first and last bytes to copy",
        "ArgumentName": "x-amz-copy-source-range",
        "ArgumentValue": asked,
    }


def test_ranges_beyond_the_end(s3: Any, copied: dict[str, Any]) -> None:
    """R-73."""
    assert refusal(s3.upload_part_copy, **copied, CopySourceRange="bytes=8-10") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Range specified is not valid for source object of size: 10",
        "ArgumentName": "x-amz-copy-source-range",
        "ArgumentValue": "bytes=8-10",
    }
    assert refusal(s3.upload_part_copy, **copied, CopySourceRange="bytes=10-12") == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The specified copy range is invalid for the source object size",
    }


@pytest.mark.parametrize(
    ("params", "condition"),
    [
        ({"CopySourceIfMatch": '"0123"'}, "If-Match"),
        ({"CopySourceIfNoneMatch": "*"}, "If-None-Match"),
        ({"CopySourceIfUnmodifiedSince": WRITTEN - SECOND}, "If-Unmodified-Since"),
        ({"CopySourceIfModifiedSince": WRITTEN}, "If-Modified-Since"),
    ],
)
def test_conditions_on_the_source(
    s3: Any, upload: dict[str, str], copied: dict[str, Any], params: dict[str, Any], condition: str
) -> None:
    assert refusal(s3.upload_part_copy, **copied, **params) == {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": f"x-amz-copy-source-{condition}",
    }
    assert "Parts" not in s3.list_parts(**upload)


def test_a_source_that_is_not_there(s3: Any, copied: dict[str, Any]) -> None:
    found = refusal(s3.upload_part_copy, **{**copied, "CopySource": f"{copied['Bucket']}/no"})
    assert (found["Code"], found["Key"]) == ("NoSuchKey", "no")
