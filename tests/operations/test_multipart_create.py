"""CreateMultipartUpload and AbortMultipartUpload."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal, status

UNSUPPORTED = (
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
    "CRC64NVME, SHA1, SHA256]"
)


def test_the_answer(s3: Any, bucket: str) -> None:
    found = answer(s3.create_multipart_upload, Bucket=bucket, Key="k")
    assert len(found.pop("UploadId")) == 128
    assert found == {"Bucket": bucket, "Key": "k", "ServerSideEncryption": "AES256"}


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [
        ("CRC32", "COMPOSITE"),
        ("CRC32C", "COMPOSITE"),
        ("SHA1", "COMPOSITE"),
        ("SHA256", "COMPOSITE"),
        ("CRC64NVME", "FULL_OBJECT"),
    ],
)
def test_checksum_types_by_default(s3: Any, bucket: str, algorithm: str, kind: str) -> None:
    """R-105."""
    found = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm)
    assert (found["ChecksumAlgorithm"], found["ChecksumType"]) == (algorithm, kind)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_full_object_checksum_asked_for(s3: Any, bucket: str, algorithm: str) -> None:
    found = s3.create_multipart_upload(
        Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT"
    )
    assert found["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ChecksumAlgorithm": "ADLER32"}, UNSUPPORTED),
        (
            {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
            "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
        ),
        (
            {"ChecksumAlgorithm": "SHA1", "ChecksumType": "FULL_OBJECT"},
            "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
        ),
        (
            {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
            "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.",
        ),
        (
            {"ChecksumType": "FULL_OBJECT"},
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
        ),
        (
            {"ChecksumAlgorithm": "CRC32", "ChecksumType": "PARTIAL"},
            "Value for x-amz-checksum-type header is invalid.",
        ),
    ],
)
def test_checksums_that_parts_do_not_make(s3: Any, bucket: str, params: dict[str, str], message: str) -> None:
    """R-70."""
    found = refusal(s3.create_multipart_upload, Bucket=bucket, Key="k", **params)
    assert found == {"Status": 400, "Code": "InvalidRequest", "Message": message}
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_unknown_storage_class(s3: Any, bucket: str) -> None:
    found = refusal(s3.create_multipart_upload, Bucket=bucket, Key="k", StorageClass="OUTPOSTS")
    assert (found["Code"], found["StorageClassRequested"]) == ("InvalidStorageClass", "OUTPOSTS")


def test_anonymous_callers_begin_none(aws: MockAWS, open_bucket: str) -> None:
    """M-17."""
    found = refusal(aws.anonymous.client("s3").create_multipart_upload, Bucket=open_bucket, Key="k")
    assert (found["Status"], found["Code"], found["Message"]) == (
        403,
        "AccessDenied",
        "Anonymous users cannot initiate multipart uploads. Please authenticate.",
    )


def test_what_the_object_will_be_is_fixed_when_the_upload_begins(s3: Any, bucket: str) -> None:
    """M-19."""
    with freeze_time("2026-03-04T05:06:07Z"):
        upload = s3.create_multipart_upload(
            Bucket=bucket,
            Key="k",
            Metadata={"a": "b"},
            ContentType="text/plain",
            StorageClass="STANDARD_IA",
            Tagging="t=1",
            WebsiteRedirectLocation="/x",
        )["UploadId"]
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    etag = s3.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    found = s3.head_object(Bucket=bucket, Key="k")
    assert found["Metadata"] == {"a": "b"}
    assert found["ContentType"] == "text/plain"
    assert found["StorageClass"] == "STANDARD_IA"
    assert found["WebsiteRedirectLocation"] == "/x"
    assert found["TagCount"] == 1
    assert found["LastModified"] == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_aborting_lets_everything_go(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    s3.upload_part(**named, PartNumber=1, Body=b"x")
    assert status(s3.abort_multipart_upload, **named) == 204
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert refusal(s3.list_parts, **named)["Code"] == "NoSuchUpload"
    assert refusal(s3.upload_part, **named, PartNumber=1, Body=b"x")["Code"] == "NoSuchUpload"


def test_aborting_what_never_was(s3: Any, bucket: str) -> None:
    assert refusal(s3.abort_multipart_upload, Bucket=bucket, Key="k", UploadId="nope") == {
        "Status": 404,
        "Code": "NoSuchUpload",
        "Message": "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
        "aborted or completed.",
        "UploadId": "nope",
    }


def test_aborting_twice_is_answered_to_who_began_it(aws: MockAWS, s3: Any, bucket: str) -> None:
    """Others who may manage uploads are told that there is none (M-16)."""
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    ann = aws.account().create_user("ann", policies=[{"Version": "2012-10-17", "Statement": statement}])
    client = ann.client("s3")
    upload = client.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    client.abort_multipart_upload(**named)
    assert status(client.abort_multipart_upload, **named) == 204
    assert refusal(s3.abort_multipart_upload, **named)["Code"] == "NoSuchUpload"


def test_a_condition_of_directory_buckets(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    found = refusal(s3.abort_multipart_upload, **named, IfMatchInitiatedTime=moment)
    assert (found["Status"], found["Header"]) == (501, "x-amz-if-match-initiated-time")
    s3.list_parts(**named)
