"""Creating, finding, listing and deleting directory buckets."""

from __future__ import annotations

import pytest
import requests

from mocks3 import mock_s3
from mocks3.errors import Mocks3Error, NotSupported

from .example_bucket import ARN, NAME, configuration, refused

MORE = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az4"}}


@pytest.mark.parametrize(
    "name",
    [
        "data--x-s3",
        "--use1-az4--x-s3",
        "DATA--use1-az4--x-s3",
        "da.ta--use1-az4--x-s3",
        "-data--use1-az4--x-s3",
        "xn--data--use1-az4--x-s3",
        "sthree-data--use1-az4--x-s3",
        "amzn-s3-demo-data--use1-az4--x-s3",
        "d" * 50 + "--use1-az4--x-s3",
    ],
)
def test_names_that_no_directory_bucket_has(name):
    """User guide, "Directory bucket naming rules"; the SDK refuses most of them itself."""
    with mock_s3() as aws:
        with pytest.raises(Mocks3Error, match="the name of a directory bucket must be BASE--ZONE--x-s3"):
            aws.account().create_bucket(name)
        url = f"https://s3express-control.us-east-1.amazonaws.com/{name}"
        assert "<Code>" in requests.put(url, timeout=9).text
        assert aws.store.bucket(name) is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Location": None}, "InvalidRequest"),
        ({"Bucket": None}, "InvalidRequest"),
        ({"Location": {"Type": "AvailabilityZone", "Name": "use1-az6"}}, "InvalidRequest"),
        ({"Location": {"Type": "LocalZone", "Name": "use1-az4"}}, "InvalidRequest"),
        ({"Bucket": {"Type": "Directory", "DataRedundancy": "SingleLocalZone"}}, "InvalidRequest"),
    ],
)
def test_a_body_that_contradicts_the_name_makes_nothing(aws, s3, changed, code):
    told = {name: value for name, value in {**configuration(), **changed}.items() if value is not None}
    assert refused(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=told)[:2] == (400, code)
    assert aws.store.bucket(NAME) is None


def test_a_zone_of_another_region_has_no_buckets_here(aws):
    s3 = aws.client("s3", region_name="us-west-2")
    told = refused(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=configuration())
    assert told[:2] == (400, "InvalidLocationConstraint")


def test_a_general_purpose_bucket_takes_no_zone(s3):
    assert refused(s3.create_bucket, Bucket="data", CreateBucketConfiguration=configuration())[1] == (
        "InvalidBucketName"
    )


@pytest.mark.parametrize(
    "params",
    [
        {"ACL": "private"},
        {"ObjectOwnership": "BucketOwnerEnforced"},
        {"ObjectLockEnabledForBucket": True},
        {"GrantRead": "id=1"},
    ],
)
def test_what_new_directory_buckets_do_not_have_is_501(aws, s3, params):
    """API_CreateBucket."""
    assert refused(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=configuration(), **params) == (
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
    )
    assert aws.store.bucket(NAME) is None


def test_a_name_is_taken_once(aws, s3, zonal):
    assert refused(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=configuration())[:2] == (
        409,
        "BucketAlreadyOwnedByYou",
    )
    other = aws.account("111122223333").client("s3")
    assert refused(other.create_bucket, Bucket=NAME, CreateBucketConfiguration=configuration())[:2] == (
        409,
        "BucketAlreadyExists",
    )


def test_the_two_kinds_are_listed_apart(aws, s3, zonal):
    aws.account().create_bucket("general")
    aws.account().create_bucket("west--usw2-az1--x-s3")
    aws.account("111122223333").create_bucket("theirs--use1-az4--x-s3")
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["general"]
    listed = s3.list_directory_buckets()["Buckets"]
    assert [(each["Name"], each["BucketArn"]) for each in listed] == [(NAME, ARN)]
    west = aws.client("s3", region_name="us-west-2").list_directory_buckets()["Buckets"]
    assert [each["Name"] for each in west] == ["west--usw2-az1--x-s3"]


def test_directory_buckets_are_listed_by_pages(aws, s3):
    names = [f"{letter}--use1-az4--x-s3" for letter in "abcde"]
    for name in names:
        aws.account().create_bucket(name)
    pages = s3.get_paginator("list_directory_buckets").paginate(PaginationConfig={"PageSize": 2})
    assert [[each["Name"] for each in page["Buckets"]] for page in pages] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    assert refused(s3.list_directory_buckets, MaxDirectoryBuckets=1001)[:2] == (400, "InvalidArgument")
    assert refused(s3.list_directory_buckets, ContinuationToken="made-up")[:2] == (400, "InvalidArgument")


