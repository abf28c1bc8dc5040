"""A bucket with a policy, and principals who may do different things."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS

OWNER = "111122223333"
ADMIN, DAVE = f"arn:aws:iam::{OWNER}:role/admin", f"arn:aws:iam::{OWNER}:user/team/dave"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


BUCKET_POLICY = policy(
    {
        "Sid": "Secret",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/secret/*",
    },
    {
        "Sid": "Public",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/public/*",
    },
)


@pytest.fixture
def aws() -> MockAWS:
    aws = MockAWS()
    owner = aws.account(OWNER)
    owner.create_bucket("data", policy=BUCKET_POLICY, public_access_block=None)
    owner.create_role("admin", policies=policy({"Effect": "Allow", "Action": "*", "Resource": "*"}))
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    owner.create_user("dave", path="/team/", policies=policy(reads))
    return aws
