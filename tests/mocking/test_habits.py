"""Habits of suites written for moto: each is refused by default, allowed by one option, and counted then."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, mock_s3
from mocks3.mocking.options import LIKE
from mocks3.model import habits
from mocks3.model.world import Settings


@pytest.fixture(autouse=True)
def counted():
    habits.clear()
    yield habits.counts
    habits.clear()


def code(call, **params):
    with pytest.raises(ClientError) as caught:
        call(**params)
    return caught.value.response["Error"]["Code"]


NAMES = ["My_Bucket", "under_score", "a..b", "192.168.0.1", "xn--data", "data-an"]


@pytest.mark.parametrize("name", NAMES)
def test_bucket_names(name, counted):
    with mock_s3():
        assert code(boto3.client("s3").create_bucket, Bucket=name) == "InvalidBucketName"
        assert counted() == {}
    with mock_s3(bucket_names="any"):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=name)
        s3.create_bucket(Bucket="valid")
        s3.put_object(Bucket=name, Key="k", Body=b"v")
        assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"v"
        assert [each["Key"] for each in s3.list_objects_v2(Bucket=name)["Contents"]] == ["k"]
        s3.delete_object(Bucket=name, Key="k")
        s3.delete_bucket(Bucket=name)
    assert counted() == {habits.BUCKET_NAMES: 1}


@pytest.mark.parametrize("name", ["ab", "n" * 64])
def test_the_length_of_a_name_is_always_checked(name, counted):
    with mock_s3(bucket_names="any"):
        assert code(boto3.client("s3").create_bucket, Bucket=name) == "InvalidBucketName"
    assert counted() == {}


def test_a_handle_has_the_same_option(counted):
    with mock_s3() as aws, pytest.raises(Mocks3Error, match="InvalidBucketName"):
        aws.account().create_bucket("My_Bucket")
    with mock_s3(bucket_names="any", regions="any") as aws:
        aws.account().create_bucket("My_Bucket", region="moon-1", objects={"k": b"v"})
        assert boto3.client("s3", region_name="moon-1").list_objects_v2(Bucket="My_Bucket")["KeyCount"] == 1
    assert counted() == {habits.BUCKET_NAMES: 1, habits.REGIONS: 1}


def test_regions(counted):
    wanted = {"Bucket": "data", "CreateBucketConfiguration": {"LocationConstraint": "moon-north-1"}}
    with mock_s3():
        for region in ("moon-north-1", "us-east-1"):
            client = boto3.client("s3", region_name=region)
            assert code(client.create_bucket, **wanted) == "InvalidLocationConstraint"
    with mock_s3(regions="any"):
        s3 = boto3.client("s3", region_name="moon-north-1")
        s3.create_bucket(**wanted)
        assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] == "moon-north-1"
        s3.put_object(Bucket="data", Key="k", Body=b"v")
        home = {"CreateBucketConfiguration": {"LocationConstraint": "us-east-1"}}
        there = boto3.client("s3", region_name="us-east-1")
        assert code(there.create_bucket, Bucket="other", **home) == "InvalidLocationConstraint"
    assert counted() == {habits.REGIONS: 1}


def test_location_constraint(counted):
    with mock_s3():
        s3 = boto3.client("s3", region_name="eu-west-1")
        assert code(s3.create_bucket, Bucket="data") == "IllegalLocationConstraintException"
    with mock_s3(location_constraint="optional"):
        s3 = boto3.client("s3", region_name="eu-west-1")
        s3.create_bucket(Bucket="data")
        assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] == "eu-west-1"
        other = {"LocationConstraint": "us-west-2"}
        refused = code(s3.create_bucket, Bucket="more", CreateBucketConfiguration=other)
        assert refused == "IllegalLocationConstraintException"
    assert counted() == {habits.LOCATION_CONSTRAINT: 1}


def test_acls(counted):
    with mock_s3():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        refused = code(s3.put_object, Bucket="data", Key="k", ACL="public-read")
        assert refused == "AccessControlListNotSupported"
    with mock_s3(new_bucket_defaults="legacy"):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="plain")
        assert counted() == {}
        s3.put_object(Bucket="data", Key="k", ACL="public-read")
        s3.put_object_acl(Bucket="data", Key="plain", ACL="public-read")
    assert counted() == {habits.ACLS: 2}


def test_public_policies(counted):
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    with mock_s3():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        assert code(s3.put_bucket_policy, Bucket="data", Policy=policy) == "AccessDenied"
    with mock_s3(new_bucket_defaults="legacy"):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_bucket_policy(Bucket="data", Policy=policy)
    assert counted() == {habits.PUBLIC_POLICIES: 1}


ROLE = {"RoleArn": "arn:aws:iam::111122223333:role/team/reader", "RoleSessionName": "test"}


def test_roles(counted):
    """P-5."""
    with mock_s3():
        assert code(boto3.client("sts").assume_role, **ROLE) == "AccessDenied"
    with mock_s3(roles="any") as aws:
        sts = boto3.client("sts")
        for _ in range(2):
            session = sts.assume_role(**ROLE)
        made = session["Credentials"]
        keys = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }
        who = boto3.client("sts", **keys).get_caller_identity()
        assert who["Arn"] == "arn:aws:sts::111122223333:assumed-role/reader/test"
        boto3.client("s3", **keys).create_bucket(Bucket="data")
        assert aws.account("111122223333").id == "111122223333"
        assert (
            code(sts.assume_role, RoleArn="arn:aws:iam::12:role/x", RoleSessionName="test")
            == "ValidationError"
        )
    assert counted()[habits.ROLES] >= 2


TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:user/eve"},
        "Action": "sts:AssumeRole",
    },
}


def test_a_role_that_trusts_its_caller_is_no_habit(counted):
    with mock_s3(roles="any") as aws:
        user = aws.account().create_user("eve")
        role = aws.account().create_role("reader", trust=TRUST)
        user.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="test")
    assert counted() == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("some policy", {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}),
        (json.dumps(TRUST), TRUST["Statement"]),
    ],
    ids=["no-policy", "unknown-principal"],
)
def test_trust_policies_that_iam_refuses(counted, text, shown):
    role = {"RoleName": "reader", "AssumeRolePolicyDocument": text}
    with mock_s3():
        assert code(boto3.client("iam").create_role, **role) == "MalformedPolicyDocument"
    assert counted() == {}
    with mock_s3(roles="any"):
        iam = boto3.client("iam")
        arn = iam.create_role(**role)["Role"]["Arn"]
        iam.update_assume_role_policy(RoleName="reader", PolicyDocument=text)
        assert iam.get_role(RoleName="reader")["Role"]["AssumeRolePolicyDocument"]["Statement"] == shown
        boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")
    assert counted() == {habits.ROLES: 1, habits.TRUST_POLICIES: 2}


def test_nested_mocks(counted):
    with mock_s3(), mock_s3():
        boto3.client("s3").create_bucket(Bucket="data")
    with mock_s3() as outer:
        boto3.client("s3").create_bucket(Bucket="data")
        inner = mock_s3(nested="join")
        assert inner.start() is outer
        boto3.client("s3").create_bucket(Bucket="more")
        inner.stop()
        names = [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]
        assert names == ["data", "more"]
        with mock_s3():
            assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert counted() == {habits.NESTED: 1}


def test_a_joined_mock_stays_open_until_the_last_one_stops():
    first, second = mock_s3(nested="join"), mock_s3(nested="join")
    first.start()
    boto3.client("s3").create_bucket(Bucket="data")
    second.start()
    first.stop()
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == ["data"]
    second.stop()
    with first:
        assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_credentials_of_moto():
    with mock_s3(ambient_credentials="moto"):
        found = boto3.Session().get_credentials().get_frozen_credentials()
        assert found[:2] == ("FOOBARKEY", "FOOBARSECRET")
        who = boto3.client("sts").get_caller_identity()
        assert who["Arn"] == "arn:aws:iam::123456789012:root"
    with mock_s3():
        assert boto3.Session().get_credentials().access_key.startswith("AKIA")


def test_like_moto_sets_the_options_and_given_ones_have_precedence():
    with mock_s3(like="moto") as aws:
        assert aws.settings == Settings(**LIKE["moto"])
    with mock_s3(like="moto", roles="trusting") as aws:
        assert aws.settings == Settings(**{**LIKE["moto"], "roles": "trusting"})
    with pytest.raises(Mocks3Error, match="like must be 'moto', not 'localstack'"):
        mock_s3(like="localstack")


def test_the_default_value_of_every_option_is_what_aws_does():
    for habit in habits.HABITS:
        assert not habits.allows(Settings(), habit)


def test_the_sentences():
    lines = habits.sentences({habits.BUCKET_NAMES: 12, habits.NESTED: 1})
    assert lines[0].startswith(
        'compat: 12 buckets had names that S3 refuses (bucket_names="any"). On AWS: S3 answers '
    )
    assert lines[1].startswith('compat: 1 mock joined the mock that was open (nested="join"). On AWS: ')
