"""GetObjectAttributes: what is asked for and nothing else, parts by pages."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal, unchecking_client

EVERYTHING = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
MIB5 = 5 * 1024 * 1024


def attributes(s3: Any, bucket: str, *asked: str, **params: Any) -> dict[str, Any]:
    wanted = list(asked) or EVERYTHING
    return answer(s3.get_object_attributes, Bucket=bucket, Key="k", ObjectAttributes=wanted, **params)


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def upload(s3: Any, bucket: str, *bodies: bytes, **params: Any) -> None:
    """An object in parts, with the checksums that its upload asks for."""
    named = {"Bucket": bucket, "Key": "k"}
    named["UploadId"] = s3.create_multipart_upload(**named, **params)["UploadId"]
    parts = []
    for number, body in enumerate(bodies, start=1):
        found = s3.upload_part(**named, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
        part = {"PartNumber": number, "ETag": found["ETag"]}
        if params:
            part["ChecksumCRC32"] = found["ChecksumCRC32"]
        parts.append(part)
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})


def test_a_plain_object(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello")
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    assert attributes(s3, bucket) == {
        "LastModified": modified,
        "ETag": hashlib.md5(b"hello").hexdigest(),
        "Checksum": {"ChecksumCRC32": crc32(b"hello"), "ChecksumType": "FULL_OBJECT"},
        "StorageClass": "STANDARD",
        "ObjectSize": 5,
    }


@pytest.mark.parametrize("name", ["ETag", "Checksum", "StorageClass", "ObjectSize"])
def test_only_what_is_asked_for(s3: Any, bucket: str, name: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello")
    assert set(attributes(s3, bucket, name)) == {"LastModified", name}
    assert set(attributes(s3, bucket, "ObjectParts")) == {"LastModified"}


def test_an_object_sent_without_a_checksum_has_the_servers(s3: Any, bucket: str) -> None:
    unchecking_client().put_object(Bucket=bucket, Key="k", Body=b"hello")
    found = attributes(s3, bucket, "Checksum")["Checksum"]
    assert set(found) == {"ChecksumCRC64NVME", "ChecksumType"}


def test_versions(s3: Any, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="k", Body=b"22", StorageClass="GLACIER")["VersionId"]
    found = attributes(s3, versioned, "ObjectSize", "StorageClass")
    assert (found["VersionId"], found["ObjectSize"], found["StorageClass"]) == (second, 2, "GLACIER")
    found = attributes(s3, versioned, "ObjectSize", VersionId=first)
    assert (found["VersionId"], found["ObjectSize"]) == (first, 1)


def test_parts_of_a_composite_upload(s3: Any, bucket: str) -> None:
    """R-106."""
    bodies = [b"1" * MIB5, b"2" * MIB5, b"3"]
    upload(s3, bucket, *bodies, ChecksumAlgorithm="CRC32")
    whole = b"".join(zlib.crc32(body).to_bytes(4, "big") for body in bodies)
    found = attributes(s3, bucket, "Checksum", "ObjectParts", "ETag")
    assert found["ETag"].endswith("-3")
    assert found["Checksum"] == {"ChecksumCRC32": crc32(whole), "ChecksumType": "COMPOSITE"}
    assert found["ObjectParts"] == {
        "TotalPartsCount": 3,
        "PartNumberMarker": 0,
        "NextPartNumberMarker": 3,
        "MaxParts": 1000,
        "IsTruncated": False,
        "Parts": [
            {"PartNumber": number, "Size": len(body), "ChecksumCRC32": crc32(body)}
            for number, body in enumerate(bodies, start=1)
        ],
    }


def test_parts_come_in_pages(s3: Any, bucket: str) -> None:
    upload(s3, bucket, b"1" * MIB5, b"2" * MIB5, b"3", ChecksumAlgorithm="CRC32")
    seen, marker, pages = [], 0, 0
    while True:
        found = attributes(s3, bucket, "ObjectParts", MaxParts=2, PartNumberMarker=marker)["ObjectParts"]
        assert (found["MaxParts"], found["PartNumberMarker"]) == (2, marker)
        assert found["TotalPartsCount"] == 3
        seen += [part["PartNumber"] for part in found["Parts"]]
        marker, pages = found["NextPartNumberMarker"], pages + 1
        if not found["IsTruncated"]:
            break
    assert (seen, pages) == ([1, 2, 3], 2)
    beyond = attributes(s3, bucket, "ObjectParts", PartNumberMarker=7)["ObjectParts"]
    assert (beyond["IsTruncated"], beyond.get("Parts")) == (False, None)


@pytest.mark.parametrize("params", [{}, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}])
def test_parts_of_other_uploads_are_only_counted(s3: Any, bucket: str, params: dict[str, str]) -> None:
    """R-106."""
    upload(s3, bucket, b"1" * MIB5, b"2", **params)
    assert attributes(s3, bucket, "ObjectParts")["ObjectParts"] == {"TotalPartsCount": 2}


def test_what_is_not_there(s3: Any, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="k")
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    asked = {"Key": "k", "ObjectAttributes": ["ETag"]}
    assert refusal(s3.get_object_attributes, Bucket="amzn-nowhere", **asked) == no_such_bucket("amzn-nowhere")
    assert refusal(s3.get_object_attributes, Bucket=versioned, **asked) == {
        "Status": 404,
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "k",
    }
    assert refusal(s3.get_object_attributes, Bucket=versioned, VersionId=marker, **asked) == {
        "Status": 405,
        "Code": "MethodNotAllowed",
        "Message": "The specified method is not allowed against this resource.",
        "Method": "GET",
        "ResourceType": "DeleteMarker",
    }


def test_an_attribute_that_nobody_has(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k")
    found = refusal(s3.get_object_attributes, Bucket=bucket, Key="k", ObjectAttributes=["Colour"])
    assert (found["Code"], found["Message"]) == ("InvalidArgument", "Invalid attribute name specified.")


def test_a_customers_key_must_be_brought() -> None:
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    with mock_s3(new_bucket_defaults="legacy") as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="amzn-data")
        s3.put_object(Bucket="amzn-data", Key="k", Body=b"x", **key)
        asked = {"Bucket": "amzn-data", "Key": "k", "ObjectAttributes": ["ObjectSize"]}
        found = refusal(s3.get_object_attributes, **asked)
        assert (found["Status"], found["Code"]) == (400, "InvalidRequest")
        wrong = {**key, "SSECustomerAlgorithm": "AES512"}
        assert refusal(s3.get_object_attributes, **asked, **wrong) == {
            "Status": 400,
            "Code": "InvalidEncryptionAlgorithmError",
            "Message": "The Encryption request you specified is not valid. Supported value: AES256.",
            "ArgumentName": "x-amz-server-side-encryption",
            "ArgumentValue": "AES512",
        }
        right = {  # botocore encodes keys for other calls, not for this one
            "SSECustomerAlgorithm": "AES256",
            "SSECustomerKey": base64.b64encode(b"k" * 32).decode(),
            "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(b"k" * 32).digest()).decode(),
        }
        assert s3.get_object_attributes(**asked, **right)["ObjectSize"] == 1


@pytest.mark.parametrize(
    ("actions", "missing"),
    [
        (["s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"], "s3:GetObject"),
        (["s3:GetObject", "s3:GetObjectVersionAttributes"], "s3:GetObjectAttributes"),
        (["s3:GetObject", "s3:GetObjectAttributes"], None),
    ],
)
def test_both_permissions_are_needed(
    aws: MockAWS, s3: Any, bucket: str, actions: list[str], missing: str
) -> None:
    """F-32."""
    s3.put_object(Bucket=bucket, Key="k")
    eve = user(aws, *actions)
    if missing is None:
        attributes(eve, bucket)
    else:
        found = refusal(eve.get_object_attributes, Bucket=bucket, Key="k", ObjectAttributes=["ETag"])
        assert f"perform: {missing} on" in found["Message"]


def test_a_named_version_takes_the_version_forms(aws: MockAWS, s3: Any, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    asked = {"Bucket": versioned, "Key": "k", "ObjectAttributes": ["ETag"], "VersionId": version}
    eve = user(aws, "s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectVersion")
    found = refusal(eve.get_object_attributes, **asked)
    assert "perform: s3:GetObjectVersionAttributes on" in found["Message"]
    user(aws, "s3:GetObjectVersion", "s3:GetObjectVersionAttributes").get_object_attributes(**asked)


def user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policies = [{"Version": "2012-10-17", "Statement": [statement]}]
    return aws.account().create_user(f"user-{len(actions)}", policies=policies).client("s3")
