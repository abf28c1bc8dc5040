"""An organization with a unit, a member account and a policy, made through boto3 by the management account."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3

MANAGEMENT = "123456789012"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


class Ids(NamedTuple):
    """The ids of what the organization consists of."""

    root: str
    unit: str
    account: str
    policy: str
    request: str


def deny(*actions: str, **more: Any) -> str:
    """Return the JSON text of a policy that denies actions."""
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fault(call: Any, **members: Any) -> tuple[str, int, str]:
    """Return code, status and message of a call that fails."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    answer = caught.value.response
    error = answer["Error"]
    return error["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def create_policy(client: Any, name: str = "deny", kind: str = SCP, content: str | None = None) -> str:
    """Create a policy; return its id."""
    made = client.create_policy(
        Name=name, Description="", Type=kind, Content=content or deny("s3:ListAllMyBuckets")
    )
    return str(made["Policy"]["PolicySummary"]["Id"])


@pytest.fixture
def aws():
    with mock_s3() as aws:
        yield aws


@pytest.fixture
def client(aws):
    """The Organizations client of the management account's root user."""
    return aws.client("organizations")


@pytest.fixture
def ids(client) -> Ids:
    """The organization, with SCPs and RCPs enabled; the account "dev" is in the unit "workloads"."""
    client.create_organization()
    root = client.list_roots()["Roots"][0]["Id"]
    for kind in (SCP, RCP):
        client.enable_policy_type(RootId=root, PolicyType=kind)
    unit = client.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
    request = client.create_account(Email="dev@example.com", AccountName="dev")["CreateAccountStatus"]["Id"]
    status = client.describe_create_account_status(CreateAccountRequestId=request)["CreateAccountStatus"]
    client.move_account(AccountId=status["AccountId"], SourceParentId=root, DestinationParentId=unit)
    return Ids(root, unit, status["AccountId"], create_policy(client), request)


@pytest.fixture
def member(aws, ids):
    """A user of the member account who may do everything that the organization permits."""
    return aws.account(ids.account).create_user("dev", policies=EVERYTHING)
