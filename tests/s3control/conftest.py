"""An AWS with a bucket and an access point, made through boto3 by the account's root user."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3

ACCOUNT, OTHER = "123456789012", "111122223333"
POINT = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/ap1"


def policy(*actions: str, principal: Any = None, resource: Any = "*", **more: Any) -> str:
    """Return the JSON text of a policy that allows actions; with a principal, a resource-based one."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    if principal is not None:
        statement["Principal"] = principal
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fault(call: Any, **members: Any) -> tuple[str, int, str]:
    """Return code, status and message of a call that fails."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    answer = caught.value.response
    error = answer["Error"]
    return error["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


@pytest.fixture
def aws():
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"body"})
        yield aws


@pytest.fixture
def control(aws):
    """The S3 Control client of the account's root user."""
    return aws.client("s3control")


@pytest.fixture
def point(control) -> str:
    """The access point "ap1" of the bucket "data"; returns its ARN."""
    made = control.create_access_point(AccountId=ACCOUNT, Name="ap1", Bucket="data")
    return str(made["AccessPointArn"])
