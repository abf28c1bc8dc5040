"""Recorded answers about objects and uploads, to the letter, that no other test holds as a whole.

The rows' headings stand in the tests' names and docstrings.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.lib.checksum import SIZES, b64

from .answers import client_with, refusal, status, unchecking_client

BODY = b"hello world"
KEY, OTHER = b"k" * 32, b"o" * 32
AES512 = {
    "Status": 400,
    "Code": "InvalidEncryptionAlgorithmError",
    "Message": "The Encryption request you specified is not valid. Supported value: AES256.",
    "ArgumentName": "x-amz-server-side-encryption",
    "ArgumentValue": "AES512",
}
INCOMPATIBLE = {
    "Status": 400,
    "Code": "InvalidArgument",
    "Message": "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
    "ArgumentName": "x-amz-server-side-encryption",
    "ArgumentValue": "AES256",
}
RECORDED = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")


@pytest.fixture
def old() -> Iterator[tuple[Any, str]]:
    """A client, and a bucket of the time when buckets took customers' keys."""
    with mock_s3(new_bucket_defaults="legacy"):
        client = client_with()
        client.create_bucket(Bucket="amzn-old")
        yield client, "amzn-old"


def begun(s3: Any, bucket: str, **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **params)["UploadId"]
    return {"Bucket": bucket, "Key": "m", "UploadId": upload}


def test_every_answer_says_aes256(s3: Any, bucket: str) -> None:
    """R-100: Encryption: in every answer of the eight operations."""
    named, copy = {"Bucket": bucket, "Key": "k"}, {"CopySource": f"{bucket}/k"}
    created = s3.create_multipart_upload(Bucket=bucket, Key="m")
    upload = {"Bucket": bucket, "Key": "m", "UploadId": created["UploadId"]}
    answers = [
        created,
        s3.put_object(**named, Body=BODY),
        s3.get_object(**named),
        s3.head_object(**named),
        s3.copy_object(Bucket=bucket, Key="copy", **copy),
        s3.upload_part(**upload, PartNumber=2, Body=BODY),
        part := s3.upload_part_copy(**upload, PartNumber=1, **copy),
    ]
    parts = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
    answers.append(s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}))
    assert [found["ServerSideEncryption"] for found in answers] == ["AES256"] * 8


def test_copies_with_customers_keys(old: tuple[Any, str]) -> None:
    """CopyObject, SSE-C: the algorithm of source or target; another encryption beside the key."""
    s3, bucket = old
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, SSECustomerAlgorithm="AES256", SSECustomerKey=KEY)
    copy = {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/k"}
    source = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": KEY}
    target = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER}
    wrong = {**source, "CopySourceSSECustomerAlgorithm": "AES512"}
    assert refusal(s3.copy_object, **copy, **wrong) == AES512
    assert refusal(s3.copy_object, **copy, **source, **{**target, "SSECustomerAlgorithm": "AES512"}) == AES512
    for encryption in ("AES256", "aws:kms"):
        refused = refusal(s3.copy_object, **copy, **source, **target, ServerSideEncryption=encryption)
        assert refused == INCOMPATIBLE
    assert refusal(s3.copy_object, **copy, **target)["Message"] == (
        "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
        "retrieve the object."
    )
    assert refusal(s3.head_object, Bucket=bucket, Key="copy")["Status"] == 404


def test_heads_have_a_status_and_no_body(old: tuple[Any, str]) -> None:
    """HeadObject: Code is the status."""
    s3, bucket = old
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": base64.b64encode(KEY).decode()}
    named = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**named, Body=BODY, SSECustomerAlgorithm="AES256", SSECustomerKey=KEY)
    other = {**key, "SSECustomerAlgorithm": "AES512", "SSECustomerKeyMD5": b64("md5", KEY)}
    assert refusal(s3.head_object, **named, **other) == {
        "Status": 400,
        "Code": "400",
        "Message": "Bad Request",
    }
    told = refusal(s3.head_object, **named, SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)
    assert told == {"Status": 403, "Code": "403", "Message": "Forbidden"}
    s3.put_object(Bucket=bucket, Key="plain", Body=BODY)
    told = refusal(s3.head_object, Bucket=bucket, Key="plain", IfMatch='"x"')
    assert told == {"Status": 412, "Code": "412", "Message": "Precondition Failed"}


