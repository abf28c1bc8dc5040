"""SSE-C on writes, reads and copies; what answers say of encryption. Of parts, see test_multipart_encryption."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from mocks3 import mock_s3

from .answers import answer, client_with, refusal

KEY, OTHER = b"k" * 32, b"o" * 32
BODY = b"hello world"
WRONG = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret "
    "key.",
}
STORED = {
    "Status": 400,
    "Code": "InvalidRequest",
    "Message": "The object was stored using a form of Server Side Encryption. The correct parameters must be provided "
    "to retrieve the object.",
}


def headers(key: bytes = KEY, *, prefix: str = "", **instead: str | None) -> dict[str, str]:
    """The three headers of SSE-C, some of them replaced or (None) left out."""
    values: dict[str, str | None] = {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": base64.b64encode(key).decode(),
        "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(key).digest()).decode(),
        **instead,
    }
    return {prefix + name: value for name, value in values.items() if value is not None}


@pytest.fixture
def s3() -> Iterator[Any]:
    """A client that sends keys as it is told, where new buckets take them."""
    with mock_s3(new_bucket_defaults="legacy"):
        client = client_with()
        for event in ("before-parameter-build.s3",):
            for name in ("PutObject", "GetObject", "HeadObject", "CopyObject"):
                _send_as_told(client, f"{event}.{name}")
        yield client


def _send_as_told(client: Any, event: str) -> None:
    """botocore encodes keys and adds their MD5s by itself; here the test does, or does not."""
    from botocore import handlers

    for handler in (handlers.sse_md5, handlers.copy_source_sse_md5):
        client.meta.events.unregister(event, handler)


@pytest.fixture
def bucket(s3: Any) -> str:
    s3.create_bucket(Bucket="amzn-data")
    return "amzn-data"


@pytest.fixture
def held(s3: Any, bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, **headers())
    return {"Bucket": bucket, "Key": "k"}


def test_answers_show_algorithm_and_key_md5_only(s3: Any, held: dict[str, str]) -> None:
    shown = {name: headers()[name] for name in ("SSECustomerAlgorithm", "SSECustomerKeyMD5")}
    for found in (
        answer(s3.put_object, **held, Body=BODY, **headers()),
        answer(s3.get_object, **held, **headers()),
        answer(s3.head_object, **held, **headers()),
    ):
        assert "ServerSideEncryption" not in found
        assert {name: found[name] for name in shown} == shown


def test_etags_are_no_md5s(s3: Any, held: dict[str, str]) -> None:
    first = s3.put_object(**held, Body=BODY, **headers())["ETag"]
    second = s3.put_object(**held, Body=BODY, **headers())["ETag"]
    assert len({first, second, f'"{hashlib.md5(BODY).hexdigest()}"'}) == 3


def test_the_key_reads_it(s3: Any, held: dict[str, str]) -> None:
    assert s3.get_object(**held, **headers())["Body"].read() == BODY


def test_reading_without_a_key(s3: Any, held: dict[str, str]) -> None:
    """R-43."""
    assert refusal(s3.get_object, **held) == STORED
    assert refusal(s3.head_object, **held) == {"Status": 400, "Code": "400", "Message": "Bad Request"}


def test_reading_with_another_key_or_without_md5(s3: Any, held: dict[str, str]) -> None:
    """R-43: a read does not need the MD5."""
    for secret in (OTHER, b"short", bytes(33)):
        assert refusal(s3.get_object, **held, **headers(secret)) == WRONG
        assert refusal(s3.get_object, **held, **headers(secret, SSECustomerKeyMD5=None)) == WRONG
    assert refusal(s3.head_object, **held, **headers(OTHER)) == {
        "Status": 403,
        "Code": "403",
        "Message": "Forbidden",
    }
    assert s3.get_object(**held, **headers(SSECustomerKeyMD5=None))["Body"].read() == BODY
    assert s3.head_object(**held, **headers(SSECustomerKeyMD5=None))["ContentLength"] == len(BODY)


def test_reading_with_another_algorithm(s3: Any, held: dict[str, str]) -> None:
    """R-43."""
    assert refusal(s3.get_object, **held, **headers(SSECustomerAlgorithm="AES512")) == {
        "Status": 400,
        "Code": "InvalidEncryptionAlgorithmError",
        "Message": "The Encryption request you specified is not valid. Supported value: AES256.",
        "ArgumentName": "x-amz-server-side-encryption",
        "ArgumentValue": "AES512",
    }


def test_a_key_for_what_has_none(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="plain")
    found = refusal(s3.get_object, Bucket=bucket, Key="plain", **headers())
    assert (found["Status"], found["Code"]) == (400, "InvalidRequest")


NEEDS = "Requests specifying Server Side Encryption with Customer provided keys must provide "


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        ({"SSECustomerAlgorithm": None}, NEEDS + "a valid encryption algorithm."),
        ({"SSECustomerKey": None}, NEEDS + "an appropriate secret key."),
        ({"SSECustomerKeyMD5": None}, NEEDS + "the client calculated MD5 of the secret key."),
        ({"SSECustomerAlgorithm": None, "SSECustomerKey": None}, NEEDS + "a valid encryption algorithm."),
        ({"SSECustomerAlgorithm": "", "SSECustomerKey": None}, NEEDS + "an appropriate secret key."),
        (headers(b"short"), "The secret key was invalid for the specified algorithm."),
        (headers(bytes(31)), "The secret key was invalid for the specified algorithm."),
        (headers(bytes(33)), "The secret key was invalid for the specified algorithm."),
        *(
            (wrong, "The calculated MD5 hash of the key did not match the hash that was provided.")
            for wrong in (
                {"SSECustomerKeyMD5": base64.b64encode(bytes(16)).decode()},
                {"SSECustomerKeyMD5": ""},
                {"SSECustomerKeyMD5": "not base64", "SSECustomerAlgorithm": "AES512"},
                {"SSECustomerKey": base64.b64encode(b"short").decode()},
                {"SSECustomerKey": base64.b64encode(KEY).decode().rstrip("=")},
            )
        ),
    ],
)
def test_writing_with_wrong_headers(s3: Any, bucket: str, instead: dict[str, Any], message: str) -> None:
    """R-56."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", **headers(**instead)) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
        "ArgumentName": "x-amz-server-side-encryption",
    }
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("key", ["", "a", "ZZ", "####"])
@pytest.mark.parametrize("algorithm", ["AES256", "AES512", ""])
def test_keys_without_a_byte(s3: Any, held: dict[str, str], key: str, algorithm: str) -> None:
    """R-56: S3 looks at the key before the algorithm, for writes and for reads."""
    sent = headers(SSECustomerKey=key, SSECustomerAlgorithm=algorithm)
    for call in (s3.put_object, s3.get_object):
        found = refusal(call, **held, **sent)
        assert (found.pop("ArgumentValue") or "") == key
        assert found == {
            "Status": 400,
            "Code": "InvalidArgument",
            "Message": "The secret key was invalid - too short.",
            "ArgumentName": "x-amz-server-side-encryption",
        }


