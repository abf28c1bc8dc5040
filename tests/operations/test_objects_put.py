"""PutObject: what it answers, what it keeps, what it refuses; after a refusal there is no object."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

import pytest
from freezegun import freeze_time

from .answers import answer, refusal, unchecking_client

BODY = b"hello world"
MD5 = hashlib.md5(BODY).hexdigest()
MD5_B64 = base64.b64encode(hashlib.md5(BODY).digest()).decode()
CRC32 = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()
SHA1 = base64.b64encode(hashlib.sha1(BODY).digest()).decode()
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
OTHER_SHA256 = base64.b64encode(bytes(32)).decode()


def keys(s3: Any, bucket: str) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_answer_has_etag_encryption_and_the_checksum_that_was_sent(s3: Any, bucket: str) -> None:
    assert answer(s3.put_object, Bucket=bucket, Key="k", Body=BODY) == {
        "ETag": f'"{MD5}"',
        "ServerSideEncryption": "AES256",
        "ChecksumType": "FULL_OBJECT",
        "ChecksumCRC32": CRC32,
    }


def test_no_checksum_sent_makes_the_server_compute_crc64nvme(s3: Any, bucket: str) -> None:
    """R-103."""
    unchecked = unchecking_client()
    found = answer(unchecked.put_object, Bucket=bucket, Key="k", Body=b"123456789")
    assert found["ChecksumType"] == "FULL_OBJECT"
    assert found["ChecksumCRC64NVME"] == "rosUhgp5mIg="
    assert "ChecksumCRC32" not in found


def test_empty_and_absent_bodies_are_empty_objects(s3: Any, bucket: str) -> None:
    for key, extra in (("absent", {}), ("empty", {"Body": b""})):
        assert s3.put_object(Bucket=bucket, Key=key, **extra)["ETag"] == '"d41d8cd98f00b204e9800998ecf8427e"'
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b""


@pytest.mark.parametrize(
    ("member", "value"), [("ChecksumSHA1", SHA1), ("ChecksumSHA256", SHA256), ("ChecksumCRC32", CRC32)]
)
def test_a_checksum_header_is_kept_and_given_back(s3: Any, bucket: str, member: str, value: str) -> None:
    assert s3.put_object(Bucket=bucket, Key="k", Body=BODY, **{member: value})[member] == value
    assert s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")[member] == value


def test_the_checksum_header_wins_over_the_algorithm_header(s3: Any, bucket: str) -> None:
    """R-103."""
    found = s3.put_object(Bucket=bucket, Key="k", Body=BODY, ChecksumAlgorithm="CRC32", ChecksumSHA256=SHA256)
    assert found["ChecksumSHA256"] == SHA256
    assert "ChecksumCRC32" not in found


def test_unknown_storage_class(s3: Any, bucket: str) -> None:
    """R-50."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, StorageClass="OUTPOSTS") == {
        "Status": 400,
        "Code": "InvalidStorageClass",
        "Message": "The storage class you specified is not valid",
        "StorageClassRequested": "OUTPOSTS",
    }
    assert keys(s3, bucket) == []


@pytest.mark.parametrize("value", ["not base64!", "YWJj", base64.b64encode(bytes(15)).decode()])
def test_content_md5_that_is_no_digest(s3: Any, bucket: str, value: str) -> None:
    """R-51."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, ContentMD5=value) == {
        "Status": 400,
        "Code": "InvalidDigest",
        "Message": "The Content-MD5 you specified was invalid.",
        "Content-MD5": value,
    }
    assert keys(s3, bucket) == []


def test_content_md5_of_another_body_is_shown_in_hex(s3: Any, bucket: str) -> None:
    """R-51."""
    other = hashlib.md5(b"other").digest()
    sent = base64.b64encode(other).decode()
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, ContentMD5=sent) == {
        "Status": 400,
        "Code": "BadDigest",
        "Message": "The Content-MD5 you specified did not match what we received.",
        "ExpectedDigest": other.hex(),
        "CalculatedDigest": MD5_B64,
    }
    assert keys(s3, bucket) == []


def test_content_md5_that_fits_is_no_checksum(s3: Any, bucket: str) -> None:
    found = s3.put_object(Bucket=bucket, Key="k", Body=BODY, ContentMD5=MD5_B64)
    assert found["ETag"] == f'"{MD5}"'
    assert "ChecksumMD5" not in found


@pytest.mark.parametrize(
    ("member", "algorithm", "size"),
    [
        ("ChecksumCRC32", "CRC32", 4),
        ("ChecksumCRC32C", "CRC32C", 4),
        ("ChecksumCRC64NVME", "CRC64NVME", 8),
        ("ChecksumSHA1", "SHA1", 20),
        ("ChecksumSHA256", "SHA256", 32),
    ],
)
def test_wrong_checksum_is_named_in_capitals(
    s3: Any, bucket: str, member: str, algorithm: str, size: int
) -> None:
    """R-52."""
    wrong = base64.b64encode(bytes(size)).decode()
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, **{member: wrong}) == {
        "Status": 400,
        "Code": "BadDigest",
        "Message": f"The {algorithm} you specified did not match the calculated checksum.",
    }
    assert keys(s3, bucket) == []


@pytest.mark.parametrize("value", ["YWJj", "@@@@"])
def test_checksum_header_that_is_no_checksum(s3: Any, bucket: str, value: str) -> None:
    """R-52."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, ChecksumSHA256=value) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Value for x-amz-checksum-sha256 header is invalid.",
    }


def test_two_checksum_headers(s3: Any, bucket: str) -> None:
    """R-52."""
    found = refusal(
        s3.put_object, Bucket=bucket, Key="k", Body=BODY, ChecksumSHA1=SHA1, ChecksumSHA256=SHA256
    )
    assert found == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    }


