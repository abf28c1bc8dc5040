"""The mock that the tests of effects start from: its clock is frozen at noon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with freeze_time(NOON), mock_s3() as world:
        yield world
