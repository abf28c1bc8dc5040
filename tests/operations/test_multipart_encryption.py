"""SSE-C in multipart uploads: every part comes with the key that its upload was begun with."""

from __future__ import annotations

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


def begin(s3: Any, **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket="amzn-data", Key="k", **params)["UploadId"]
    return {"Bucket": "amzn-data", "Key": "k", "UploadId": upload}


def invalid(message: str) -> dict[str, Any]:
    return {"Status": 400, "Code": "InvalidRequest", "Message": message}


def test_parts_without_their_key(s3: Any) -> None:
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
