"""Lists in pages and under paths, reports, and what calls without a user name are about."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pytest

from .conftest import ACCOUNT, TRUST, document, fault


def names(pages, member: str, name: str) -> list[list[str]]:
    return [[each[name] for each in page[member]] for page in pages]


class TestPages:
    @pytest.fixture
    def users(self, iam):
        for name, path in (("c", "/a/"), ("a", "/"), ("e", "/a/b/"), ("b", "/"), ("d", "/a/")):
            iam.create_user(UserName=name, Path=path)

    def test_pages_follow_each_other_by_name(self, iam, users):
        pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2})
        assert names(pages, "Users", "UserName") == [["a", "b"], ["c", "d"], ["e"]]

    def test_a_user_that_is_created_between_two_pages_shifts_nothing(self, iam, users):
        first = iam.list_users(MaxItems=2)
        assert first["IsTruncated"]
        iam.create_user(UserName="aa")
        second = iam.list_users(MaxItems=2, Marker=first["Marker"])
        assert [each["UserName"] for each in second["Users"]] == ["c", "d"]

    def test_a_path_prefix(self, iam, users):
        found = iam.list_users(PathPrefix="/a/")["Users"]
        assert [(each["UserName"], each["Path"]) for each in found] == [
            ("c", "/a/"),
            ("d", "/a/"),
            ("e", "/a/b/"),
        ]
        assert found[2]["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/a/b/e"

    def test_lists_leave_out_tags_and_boundaries(self, iam, policy):
        tags = [{"Key": "Team", "Value": "blue"}]
        iam.create_user(UserName="eve", Tags=tags, PermissionsBoundary=policy)
        assert {"Tags", "PermissionsBoundary"}.isdisjoint(iam.list_users()["Users"][0])
        assert iam.get_user(UserName="eve")["User"]["Tags"] == tags
        iam.tag_user(UserName="eve", Tags=[{"Key": "team", "Value": "red"}, {"Key": "a", "Value": ""}])
        assert iam.list_user_tags(UserName="eve")["Tags"] == [
            {"Key": "a", "Value": ""},
            {"Key": "team", "Value": "red"},
        ]
        iam.untag_user(UserName="eve", TagKeys=["TEAM"])
        assert iam.list_user_tags(UserName="eve")["Tags"] == [{"Key": "a", "Value": ""}]

    def test_tags_in_pages(self, iam, user):
        iam.tag_user(UserName=user, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(5)])
        pages = iam.get_paginator("list_user_tags").paginate(UserName=user, PaginationConfig={"PageSize": 3})
        assert names(pages, "Tags", "Key") == [["k0", "k1", "k2"], ["k3", "k4"]]


class TestAuthorizationDetails:
    @pytest.fixture
    def filled(self, iam, user, group, role, policy):
        iam.add_user_to_group(UserName=user, GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn=policy)
        iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=document("s3:ListBucket"))
        iam.create_instance_profile(InstanceProfileName="web")
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName=role)

    def test_everything_is_there(self, iam, filled, policy):
        found = iam.get_account_authorization_details()
        [user], [group], [role] = (found[f"{kind}DetailList"] for kind in ("User", "Group", "Role"))
        assert user["GroupList"] == ["team"]
        assert group["AttachedManagedPolicies"] == [{"PolicyName": "reading", "PolicyArn": policy}]
        assert role["AssumeRolePolicyDocument"] == TRUST
        [inline] = role["RolePolicyList"]
        assert inline["PolicyDocument"] == json.loads(document("s3:ListBucket"))
        assert role["InstanceProfileList"][0]["InstanceProfileName"] == "web"
        [shown] = found["Policies"]
        assert shown["PolicyVersionList"][0]["Document"] == json.loads(document("s3:GetObject"))

    def test_filters_and_pages(self, iam, filled):
        found = iam.get_account_authorization_details(Filter=["Role"])
        assert (len(found["RoleDetailList"]), found["UserDetailList"], found["Policies"]) == (1, [], [])
        pages = list(
            iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 3})
        )
        lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        assert [sum(len(page[each]) for each in lists) for page in pages] == [3, 1]


class TestReports:
    def test_the_credential_report(self, aws, iam, user):
        iam.create_login_profile(UserName=user, Password="a-Secret-1")
        key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
        iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")
        assert fault(iam.get_credential_report)[:2] == ("ReportNotPresent", 410)
        assert [iam.generate_credential_report()["State"] for _ in range(2)] == ["STARTED", "COMPLETE"]
        text = iam.get_credential_report()["Content"].decode()
        root, eve = csv.DictReader(text.splitlines())
        assert root["user"] == "<root_account>"
        assert (eve["arn"], eve["password_enabled"], eve["access_key_1_active"], eve["mfa_active"]) == (
            f"arn:aws:iam::{ACCOUNT}:user/eve",
            "true",
            "false",
            "false",
        )
        aws.clock.advance(hours=5)
        assert fault(iam.get_credential_report)[:2] == ("ReportExpired", 410)

    def test_the_account_summary(self, iam, user, group, role, policy):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=document("s3:*"))
        summary = iam.get_account_summary()["SummaryMap"]
        counted = {name: summary[name] for name in ("Users", "Groups", "Roles", "Policies")}
        assert counted == {"Users": 1, "Groups": 1, "Roles": 1, "Policies": 1}
        assert (summary["PolicyVersionsInUse"], summary["AccessKeysPerUserQuota"]) == (2, 2)


class TestWithoutAName:
    def test_the_root_user(self, iam):
        user = iam.get_user()["User"]
        assert (user["Arn"], user["UserId"]) == (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
        [key] = iam.list_access_keys()["AccessKeyMetadata"]
        assert key["Status"] == "Active"

    def test_a_user(self, aws, iam):
        eve = aws.account().create_user("eve", policies=json.loads(document("iam:*")))
        assert eve.client("iam").get_user()["User"]["Arn"] == eve.arn
        made = eve.client("iam").create_access_key()["AccessKey"]
        assert made["UserName"] == "eve"

    def test_a_session_has_no_user(self, aws, iam):
        role = aws.account().create_role("reader", policies=json.loads(document("iam:*")))
        assert fault(role.assume().client("iam").get_user) == (
            "ValidationError",
            400,
            "Must specify userName when calling with non-User credentials",
        )


def test_calls_to_s3_load_nothing_of_iam():
    program = """
import sys
from mocks3 import mock_s3
with mock_s3() as aws:
    aws.client("s3").create_bucket(Bucket="data")
    aws.client("s3").put_object(Bucket="data", Key="k")
    assert not [name for name in sys.modules if name.startswith("mocks3.iam")]
    from mocks3.storage.iam import aws_managed
    assert aws_managed._facts.cache_info().currsize == 0
    aws.client("iam").list_users()
    assert "mocks3.iam.users" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