def test_head_bucket_says_where_it_is(s3, zonal):
    head = s3.head_bucket(Bucket=NAME)
    assert (head["BucketLocationType"], head["BucketLocationName"]) == ("AvailabilityZone", "use1-az4")
    assert (head["BucketRegion"], head["AccessPointAlias"], head["BucketArn"]) == ("us-east-1", False, ARN)


def test_a_bucket_with_objects_or_uploads_stays(aws, s3, zonal):
    """API_ListMultipartUploads: a directory bucket with uploads in progress cannot be deleted."""
    upload = s3.create_multipart_upload(Bucket=NAME, Key="k")["UploadId"]
    assert refused(s3.delete_bucket, Bucket=NAME)[:2] == (409, "BucketNotEmpty")
    s3.abort_multipart_upload(Bucket=NAME, Key="k", UploadId=upload)
    zonal.put({"k": b""})
    assert refused(s3.delete_bucket, Bucket=NAME)[:2] == (409, "BucketNotEmpty")
    s3.delete_object(Bucket=NAME, Key="k")
    s3.delete_bucket(Bucket=NAME)
    assert refused(s3.list_objects_v2, Bucket=NAME)[1] == "NoSuchBucket"


def test_handles_make_and_know_directory_buckets(aws):
    bucket = aws.account().create_bucket("logs--apne1-az4--x-s3", objects={"a/k": "text"})
    assert (bucket.region, bucket.keys) == ("ap-northeast-1", ["a/k"])
    assert bucket.arn == "arn:aws:s3express:ap-northeast-1:123456789012:bucket/logs--apne1-az4--x-s3"
    head = aws.client("s3", region_name="ap-northeast-1").head_object(Bucket=bucket.name, Key="a/k")
    assert head["StorageClass"] == "EXPRESS_ONEZONE"
    with pytest.raises(Mocks3Error, match="the zone use1-az4 is not in the Region eu-west-1"):
        aws.account().create_bucket(NAME, region="eu-west-1")
    for setting in ({"versioning": True}, {"acl": "private"}, {"public_access_block": None}):
        with pytest.raises(Mocks3Error, match="cannot be chosen"):
            aws.account().create_bucket(NAME, **setting)


def test_general_purpose_endpoints_do_not_know_them(s3, zonal):
    """A client that does not know directory buckets calls s3.REGION, and gets NoSuchBucket."""
    for host in (f"{NAME}.s3.us-east-1.amazonaws.com/", f"s3.us-east-1.amazonaws.com/{NAME}/"):
        got = requests.get(f"https://{host}?list-type=2", timeout=9)
        assert (got.status_code, "<Code>NoSuchBucket</Code>" in got.text) == (404, True)
    with_an_operation_they_lack = f"https://s3.us-east-1.amazonaws.com/{NAME}?versioning"
    assert requests.get(with_an_operation_they_lack, timeout=9).status_code == 404
    made = requests.put(f"https://s3.us-east-1.amazonaws.com/new-{NAME}", timeout=9)
    assert "<Code>" in made.text
    other_zone = f"https://{NAME}.s3express-use1-az6.us-east-1.amazonaws.com/?list-type=2"
    assert requests.get(other_zone, timeout=9).status_code == 404


def test_a_region_knows_its_own_only(aws, zonal):
    west = aws.client("s3", region_name="us-west-2")
    assert refused(west.list_objects_v2, Bucket=NAME)[:2] == (404, "NoSuchBucket")
    assert refused(west.get_bucket_policy, Bucket=NAME)[:2] == (404, "NoSuchBucket")


def test_the_endpoints_of_directory_buckets_know_no_others(aws):
    aws.account().create_bucket("general", objects={"k": b""})
    for url in (
        "https://general.s3express-use1-az4.us-east-1.amazonaws.com/?list-type=2",
        "https://s3express-control.us-east-1.amazonaws.com/general?policy",
    ):
        got = requests.get(url, timeout=9)
        assert (got.status_code, "<Code>NoSuchBucket</Code>" in got.text) == (404, True)


def test_each_endpoint_does_its_own(s3, zonal):
    """Objects at the Region's endpoint, and management at the zone's, are 405."""
    for url in (
        f"https://s3express-control.us-east-1.amazonaws.com/{NAME}?list-type=2",
        f"https://{NAME}.s3express-use1-az4.us-east-1.amazonaws.com/?policy",
    ):
        assert requests.get(url, timeout=9).status_code == 405


def test_access_points_of_directory_buckets_are_not_played(aws, zonal):
    with pytest.raises(NotSupported, match=f"access points of directory buckets .{NAME}"):
        zonal.create_access_point("point")
