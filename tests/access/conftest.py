"""Fixtures of the tests of authorization: account A, which owns a bucket, and account B."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mocks3 import mock_s3
from mocks3.handles.accounts import Account
from mocks3.handles.mock_aws import MockAWS


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def a(aws: MockAWS) -> Account:
    """Account A, the owner of the bucket ``bkt``."""
    account = aws.account("111111111111", name="A")
    account.create_bucket("bkt", public_access_block=None, objects={"k": b"body"})
    return account


@pytest.fixture
def b(aws: MockAWS) -> Account:
    """Account B, to which account A has granted nothing."""
    return aws.account("222222222222", name="B")