TEXT = base64.b64encode(KEY).decode()


@pytest.mark.parametrize(
    "key", [f"!#{TEXT}", f"{TEXT}!!!!#", f"{TEXT[:9]}!!{TEXT[9:]}", f"{TEXT}===", f"{TEXT[:8]} {TEXT[8:]}"]
)
def test_characters_that_base64_does_not_have(s3: Any, bucket: str, key: str) -> None:
    """R-56: S3 ignores them."""
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, **headers(SSECustomerKey=key))
    assert s3.get_object(Bucket=bucket, Key="k", **headers())["Body"].read() == BODY


def test_customer_keys_over_http(s3: Any, held: dict[str, str]) -> None:
    """R-56: S3 checks this first. Endpoints that are not those of AWS do not need TLS."""
    wrong = {"SSECustomerKey": b"short", "SSECustomerAlgorithm": "AES512"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url="http://s3.us-east-1.amazonaws.com")
    for call in (client.put_object, client.get_object):
        assert refusal(call, **held, **wrong) == {
            "Status": 400,
            "Code": "InvalidArgument",
            "Message": "Requests specifying Server Side Encryption with Customer provided keys must be made over a "
            "secure connection.",
            "ArgumentName": "x-amz-server-side-encryption",
        }
    local = boto3.client("s3", region_name="us-east-1", endpoint_url="http://s3.localhost:4566")
    assert local.get_object(**held, SSECustomerKey=KEY, SSECustomerAlgorithm="AES256")["Body"].read() == BODY


