"""The botocore door: every kind of client lands in the open world, and none does when it is closed."""

from __future__ import annotations

import io

import boto3
import botocore.httpsession
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, IncompleteReadError

from mocks3 import Mocks3Error, mock_s3

OUTSIDE = boto3.client(
    "s3", aws_access_key_id="AKIAREAL", aws_secret_access_key="real", region_name="us-east-1"
)
"""A client made at import, before any mock: as module-level globals and Lambda handlers have it."""

OUTSIDE_SESSION = boto3.session.Session(
    aws_access_key_id="AKIAREAL", aws_secret_access_key="real", region_name="us-east-1"
)


class WentOut(Exception):
    """A request was about to leave the process."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def send(self, request):
        raise WentOut(request.url)

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)


def put_and_get(client, key="k"):
    client.put_object(Bucket="data", Key=key, Body=b"body")
    return client.get_object(Bucket="data", Key=key)["Body"].read()


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.client("s3").create_bucket(Bucket="data")
        yield world


def test_a_client_made_inside(aws):
    assert put_and_get(boto3.client("s3")) == b"body"


def test_a_client_made_before(aws):
    assert put_and_get(OUTSIDE) == b"body"
    assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"


def test_clients_of_a_session_made_before(aws):
    assert put_and_get(OUTSIDE_SESSION.client("s3")) == b"body"


def test_a_client_of_botocore(aws):
    assert put_and_get(botocore.session.get_session().create_client("s3", region_name="us-east-1")) == b"body"


def test_a_resource(aws):
    bucket = boto3.resource("s3").Bucket("data")
    bucket.Object("k").put(Body=b"body")
    assert [item.key for item in bucket.objects.all()] == ["k"]
    assert bucket.Object("k").get()["Body"].read() == b"body"


def test_waiters(aws):
    s3 = boto3.client("s3")
    s3.get_waiter("bucket_exists").wait(Bucket="data")
    s3.put_object(Bucket="data", Key="k")
    s3.get_waiter("object_exists").wait(Bucket="data", Key="k")
    s3.get_waiter("object_not_exists").wait(Bucket="data", Key="other")


def test_paginators(aws):
    s3 = boto3.client("s3")
    for number in range(25):
        s3.put_object(Bucket="data", Key=f"{number:02}")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="data", PaginationConfig={"PageSize": 10})
    assert [len(page["Contents"]) for page in pages] == [10, 10, 5]


def test_s3transfer_with_threads(aws, tmp_path):
    body = bytes(range(256)) * (20 * 1024 * 4)  # 20 MiB: several parts on several threads
    source = tmp_path / "source"
    source.write_bytes(body)
    s3 = boto3.client("s3")
    s3.upload_file(str(source), "data", "file")
    s3.upload_fileobj(io.BytesIO(body), "data", "fileobj")
    s3.download_file("data", "file", str(tmp_path / "target"))
    target = io.BytesIO()
    s3.download_fileobj("data", "fileobj", target)
    s3.copy({"Bucket": "data", "Key": "file"}, "data", "copy")
    assert (tmp_path / "target").read_bytes() == body
    assert target.getvalue() == body
    assert s3.head_object(Bucket="data", Key="copy")["ContentLength"] == len(body)


STYLES = {
    "virtual": {"s3": {"addressing_style": "virtual"}},
    "path": {"s3": {"addressing_style": "path"}},
    "dualstack": {"s3": {"use_dualstack_endpoint": True}},
    "fips": {"use_fips_endpoint": True},
    "fips dualstack path": {
        "use_fips_endpoint": True,
        "s3": {"use_dualstack_endpoint": True, "addressing_style": "path"},
    },
    "accelerate": {"s3": {"use_accelerate_endpoint": True}},
    "us-east-1 regional": {"s3": {"us_east_1_regional_endpoint": "regional"}},
    "unsigned payload": {"s3": {"payload_signing_enabled": False}},
    "signed payload": {"s3": {"payload_signing_enabled": True}},
    "checksums when required": {"request_checksum_calculation": "when_required"},
}


@pytest.mark.parametrize("style", STYLES)
def test_addressing_styles(aws, style):
    aws.client().put_bucket_accelerate_configuration(
        Bucket="data", AccelerateConfiguration={"Status": "Enabled"}
    )
    client = aws.client("s3", config=Config(**STYLES[style]))
    for key in ("k", "a/b//c", "..", "sp ace+%2F", "ünïcode", "data/data"):
        assert put_and_get(client, key) == b"body"
    listed = client.list_objects_v2(Bucket="data")["Contents"]
    assert [item["Key"] for item in listed] == ["..", "a/b//c", "data/data", "k", "sp ace+%2F", "ünïcode"]


@pytest.mark.parametrize("addressing", ["auto", "path", "virtual"])
@pytest.mark.parametrize("endpoint", ["http://localhost:9000", "https://s3.example.com", "http://10.0.0.7"])
def test_custom_endpoints(aws, endpoint, addressing):
    client = aws.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": addressing}))
    assert put_and_get(client, "data/k") == b"body"
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["data"]
    assert client.list_objects_v2(Bucket="data")["KeyCount"] == 1


@pytest.mark.parametrize("region", ["eu-west-1", "ap-northeast-3", "us-gov-west-1", "cn-north-1"])
def test_regions(aws, region):
    client = aws.client("s3", region_name=region)
    name = f"in-{region}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    client.put_object(Bucket=name, Key="k", Body=b"body")
    assert client.head_bucket(Bucket=name)["BucketRegion"] == region
    assert client.get_object(Bucket=name, Key="k")["Body"].read() == b"body"


def test_a_client_of_another_region_is_redirected_to_the_bucket(aws):
    aws.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    for region in ("us-east-1", "eu-central-1"):
        client = aws.client("s3", region_name=region)
        client.put_object(Bucket="far", Key="k", Body=b"body")
        assert client.get_object(Bucket="far", Key="k")["Body"].read() == b"body"
        assert client.head_bucket(Bucket="far")["BucketRegion"] == "eu-west-1"


def test_clients_that_outlive_the_mock_do_not_talk_to_it():
    with mock_s3() as aws:
        inside = boto3.client("s3", config=Config(retries={"max_attempts": 0}))
        bound = aws.client("s3")
        inside.list_buckets()
    with pytest.raises(WentOut):
        inside.list_buckets()
    with pytest.raises(WentOut):
        OUTSIDE.list_buckets()
    with pytest.raises(Mocks3Error, match="mock that was stopped"):
        bound.list_buckets()


def test_no_credentials_are_needed(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    bare = boto3.session.Session(region_name="us-east-1").client("s3")
    with mock_s3() as aws:
        aws.client("s3").create_bucket(Bucket="data")
        assert put_and_get(bare) == b"body"
        assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"
        assert put_and_get(boto3.client("s3")) == b"body"


def test_real_credentials_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real-secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real-token")
    with mock_s3():
        credentials = boto3.session.Session().get_credentials()
        assert "AKIAREAL" not in credentials.access_key
        assert credentials.secret_key != "real-secret"
        assert credentials.token is None


def test_unsigned_clients_are_anonymous(aws):
    for client in (aws.anonymous.client("s3"), boto3.client("s3", config=Config(signature_version=UNSIGNED))):
        with pytest.raises(ClientError) as error:
            client.get_object(Bucket="data", Key="k")
        assert error.value.response["Error"]["Code"] == "AccessDenied"
        assert aws.calls[-1].principal == "anonymous"


def test_worlds_side_by_side(aws):
    with mock_s3() as other:
        other.client("s3").create_bucket(Bucket="other")
        assert [b["Name"] for b in aws.client("s3").list_buckets()["Buckets"]] == ["data"]
        assert [b["Name"] for b in other.session().client("s3").list_buckets()["Buckets"]] == ["other"]


@pytest.mark.parametrize("service", ["s3", "s3-object-lambda"])
def test_access_points_are_caught(aws, service):
    arn = f"arn:aws:{service}:us-east-1:123456789012:accesspoint/mine"
    with pytest.raises(ClientError, match="NoSuchAccessPoint"):
        aws.client("s3").get_object(Bucket=arn, Key="k")


def test_an_unsupported_operation_names_itself_and_is_not_retried(aws, monkeypatch):
    from mocks3.operations import registry

    monkeypatch.delitem(registry.REGISTER, ("s3", "GetObjectTorrent"))
    with pytest.raises(Mocks3Error, match="s3:GetObjectTorrent"):
        aws.client("s3").get_object_torrent(Bucket="data", Key="k")


def test_a_fault_of_mocks3_is_an_exception_and_not_an_answer(aws, monkeypatch):
    calls = []

    def broken(*args):
        calls.append(args)
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("mocks3.pipeline.authenticate", broken)
    with pytest.raises(ZeroDivisionError, match="ours"):
        aws.client("s3").list_buckets()
    assert len(calls) == 1, "botocore does not retry it"


def test_a_body_that_was_read_to_its_end_has_ended(aws):
    content = bytes(range(256)) * 2048
    aws.client().put_object(Bucket="data", Key="big", Body=content)
    body = boto3.client("s3").get_object(Bucket="data", Key="big")["Body"]
    assert body.read(10) == content[:10]
    assert body.read() == content[10:]
    assert body.read() == b""


def test_a_body_says_how_far_it_was_read(aws):
    aws.client().put_object(Bucket="data", Key="k", Body=b"0123456789")
    body = boto3.client("s3").get_object(Bucket="data", Key="k")["Body"]
    body.set_socket_timeout(1)
    assert (body.read(3), body.tell()) == (b"012", 3)
    assert (body.read(), body.tell()) == (b"3456789", 10)


def test_what_was_not_read_of_a_body_is_lost_when_it_is_closed(aws):
    aws.client().put_object(Bucket="data", Key="k", Body=b"0123456789")
    body = boto3.client("s3").get_object(Bucket="data", Key="k")["Body"]
    assert body.read(3) == b"012"
    body.close()
    with pytest.raises(IncompleteReadError, match="3 read, but total bytes expected is 10"):
        body.read()
