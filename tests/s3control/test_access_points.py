"""Access points and their policies through boto3, and as the Python handles see them."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time

from mocks3 import NotSupported

from .conftest import ACCOUNT, OTHER, POINT, fault, policy

OPEN = {"BlockPublicPolicy": False}


def names(answer):
    return [each["Name"] for each in answer["AccessPointList"]]


def test_an_access_point_is_used_like_one_of_a_handle(aws, control, point):
    alias = control.get_access_point(AccountId=ACCOUNT, Name="ap1")["Alias"]
    s3 = aws.client("s3")
    assert s3.get_object(Bucket=point, Key="k")["Body"].read() == b"body"
    assert s3.get_object(Bucket=alias, Key="k")["Body"].read() == b"body"


@freeze_time("2026-03-04T05:06:07Z")
def test_get_returns_what_create_stored(aws, control):
    made = control.create_access_point(
        AccountId=ACCOUNT,
        Name="inner",
        Bucket="data",
        VpcConfiguration={"VpcId": "vpc-1"},
        PublicAccessBlockConfiguration={"BlockPublicPolicy": True},
    )
    found = control.get_access_point(AccountId=ACCOUNT, Name="inner")
    assert (found["AccessPointArn"], found["Alias"]) == (made["AccessPointArn"], made["Alias"])
    assert (found["NetworkOrigin"], found["VpcConfiguration"]) == ("VPC", {"VpcId": "vpc-1"})
    assert (found["Bucket"], found["BucketAccountId"]) == ("data", ACCOUNT)
    assert found["CreationDate"].isoformat() == "2026-03-04T05:06:07+00:00"
    assert found["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }


def test_handles_and_calls_see_one_state(aws, control):
    handle = aws.account().create_access_point("made", "data")
    assert control.get_access_point(AccountId=ACCOUNT, Name="made")["Alias"] == handle.alias
    text = policy("s3:GetObject", principal={"AWS": ACCOUNT}, resource=f"{handle.arn}/object/*")
    control.put_access_point_policy(AccountId=ACCOUNT, Name="made", Policy=text)
    assert handle.policy == json.loads(text)
    control.delete_access_point(AccountId=ACCOUNT, Name="made")
    with pytest.raises(Exception, match="was deleted"):
        handle.policy  # noqa: B018


def test_pages_of_one_region(aws, control):
    aws.account().create_bucket("other")
    for name, bucket in (("c-1", "data"), ("a-1", "data"), ("b-1", "other")):
        control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=bucket)
    first = control.list_access_points(AccountId=ACCOUNT, MaxResults=2)
    second = control.list_access_points(AccountId=ACCOUNT, MaxResults=2, NextToken=first["NextToken"])
    assert (names(first), names(second)) == (["a-1", "b-1"], ["c-1"])
    assert "NextToken" not in second
    assert names(control.list_access_points(AccountId=ACCOUNT, Bucket="data")) == ["a-1", "c-1"]
    far = aws.client("s3control", region_name="eu-west-1")
    assert names(far.list_access_points(AccountId=ACCOUNT)) == []


def test_the_bucket_of_another_account_must_be_named_as_such(aws, control):
    aws.account(OTHER).create_bucket("theirs")
    create = {"AccountId": ACCOUNT, "Name": "cross", "Bucket": "theirs"}
    message = "An access point can be created only for an existing bucket."
    assert fault(control.create_access_point, **create) == ("InvalidRequest", 400, message)
    control.create_access_point(**create, BucketAccountId=OTHER)
    assert control.get_access_point(AccountId=ACCOUNT, Name="cross")["BucketAccountId"] == OTHER


@pytest.mark.parametrize(
    ("members", "code", "status"),
    [
        ({"Name": "ap1", "Bucket": "data"}, "AccessPointAlreadyOwnedByYou", 409),
        ({"Name": "ap2", "Bucket": "missing"}, "InvalidRequest", 400),
        ({"Name": "ap2", "Bucket": "far"}, "InvalidRequest", 400),
        ({"Name": "AP2", "Bucket": "data"}, "InvalidRequest", 400),
        ({"Name": "x" * 51, "Bucket": "data"}, "InvalidRequest", 400),
        ({"Name": "ap-s3alias", "Bucket": "data"}, "InvalidRequest", 400),
    ],
)
def test_invalid_access_points_are_not_created(aws, control, point, members, code, status):
    aws.account().create_bucket("far", region="eu-west-1")
    assert fault(control.create_access_point, AccountId=ACCOUNT, **members)[:2] == (code, status)
    assert names(control.list_access_points(AccountId=ACCOUNT)) == ["ap1"]


@pytest.mark.parametrize(
    "members",
    [{"MaxResults": 1001}, {"NextToken": "Not A Token"}, {"Bucket": "missing"}],
    ids=lambda each: next(iter(each)),
)
def test_invalid_listings(control, members):
    assert fault(control.list_access_points, AccountId=ACCOUNT, **members)[:2] == ("InvalidRequest", 400)


@pytest.mark.parametrize(
    "method",
    [
        "get_access_point",
        "delete_access_point",
        "get_access_point_policy",
        "get_access_point_policy_status",
        "delete_access_point_policy",
    ],
)
def test_an_access_point_that_does_not_exist(control, method):
    assert fault(getattr(control, method), AccountId=ACCOUNT, Name="missing") == (
        "NoSuchAccessPoint",
        404,
        "The specified accesspoint does not exist",
    )


@pytest.mark.parametrize("method", ["get_access_point_policy", "get_access_point_policy_status"])
def test_an_access_point_without_policy(control, point, method):
    code, status, _ = fault(getattr(control, method), AccountId=ACCOUNT, Name="ap1")
    assert (code, status) == ("NoSuchAccessPointPolicy", 404)


def test_a_policy_decides_until_it_is_deleted(aws, control, point):
    user = aws.account().create_user("eve")
    arn = f"{point}/object/*"
    text = policy("s3:GetObject", principal={"AWS": user.arn}, resource=arn)
    delegating = policy(
        "s3:GetObject",
        principal="*",
        resource="arn:aws:s3:::data/*",
        Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
    )
    aws.client("s3").put_bucket_policy(Bucket="data", Policy=delegating)
    get = {"Bucket": point, "Key": "k"}
    assert fault(user.client("s3").get_object, **get)[0] == "AccessDenied"
    control.put_access_point_policy(AccountId=ACCOUNT, Name="ap1", Policy=text)
    assert json.loads(control.get_access_point_policy(AccountId=ACCOUNT, Name="ap1")["Policy"]) == json.loads(
        text
    )
    assert user.client("s3").get_object(**get)["Body"].read() == b"body"
    control.delete_access_point_policy(AccountId=ACCOUNT, Name="ap1")
    control.delete_access_point_policy(AccountId=ACCOUNT, Name="ap1")
    assert fault(user.client("s3").get_object, **get)[0] == "AccessDenied"


def test_malformed_policies_are_not_stored(control, point):
    for text in ("{", policy("s3:GetObject", principal="*", resource="arn:aws:s3:::data/*")):
        code, status, _ = fault(control.put_access_point_policy, AccountId=ACCOUNT, Name="ap1", Policy=text)
        assert (code, status) == ("MalformedPolicy", 400)
    assert (
        fault(control.get_access_point_policy, AccountId=ACCOUNT, Name="ap1")[0] == "NoSuchAccessPointPolicy"
    )


def test_a_public_policy_is_refused_while_any_level_blocks_it(aws, control):
    """B-20, B-48."""
    aws.account().create_bucket("open", public_access_block=None)
    settings = {"PublicAccessBlockConfiguration": OPEN}
    for name, more in (("closed", {}), ("public", settings)):
        control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket="open", **more)
    put = {"AccountId": ACCOUNT, "Name": "closed"}
    text = policy("s3:GetObject", principal="*", resource=f"{POINT.replace('ap1', 'closed')}/object/*")
    code, status, message = fault(control.put_access_point_policy, **put, Policy=text)
    assert (code, status) == ("AccessDenied", 403)
    assert "because public policies are prevented by the BlockPublicPolicy setting" in message
    assert aws.decisions[-1].resource == POINT.replace("ap1", "closed")
    put["Name"], text = "public", text.replace("closed", "public")
    control.put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"BlockPublicPolicy": True}
    )
    assert fault(control.put_access_point_policy, **put, Policy=text)[0] == "AccessDenied"
    control.delete_public_access_block(AccountId=ACCOUNT)
    control.put_access_point_policy(**put, Policy=text)
    assert control.get_access_point_policy_status(**put)["PolicyStatus"] == {"IsPublic": True}


def test_what_is_not_supported_is_named(aws, control):
    create = {"AccountId": ACCOUNT, "Name": "ap2", "Bucket": "data"}
    with pytest.raises(NotSupported, match="Scope of s3control:CreateAccessPoint"):
        control.create_access_point(**create, Scope={"Prefixes": ["a/"]})
    with pytest.raises(NotSupported, match="directory buckets"):
        control.create_access_point(**{**create, "Bucket": "data--use1-az4--x-s3"})
    assert names(control.list_access_points(AccountId=ACCOUNT)) == []
