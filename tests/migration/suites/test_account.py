"""Roles, constants, credentials, other services, start and stop, classes."""

import os
import unittest

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID


@mock_aws
def test_assumed_role_writes():
    sts = boto3.client("sts", region_name="us-east-1")
    role = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/does-not-exist"
    made = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    client = boto3.client(
        "s3",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )
    client.create_bucket(Bucket="data")
    client.put_object(Bucket="data", Key="k", Body=b"v")


@mock_aws
def test_identity():
    assert boto3.client("sts").get_caller_identity()["Account"] == DEFAULT_ACCOUNT_ID


@mock_aws
def test_fake_key_in_a_url():
    url = boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
    assert "AWSAccessKeyId=FOOBARKEY" in url
    assert os.environ["AWS_ACCESS_KEY_ID"] == "FOOBARKEY"


@mock_aws(config={"core": {"reset_boto3_session": True}})
def test_another_service():
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    boto3.client("s3").create_bucket(Bucket="data")
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="m")
    assert boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "m"


@mock_aws
def test_a_region_that_does_not_exist():
    client = boto3.client("s3", region_name="test-region-1")
    client.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "test-region-1"})
    assert client.get_bucket_location(Bucket="data")["LocationConstraint"] == "test-region-1"


@mock_aws
def test_no_location_constraint():
    with pytest.raises(ClientError, match="IllegalLocationConstraintException"):
        boto3.client("s3", region_name="eu-west-1").create_bucket(Bucket="data")


class TestStarted(unittest.TestCase):
    def setUp(self):
        self.mock = mock_aws()
        self.mock.start()
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket="data_1")

    def tearDown(self):
        self.mock.stop()

    def test_one(self):
        self.s3.put_object(Bucket="data_1", Key="k")
        assert self.s3.list_objects_v2(Bucket="data_1")["KeyCount"] == 1

    def test_two(self):
        assert self.s3.list_objects_v2(Bucket="data_1")["KeyCount"] == 0


@mock_aws
class TestDecorated(unittest.TestCase):
    def setUp(self):
        boto3.client("s3").create_bucket(Bucket="set_up")

    def test_one(self):
        boto3.client("s3").create_bucket(Bucket="one")
        self.assertEqual(len(boto3.client("s3").list_buckets()["Buckets"]), 2)

    def test_two(self):
        self.assertEqual(len(boto3.client("s3").list_buckets()["Buckets"]), 1)
