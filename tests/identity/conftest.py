"""Fixtures of the authentication tests: a bucket of the default account, at a frozen time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .sending import NOW


@pytest.fixture
def clock() -> Iterator[Any]:
    with freeze_time(NOW) as moved:
        yield moved


@pytest.fixture
def world(clock: Any) -> Iterator[MockAWS]:
    with mock_s3() as aws:
        client = aws.client("s3")
        client.create_bucket(Bucket="data")
        client.put_object(Bucket="data", Key="k", Body=b"body")
        yield aws


@pytest.fixture
def key(world: MockAWS) -> Any:
    """The access key of the account's root."""
    return world.account().root.access_key
