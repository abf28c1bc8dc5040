"""Fixtures of the KMS tests: a new AWS, two accounts, a bucket, and a key with the default policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.accounts import Account
from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS

OPS, PARTNER = "111122223333", "444455556666"


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3(account=OPS) as world:
        yield world


@pytest.fixture
def ops(aws: MockAWS) -> Account:
    return aws.account()


@pytest.fixture
def partner(aws: MockAWS) -> Account:
    return aws.account(PARTNER)


@pytest.fixture
def kms(aws: MockAWS) -> Any:
    return aws.client("kms")


@pytest.fixture
def key(ops: Account) -> KmsKey:
    return ops.create_kms_key()


@pytest.fixture
def bucket(ops: Account, partner: Account) -> str:
    """A bucket whose policy allows both accounts to read and write objects."""
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{OPS}:root", f"arn:aws:iam::{PARTNER}:root"]},
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::amzn-data/*",
        },
    }
    return ops.create_bucket("amzn-data", policy=policy).name