def test_the_key_of_the_source_is_checked_first(s3: Any, held: dict[str, str]) -> None:
    """R-56."""
    copy = {"Bucket": held["Bucket"], "Key": "copy", "CopySource": f"{held['Bucket']}/k"}
    source = headers(prefix="CopySource", SSECustomerAlgorithm="source")
    found = refusal(s3.copy_object, **copy, **source, **headers(SSECustomerAlgorithm="copy"))
    assert (found["Code"], found["ArgumentValue"]) == ("InvalidEncryptionAlgorithmError", "source")


def test_writing_with_two_encryptions(s3: Any, bucket: str) -> None:
    assert refusal(s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="AES256", **headers()) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Server Side Encryption with Customer provided key is incompatible with the encryption method "
        "specified",
        "ArgumentName": "x-amz-server-side-encryption",
        "ArgumentValue": "AES256",
    }


def test_writing_with_another_algorithm(s3: Any, bucket: str) -> None:
    found = refusal(s3.put_object, Bucket=bucket, Key="k", **headers(SSECustomerAlgorithm="AES512"))
    assert (found["Code"], found["ArgumentValue"]) == ("InvalidEncryptionAlgorithmError", "AES512")


def test_an_encryption_that_does_not_exist(s3: Any, bucket: str) -> None:
    found = refusal(s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="ROT13")
    assert (found["Code"], found["ArgumentName"]) == ("InvalidArgument", "x-amz-server-side-encryption")


def test_copying_takes_the_key_of_the_source(s3: Any, held: dict[str, str]) -> None:
    """R-43."""
    copy = {"Bucket": held["Bucket"], "Key": "copy", "CopySource": f"{held['Bucket']}/k"}
    assert refusal(s3.copy_object, **copy) == STORED
    assert refusal(s3.copy_object, **copy, **headers(OTHER, prefix="CopySource")) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The provided encryption parameters did not match the ones used originally.",
    }
    found = refusal(s3.copy_object, **copy, **headers(prefix="CopySource", SSECustomerAlgorithm="AES512"))
    assert found["Code"] == "InvalidEncryptionAlgorithmError"
    found = s3.copy_object(**copy, **headers(prefix="CopySource"))
    assert found["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(BODY).hexdigest()}"'
    assert found["ServerSideEncryption"] == "AES256"
    assert s3.get_object(Bucket=held["Bucket"], Key="copy")["Body"].read() == BODY


def test_a_new_key_is_a_change(s3: Any, held: dict[str, str]) -> None:
    copy = {**held, "CopySource": f"{held['Bucket']}/k"}
    s3.copy_object(**copy, **headers(prefix="CopySource"), **headers(OTHER))
    assert refusal(s3.get_object, **held, **headers()) == WRONG
    assert s3.get_object(**held, **headers(OTHER))["Body"].read() == BODY


def test_new_buckets_take_no_customer_keys() -> None:
    with mock_s3() as aws:
        client = aws.client("s3")
        client.create_bucket(Bucket="amzn-data")
        found = refusal(
            client.put_object, Bucket="amzn-data", Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey=KEY
        )
    assert (found["Status"], found["Code"]) == (403, "AccessDenied")
    assert found["Message"].endswith(
        "because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided "
        "keys (SSE-C). Please specify a different server-side encryption type"
    )


def test_aes256_is_what_everything_has(s3: Any, bucket: str) -> None:
    found = s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="AES256")
    assert found["ServerSideEncryption"] == "AES256"
