"""CreateBucket: names, locations, ownership, ACLs, tags, object lock, and buckets that are there already."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.rules import regions
from mocks3.wire.known import additions

from .answers import answer, refusal

EU = {"LocationConstraint": "eu-west-1"}


def test_a_new_bucket_answers_its_location_and_arn(s3: Any) -> None:
    """R-24."""
    assert answer(s3.create_bucket, Bucket="data") == {
        "Location": "/data",
        "BucketArn": "arn:aws:s3:::data",
    }


def test_a_location_constraint_changes_the_location(s3: Any) -> None:
    made = answer(s3.create_bucket, Bucket="data", CreateBucketConfiguration=EU)
    assert made["Location"] == "http://data.s3.amazonaws.com/"
    assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] == "eu-west-1"


@pytest.mark.parametrize(
    "name", ["abc", "a-b.c", "1" * 63, "my.bucket-1", "x0x", "192.168.1", "an-an-a", "s3alias", "a--x"]
)
def test_good_names(s3: Any, name: str) -> None:
    s3.create_bucket(Bucket=name)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [name]


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "UpperCase",
        "under_score",
        "-start",
        "end-",
        ".start",
        "a..b",
        "192.168.1.1",
        "x" * 64,
        "xn--bucket",
        "sthree-bucket",
        "amzn-s3-demo-bucket",
        "bucket-s3alias",
        "bucket--ol-s3",
        "bucket.mrap",
        "bucket--table-s3",
        "bucket-an",
    ],
)
def test_bad_names(aws: MockAWS, name: str) -> None:
    client = aws.client("s3", config=Config(s3={"addressing_style": "path"}))
    assert refusal(client.create_bucket, Bucket=name) == {
        "Status": 400,
        "Code": "InvalidBucketName",
        "Message": "The specified bucket is not valid.",
        "BucketName": name,
    }
    assert client.list_buckets()["Buckets"] == []


def test_a_name_in_the_accounts_own_namespace(s3: Any) -> None:
    """F-71."""
    name = "data-123456789012-us-east-1-an"
    s3.create_bucket(Bucket=name, BucketNamespace="account-regional")
    foreign = name.replace("123456789012", "999999999999")
    refused = refusal(s3.create_bucket, Bucket=foreign, BucketNamespace="account-regional")
    assert refused["Code"] == "InvalidNamespaceHeader"


# Locations


@pytest.mark.compares_with_the_model
def test_every_constraint_of_the_model_is_known() -> None:
    model = botocore.session.get_session().get_service_model("s3")
    path = "CreateBucketConfiguration.LocationConstraint"
    added = {each.value for each in additions("s3", "CreateBucket") if each.path == path}  # refused by name
    assert set(model.shape_for("BucketLocationConstraint").enum) - added <= regions.CONSTRAINTS


@pytest.mark.parametrize("constraint", ["us-east-1", "foo", "aws-global", "", "cn-north-1", "us-gov-west-1"])
def test_us_east_1_refuses_constraints_that_there_are_not(s3: Any, constraint: str) -> None:
    """R-10, R-121."""
    configuration = {"LocationConstraint": constraint}
    assert refusal(s3.create_bucket, Bucket="data", CreateBucketConfiguration=configuration) == {
        "Status": 400,
        "Code": "InvalidLocationConstraint",
        "Message": "The specified location-constraint is not valid",
        "LocationConstraint": constraint or None,  # botocore's value of an empty element
    }


@pytest.mark.parametrize("constraint", ["us-east-1", "eu-west-1", "EU", "bar", "aws-global"])
def test_other_endpoints_refuse_constraints_that_are_not_theirs(aws: MockAWS, constraint: str) -> None:
    """R-10."""
    client = aws.client("s3", region_name="us-west-2")
    configuration = {"LocationConstraint": constraint}
    assert refusal(client.create_bucket, Bucket="data", CreateBucketConfiguration=configuration) == {
        "Status": 400,
        "Code": "IllegalLocationConstraintException",
        "Message": f"The {constraint} location constraint is incompatible for the region specific endpoint this "
        "request was sent to.",
    }


def test_other_endpoints_want_a_constraint(aws: MockAWS) -> None:
    """R-10."""
    client = aws.client("s3", region_name="us-west-2")
    refused = refusal(client.create_bucket, Bucket="data")
    assert refused["Code"] == "IllegalLocationConstraintException"
    assert refused["Message"].startswith("The unspecified location constraint is incompatible")


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_a_configuration_without_a_setting(aws: MockAWS, region: str) -> None:
    """R-121: botocore sends the empty element."""
    client = aws.client("s3", region_name=region)
    refused = refusal(client.create_bucket, Bucket="data", CreateBucketConfiguration={})
    assert (refused["Status"], refused["Code"]) == (400, "MalformedXML")
    tagged = {"Tags": [{"Key": "a", "Value": "b"}]}
    if region == "us-east-1":
        assert client.list_buckets()["Buckets"] == []
        client.create_bucket(Bucket="data", CreateBucketConfiguration=tagged)


def test_other_endpoints_take_their_own_constraint(aws: MockAWS) -> None:
    client = aws.client("s3", region_name="us-west-2")
    client.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    assert client.head_bucket(Bucket="data")["BucketRegion"] == "us-west-2"


def test_eu_is_kept_as_it_was_asked_for(s3: Any) -> None:
    """R-24."""
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "EU"})
    assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] == "EU"
    [bucket] = s3.list_buckets(Prefix="data")["Buckets"]
    assert bucket["BucketRegion"] == "eu-west-1"


def test_us_east_1_has_no_constraint(s3: Any) -> None:
    s3.create_bucket(Bucket="data")
    assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] is None


# Names that are taken


def test_a_name_of_another_account_is_taken(aws: MockAWS) -> None:
    """X-22."""
    aws.account("111111111111").client().create_bucket(Bucket="data")
    refused = refusal(aws.client().create_bucket, Bucket="data")
    assert (refused["Status"], refused["Code"], refused["BucketName"]) == (409, "BucketAlreadyExists", "data")


def test_us_east_1_lets_an_owner_repeat_himself(s3: Any) -> None:
    """X-23."""
    s3.create_bucket(Bucket="data")
    assert answer(s3.create_bucket, Bucket="data")["Location"] == "/data"
    assert answer(s3.create_bucket, Bucket="data", CreateBucketConfiguration={"Tags": []})


def test_repeating_with_tags_is_refused_in_us_east_1(s3: Any) -> None:
    """R-11."""
    configuration = {"Tags": [{"Key": "a", "Value": "b"}]}
    s3.create_bucket(Bucket="data", CreateBucketConfiguration=configuration)
    for tags in (configuration, {"Tags": [{"Key": "other", "Value": "b"}]}):
        refused = refusal(s3.create_bucket, Bucket="data", CreateBucketConfiguration=tags)
        assert refused == {
            "Status": 409,
            "Code": "BucketAlreadyOwnedByYou",
            "Message": "Your previous request to create the named bucket succeeded and you already own it.",
            "BucketName": "data",
        }


def test_repeating_elsewhere_is_refused(aws: MockAWS) -> None:
    client = aws.client("s3", region_name="eu-west-1")
    client.create_bucket(Bucket="data", CreateBucketConfiguration=EU)
    refused = refusal(client.create_bucket, Bucket="data", CreateBucketConfiguration=EU)
    assert (refused["Status"], refused["Code"]) == (409, "BucketAlreadyOwnedByYou")


def test_repeating_keeps_what_is_in_the_bucket(aws: MockAWS, s3: Any) -> None:
    bucket = aws.account().create_bucket("data", objects={"k": b"1"})
    s3.create_bucket(Bucket="data")
    assert bucket.keys == ["k"]


# Defaults, ownership, ACLs


def test_new_buckets_enforce_their_owner_and_block_the_public(s3: Any) -> None:
    """B-6."""
    s3.create_bucket(Bucket="data")
    controls = s3.get_bucket_ownership_controls(Bucket="data")["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    block = s3.get_public_access_block(Bucket="data")["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}


def test_new_buckets_of_old() -> None:
    with mock_s3(new_bucket_defaults="legacy") as aws:
        client = aws.client()
        client.create_bucket(Bucket="data", ACL="public-read")
        controls = client.get_bucket_ownership_controls(Bucket="data")["OwnershipControls"]
        assert controls == {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        refused = refusal(client.get_public_access_block, Bucket="data")
        assert refused["Code"] == "NoSuchPublicAccessBlockConfiguration"
        assert len(client.get_bucket_acl(Bucket="data")["Grants"]) == 2


@pytest.mark.parametrize("ownership", ["Nobody", ""])
def test_ownership_that_there_is_not(s3: Any, ownership: str) -> None:
    """A-57."""
    assert refusal(s3.create_bucket, Bucket="data", ObjectOwnership=ownership) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": f"Invalid x-amz-object-ownership header: {ownership}",
        "ArgumentName": "x-amz-object-ownership",
    }


def test_w_142_an_acl_for_others_does_not_go_with_owner_enforced(s3: Any) -> None:
    assert refusal(s3.create_bucket, Bucket="data", ACL="public-read") == {
        "Status": 400,
        "Code": "InvalidBucketAclWithObjectOwnership",
        "Message": "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    }


def test_w_143_a_public_acl_does_not_go_with_block_public_access(s3: Any) -> None:
    refused = refusal(s3.create_bucket, Bucket="data", ACL="public-read", ObjectOwnership="ObjectWriter")
    assert refused == {
        "Status": 400,
        "Code": "InvalidBucketAclWithBlockPublicAccessError",
        "Message": "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
    }


@pytest.mark.parametrize("acl", ["private", "bucket-owner-read", "bucket-owner-full-control"])
def test_acls_that_come_to_private_are_taken(s3: Any, acl: str) -> None:
    s3.create_bucket(Bucket="data", ACL=acl)


def test_grants_to_another_account(aws: MockAWS, s3: Any) -> None:
    other = aws.account("111111111111").canonical_id
    s3.create_bucket(Bucket="data", ObjectOwnership="ObjectWriter", GrantRead=f"id={other}")
    [grant] = s3.get_bucket_acl(Bucket="data")["Grants"]
    assert grant == {"Grantee": {"ID": other, "Type": "CanonicalUser"}, "Permission": "READ"}


def test_object_lock_brings_versioning(s3: Any) -> None:
    s3.create_bucket(Bucket="data", ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket="data")["Status"] == "Enabled"


# Tags


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            [{"Key": "test,test2", "Value": "v"}],
            {"Message": "The TagKey you have provided is invalid", "TagKey": "test,test2"},
        ),
        (
            [{"Key": "k", "Value": "value1,value2"}],
            {
                "Message": "The TagValue you have provided is invalid",
                "TagKey": "k",
                "TagValue": "value1,value2",
            },
        ),
        (
            [{"Key": "aws:k", "Value": "v"}],
            {
                "Message": 'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. '
                'Remove "aws:" from your tag keys and try again.'
            },
        ),
    ],
)
def test_tags_that_may_not_be(s3: Any, tags: list[Any], expected: dict[str, str]) -> None:
    """R-12."""
    refused = refusal(s3.create_bucket, Bucket="data", CreateBucketConfiguration={"Tags": tags})
    assert refused == {"Status": 400, "Code": "InvalidTag", **expected}
    assert s3.list_buckets()["Buckets"] == []


def test_the_same_tag_twice_is_an_internal_error(aws: MockAWS) -> None:
    """R-12."""
    client = aws.client("s3", config=Config(retries={"total_max_attempts": 1}))
    tags = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    refused = refusal(client.create_bucket, Bucket="data", CreateBucketConfiguration={"Tags": tags})
    assert refused == {
        "Status": 500,
        "Code": "InternalError",
        "Message": "We encountered an internal error. Please try again.",
    }


@pytest.mark.parametrize("tag", ["<Key>k</Key>", "<Value>v</Value>"])
def test_half_a_tag_is_malformed(aws: MockAWS, tag: str) -> None:
    """R-6."""
    client = aws.client("s3", config=Config(parameter_validation=False))
    body = f"<CreateBucketConfiguration><Tags><Tag>{tag}</Tag></Tags></CreateBucketConfiguration>"

    def replace(request: Any, **_: Any) -> None:
        request.data = body

    client.meta.events.register("before-sign.s3.CreateBucket", replace)
    assert refusal(client.create_bucket, Bucket="data")["Code"] == "MalformedXML"


# Who may


def test_anonymous_callers_are_told_to_authenticate(aws: MockAWS) -> None:
    refused = refusal(aws.anonymous.client().create_bucket, Bucket="data")
    assert refused["Message"] == "Anonymous users cannot invoke this API. Please authenticate."


@pytest.mark.parametrize(
    ("options", "action"),
    [
        ({}, "s3:CreateBucket"),
        ({"ACL": "public-read"}, "s3:PutBucketAcl"),
        ({"ObjectLockEnabledForBucket": True}, "s3:PutBucketObjectLockConfiguration"),
        ({"ObjectOwnership": "ObjectWriter"}, "s3:PutBucketOwnershipControls"),
        ({"CreateBucketConfiguration": {"Tags": [{"Key": "k", "Value": "v"}]}}, "s3:TagResource"),
    ],
)
def test_f_70_every_option_needs_its_permission(aws: MockAWS, options: dict[str, Any], action: str) -> None:
    """OQ-24."""
    allowed = [] if action == "s3:CreateBucket" else ["s3:CreateBucket"]
    statement = {"Effect": "Allow", "Action": allowed or "s3:ListAllMyBuckets", "Resource": "*"}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})
    refused = refusal(eve.client().create_bucket, Bucket="data", **options)
    assert refused["Status"] == 403
    assert refused["Message"] == (
        f'User: {eve.arn} is not authorized to perform: {action} on resource: "arn:aws:s3:::data" because no '
        f"identity-based policy allows the {action} action"
    )
    assert aws.client().list_buckets()["Buckets"] == []


def test_a_custom_endpoint_stands_for_the_mocks_own_region() -> None:
    with mock_s3(region="eu-west-1") as aws:
        client = aws.client("s3", endpoint_url="http://storage.internal:9000")
        client.create_bucket(Bucket="here")
        client.create_bucket(Bucket="there", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        assert aws.store.buckets()["here"].region == "eu-west-1"
        assert aws.store.buckets()["there"].region == "us-west-2"
