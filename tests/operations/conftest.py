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