def test_wrong_checksum_leaves_the_object_that_was_there(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, ChecksumSHA256=OTHER_SHA256)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"before"


@pytest.mark.parametrize("tagging", ["key1=val1&key1=val2", "key1=val1,key2=val2", "key=%FF"])
def test_tagging_header_that_is_no_query_string(s3: Any, bucket: str, tagging: str) -> None:
    """R-53."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, Tagging=tagging) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
        "without tag name duplicates.",
        "ArgumentName": "x-amz-tagging",
        "ArgumentValue": tagging,
    }
    assert keys(s3, bucket) == []


def test_tagging_header(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, Tagging="a=1&b+c=%C3%A9%2B&d=")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b c", "Value": "é+"},
        {"Key": "d", "Value": ""},
    ]


def test_metadata_comes_back_in_lower_case_names(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, Metadata={"Some-Name": "A Value", "x": ""})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"some-name": "A Value", "x": ""}


def test_metadata_of_2_kib_and_one_byte_more(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="fits", Body=BODY, Metadata={"name": "x" * 2044})
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=BODY, Metadata={"name": "x" * 2045}) == {
        "Status": 400,
        "Code": "MetadataTooLarge",
        "Message": "Your metadata headers exceed the maximum allowed metadata size",
        "Size": "2049",
        "MaxSizeAllowed": "2048",
    }
    assert keys(s3, bucket) == ["fits"]


def test_metadata_beyond_ascii_is_encoded_as_rfc_2047_says(s3: Any, bucket: str) -> None:
    sent = "=?UTF-8?B?w6TDtg==?="
    s3.put_object(
        Bucket=bucket, Key="k", Body=BODY, Metadata={"q": "=?UTF-8?Q?=C3=A4=C3=B6?=", "plain": "a =? b"}
    )
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"q": sent, "plain": "a =? b"}


def test_system_headers_come_back_as_they_were(s3: Any, bucket: str) -> None:
    sent = {
        "CacheControl": "max-age=60",
        "ContentDisposition": 'attachment; filename="a.txt"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de, en",
        "ContentType": "text/plain; charset=utf-8",
    }
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, **sent)
    found = s3.head_object(Bucket=bucket, Key="k")
    assert {name: found[name] for name in sent} == sent


def test_content_type_by_default(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    assert s3.head_object(Bucket=bucket, Key="k")["ContentType"] == "binary/octet-stream"


def test_expires_is_kept_to_the_letter(s3: Any, bucket: str) -> None:
    def never(request: Any, **_: object) -> None:
        request.headers["Expires"] = "never ever"

    s3.meta.events.register("before-sign.s3.PutObject", never)
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    assert s3.head_object(Bucket=bucket, Key="k")["ExpiresString"] == "never ever"


@pytest.mark.parametrize("location", ["/elsewhere", "https://example.com/", "http://example.com/x"])
def test_website_redirect_is_kept(s3: Any, bucket: str, location: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", WebsiteRedirectLocation=location)
    assert s3.head_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"] == location


def test_website_redirect_to_nowhere(s3: Any, bucket: str) -> None:
    found = refusal(s3.put_object, Bucket=bucket, Key="k", WebsiteRedirectLocation="elsewhere")
    assert (found["Status"], found["Code"]) == (400, "InvalidRedirectLocation")


@pytest.mark.parametrize("key", ["x" * 1024, "é" * 512, "\U0001f600" * 256])
def test_a_key_of_1024_bytes_is_a_key(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=BODY)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == BODY


@pytest.mark.parametrize(("key", "size"), [("x" * 1025, 1025), ("é" * 513, 1026)])
@pytest.mark.parametrize("call", ["put_object", "get_object", "delete_object", "create_multipart_upload"])
def test_a_longer_key_is_none(s3: Any, bucket: str, key: str, size: int, call: str) -> None:
    assert refusal(getattr(s3, call), Bucket=bucket, Key=key) == {
        "Status": 400,
        "Code": "KeyTooLongError",
        "Message": "Your key is too long",
        "Size": str(size),
        "MaxSizeAllowed": "1024",
    }


ODD = [
    "a b",
    "a//b",
    "//",
    "../x",
    "./x",
    "a/../b",
    "%41",
    "a+b",
    "ä/ö",
    "\x01\x1f",
    "a\tb",
    "\n",
    "\U0001f600",
    "a?b#c",
]


@pytest.mark.parametrize("key", ODD)
def test_odd_keys_are_kept_byte_for_byte(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert keys(s3, bucket) == [key]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == key.encode()
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "copy"}]})
    s3.delete_object(Bucket=bucket, Key=key)
    assert keys(s3, bucket) == []


def test_last_modified_is_the_moment_of_writing(s3: Any, bucket: str) -> None:
    with freeze_time("2026-03-04T05:06:07.890Z"):
        s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    assert s3.head_object(Bucket=bucket, Key="k")["LastModified"].isoformat() == "2026-03-04T05:06:07+00:00"
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["LastModified"]
    assert listed.isoformat() == "2026-03-04T05:06:07+00:00"


def test_more_than_5_gib_is_refused_by_its_length(s3: Any, bucket: str) -> None:
    def pretend(request: Any, **_: object) -> None:
        request.headers["Content-Length"] = "5368709121"

    unchecked = unchecking_client()
    unchecked.meta.events.register("before-sign.s3.PutObject", pretend)
    assert refusal(unchecked.put_object, Bucket=bucket, Key="k", Body=BODY) == {
        "Status": 400,
        "Code": "EntityTooLarge",
        "Message": "Your proposed upload exceeds the maximum allowed size",
        "ProposedSize": "5368709121",
        "MaxSizeAllowed": "5368709120",
    }
    assert keys(s3, bucket) == []
