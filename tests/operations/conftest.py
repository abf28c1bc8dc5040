"""Fixtures of the tests of operations: a new AWS, and buckets with what calls are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .inputs import DIRECTORY, KEY, LOCKED, RETENTION
from .selecting import Select, query


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def open_bucket(aws: MockAWS) -> str:
    """A bucket with ACLs enabled and without Block Public Access, as new buckets were before April 2023."""
    aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
    return "amzn-open"


@pytest.fixture
def locked(s3: Any) -> str:
    """A bucket with Object Lock, which also enables versioning."""
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    return "amzn-locked"


@pytest.fixture
def held(s3: Any, bucket: str) -> Callable[[bytes], dict[str, str]]:
    """A function that puts the content into an object, and returns ``Bucket`` and ``Key`` of it."""

    def put(content: bytes) -> dict[str, str]:
        s3.put_object(Bucket=bucket, Key="held", Body=content)
        return {"Bucket": bucket, "Key": "held"}

    return put


@pytest.fixture
def select(s3: Any, held: Callable[[bytes], dict[str, str]]) -> Select:
    """A function that calls SelectObjectContent for some content, and returns the events of the answer."""

    def ask(content: bytes, expression: str, **options: Any) -> list[dict[str, Any]]:
        return list(s3.select_object_content(**held(content), **query(expression, **options))["Payload"])

    return ask


@pytest.fixture
def world(aws: MockAWS, s3: Any) -> dict[str, str]:
    """Buckets and objects for the calls in ``inputs.py``, and the ids that replace the placeholders there."""
    aws.account().create_bucket("amzn-data", ownership="ObjectWriter", public_access_block=None)
    for key in ("k", "source"):
        s3.put_object(Bucket="amzn-data", Key=key, Body=b"a,b\n")
    if hasattr(s3, "put_object_annotation"):  # older clients do not have it
        s3.put_object_annotation(**KEY, AnnotationName="a", AnnotationPayload=b"x")
    s3.put_object(Bucket="amzn-data", Key="frozen", Body=b"x", StorageClass="GLACIER")
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    s3.put_object(**LOCKED, ObjectLockLegalHoldStatus="OFF")
    s3.put_object_retention(**LOCKED, Retention=RETENTION)
    if hasattr(s3, "rename_object"):
        zone = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az4"}}
        kind = {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}
        s3.create_bucket(Bucket=DIRECTORY, CreateBucketConfiguration={**zone, "Bucket": kind})
        for key in ("k", "source"):
            s3.put_object(Bucket=DIRECTORY, Key=key, Body=b"x")
    upload = s3.create_multipart_upload(**KEY)["UploadId"]
    etag = s3.upload_part(**KEY, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    owner = s3.get_object_acl(**KEY)["Owner"]["ID"]
    return {"<upload>": upload, "<etag>": etag, "<id>": owner, "<key>": aws.account().create_kms_key().arn}
