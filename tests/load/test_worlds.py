"""Worlds from what the AWS CLI prints: what must be allowed is allowed, what must be denied is denied."""

from __future__ import annotations

import mocks3.load
from tests.load.conftest import DEV, OPS, code, policy, text

DAVE = f"arn:aws:iam::{OPS}:user/team/dave"
DETAILS = {
    "UserDetailList": [
        {
            "Path": "/team/",
            "UserName": "dave",
            "UserId": "AIDACKCEVSQ6C2EXAMPLE",
            "Arn": DAVE,
            "CreateDate": "2026-01-01T00:00:00+00:00",
            "GroupList": ["devs"],
            "AttachedManagedPolicies": [
                {"PolicyName": "read", "PolicyArn": f"arn:aws:iam::{OPS}:policy/read"}
            ],
            "Tags": [{"Key": "team", "Value": "red"}],
        }
    ],
    "GroupDetailList": [
        {
            "Path": "/",
            "GroupName": "devs",
            "GroupId": "AGPACKCEVSQ6C2EXAMPLE",
            "Arn": f"arn:aws:iam::{OPS}:group/devs",
            "CreateDate": "2026-01-01T00:00:00+00:00",
            "GroupPolicyList": [
                {
                    "PolicyName": "list",
                    "PolicyDocument": policy({"Action": "s3:ListBucket", "Resource": "*"}),
                }
            ],
            "AttachedManagedPolicies": [],
        }
    ],
    "RoleDetailList": [],
    "Policies": [
        {
            "PolicyName": "read",
            "PolicyId": "ANPACKCEVSQ6C2EXAMPLE",
            "Arn": f"arn:aws:iam::{OPS}:policy/read",
            "Path": "/",
            "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {
                    "Document": policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}),
                    "VersionId": "v2",
                    "IsDefaultVersion": True,
                },
                {
                    "Document": policy({"Action": "*", "Resource": "*"}),
                    "VersionId": "v1",
                    "IsDefaultVersion": False,
                },
            ],
        }
    ],
}


def test_users_groups_managed_policies_and_a_bucket(write) -> None:
    folder = write("details.json", DETAILS).parent
    write(
        "get-bucket-policy.json",
        {
            "Policy": text(
                policy(
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::data/secret/*",
                    },
                )
            )
        },
    )
    loaded = mocks3.load.world([folder])
    assert (loaded.unread, loaded.caller) == ((), None)
    aws = loaded.aws
    assert (aws.calls, aws.decisions) == ([], [])
    ops = aws.account(OPS)
    s3 = ops.client()
    s3.put_object(Bucket="data", Key="secret/k", Body=b"1")
    s3.put_object(Bucket="data", Key="k", Body=b"2")
    dave = ops.user("dave")
    assert (dave.arn, dave.unique_id) == (DAVE, "AIDACKCEVSQ6C2EXAMPLE")
    assert dave.client().list_objects_v2(Bucket="data")["KeyCount"] == 2
    assert dave.client().get_object(Bucket="data", Key="k")["Body"].read() == b"2"
    assert code(lambda: dave.client().get_object(Bucket="data", Key="secret/k")) == "AccessDenied"
    assert code(lambda: dave.client().put_object(Bucket="data", Key="k", Body=b"")) == "AccessDenied"


def test_principals_of_policies_exist_and_deleted_ones_keep_their_ids(write) -> None:
    role = f"arn:aws:iam::{DEV}:role/service-role/writer"
    folder = write("details.json", DETAILS).parent
    granted = policy(
        {
            "Principal": {"AWS": [role, "AIDAOLDOLDOLDOLDOLDOL"]},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::data/*",
        }
    )
    write("bucket-policy.json", granted)
    aws = mocks3.load.world([folder]).aws
    ops = aws.account(OPS)
    assert "AIDAOLDOLDOLDOLDOLDOL" in ops.client().get_bucket_policy(Bucket="data")["Policy"]
    assert [each.name for each in aws.iam.principals()] == ["dave", "writer"]
    writer = aws.account(DEV).role("writer")
    assert writer.arn == role
    writer.put_policy(policy({"Action": "s3:*", "Resource": "*"}))
    assert code(lambda: writer.assume().client().put_object(Bucket="data", Key="k", Body=b"")) == "ok"
    assert code(lambda: writer.assume().client().get_object(Bucket="data", Key="k")) == "AccessDenied"
