"""A world with two accounts, a bucket, and principals of every kind."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS

A, B = "111111111111", "222222222222"


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    """Return a document that allows actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def aws() -> MockAWS:
    """Return a world with the bucket ``data`` of account A, and the user ``dave``, who may do everything."""
    world = MockAWS()
    account = world.account(A)
    account.create_bucket("data")
    account.create_user("dave", policies=allow("s3:*", "kms:*"))
    account.create_role("reader", path="/team/", policies=allow("s3:GetObject"))
    return world
