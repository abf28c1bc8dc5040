"""Bodies of other types, from clients that were told not to validate parameters."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError

from mocks3 import mock_s3
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

WRONG = [5, 5.0, True, None, object(), ["ab"], [b"ab"], (b"ab",), {"a": 1}, set(), memoryview(b"ab")]
CONFIGS = {
    "signature 4": {},
    "no checksum": {"request_checksum_calculation": "when_required"},
    "signature 2": {"signature_version": "s3", "request_checksum_calculation": "when_required"},
}
CALLS = {
    "PutObject": ("Body", {"Key": "k"}),
    "UploadPart": ("Body", {"Key": "k", "UploadId": "u", "PartNumber": 1}),
    "PutObjectAnnotation": ("AnnotationPayload", {"Key": "k", "AnnotationName": "n"}),
    "PutBucketPolicy": ("Policy", {}),
}
METHODS = {
    "PutObject": "put_object",
    "UploadPart": "upload_part",
    "PutObjectAnnotation": "put_object_annotation",
    "PutBucketPolicy": "put_bucket_policy",
}


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.account().create_bucket("data")
        yield world


def lax(aws: MockAWS, **config: Any) -> Any:
    return aws.client("s3", config=Config(parameter_validation=False, **config))


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("body", WRONG, ids=lambda body: f"{type(body).__name__}{WRONG.index(body)}")
def test_a_body_of_another_type_is_refused_by_name(aws, operation, body, config):
    member, others = CALLS[operation]
    call = getattr(lax(aws, **CONFIGS[config]), METHODS[operation])
    with pytest.raises(Mocks3Error) as caught:
        call(Bucket="data", **others, **{member: body})
    found = str(caught.value)
    assert found.startswith(f"{member} of {operation} must be bytes, text or a file-like object, not ")
    assert f"not {type(body).__name__} (" in found
    assert aws.calls == []
    assert aws.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 0


def test_a_client_made_before_the_mock_is_asked_too():
    import boto3

    client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(parameter_validation=False),
    )
    with mock_s3() as aws:
        aws.account().create_bucket("data")
        with pytest.raises(Mocks3Error, match="Body of PutObject .* not int"):
            client.put_object(Bucket="data", Key="k", Body=5)


@pytest.mark.parametrize(
    "body", [b"ab", bytearray(b"ab"), "ab", io.BytesIO(b"ab")], ids=lambda body: type(body).__name__
)
def test_bodies_of_the_right_types_are_stored(aws, body):
    lax(aws).put_object(Bucket="data", Key="k", Body=body)
    assert aws.client("s3").get_object(Bucket="data", Key="k")["Body"].read() == b"ab"


def test_calls_without_a_body_are_let_be(aws):
    client = lax(aws)
    client.put_object(Bucket="data", Key="k")
    assert client.get_object(Bucket="data", Key="k")["Body"].read() == b""


def test_botocore_says_it_where_it_validates(aws):
    with pytest.raises(ParamValidationError):
        aws.client("s3").put_object(Bucket="data", Key="k", Body=5)


class Odd(io.RawIOBase):
    """A file whose reads give what is neither bytes nor text."""

    def __init__(self, piece: object) -> None:
        self._pieces = [piece]

    def read(self, size: int = -1) -> Any:
        return self._pieces.pop() if self._pieces else b""

    def tell(self) -> int:
        return 0

    def seek(self, *to: int) -> int:
        return 0


@pytest.mark.parametrize("piece", [5, [65], (b"a",)], ids=str)
def test_a_file_that_reads_something_else_is_refused_by_its_type(aws, piece):
    unsigned = lax(aws, signature_version="s3", request_checksum_calculation="when_required")
    with pytest.raises(Mocks3Error, match=f"must consist of bytes or text, not of {type(piece).__name__}"):
        unsigned.put_object(Bucket="data", Key="k", Body=Odd(piece), ContentLength=1)
    assert aws.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 0
