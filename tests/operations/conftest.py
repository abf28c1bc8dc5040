"""What every test of an operation starts from: a fresh AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .selecting import Select, query


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def open_bucket(aws: MockAWS) -> str:
    """A bucket with ACLs in force and no Block Public Access, as new buckets were before April 2023."""
    aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
    return "amzn-open"


@pytest.fixture
def locked(s3: Any) -> str:
    """A bucket with Object Lock, and so with versions."""
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    return "amzn-locked"


@pytest.fixture
def held(s3: Any, bucket: str) -> Callable[[bytes], dict[str, str]]:
    """Puts the content into an object, and names it as parameters do."""

    def put(content: bytes) -> dict[str, str]:
        s3.put_object(Bucket=bucket, Key="held", Body=content)
        return {"Bucket": bucket, "Key": "held"}

    return put


@pytest.fixture
def select(s3: Any, held: Callable[[bytes], dict[str, str]]) -> Select:
    """Asks SelectObjectContent about some content, and gives the events of the answer."""

    def ask(content: bytes, expression: str, **options: Any) -> list[dict[str, Any]]:
        return list(s3.select_object_content(**held(content), **query(expression, **options))["Payload"])

    return ask
