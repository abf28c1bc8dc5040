"""HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal, status


def test_head_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="data")
    assert answer(s3.head_bucket, Bucket="data") == {
        "BucketArn": "arn:aws:s3:::data",
        "BucketRegion": "us-east-1",
        "AccessPointAlias": False,
    }


def test_head_of_a_missing_bucket(s3: Any) -> None:
    assert refusal(s3.head_bucket, Bucket="nothing") == {
        "Status": 404,
        "Code": "404",
        "Message": "Not Found",
    }


def test_f_74_head_bucket_needs_list_bucket(aws: MockAWS) -> None:
    aws.account().create_bucket("data")
    statement = {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": "*"}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})
    assert refusal(eve.client().head_bucket, Bucket="data")["Status"] == 403
    assert eve.client().get_bucket_location(Bucket="data")["LocationConstraint"] is None


def test_delete_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="data")
    assert status(s3.delete_bucket, Bucket="data") == 204
    assert refusal(s3.delete_bucket, Bucket="data") == no_such_bucket("data")


def test_a_bucket_with_objects_is_not_deleted(aws: MockAWS, s3: Any) -> None:
    """R-13."""
    bucket = aws.account().create_bucket("data", objects={"k": b""})
    assert refusal(s3.delete_bucket, Bucket="data") == {
        "Status": 409,
        "Code": "BucketNotEmpty",
        "Message": "The bucket you tried to delete is not empty",
        "BucketName": "data",
    }
    assert bucket.keys == ["k"]


def test_a_delete_marker_keeps_a_bucket(s3: Any) -> None:
    """R-13."""
    s3.create_bucket(Bucket="data")
    enabled = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration=enabled)
    s3.delete_object(Bucket="data", Key="k")
    refused = refusal(s3.delete_bucket, Bucket="data")
    assert (refused["Status"], refused["Message"]) == (
        409,
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
    )


def test_x_11_a_refusal_says_where_the_bucket_is(aws: MockAWS) -> None:
    aws.account().create_bucket("data")
    client = aws.account("111111111111").client()
    for call in (client.head_bucket, client.list_objects, client.list_objects_v2):
        with pytest.raises(ClientError) as caught:
            call(Bucket="data")
        headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-amz-bucket-region"] == "us-east-1"


@pytest.mark.parametrize("name", ["get_bucket_location", "get_bucket_versioning", "get_bucket_acl"])
def test_nothing_is_said_of_missing_buckets(s3: Any, name: str) -> None:
    assert refusal(getattr(s3, name), Bucket="nothing") == no_such_bucket("nothing")


# ListBuckets


def test_list_buckets_in_the_order_of_names(aws: MockAWS, s3: Any) -> None:
    with freeze_time("2026-01-02 03:04:05.678"):
        for name in ("bbb", "aaa"):
            aws.account().create_bucket(name)
    aws.account("111111111111").create_bucket("foreign")
    listed = answer(s3.list_buckets)
    assert [bucket["Name"] for bucket in listed["Buckets"]] == ["aaa", "bbb"]
    assert listed["Owner"] == {"ID": aws.account().canonical_id}
    first = listed["Buckets"][0]
    assert first["BucketArn"] == "arn:aws:s3:::aaa"
    assert "BucketRegion" not in first
    assert first["CreationDate"].isoformat().startswith("2026-01-02T03:04:05+00:00")
    assert set(listed) == {"Buckets", "Owner"}


def test_list_buckets_with_a_prefix(aws: MockAWS, s3: Any) -> None:
    for name in ("logs-1", "logs-2", "data"):
        aws.account().create_bucket(name)
    listed = answer(s3.list_buckets, Prefix="logs")
    assert [(b["Name"], b["BucketRegion"]) for b in listed["Buckets"]] == [
        ("logs-1", "us-east-1"),
        ("logs-2", "us-east-1"),
    ]
    assert listed["Prefix"] == "logs"


def test_list_buckets_of_a_region(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket("here")
    aws.account().create_bucket("there", region="eu-west-1")
    assert [b["Name"] for b in s3.list_buckets(BucketRegion="eu-west-1")["Buckets"]] == ["there"]


@pytest.mark.parametrize("region", ["EU", "moon-1"])
def test_list_buckets_of_no_region(s3: Any, region: str) -> None:
    assert refusal(s3.list_buckets, BucketRegion=region) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": f"Argument value {region} is not a valid AWS Region",
        "ArgumentName": "bucket-region",
    }


def test_list_buckets_page_by_page(aws: MockAWS, s3: Any) -> None:
    names = [f"bucket-{number}" for number in range(7)]
    for name in names:
        aws.account().create_bucket(name)
    pages = list(s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Buckets"]) for page in pages] == [3, 3, 1]
    assert [b["Name"] for page in pages for b in page["Buckets"]] == names
    assert "ContinuationToken" not in pages[-1]


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "aGVsbG8gd29ybGQ="])
def test_list_buckets_with_a_bad_token(s3: Any, token: str) -> None:
    refused = refusal(s3.list_buckets, ContinuationToken=token)
    assert (refused["Code"], refused["ArgumentName"]) == ("InvalidArgument", "continuation-token")


def test_list_buckets_has_a_limit(s3: Any) -> None:
    assert refusal(s3.list_buckets, MaxBuckets=10_001)["ArgumentName"] == "max-buckets"


def test_list_buckets_unsigned(aws: MockAWS) -> None:
    """X-64."""
    refused = refusal(aws.anonymous.client().list_buckets)
    assert (refused["Status"], refused["Message"]) == (403, "Access Denied")
