"""Settings that change how requests are answered: acceleration, Requester Pays, ABAC, location."""

from __future__ import annotations

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

OTHER = "222222222222"


def error(call, /, **params):
    with pytest.raises(ClientError) as caught:
        call(**params)
    return caught.value.response["Error"]


@pytest.fixture
def accelerated(aws):
    return aws.client("s3", config=Config(s3={"use_accelerate_endpoint": True}))


def accelerate(s3, bucket, status):
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": status})


def test_the_accelerate_endpoint_serves_enabled_buckets_only(s3, bucket, accelerated):
    refused = error(accelerated.put_object, Bucket=bucket, Key="k")
    assert refused == {
        "Code": "InvalidRequest",
        "Message": "S3 Transfer Acceleration is not configured on this bucket",
    }
    accelerate(s3, bucket, "Enabled")
    accelerated.put_object(Bucket=bucket, Key="k", Body=b"fast")
    assert accelerated.get_object(Bucket=bucket, Key="k")["Body"].read() == b"fast"
    accelerate(s3, bucket, "Suspended")
    refused = error(accelerated.get_object, Bucket=bucket, Key="k")
    assert refused["Message"] == "S3 Transfer Acceleration is disabled on this bucket"
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"fast"


@pytest.fixture
def shared(aws, s3):
    everything = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": OTHER},
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::amzn-shared", "arn:aws:s3:::amzn-shared/*"],
        },
    }
    aws.account(OTHER)
    aws.account().create_bucket("amzn-shared", policy=everything, objects={"k": b"body"})
    s3.put_bucket_request_payment(Bucket="amzn-shared", RequestPaymentConfiguration={"Payer": "Requester"})
    return "amzn-shared"


def test_requesters_who_pay_get_the_request_charged_header(aws, s3, shared):
    theirs = aws.account(OTHER).client()
    target = {"Bucket": shared, "Key": "k", "RequestPayer": "requester"}
    assert error(theirs.get_object, Bucket=shared, Key="k")["Code"] == "AccessDenied"
    for answer in (
        theirs.get_object(**target),
        theirs.head_object(**target),
        theirs.put_object(**target, Body=b"x"),
        theirs.copy_object(**{**target, "Key": "c"}, CopySource=f"{shared}/k"),
        theirs.create_multipart_upload(**target),
        theirs.list_objects_v2(Bucket=shared, RequestPayer="requester"),
        theirs.delete_object(**target),
    ):
        assert answer["RequestCharged"] == "requester"


def test_owners_and_bucket_calls_get_no_request_charged_header(aws, s3, shared):
    assert "RequestCharged" not in s3.get_object(Bucket=shared, Key="k")
    assert "RequestCharged" not in aws.account(OTHER).client().get_bucket_location(Bucket=shared)


def test_bucket_owner_pays_sends_no_request_charged_header(aws, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k")
    assert "RequestCharged" not in s3.get_object(Bucket=bucket, Key="k", RequestPayer="requester")


def test_tags_count_only_under_abac(aws, s3, bucket):
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "team", "Value": "x"}]})
    by_tag = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "x"}},
        },
    }
    eve = aws.account().create_user("eve", policies=by_tag).client()
    assert error(eve.list_objects_v2, Bucket=bucket)["Code"] == "AccessDenied"
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    assert eve.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_get_bucket_location_returns_the_region(aws):
    far = aws.client("s3", region_name="eu-west-1")
    far.create_bucket(Bucket="amzn-far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert aws.client().get_bucket_location(Bucket="amzn-far")["LocationConstraint"] == "eu-west-1"
    assert aws.client().list_objects_v2(Bucket="amzn-far")["KeyCount"] == 0
