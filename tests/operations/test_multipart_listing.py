"""ListParts and ListMultipartUploads: fields, pages, markers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal

WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def begin(s3: Any, bucket: str, key: str = "k", **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, **params)["UploadId"]
    return {"Bucket": bucket, "Key": key, "UploadId": upload}


def owner(aws: MockAWS) -> dict[str, str]:
    return {"ID": aws.iam.canonical_id("123456789012")}


def test_an_upload_without_parts(aws: MockAWS, s3: Any, bucket: str) -> None:
    """R-33."""
    upload = begin(s3, bucket)
    assert answer(s3.list_parts, **upload) == {
        **upload,
        "PartNumberMarker": 0,
        "NextPartNumberMarker": 0,
        "MaxParts": 1000,
        "IsTruncated": False,
        "StorageClass": "STANDARD",
        "Owner": owner(aws),
        "Initiator": {**owner(aws), "DisplayName": "default"},
    }


def test_parts_have_a_checksum_where_the_upload_has_an_algorithm(s3: Any, bucket: str) -> None:
    plain, checked = begin(s3, bucket), begin(s3, bucket, ChecksumAlgorithm="CRC32")
    with freeze_time(WRITTEN):
        for upload in (plain, checked):
            s3.upload_part(**upload, PartNumber=2, Body=b"hello world")
    expected = {
        "PartNumber": 2,
        "LastModified": WRITTEN,
        "ETag": '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
        "Size": 11,
    }
    assert s3.list_parts(**plain)["Parts"] == [expected]
    found = s3.list_parts(**checked)
    assert found["Parts"] == [expected | {"ChecksumCRC32": "DUoRhQ=="}]
    assert (found["ChecksumAlgorithm"], found["ChecksumType"]) == ("CRC32", "COMPOSITE")


def test_pages_of_parts(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket)
    for number in (1, 2, 3, 5, 8):
        s3.upload_part(**upload, PartNumber=number, Body=b"x")
    first = s3.list_parts(**upload, MaxParts=2)
    assert [part["PartNumber"] for part in first["Parts"]] == [1, 2]
    assert (first["IsTruncated"], first["NextPartNumberMarker"], first["MaxParts"]) == (True, 2, 2)
    rest = s3.list_parts(**upload, PartNumberMarker=first["NextPartNumberMarker"])
    assert [part["PartNumber"] for part in rest["Parts"]] == [3, 5, 8]
    assert (rest["IsTruncated"], rest["NextPartNumberMarker"], rest["PartNumberMarker"]) == (False, 8, 2)
    pages = s3.get_paginator("list_parts").paginate(**upload, PaginationConfig={"PageSize": 2})
    assert [part["PartNumber"] for page in pages for part in page["Parts"]] == [1, 2, 3, 5, 8]


@pytest.mark.parametrize("member", ["MaxParts", "PartNumberMarker"])
def test_negative_numbers(s3: Any, bucket: str, member: str) -> None:
    found = refusal(s3.list_parts, **begin(s3, bucket), **{member: -1})
    assert (found["Status"], found["Code"]) == (400, "InvalidArgument")


def test_no_upload(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket)
    for named in ({**upload, "Key": "other"}, {**upload, "UploadId": "nope"}):
        found = refusal(s3.list_parts, **named)
        assert (found["Status"], found["Code"], found["UploadId"]) == (404, "NoSuchUpload", named["UploadId"])
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert refusal(s3.list_parts, **upload)["Code"] == "NoSuchUpload"


def test_initiators(aws: MockAWS, s3: Any, bucket: str) -> None:
    """M-8, R-108."""
    everything = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    }
    trust = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"},
    }
    ann = aws.account().create_user("ann", policies=[everything])
    role = aws.account().create_role("builder", trust=trust, policies=[everything])
    session = role.assume(by=ann, session_name="s1")
    for caller, shown in (
        (ann, {"ID": ann.arn, "DisplayName": "ann"}),
        (session, {"ID": session.arn, "DisplayName": "builder/s1"}),
        (aws.account().root, {"ID": aws.account().canonical_id, "DisplayName": aws.account().record.name}),
    ):
        upload = begin(caller.client("s3"), bucket)
        assert s3.list_parts(**upload)["Initiator"] == shown
        assert s3.list_parts(**upload)["Owner"] == owner(aws)


def test_no_uploads(s3: Any, bucket: str) -> None:
    """R-33."""
    assert answer(s3.list_multipart_uploads, Bucket=bucket) == {
        "Bucket": bucket,
        "KeyMarker": "",
        "UploadIdMarker": "",
        "NextKeyMarker": "",
        "NextUploadIdMarker": "",
        "Prefix": "",
        "MaxUploads": 1000,
        "IsTruncated": False,
    }
    found = refusal(s3.list_multipart_uploads, Bucket="amzn-nowhere")
    assert found == no_such_bucket("amzn-nowhere")


def test_an_upload(aws: MockAWS, s3: Any, bucket: str) -> None:
    with freeze_time(WRITTEN):
        upload = begin(s3, bucket, StorageClass="STANDARD_IA", ChecksumAlgorithm="SHA1")
    found = s3.list_multipart_uploads(Bucket=bucket)
    assert found["Uploads"] == [
        {
            "Key": "k",
            "UploadId": upload["UploadId"],
            "Initiated": WRITTEN,
            "StorageClass": "STANDARD_IA",
            "Owner": owner(aws),
            "Initiator": {**owner(aws), "DisplayName": "default"},
            "ChecksumAlgorithm": "SHA1",
            "ChecksumType": "COMPOSITE",
        }
    ]
    assert (found["NextKeyMarker"], found["NextUploadIdMarker"]) == ("k", upload["UploadId"])


def test_pages_of_uploads(s3: Any, bucket: str) -> None:
    """By key, and by the order in which they began."""
    begun = [begin(s3, bucket, key)["UploadId"] for key in ("b", "a", "b", "c")]
    expected = [begun[1], begun[0], begun[2], begun[3]]
    assert [each["UploadId"] for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == expected
    first = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2)
    assert [each["UploadId"] for each in first["Uploads"]] == expected[:2]
    assert first["IsTruncated"] is True
    rest = s3.list_multipart_uploads(
        Bucket=bucket, KeyMarker=first["NextKeyMarker"], UploadIdMarker=first["NextUploadIdMarker"]
    )
    assert [each["UploadId"] for each in rest["Uploads"]] == expected[2:]
    assert (rest["KeyMarker"], rest["UploadIdMarker"]) == ("b", begun[0])
    by_key = s3.list_multipart_uploads(Bucket=bucket, KeyMarker="b")
    assert [each["UploadId"] for each in by_key["Uploads"]] == expected[3:]


def test_prefix_and_delimiter(s3: Any, bucket: str) -> None:
    for key in ("a/1", "a/2", "b", "c/1"):
        begin(s3, bucket, key)
    found = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [each["Key"] for each in found["Uploads"]] == ["b"]
    assert found["CommonPrefixes"] == [{"Prefix": "a/"}, {"Prefix": "c/"}]
    assert found["Delimiter"] == "/"
    found = s3.list_multipart_uploads(Bucket=bucket, Prefix="a/")
    assert [each["Key"] for each in found["Uploads"]] == ["a/1", "a/2"]


def test_an_upload_id_of_another_key(s3: Any, bucket: str) -> None:
    """R-32."""
    upload = begin(s3, bucket, "a")["UploadId"]
    found = refusal(s3.list_multipart_uploads, Bucket=bucket, KeyMarker="b", UploadIdMarker=upload)
    assert found == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Invalid uploadId marker",
        "ArgumentName": "upload-id-marker",
        "ArgumentValue": upload,
    }
    assert len(s3.list_multipart_uploads(Bucket=bucket, UploadIdMarker="ignored")["Uploads"]) == 1


@pytest.mark.parametrize("value", ["", "base64"])
def test_encoding_types(s3: Any, bucket: str, value: str) -> None:
    assert refusal(s3.list_multipart_uploads, Bucket=bucket, EncodingType=value) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Invalid Encoding Method specified in Request",
        "ArgumentName": "encoding-type",
        "ArgumentValue": value or None,
    }


def test_encoded_names(s3: Any, bucket: str) -> None:
    begin(s3, bucket, "a b/ä")
    found = s3.list_multipart_uploads(Bucket=bucket, EncodingType="url", Prefix="a ")
    assert found["Uploads"][0]["Key"] == "a+b/%C3%A4"
    assert (found["Prefix"], found["NextKeyMarker"], found["EncodingType"]) == ("a+", "a+b/%C3%A4", "url")
