"""SSE-C in multipart uploads: every part comes with the key that its upload was begun with."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3

from .answers import answer, client_with, refusal, unchecking_client

KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
OTHER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"o" * 32}


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_s3(new_bucket_defaults="legacy"):
        client = client_with()
        client.create_bucket(Bucket="amzn-data")
        yield client


def spelled(key: dict[str, Any]) -> dict[str, str]:
    """The key as its headers have it, for the calls whose headers clients do not make of the key."""
    secret: bytes = key["SSECustomerKey"]
    return {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": b64encode(secret).decode(),
        "SSECustomerKeyMD5": b64encode(hashlib.md5(secret).digest()).decode(),
    }


def begin(s3: Any, **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket="amzn-data", Key="k", **params)["UploadId"]
    return {"Bucket": "amzn-data", "Key": "k", "UploadId": upload}


def invalid(message: str) -> dict[str, Any]:
    return {"Status": 400, "Code": "InvalidRequest", "Message": message}


def test_parts_without_their_key(s3: Any) -> None:
    """R-72."""
    expected = invalid(
        "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
        "encryption parameters."
    )
    encrypted, plain = begin(s3, **KEY), begin(s3)
    assert refusal(s3.upload_part, **encrypted, PartNumber=1, Body=b"x") == expected
    assert refusal(s3.upload_part, **plain, PartNumber=1, Body=b"x", **KEY) == expected


def test_parts_with_another_key(s3: Any) -> None:
    found = refusal(s3.upload_part, **begin(s3, **KEY), PartNumber=1, Body=b"x", **OTHER)
    assert found == invalid("The provided encryption parameters did not match the ones used originally.")


def test_from_end_to_end(s3: Any) -> None:
    upload = begin(s3, **KEY)
    etag = unchecking_client().upload_part(**upload, PartNumber=1, Body=b"x", **KEY)["ETag"]
    assert etag != '"9dd4e461268c8034f5c8564e155c67a6"'
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    found = answer(s3.complete_multipart_upload, **upload, MultipartUpload=parts)
    assert not {"ServerSideEncryption", "SSECustomerAlgorithm", "ChecksumType"} & found.keys()
    read = s3.get_object(Bucket="amzn-data", Key="k", **KEY)
    assert (read["Body"].read(), read["SSECustomerAlgorithm"]) == (b"x", "AES256")
    assert refusal(s3.get_object, Bucket="amzn-data", Key="k")["Code"] == "InvalidRequest"


def test_copied_parts_bring_both_keys(s3: Any) -> None:
    s3.put_object(Bucket="amzn-data", Key="source", Body=b"x", **OTHER)
    copied = {**begin(s3, **KEY), "PartNumber": 1, "CopySource": "amzn-data/source"}
    assert refusal(s3.upload_part_copy, **copied, **KEY)["Message"].startswith("The object was stored using")
    source = {f"CopySource{name}": value for name, value in OTHER.items()}
    s3.upload_part_copy(**copied, **KEY, **source)


def test_calls_on_whole_uploads_bring_the_key_that_it_began_with_or_none(s3: Any) -> None:
    """R-56; API_CompleteMultipartUpload, API_ListParts: the key is needed if the upload has a checksum algorithm."""
    upload, plain = begin(s3, **KEY), begin(s3)
    part = unchecking_client().upload_part(**upload, PartNumber=1, Body=b"x", **KEY)["ETag"]
    other = missing = invalid(
        "The object was stored using a form of Server Side Encryption. Correct SSE-C request parameters are required "
        "for this request when specifying checksums for each part."
    )
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    assert refusal(s3.list_parts, **upload, **spelled(OTHER)) == other
    assert refusal(s3.list_parts, **plain, **spelled(KEY)) == missing
    assert answer(s3.list_parts, **upload, **spelled(KEY))
    complete = s3.complete_multipart_upload
    assert refusal(complete, **upload, MultipartUpload=parts, **OTHER) == other
    assert refusal(complete, **plain, MultipartUpload=parts, **KEY) == missing
    assert answer(complete, **upload, MultipartUpload=parts, **KEY)["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize("left_out", ["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"])
def test_less_than_three_headers_on_a_whole_upload(s3: Any, left_out: str) -> None:
    """R-56: S3 ignores them, also if they are wrong."""
    upload = begin(s3, **KEY)
    some = {name: value for name, value in spelled(OTHER).items() if name != left_out}
    assert answer(s3.list_parts, **upload, **some)["MaxParts"] == 1000


def test_a_checksum_takes_the_key_to_the_end(s3: Any) -> None:
    upload = begin(s3, **KEY, ChecksumAlgorithm="SHA256")
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumAlgorithm="SHA256", **KEY)
    entry = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
    parts = {"MultipartUpload": {"Parts": [entry]}}
    assert refusal(s3.list_parts, **upload)["Code"] == "InvalidRequest"
    assert refusal(s3.complete_multipart_upload, **upload, **parts)["Code"] == "InvalidRequest"
    assert s3.list_parts(**upload, **spelled(KEY))["Parts"][0]["ChecksumSHA256"] == part["ChecksumSHA256"]
    assert s3.complete_multipart_upload(**upload, **parts, **KEY)["ChecksumSHA256"].endswith("-1")
