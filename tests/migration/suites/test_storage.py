"""A storage backend: underscores, public ACLs, nested mocks."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws


def test_upload_with_an_acl(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a.txt", Body=b"hello", ACL="public-read")
    grants = s3.get_object_acl(Bucket=bucket, Key="a.txt")["Grants"]
    assert {"READ", "FULL_CONTROL"} == {each["Permission"] for each in grants}


def test_resource(bucket):
    stored = boto3.resource("s3", region_name="us-east-1").Bucket(bucket)
    stored.upload_fileobj(__import__("io").BytesIO(b"x" * 100), "dir/b.bin")
    assert [each.key for each in stored.objects.filter(Prefix="dir/")] == ["dir/b.bin"]


@mock_aws
def test_decorated_inside_the_fixture(s3, bucket):
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == [bucket]


def test_context_manager_inside_the_fixture(s3, bucket):
    with mock_aws():
        s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"


@mock_aws()
def test_capitals():
    client = boto3.client("s3")
    client.create_bucket(Bucket="My.Bucket")
    with pytest.raises(client.exceptions.NoSuchBucket):
        client.list_objects_v2(Bucket="other")


def test_short_name(s3):
    with pytest.raises(ClientError, match="InvalidBucketName"):
        s3.create_bucket(Bucket="ab")


def test_missing_key(s3, bucket):
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="none")


def test_fails_in_both(s3, bucket):
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
