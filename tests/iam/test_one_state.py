"""The Python handles and the API are two views of one state."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, mock_s3

from .conftest import ACCOUNT, TRUST, document, fault


def key_client(service: str, key: dict[str, str]):
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


class TestFromTheApi:
    def test_a_key_signs_calls_to_s3_with_the_policies_of_its_user(self, aws, iam, user, policy):
        aws.account().create_bucket("data", objects={"k": b"hello"})
        key = iam.create_access_key(UserName=user)["AccessKey"]
        s3 = key_client("s3", key)
        assert fault(s3.get_object, Bucket="data", Key="k")[0] == "AccessDenied"
        iam.attach_user_policy(UserName=user, PolicyArn=policy)
        assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"hello"
        iam.detach_user_policy(UserName=user, PolicyArn=policy)
        iam.put_user_policy(
            UserName=user, PolicyName="all", PolicyDocument=document("s3:GetObject", "s3:ListBucket")
        )
        assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"hello"

    def test_the_decision_names_the_managed_policy_that_denies(self, aws, iam, user):
        aws.account().create_bucket("data", objects={"k": b""})
        made = iam.create_policy(PolicyName="barrier", PolicyDocument=document("s3:GetObject", effect="Deny"))
        iam.attach_user_policy(UserName=user, PolicyArn=made["Policy"]["Arn"])
        assert (
            fault(aws.account().user(user).client().get_object, Bucket="data", Key="k")[0] == "AccessDenied"
        )
        assert f'"{made["Policy"]["Arn"]}"' in str(aws.decisions[-1])

    def test_a_role_is_a_handle_and_can_be_assumed(self, aws, iam, user):
        trust = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/eve"},
                "Action": "sts:AssumeRole",
            },
        }
        made = iam.create_role(
            RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust), Path="/team/", Description="x"
        )["Role"]
        assert made["AssumeRolePolicyDocument"] == trust
        role = aws.account().role("reader")
        assert role.arn == made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/reader"
        assert role.assume(by=aws.account().user(user)).arn.endswith("assumed-role/reader/session")

    def test_handles_of_users_groups_and_policies(self, aws, iam, user, group, policy):
        account = aws.account()
        iam.add_user_to_group(GroupName=group, UserName=user)
        assert account.group(group).arn == f"arn:aws:iam::{ACCOUNT}:group/team"
        assert account.policy("reading").arn == policy
        eve = account.user(user)
        assert eve.arn == f"arn:aws:iam::{ACCOUNT}:user/eve"
        assert account.user(user).access_key == eve.access_key
        for kind in ("user", "group", "role", "policy"):
            with pytest.raises(Mocks3Error, match="has no .* 'nobody'"):
                getattr(account, kind)("nobody")

    def test_a_user_handle_uses_the_first_active_key(self, aws, iam, user):
        first, second = (iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"] for _ in range(2))
        assert aws.account().user(user).access_key.id == first
        iam.update_access_key(UserName=user, AccessKeyId=first, Status="Inactive")
        assert aws.account().user(user).access_key.id == second

    def test_a_policy_names_the_new_user_only_after_it_is_put_again(self, aws, iam, user):
        """PE-14."""
        bucket = aws.account("111122223333").create_bucket("data")
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/eve"},
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::data",
        }
        bucket.put_policy({"Version": "2012-10-17", "Statement": statement})
        iam.update_user(UserName=user, NewUserName="ann")
        ann = aws.account().user("ann")
        ann.put_policy(json.loads(document("s3:ListBucket")))
        assert ann.client().list_objects_v2(Bucket="data")["KeyCount"] == 0
        ann.delete()
        iam.create_user(UserName="ann")
        again = aws.account().user("ann")
        again.put_policy(json.loads(document("s3:ListBucket")))
        assert fault(again.client().list_objects_v2, Bucket="data")[0] == "AccessDenied"


class TestFromTheHandles:
    def test_users_keys_groups_and_policies_are_listed(self, aws, iam):
        eve = aws.account().create_user("eve", policies=json.loads(document("s3:GetObject")), path="/team/")
        aws.account().create_group("team", members=[eve])
        reading = aws.account().create_policy("reading", json.loads(document("s3:GetObject")))
        eve.attach(reading)
        [shown] = iam.list_users(PathPrefix="/team/")["Users"]
        assert (shown["Arn"], shown["UserId"]) == (eve.arn, eve.unique_id)
        [key] = iam.list_access_keys(UserName="eve")["AccessKeyMetadata"]
        assert (key["AccessKeyId"], key["Status"]) == (eve.access_key.id, "Active")
        assert "SecretAccessKey" not in key
        assert iam.list_user_policies(UserName="eve")["PolicyNames"] == ["inline"]
        assert iam.list_attached_user_policies(UserName="eve")["AttachedPolicies"] == [
            {"PolicyName": "reading", "PolicyArn": reading.arn}
        ]
        assert [each["UserName"] for each in iam.get_group(GroupName="team")["Users"]] == ["eve"]

    def test_a_boundary_given_as_a_document_is_a_managed_policy(self, aws, iam):
        aws.account().create_user("eve", boundary=json.loads(document("s3:GetObject")))
        shown = iam.get_user(UserName="eve")["User"]["PermissionsBoundary"]
        arn = f"arn:aws:iam::{ACCOUNT}:policy/user-eve-boundary"
        assert shown == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
        assert iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsBoundary")[
            "PolicyUsers"
        ]

    def test_short_names_of_users_make_no_third_key(self, aws, iam):
        eve = aws.account().create_user("eve")
        for _ in range(3):
            aws.profiles["eve"] = "user/eve"
            assert aws.account().user("eve").access_key == eve.access_key
        assert len(iam.list_access_keys(UserName="eve")["AccessKeyMetadata"]) == 1

    def test_every_account_has_its_own(self, aws, iam):
        other = aws.account("111122223333")
        other.create_user("eve")
        assert iam.list_users()["Users"] == []
        assert [each["UserName"] for each in other.client("iam").list_users()["Users"]] == ["eve"]


class TestCredentials:
    def test_inactive_and_deleted_keys_are_rejected(self, aws, iam, user):
        key = iam.create_access_key(UserName=user)["AccessKey"]
        sts = key_client("sts", key)
        assert sts.get_caller_identity()["Arn"].endswith("user/eve")
        iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
        assert fault(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
        iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Active")
        assert sts.get_caller_identity()["Arn"].endswith("user/eve")
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
        assert fault(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)

    def test_the_credentials_of_a_deleted_user_are_rejected(self, aws, iam):
        eve = aws.account().create_user("eve", policies=json.loads(document("iam:*")))
        client = eve.client("iam")
        client.get_user()
        iam.delete_access_key(UserName="eve", AccessKeyId=eve.access_key.id)
        iam.delete_user_policy(UserName="eve", PolicyName="inline")
        iam.delete_user(UserName="eve")
        assert fault(client.get_user)[:2] == ("InvalidClientTokenId", 403)

    @pytest.mark.parametrize("kind", ["federated", "session without MFA"])
    def test_sessions_that_cannot_call_iam(self, aws, kind):
        everything = json.loads(document("*"))
        eve = aws.account().create_user("eve", policies=everything)
        caller = eve.federate("f", policy=everything) if kind == "federated" else eve.session_token()
        assert fault(caller.client("iam").list_users)[:2] == ("InvalidClientTokenId", 403)
        assert eve.session_token(mfa=True).client("iam").list_users()["Users"]

    def test_last_use_of_a_key(self, aws, iam, user):
        key = iam.create_access_key(UserName=user)["AccessKey"]
        unused = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
        assert unused["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
        aws.clock.advance(days=3)
        fault(key_client("s3", key).list_buckets)
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
        assert used["UserName"] == "eve"
        last = used["AccessKeyLastUsed"]
        assert (last["ServiceName"], last["Region"]) == ("s3", "us-east-1")
        assert abs((aws.clock.now() - last["LastUsedDate"]).total_seconds()) < 60


class TestEndpoints:
    @pytest.mark.parametrize(
        ("region", "partition"),
        [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-west-1", "aws")],
    )
    def test_other_partitions_have_their_own_arns(self, region, partition):
        with mock_s3():
            iam = boto3.client("iam", region_name=region)
            user = iam.create_user(UserName="eve")["User"]
            assert user["Arn"] == f"arn:{partition}:iam::{ACCOUNT}:user/eve"
            policy = iam.create_policy(PolicyName="p", PolicyDocument=document("s3:*"))["Policy"]["Arn"]
            assert policy == f"arn:{partition}:iam::{ACCOUNT}:policy/p"
            iam.attach_user_policy(UserName="eve", PolicyArn=policy)
            attached = iam.list_attached_user_policies(UserName="eve")["AttachedPolicies"]
            assert attached == [{"PolicyName": "p", "PolicyArn": policy}]
            iam.detach_user_policy(UserName="eve", PolicyArn=policy)

    def test_the_scope_must_have_the_region_of_the_global_endpoint(self):
        with mock_s3():
            iam = boto3.client("iam", region_name="us-east-1")
            iam.meta.events.register(
                "before-sign.iam",
                lambda request, **_: request.context.update(signing={"region": "eu-west-1"}),
            )
            code, status, message = fault(iam.list_users)
            assert (code, status) == ("SignatureDoesNotMatch", 403)
            assert "valid region" in message

    def test_an_unsigned_call_is_rejected(self, aws):
        with pytest.raises(ClientError, match="MissingAuthenticationToken"):
            aws.anonymous.client("iam").list_users()


def test_a_snapshot_restores_everything(aws, iam, user, role):
    mark = aws.snapshot()
    iam.create_instance_profile(InstanceProfileName="web")
    iam.create_account_alias(AccountAlias="name")
    iam.create_access_key(UserName=user)
    iam.delete_role(RoleName=role)
    aws.restore(mark)
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert iam.list_account_aliases()["AccountAliases"] == []
    assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"] == []
    assert iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"] == TRUST
