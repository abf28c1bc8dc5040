"""The fixtures that every test can ask for once mocks3 is installed.

Rule 1: this file is imported by every pytest run on the machine, so it imports nothing beyond pytest;
mocks3 and botocore are imported by the first fixture that needs them.
Rule 2: every fixture is an override point: it takes what it builds on from the fixture below it, so that a
project which redefines one of them changes all that stand on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mocks3 import MockAWS


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    """A fresh in-memory AWS for this test; every S3 call the test makes through botocore lands in it.

    Override it to seed accounts, users and buckets that many tests share::

        @pytest.fixture
        def aws(aws):
            aws.account().create_bucket("uploads")
            return aws
    """
    from mocks3 import mock_s3

    with mock_s3() as world:
        yield world


@pytest.fixture
def s3(aws: MockAWS) -> Any:
    """An S3 client whose calls are made by root of the default account.

    Override it to test as somebody else::

        @pytest.fixture
        def s3(aws):
            return aws.account().create_user("app", policies=["policies/app.json"]).client("s3")
    """
    return aws.client("s3")
