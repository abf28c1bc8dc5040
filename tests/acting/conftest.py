"""What every test of acting configurations starts from: an AWS at noon of a day that stands still, and its root."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.aws import MockAWS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with freeze_time(NOON), mock_s3() as world:
        yield world


@pytest.fixture
def s3(aws: MockAWS) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    s3.create_bucket(Bucket="amzn-data")
    return "amzn-data"


@pytest.fixture
def versioned(s3: Any) -> str:
    s3.create_bucket(Bucket="amzn-versions")
    s3.put_bucket_versioning(Bucket="amzn-versions", VersioningConfiguration={"Status": "Enabled"})
    return "amzn-versions"