@pytest.mark.parametrize("algorithm", RECORDED)
def test_checksums_of_parts_and_objects_are_refused_in_one_voice(
    s3: Any, bucket: str, algorithm: str
) -> None:
    """PutObject, UploadPart: BadDigest in capitals; a header that is no checksum."""
    wrong = base64.b64encode(bytes(SIZES[algorithm.lower()])).decode()
    part = {**begun(s3, bucket), "PartNumber": 1}
    for call, params in ((s3.put_object, {"Bucket": bucket, "Key": "k"}), (s3.upload_part, part)):
        assert refusal(call, **params, Body=BODY, **{f"Checksum{algorithm}": wrong}) == {
            "Status": 400,
            "Code": "BadDigest",
            "Message": f"The {algorithm} you specified did not match the calculated checksum.",
        }
        for value in ("YQ==", "not base64!"):
            assert refusal(call, **params, Body=BODY, **{f"Checksum{algorithm}": value}) == {
                "Status": 400,
                "Code": "InvalidRequest",
                "Message": f"Value for x-amz-checksum-{algorithm.lower()} header is invalid.",
            }
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize("value", ["nope", "YQ=="])
def test_a_content_md5_of_a_part_that_is_no_digest(s3: Any, bucket: str, value: str) -> None:
    """PutObject: InvalidDigest (UploadPart the same)."""
    upload = begun(s3, bucket)
    assert refusal(s3.upload_part, **upload, PartNumber=1, Body=BODY, ContentMD5=value) == {
        "Status": 400,
        "Code": "InvalidDigest",
        "Message": "The Content-MD5 you specified was invalid.",
        "Content-MD5": value,
    }


def test_heads_of_parts_show_the_checksums_that_reads_show(s3: Any, bucket: str) -> None:
    """R-104: Checksums: HeadObject with partNumber behaves as GetObject does."""
    for kind, shown in (("FULL_OBJECT", False), ("COMPOSITE", True)):
        upload = begun(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType=kind)
        entries = []
        for number, body in ((1, b"x" * (5 << 20)), (2, BODY)):
            part = s3.upload_part(**upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
            entries.append(
                {"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}
            )
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": entries})
        named = {"Bucket": bucket, "Key": "m", "PartNumber": 2, "ChecksumMode": "ENABLED"}
        for call in (s3.get_object, s3.head_object):
            found = call(**named)
            assert found["ResponseMetadata"]["HTTPStatusCode"] == 206
            assert found["PartsCount"] == 2
            assert ("ChecksumCRC32" in found, "ChecksumType" in found) == (shown, shown)
            if shown:
                assert found["ChecksumCRC32"] == entries[1]["ChecksumCRC32"]


def test_an_algorithm_without_a_checksum_is_no_checksum(s3: Any, bucket: str) -> None:
    """Checksums: sent without any value, even with x-amz-sdk-checksum-algorithm, the server makes its own."""
    client = unchecking_client()

    def announce(request: Any, **kwargs: Any) -> None:
        request.headers["x-amz-sdk-checksum-algorithm"] = "SHA256"

    client.meta.events.register("before-sign.s3.PutObject", announce)
    found = client.put_object(Bucket=bucket, Key="k", Body=BODY)
    assert {name: value for name, value in found.items() if name.startswith("Checksum")} == {
        "ChecksumCRC64NVME": b64("crc64nvme", BODY),
        "ChecksumType": "FULL_OBJECT",
    }


def test_the_statuses_of_success(s3: Any, bucket: str) -> None:
    """R-26: Buckets: 204 for deletes, 202 for restores, 200 for the rest."""
    named = {"Bucket": bucket, "Key": "k"}
    assert status(s3.put_object, **named, StorageClass="GLACIER") == 200
    assert status(s3.restore_object, **named, RestoreRequest={"Days": 1}) == 202
    assert status(s3.abort_multipart_upload, **begun(s3, bucket)) == 204
    assert status(s3.delete_object_tagging, **named) == 204
    assert status(s3.delete_object, **named) == 204
    assert status(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}]}) == 200


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256"])
def test_checksum_types_that_hashes_do_not_have(s3: Any, bucket: str, algorithm: str) -> None:
    """CreateMultipartUpload."""
    params = {"Bucket": bucket, "Key": "m", "ChecksumAlgorithm": algorithm, "ChecksumType": "FULL_OBJECT"}
    assert refusal(s3.create_multipart_upload, **params) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": f"The FULL_OBJECT checksum type cannot be used with the {algorithm.lower()} checksum algorithm.",
    }


def test_listed_versions_and_objects_name_their_checksums(s3: Any, versioned: str) -> None:
    """Checksums: List* entries always have ChecksumAlgorithm, a list, and ChecksumType."""
    s3.put_object(Bucket=versioned, Key="k", Body=BODY, ChecksumAlgorithm="SHA1")
    for entry in (
        s3.list_objects(Bucket=versioned)["Contents"][0],
        s3.list_objects_v2(Bucket=versioned)["Contents"][0],
        s3.list_object_versions(Bucket=versioned)["Versions"][0],
    ):
        assert (entry["ChecksumAlgorithm"], entry["ChecksumType"]) == (["SHA1"], "FULL_OBJECT")
