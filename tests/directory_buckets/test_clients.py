"""Directory buckets with boto3, which creates sessions by itself."""

from __future__ import annotations

import io
import json

import boto3
import pytest
import requests
from botocore.auth import S3ExpressPostAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from freezegun import freeze_time

from mocks3 import mock_s3

from .example_bucket import ARN, NAME, configuration, may

OWN = {"StringEquals": {"s3express:ResourceAccount": "123456789012", "aws:PrincipalAccount": "123456789012"}}


def calls(aws):
    return [each.operation for each in aws.calls]


def test_a_plain_client_makes_writes_reads_and_deletes(aws):
    s3 = boto3.client("s3", region_name="us-east-1")
    made = s3.create_bucket(Bucket=NAME, CreateBucketConfiguration=configuration())
    assert made["Location"] == f"https://{NAME}.s3express-use1-az4.us-east-1.amazonaws.com/"
    assert made["BucketArn"] == ARN
    s3.put_object(Bucket=NAME, Key="dir/k", Body=b"body")
    assert s3.get_object(Bucket=NAME, Key="dir/k")["Body"].read() == b"body"
    s3.delete_object(Bucket=NAME, Key="dir/k")
    s3.delete_bucket(Bucket=NAME)
    assert aws.store.bucket(NAME) is None
    assert calls(aws) == [
        "CreateBucket",
        "CreateSession",
        "PutObject",
        "GetObject",
        "DeleteObject",
        "DeleteBucket",
    ]


def test_files_go_up_and_down_in_parts(s3, zonal):
    body = b"x" * (9 << 20)
    s3.upload_fileobj(io.BytesIO(body), NAME, "big")
    down = io.BytesIO()
    s3.download_fileobj(NAME, "big", down)
    assert down.getvalue() == body
    assert s3.get_object(Bucket=NAME, Key="big", PartNumber=2)["ContentLength"] == 1 << 20


def test_resources_and_paginators(aws, zonal):
    bucket = boto3.resource("s3", region_name="us-east-1").Bucket(NAME)
    for n in range(5):
        bucket.put_object(Key=f"{n}", Body=b"")
    pages = (
        aws.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=NAME, PaginationConfig={"PageSize": 2})
    )
    assert sorted(each["Key"] for page in pages for each in page["Contents"]) == list("01234")


def test_presigned_urls_carry_the_session(s3, zonal):
    """S3ExpressQueryAuth: the session's token is X-Amz-S3session-Token."""
    put = s3.generate_presigned_url("put_object", Params={"Bucket": NAME, "Key": "k"})
    assert "X-Amz-S3session-Token=" in put
    assert "X-Amz-Security-Token" not in put
    assert requests.put(put, data=b"sent", timeout=9).status_code == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": NAME, "Key": "k"})
    assert requests.get(get, timeout=9).content == b"sent"


def test_a_presigned_url_ends_with_its_session(aws, zonal):
    with freeze_time("2026-01-01 12:00:00") as clock:
        zonal.put({"k": b"body"})
        url = aws.client("s3").generate_presigned_url(
            "get_object", Params={"Bucket": NAME, "Key": "k"}, ExpiresIn=3600
        )
        clock.tick(299)
        assert requests.get(url, timeout=9).status_code == 200
        clock.tick(2)
        late = requests.get(url, timeout=9)
    assert late.status_code == 400
    assert "<Code>ExpiredToken</Code><Message>The provided token has expired.</Message>" in late.text


def test_forms_carry_the_session(s3, zonal):
    """S3ExpressPostAuth: the field X-Amz-S3session-Token."""
    given = s3.create_session(Bucket=NAME)["Credentials"]
    keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    request = AWSRequest("POST", f"https://{NAME}.s3express-use1-az4.us-east-1.amazonaws.com/")
    request.context["s3-presign-post-fields"] = {"key": "form"}
    request.context["s3-presign-post-policy"] = {
        "expiration": "2099-01-01T00:00:00Z",
        "conditions": [{"bucket": NAME}, {"key": "form"}],
    }
    S3ExpressPostAuth(keys, "s3express", "us-east-1", identity_cache=None).add_auth(request)
    fields = request.context["s3-presign-post-fields"]
    sent = requests.post(request.url, data=fields, files={"file": b"posted"}, timeout=9)
    assert sent.status_code == 204
    assert s3.get_object(Bucket=NAME, Key="form")["Body"].read() == b"posted"


def test_boto3_makes_a_session_every_five_minutes_of_the_tests_clock(aws, zonal):
    with freeze_time("2026-01-01 12:00:00") as clock:
        s3 = aws.client("s3")
        s3.put_object(Bucket=NAME, Key="k", Body=b"")
        s3.get_object(Bucket=NAME, Key="k")
        assert calls(aws).count("CreateSession") == 1
        clock.tick(600)
        s3.get_object(Bucket=NAME, Key="k")
        assert calls(aws).count("CreateSession") == 2


def test_without_sessions_boto3_signs_with_its_own_keys(aws, zonal):
    """``s3_disable_express_session_auth``."""
    config = Config(s3={"disable_s3_express_session_auth": True})
    boto3.client("s3", region_name="us-east-1", config=config).put_object(Bucket=NAME, Key="k", Body=b"")
    assert calls(aws) == ["PutObject"]


def test_a_client_outlives_a_restore(aws, zonal):
    """boto3 caches sessions, and the cache cannot be cleared."""
    s3 = aws.client("s3")
    mark = aws.snapshot()
    s3.put_object(Bucket=NAME, Key="k", Body=b"")
    aws.restore(mark)
    s3.put_object(Bucket=NAME, Key="other", Body=b"")
    assert zonal.keys == ["other"]


def test_a_client_outlives_its_mock():
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="s")
    for _ in range(2):
        with mock_s3() as aws:
            aws.account().create_bucket(NAME)
            s3.put_object(Bucket=NAME, Key="k", Body=b"")


def test_a_custom_endpoint_is_both_regional_and_zonal(aws, zonal):
    """boto3 puts the bucket into its host, and signs everything there with a session."""
    s3 = aws.client("s3", endpoint_url="http://storage.internal:9000")
    s3.put_object(Bucket=NAME, Key="k", Body=b"body")
    assert s3.get_object(Bucket=NAME, Key="k")["Body"].read() == b"body"
    s3.put_bucket_policy(Bucket=NAME, Policy=json.dumps(may(Principal="*", Condition=OWN)))
    assert zonal.policy is not None


@pytest.mark.parametrize(
    ("name", "region", "kind"),
    [
        ("logs--usw2-lax1-az1--x-s3", "us-west-2", "LocalZone"),
        ("data--apne1-az4--x-s3", "ap-northeast-1", "AvailabilityZone"),
    ],
)
def test_zones_of_other_regions(aws, name, region, kind):
    s3 = aws.client("s3", region_name=region)
    zone = name.split("--")[1]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=configuration(zone, kind))
    s3.put_object(Bucket=name, Key="k", Body=b"")
    head = s3.head_bucket(Bucket=name)
    assert (head["BucketRegion"], head["BucketLocationType"], head["BucketLocationName"]) == (
        region,
        kind,
        zone,
    )
    kept = {"AvailabilityZone": "EXPRESS_ONEZONE", "LocalZone": "ONEZONE_IA"}[kind]
    assert s3.list_objects_v2(Bucket=name)["Contents"][0]["StorageClass"] == kept
