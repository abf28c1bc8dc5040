"""Condition keys of calls to IAM (Service Authorization Reference): each allowed, denied, and missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, TRUST, document

ARN = f"arn:aws:iam::{ACCOUNT}"
READING, OTHER = f"{ARN}:policy/reading", f"{ARN}:policy/other"


@pytest.fixture
def iam(aws):
    iam = aws.client("iam")
    for name in ("reading", "other"):
        iam.create_policy(PolicyName=name, PolicyDocument=document("s3:GetObject"))
    iam.create_user(UserName="bob", Tags=[{"Key": "Team", "Value": "blue"}])
    iam.create_user(UserName="ann")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName="web")
    return iam


CASES: list[tuple[str, Any, str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        "iam:PolicyARN",
        READING,
        "attach_user_policy",
        [{"UserName": "bob", "PolicyArn": READING}],
        [{"UserName": "bob", "PolicyArn": OTHER}],
    ),
    (
        "iam:PermissionsBoundary",
        READING,
        "create_user",
        [{"UserName": "new", "PermissionsBoundary": READING}],
        [{"UserName": "new", "PermissionsBoundary": OTHER}, {"UserName": "new"}],
    ),
    (
        "iam:PermissionsBoundary",
        READING,
        "put_user_permissions_boundary",
        [{"UserName": "bob", "PermissionsBoundary": READING}],
        [{"UserName": "bob", "PermissionsBoundary": OTHER}],
    ),
    (
        "aws:RequestTag/team",
        "blue",
        "tag_user",
        [{"UserName": "ann", "Tags": [{"Key": "Team", "Value": "blue"}]}],
        [
            {"UserName": "ann", "Tags": [{"Key": "Team", "Value": "red"}]},
            {"UserName": "ann", "Tags": [{"Key": "other", "Value": "blue"}]},
        ],
    ),
    ("aws:ResourceTag/team", "blue", "get_user", [{"UserName": "bob"}], [{"UserName": "ann"}]),
    ("iam:ResourceTag/team", "blue", "get_user", [{"UserName": "bob"}], [{"UserName": "ann"}]),
    (
        "iam:AWSServiceName",
        "ecs.amazonaws.com",
        "create_service_linked_role",
        [{"AWSServiceName": "ecs.amazonaws.com"}],
        [{"AWSServiceName": "lambda.amazonaws.com"}],
    ),
]


def caller(aws: Any, operator: str, key: str, value: Any) -> Any:
    statement = {
        "Effect": "Allow",
        "Action": "iam:*",
        "Resource": "*",
        "Condition": {operator: {key: value}},
    }
    return aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})


@pytest.mark.parametrize(
    ("key", "value", "method", "good", "bad"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES]
)
def test_a_condition_key_decides(aws, iam, key, value, method, good, bad):
    call = getattr(caller(aws, "StringEquals", key, value).client("iam"), method)
    for members in bad:
        with pytest.raises(ClientError, match="because no identity-based policy allows"):
            call(**members)
    for members in good:
        call(**members)


def test_the_tag_keys_of_a_request(aws, iam):
    client = caller(aws, "ForAllValues:StringEquals", "aws:TagKeys", ["team"]).client("iam")
    client.tag_user(UserName="ann", Tags=[{"Key": "team", "Value": "x"}])
    with pytest.raises(ClientError, match="iam:TagUser"):
        client.tag_user(UserName="ann", Tags=[{"Key": "team", "Value": "x"}, {"Key": "b", "Value": ""}])
    with pytest.raises(ClientError, match="iam:UntagUser"):
        client.untag_user(UserName="ann", TagKeys=["other"])


def test_the_present_boundary_counts_for_changes_of_policies(aws, iam):
    eve = caller(aws, "StringEquals", "iam:PermissionsBoundary", READING).client("iam")
    with pytest.raises(ClientError, match="iam:PutUserPolicy on resource: user bob"):
        eve.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document("s3:*"))
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=READING)
    eve.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document("s3:*"))


def test_a_role_is_passed_to_ec2_by_an_instance_profile(aws, iam):
    statements = [
        {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": f"{ARN}:role/reader",
            "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
        },
    ]
    policies = {"Version": "2012-10-17", "Statement": statements}
    eve = aws.account().create_user("eve", policies=policies)
    call = eve.client("iam").add_role_to_instance_profile
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {ARN}:role/reader because"):
        call(InstanceProfileName="web", RoleName="reader")
    statements[1]["Condition"] = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    eve.put_policy(policies)
    call(InstanceProfileName="web", RoleName="reader")


class TestGuardrails:
    def test_a_boundary_limits_calls_to_iam(self, aws, iam):
        eve = aws.account().create_user(
            "eve", policies=json.loads(document("iam:*")), boundary=json.loads(document("iam:Get*"))
        )
        eve.client("iam").get_user(UserName="bob")
        with pytest.raises(
            ClientError, match="because no permissions boundary allows the iam:ListUsers action"
        ):
            eve.client("iam").list_users()

    def test_a_service_control_policy_limits_the_root_user_too(self, aws, iam):
        organization = aws.organization("o-a1b2c3d4e5", management=aws.account("999999999999"))
        organization.add(aws.account())
        organization.put_scp(json.loads(document("iam:CreateUser", effect="Deny")), aws.account())
        with pytest.raises(ClientError, match="with an explicit deny in a service control policy"):
            iam.create_user(UserName="new")

    def test_policies_of_other_accounts_are_out_of_reach(self, aws, iam):
        arn = aws.account("111122223333").create_policy("p", json.loads(document("s3:*"))).arn
        with pytest.raises(ClientError) as denied:
            iam.get_policy(PolicyArn=arn)
        assert denied.value.response["Error"]["Code"] == "AccessDenied"
        assert f"iam:GetPolicy on resource: policy {arn}" in str(denied.value)
