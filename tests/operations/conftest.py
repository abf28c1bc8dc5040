"""What every test of an operation starts from: a fresh AWS, and a client of the default account's root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.aws import MockAWS


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def s3(aws: MockAWS) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """A bucket with the settings of new buckets."""
    s3.create_bucket(Bucket="amzn-data")
    return "amzn-data"


@pytest.fixture
def versioned(s3: Any) -> str:
    """A bucket that keeps versions."""
    s3.create_bucket(Bucket="amzn-versions")
    s3.put_bucket_versioning(Bucket="amzn-versions", VersioningConfiguration={"Status": "Enabled"})
    return "amzn-versions"


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
