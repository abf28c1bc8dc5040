"""A world with everything that ``aws.dump`` can write, and questions about it."""

from __future__ import annotations

import itertools
import random
from typing import Any

from botocore.exceptions import ClientError

from mocks3 import MockAWS
from mocks3.handles.principals import Principal
from mocks3.storage import PublicAccessBlock
from tests.load.conftest import DEV, OPS, policy

BOSS = "999988887777"
POINT = f"arn:aws:s3:us-east-1:{OPS}:accesspoint/point"
IN_DATA = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
EVERYTHING = policy({"Action": "*", "Resource": "*"})


def seed() -> MockAWS:
    """Two member accounts and the management account, and all that decides between them."""
    aws = MockAWS()
    ops, dev, boss = aws.account(OPS, "ops"), aws.account(DEV, "dev"), aws.account(BOSS)
    read = ops.create_policy(
        "read", policy({"Action": ["s3:Get*", "s3:List*"], "Resource": "*"}), path="/team/"
    )
    dave = ops.create_user("dave", path="/team/", boundary=read, tags={"team": "red"})
    eve = ops.create_user(
        "eve", policies=policy({"Action": "s3:*", "Resource": "arn:aws:s3:::data/${aws:username}/*"})
    )
    gone = ops.create_user("gone")
    devs = ops.create_group("devs", policies=EVERYTHING, members=[dave])
    devs.attach("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    trust = {"Effect": "Allow", "Principal": {"AWS": [dave.arn, gone.arn]}, "Action": "sts:AssumeRole"}
    reader = dev.create_role(
        "reader",
        path="/service-role/",
        trust={"Version": "2012-10-17", "Statement": trust},
        policies=policy({"Action": ["s3:*", "kms:Decrypt"], "Resource": "*"}),
        max_session_duration=7200,
    )
    key = ops.create_kms_key(alias="alias/data")
    key.grant(reader, ["Decrypt"], {"EncryptionContextSubset": {"aws:s3:arn": "arn:aws:s3:::data"}})
    locked = dev.create_kms_key(
        policy({"Principal": {"AWS": reader.arn}, "Action": "kms:*", "Resource": "*"}), region="eu-west-1"
    )
    data = ops.create_bucket("data", versioning=True, objects={"k": b"1", "eve/k": b"2", "object": b""})
    s3 = ops.client()
    s3.put_bucket_encryption(
        Bucket="data",
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": key.arn,
                    },
                    "BucketKeyEnabled": True,
                }
            ]
        },
    )
    s3.put_object(Bucket="data", Key="enc", Tagging="class=secret", StorageClass="STANDARD_IA")
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    data.put_policy(
        policy(
            {"Principal": {"AWS": [reader.arn, gone.arn]}, "Action": "s3:*", "Resource": IN_DATA},
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": IN_DATA,
                "Condition": {"StringEquals": {"s3:ExistingObjectTag/class": "secret"}},
            },
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:GetBucketAcl",
                "Resource": "arn:aws:s3:::data",
            },
        )
    )  # fmt: skip
    data.create_access_point(
        "point",
        policy=policy(
            {"Principal": {"AWS": reader.arn}, "Action": "s3:GetObject", "Resource": f"{POINT}/object/*"}
        ),
        vpc="vpc-1",
    )
    dev.create_bucket(
        "shared", ownership="ObjectWriter", acl="public-read", public_access_block=None, region="eu-west-1"
    )
    there = dev.client(region_name="eu-west-1")
    there.put_object(Bucket="shared", Key="k", Body=b"", GrantRead=f'id="{ops.canonical_id}"')
    there.put_bucket_acl(
        Bucket="shared",
        GrantWrite=f'id="{ops.canonical_id}"',
        GrantRead='uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    )
    ops.client(region_name="eu-west-1").put_object(Bucket="shared", Key="of-ops", Body=b"")
    locked.disable()
    public = ops.create_bucket(
        "site",
        public_access_block=None,
        policy=policy({"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}),
        objects={"index.html": b""},
    )
    s3.put_bucket_request_payment(Bucket="site", RequestPaymentConfiguration={"Payer": "Requester"})
    s3.put_public_access_block(
        Bucket=public.name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": False,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": False,
        },
    )
    gone.delete()
    organization = aws.organization("o-a1b2c3d4e5", management=boss)
    work = organization.ou("work")
    organization.add(ops, ou=work)
    organization.add(dev)
    organization.put_scp(policy({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}), on=work)
    organization.put_rcp(
        policy(
            {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl", "Resource": "*"},
        )
    )
    dev.block_public_access(PublicAccessBlock(False, False, False, True))
    aws.vpc_endpoint(
        "vpce-1",
        vpc="vpc-1",
        account=ops,
        policy=policy({"Principal": "*", "Action": "s3:Get*", "Resource": "*"}),
    )
    assert eve.account == OPS
    return aws


PRINCIPALS = ("dave", "eve", "reader", "ops", "dev", "boss", "anonymous", "service")
ACTIONS = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:GetObjectAcl", "s3:ListBucket",
    "s3:GetBucketAcl", "s3:PutBucketPolicy", "s3:DeleteBucket",
)  # fmt: skip
PLACES = (
    "data/k",
    "data/eve/k",
    "data/enc",
    "data/missing",
    "shared/k",
    "shared/of-ops",
    "site/index.html",
    "point/k",
)
CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"},
    {"aws:SourceIp": "203.0.113.9"},
    {"s3:x-amz-request-payer": "requester"},
)


def principal(aws: MockAWS, name: str) -> Principal:
    """A principal of the seeded world by a short name."""
    accounts = {"ops": OPS, "dev": DEV, "boss": BOSS}
    if name in accounts:
        return aws.account(accounts[name]).root
    if name == "anonymous":
        return aws.anonymous
    if name == "service":
        return aws.service("cloudtrail.amazonaws.com", source_account=OPS)
    if name == "reader":
        return aws.account(DEV).role("reader").assume(session_name="s")
    return aws.account(OPS).user(name)


def questions(number: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Questions in a random order that is always the same: principal, action, resource, condition keys."""
    every = list(itertools.product(PRINCIPALS, ACTIONS, PLACES, CONTEXTS))
    return random.Random(16).sample(every, number)


def resource(action: str, place: str) -> str:
    """The ARN that an action has, at a place ``BUCKET/KEY`` or ``point/KEY``."""
    bucket, _, key = place.partition("/")
    on_object = "Object" in action
    if bucket == "point":
        return f"{POINT}/object/{key}" if on_object else POINT
    return f"arn:aws:s3:::{bucket}/{key}" if on_object else f"arn:aws:s3:::{bucket}"


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_object", {"Bucket": "data", "Key": "k"}),
    ("get_object", {"Bucket": "data", "Key": "enc"}),
    ("get_object", {"Bucket": "data", "Key": "missing"}),
    ("get_object", {"Bucket": POINT, "Key": "k"}),
    ("put_object", {"Bucket": "data", "Key": "eve/new"}),
    ("put_object", {"Bucket": "shared", "Key": "new", "ACL": "public-read"}),
    ("get_object", {"Bucket": "shared", "Key": "k"}),
    ("get_object_acl", {"Bucket": "shared", "Key": "k"}),
    ("list_objects_v2", {"Bucket": "shared"}),
    ("get_object", {"Bucket": "site", "Key": "index.html"}),
    ("get_object", {"Bucket": "site", "Key": "index.html", "RequestPayer": "requester"}),
    ("get_bucket_acl", {"Bucket": "data"}),
    ("get_bucket_policy", {"Bucket": "data"}),
    ("get_bucket_tagging", {"Bucket": "data"}),
    ("delete_object", {"Bucket": "data", "Key": "k"}),
    ("put_bucket_policy", {"Bucket": "site", "Policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
                           '"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}]}'}),
    ("copy_object", {"Bucket": "data", "Key": "copy", "CopySource": "shared/k"}),
    ("list_buckets", {}),
)  # fmt: skip


def played(aws: MockAWS, name: str, operation: str, parameters: dict[str, Any]) -> str:
    """The error code and message of a call, or ``ok``; the state is restored afterwards."""
    mark = aws.snapshot()
    region = "eu-west-1" if parameters.get("Bucket") == "shared" else "us-east-1"
    client = principal(aws, name).client("s3", region_name=region)
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        return f"{found['Code']}: {found['Message']}"
    finally:
        aws.restore(mark)
    return "ok"
