"""Endpoints of Regions that AWS does not have, and endpoints of S3 that clients of other services are given."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import MockAWS, RealAWSCallBlocked, mock_s3
from mocks3.wire import hosts

KEYS = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "secret"}
NOT_REGIONS = ("testing", "test", "mock", "local", "fake-region", "auto", "garage", "eu-west-99", "us")


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.account().create_bucket("data", objects={"k": b"body"})
        yield world


def client(region: str, style: str) -> Any:
    return boto3.client("s3", region_name=region, config=Config(s3={"addressing_style": style}), **KEYS)


def calls(s3: Any) -> dict[str, tuple[str, Any]]:
    """Return a call of each kind: its operation, and what it answers."""
    return {
        "put": ("PutObject", lambda: s3.put_object(Bucket="data", Key="n", Body=b"x")),
        "get": ("GetObject", lambda: s3.get_object(Bucket="data", Key="k")["Body"].read()),
        "head": ("HeadObject", lambda: s3.head_object(Bucket="data", Key="k")["ContentLength"]),
        "list": ("ListObjectsV2", lambda: [e["Key"] for e in s3.list_objects_v2(Bucket="data")["Contents"]]),
        "delete": ("DeleteObject", lambda: s3.delete_object(Bucket="data", Key="n")),
        "policy": ("GetBucketOwnershipControls", lambda: s3.get_bucket_ownership_controls(Bucket="data")),
    }


@pytest.mark.parametrize("region", NOT_REGIONS)
@pytest.mark.parametrize("style", ["virtual", "path", "auto"])
def test_calls_stay_what_they_are(aws: MockAWS, region: str, style: str) -> None:
    """The bucket's Region is another one, so S3 redirects, and boto3 follows."""
    s3 = client(region, style)
    assert s3.meta.endpoint_url == f"https://s3.{region}.amazonaws.com"
    expected = {"get": b"body", "head": 4, "list": ["k", "n"]}
    for name, (operation, call) in calls(s3).items():
        found = call()
        assert aws.calls[-1].operation == operation
        assert expected.get(name, found) == found
    assert {call.operation for call in aws.calls} <= {
        *(operation for operation, _ in calls(s3).values()),
        "HeadBucket",
    }
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["data"]


@pytest.mark.parametrize("region", NOT_REGIONS)
@pytest.mark.parametrize("style", ["virtual", "path"])
def test_no_bucket_is_created_in_a_region_that_aws_does_not_have(
    aws: MockAWS, region: str, style: str
) -> None:
    s3 = client(region, style)
    for more in ({}, {"CreateBucketConfiguration": {"LocationConstraint": region}}):
        with pytest.raises(ClientError, match=f"AWS has no Region named {region}") as caught:
            s3.create_bucket(Bucket="new", **more)
        error = caught.value.response["Error"]
        assert (error["Code"], error["LocationConstraint"]) == ("InvalidLocationConstraint", region)
    assert aws.store.bucket("new") is None
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.put_object(Bucket="new", Key="k")


def test_raw_requests_are_redirected(aws: MockAWS) -> None:
    for url in ("https://data.s3.testing.amazonaws.com/k", "https://s3.testing.amazonaws.com/data/k"):
        found = requests.get(url)
        assert (found.status_code, found.headers["x-amz-bucket-region"]) == (301, "us-east-1")
        assert "<Code>PermanentRedirect</Code>" in found.text
        assert requests.put(url, data=b"x").status_code == 301
    assert aws.store.bucket("k") is None, "PUT of an object does not create a bucket"


@pytest.mark.parametrize(
    ("host", "kind", "region", "bucket"),
    [
        ("s3.testing.amazonaws.com", "s3", "testing", None),
        ("a.b.s3.testing.amazonaws.com", "s3", "testing", "a.b"),
        ("b.s3.dualstack.local.amazonaws.com", "s3", "local", "b"),
        ("b.s3-fips.mock.amazonaws.com", "s3", "mock", "b"),
        ("b.s3.testing.amazonaws.com.cn", "s3", "testing", "b"),
        ("b.s3-website.testing.amazonaws.com", "s3-website", "testing", "b"),
        ("s3.s3.testing.amazonaws.com", "s3", "testing", "s3"),
        ("b.s3.us-east-1.amazonaws.com", "s3", "us-east-1", "b"),
        ("b.s3.amazonaws.com", "s3", None, "b"),
        ("b.s3.aws-global.amazonaws.com", "s3", None, "b"),
        ("sqs.testing.amazonaws.com", "custom", None, None),
    ],
)
def test_every_label_after_s3_is_a_region(
    host: str, kind: str, region: str | None, bucket: str | None
) -> None:
    found = hosts.read(host)
    assert (found.kind, found.region, found.bucket) == (kind, region, bucket)


@pytest.mark.parametrize("region", ["auto", "garage"])
def test_a_custom_endpoint_takes_any_region(aws: MockAWS, region: str) -> None:
    with mock_s3() as world:
        s3 = world.client("s3", region_name=region, endpoint_url="https://s3.example.com")
        s3.create_bucket(Bucket="own")
        s3.put_object(Bucket="own", Key="k", Body=b"x")
        assert s3.get_object(Bucket="own", Key="k")["Body"].read() == b"x"


# Clients of other services


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sqs", "list_queues"),
        ("dynamodb", "list_tables"),
        ("lambda", "list_functions"),
        ("glacier", "list_vaults"),
    ],
)
@pytest.mark.parametrize(
    "url",
    ["https://s3.us-east-1.amazonaws.com", "https://s3.testing.amazonaws.com", "https://sts.amazonaws.com"],
)
def test_a_client_of_another_service_gets_its_own_error(
    aws: MockAWS, service: str, operation: str, url: str
) -> None:
    """S3 does not answer it; the error names the service and its operation, as at the service's own endpoint."""
    other = boto3.client(service, region_name="us-east-1", endpoint_url=url, **KEYS)
    seen = len(aws.calls)
    with pytest.raises(RealAWSCallBlocked) as caught:
        getattr(other, operation)()
    name = operation.title().replace("_", "")
    assert str(caught.value).startswith(f"{service}:{name} was about to leave this process")
    assert url.removeprefix("https://") in str(caught.value)
    assert len(aws.calls) == seen, "no service of mocks3 saw the call"


def test_clients_of_mocked_services_are_answered_at_any_endpoint(aws: MockAWS) -> None:
    url = "https://s3.us-east-1.amazonaws.com"
    sts = boto3.client("sts", region_name="us-east-1", endpoint_url=url, **KEYS)
    assert sts.get_caller_identity()["Account"] == "123456789012"
    assert boto3.client("s3", region_name="us-east-1", endpoint_url=url, **KEYS).list_buckets()["Buckets"]
