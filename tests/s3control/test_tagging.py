"""Tags of buckets and access points by TagResource, and what they decide."""

from __future__ import annotations

import pytest

from mocks3 import NotSupported

from .conftest import ACCOUNT, OTHER, fault, policy

BUCKET = "arn:aws:s3:::data"


def tags(control, arn):
    return {
        each["Key"]: each["Value"]
        for each in control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=arn)["Tags"]
    }


def tagged(**members):
    return [{"Key": key, "Value": value} for key, value in members.items()]


@pytest.mark.parametrize("which", ["bucket", "point"])
def test_tags_are_added_replaced_and_removed(control, point, which):
    arn = BUCKET if which == "bucket" else point
    name = {"AccountId": ACCOUNT, "ResourceArn": arn}
    assert tags(control, arn) == {}
    control.tag_resource(**name, Tags=tagged(team="a", stage="x"))
    control.tag_resource(**name, Tags=tagged(team="b"))
    assert tags(control, arn) == {"team": "b", "stage": "x"}
    control.untag_resource(**name, TagKeys=["stage", "missing"])
    assert tags(control, arn) == {"team": "b"}
    control.untag_resource(**name, TagKeys=["team"])
    assert tags(control, arn) == {}


def test_the_tags_of_a_bucket_are_those_of_put_bucket_tagging(aws, control):
    s3 = aws.client("s3")
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=BUCKET, Tags=tagged(team="a"))
    assert s3.get_bucket_tagging(Bucket="data")["TagSet"] == tagged(team="a")
    s3.put_bucket_abac(Bucket="data", AbacStatus={"Status": "Enabled"})
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=BUCKET, Tags=tagged(team="b"))
    assert tags(control, BUCKET) == {"team": "b"}
    control.untag_resource(AccountId=ACCOUNT, ResourceArn=BUCKET, TagKeys=["team"])
    assert fault(s3.get_bucket_tagging, Bucket="data")[0] == "NoSuchTagSet"


def test_tags_of_a_new_access_point_need_the_permission_to_tag(aws, control):
    eve = aws.account().create_user("eve", policies=policy("s3:CreateAccessPoint"))
    create = {"AccountId": ACCOUNT, "Name": "ap2", "Bucket": "data", "Tags": tagged(team="a")}
    code, status, message = fault(eve.client("s3control").create_access_point, **create)
    assert (code, status) == ("AccessDenied", 403)
    assert "is not authorized to perform: s3:TagResource" in message
    eve.put_policy(
        policy(
            "s3:CreateAccessPoint",
            "s3:TagResource",
            Condition={"StringEquals": {"aws:RequestTag/team": "a"}},
        )
    )
    arn = eve.client("s3control").create_access_point(**create)["AccessPointArn"]
    assert tags(control, arn) == {"team": "a"}
    other = {**create, "Name": "ap3", "Tags": tagged(team="b")}
    assert fault(eve.client("s3control").create_access_point, **other)[0] == "AccessDenied"


def test_the_tags_of_an_access_point_decide_requests_through_it(aws, control, point):
    """F-123."""
    condition = {"StringEquals": {"s3:AccessPointTag/team": "a"}}
    eve = aws.account().create_user("eve", policies=policy("s3:GetObject", Condition=condition))
    get = {"Bucket": point, "Key": "k"}
    assert fault(eve.client("s3").get_object, **get)[0] == "AccessDenied"
    assert "the access point has no tag team" in str(aws.decisions[-1])
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=point, Tags=tagged(team="a"))
    assert eve.client("s3").get_object(**get)["Body"].read() == b"body"
    assert fault(eve.client("s3").get_object, Bucket="data", Key="k")[0] == "AccessDenied"
    eve.put_policy(policy("s3:GetAccessPoint", Condition=condition))
    assert eve.client("s3control").get_access_point(AccountId=ACCOUNT, Name="ap1")["Name"] == "ap1"


def test_the_policy_of_a_bucket_decides_who_tags_it(aws, control):
    eve = aws.account().create_user("eve")
    tag = {"AccountId": ACCOUNT, "ResourceArn": BUCKET, "Tags": tagged(team="a")}
    client = eve.client("s3control")
    assert fault(client.tag_resource, **tag)[0] == "AccessDenied"
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    s3 = aws.client("s3")
    text = policy("s3:TagResource", principal={"AWS": eve.arn}, resource=BUCKET, Condition=condition)
    s3.put_bucket_policy(Bucket="data", Policy=text)
    client.tag_resource(**tag)
    assert fault(client.tag_resource, **{**tag, "Tags": tagged(stage="x")})[0] == "AccessDenied"
    assert tags(control, BUCKET) == {"team": "a"}


@pytest.mark.parametrize(
    ("arn", "members", "code", "status"),
    [
        (BUCKET, tagged(**{"aws:x": "1"}), "InvalidTag", 400),
        (BUCKET, tagged(a="1") + tagged(a="2"), "InvalidTag", 400),
        (BUCKET, [{"Key": f"k{n}", "Value": "v"} for n in range(51)], "BadRequest", 400),
        ("arn:aws:s3:::missing", tagged(a="1"), "NoSuchBucket", 404),
        (f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/gone", tagged(a="1"), "NoSuchAccessPoint", 404),
        (f"arn:aws:s3:us-east-1:{ACCOUNT}:storage-lens-group/gone", tagged(a="1"), "NoSuchResource", 404),
    ],
)
def test_what_cannot_be_tagged(control, arn, members, code, status):
    tag = {"AccountId": ACCOUNT, "ResourceArn": arn, "Tags": members}
    assert fault(control.tag_resource, **tag)[:2] == (code, status)
    assert tags(control, BUCKET) == {}


def test_a_resource_of_another_account_is_not_found(aws, control):
    aws.account(OTHER).create_bucket("theirs")
    tag = {"AccountId": ACCOUNT, "ResourceArn": "arn:aws:s3:::theirs", "Tags": tagged(a="1")}
    assert fault(control.tag_resource, **tag)[0] == "AccessDenied"


def test_directory_buckets_are_refused_by_name(control):
    arn = f"arn:aws:s3express:us-east-1:{ACCOUNT}:bucket/data--use1-az4--x-s3"
    with pytest.raises(NotSupported, match="tags of directory buckets"):
        control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=arn)
