"""An AWS with one IAM user, group, role, policy and so on, made through boto3 by the account's root user."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3

ACCOUNT = "123456789012"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def document(*actions: str, effect: str = "Allow", resource: Any = "*", **more: Any) -> str:
    """Return the JSON text of a policy with one statement."""
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource, **more}
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
        yield aws


@pytest.fixture
def iam(aws):
    """The IAM client of the account's root user."""
    return aws.client("iam")


@pytest.fixture
def role(iam) -> str:
    """The role "reader"; returns its name."""
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    return "reader"


@pytest.fixture
def user(iam) -> str:
    """The user "eve"; returns her name."""
    iam.create_user(UserName="eve")
    return "eve"


@pytest.fixture
def group(iam) -> str:
    """The group "team"; returns its name."""
    iam.create_group(GroupName="team")
    return "team"


@pytest.fixture
def policy(iam) -> str:
    """The managed policy "reading"; returns its ARN."""
    made = iam.create_policy(PolicyName="reading", PolicyDocument=document("s3:GetObject"))
    return made["Policy"]["Arn"]
