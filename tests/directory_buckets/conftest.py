"""Fixtures of the tests of directory buckets: a new AWS, a directory bucket, and a client of its owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.buckets import BucketHandle
from mocks3.handles.mock_aws import MockAWS

from .example_bucket import NAME


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def s3(aws: MockAWS) -> Any:
    return aws.client("s3")


@pytest.fixture
def zonal(aws: MockAWS) -> BucketHandle:
    """The directory bucket ``data--use1-az4--x-s3`` of the default account."""
    return aws.account().create_bucket(NAME)
