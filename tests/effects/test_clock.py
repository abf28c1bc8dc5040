"""The clock of a mock: it moves independently of the process's clock, is part of snapshots, and dates signatures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import Mocks3Error, clock, mock_s3

LATER = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_advance_moves_dates_of_objects_and_responses(aws, s3, bucket):
    aws.clock.advance(days=30)
    put = s3.put_object(Bucket=bucket, Key="k")
    assert s3.head_object(Bucket=bucket, Key="k")["LastModified"] == datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert put["ResponseMetadata"]["HTTPHeaders"]["date"] == "Tue, 31 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize("moment", [LATER, LATER.replace(tzinfo=None), "2031-05-06T07:08:09Z"])
def test_move_to_sets_the_time(aws, s3, bucket, moment):
    assert aws.clock.move_to(moment) == LATER
    s3.put_object(Bucket=bucket, Key="k")
    assert s3.head_object(Bucket=bucket, Key="k")["LastModified"] == LATER


def test_handles_use_the_mocks_time(aws):
    aws.clock.advance(days=1)
    account = aws.account()
    account.create_bucket("amzn-made", objects={"k": b""})
    seen = aws.client().head_object(Bucket="amzn-made", Key="k")["LastModified"]
    assert seen == aws.client().list_buckets()["Buckets"][0]["CreationDate"] == aws.clock.now()


def test_the_clock_works_with_freezegun_and_time_machine():
    with mock_s3() as aws:
        aws.clock.advance(hours=1)
        with freeze_time("2030-01-01"):
            assert aws.clock.now() == datetime(2030, 1, 1, 1, tzinfo=UTC)
            aws.client().create_bucket(Bucket="amzn-frozen")
        with time_machine.travel("2031-01-01T00:00:00Z", tick=False):
            assert aws.clock.now() == datetime(2031, 1, 1, 1, tzinfo=UTC)
            made = aws.client().list_buckets()["Buckets"][0]["CreationDate"]
    assert made == datetime(2030, 1, 1, 1, tzinfo=UTC)


def test_nested_mocks_have_separate_clocks(aws, s3, bucket):
    aws.clock.advance(days=5)
    with mock_s3() as inner:
        inner.clock.advance(days=9)
        inner.client().create_bucket(Bucket="amzn-inner")
        s3.put_object(Bucket=bucket, Key="k")
        (made,) = inner.client().list_buckets()["Buckets"]
    assert made["CreationDate"] - s3.head_object(Bucket=bucket, Key="k")["LastModified"] == timedelta(days=4)
    assert clock.now() == clock.unshifted_now()


def test_restore_resets_the_time(aws):
    before, mark = aws.clock.now(), aws.snapshot()
    aws.clock.advance(weeks=1)
    aws.restore(mark)
    assert aws.clock.now() == before


def test_sessions_expire_by_the_mocks_clock(aws, bucket):
    session = aws.account().create_role("r").assume(duration=3600)
    aws.clock.advance(minutes=61)
    with pytest.raises(ClientError) as caught:
        session.client("s3").list_objects_v2(Bucket=bucket)
    assert caught.value.response["Error"]["Code"] == "ExpiredToken"


def test_a_session_created_after_advance_is_valid(aws, bucket):
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, "Version": "2012-10-17"}
    role = aws.account().create_role("r", policies=[policy])
    aws.clock.advance(days=400)
    role.assume().client("s3").list_objects_v2(Bucket=bucket)


def test_other_clients_sign_with_the_mocks_clock(aws, bucket):
    import boto3

    aws.clock.advance(days=3650)
    boto3.client("s3").list_objects_v2(Bucket=bucket)


def test_a_clock_does_not_advance_backwards(aws):
    with pytest.raises(Mocks3Error, match="move_to"):
        aws.clock.advance(days=-1)
    with pytest.raises(Mocks3Error, match="ISO|2030"):
        aws.clock.move_to("yesterday")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_urls_use_the_mocks_clock(aws, bucket, version):
    s3 = aws.client("s3", config=Config(signature_version=version))
    s3.put_object(Bucket=bucket, Key="k", Body=b"body")
    aws.clock.advance(days=30)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    assert requests.get(url, timeout=9).content == b"body"
    aws.clock.advance(seconds=61)
    assert "Request has expired" in requests.get(url, timeout=9).text


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_forms_use_the_mocks_clock(aws, bucket, version):
    s3 = aws.client("s3", config=Config(signature_version=version))
    aws.clock.advance(days=30)
    form = s3.generate_presigned_post(bucket, "k", ExpiresIn=60)
    send = {"data": form["fields"], "files": {"file": b"body"}, "timeout": 9}
    assert requests.post(form["url"], **send).status_code == 204
    aws.clock.advance(seconds=61)
    assert "Policy expired" in requests.post(form["url"], **send).text


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("days", [-400, 400])
def test_headers_are_signed_with_the_mocks_clock(aws, bucket, version, days):
    s3 = aws.client("s3", config=Config(signature_version=version))
    aws.clock.move_to(aws.clock.now() + timedelta(days=days))
    s3.put_object(Bucket=bucket, Key="k", Body=b"body", Metadata={"date": "none"})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"


@pytest.mark.parametrize("days", [3_000_000, 10**9, 10**12])
def test_a_clock_cannot_pass_the_year_9999(aws, days):
    before = aws.clock.now()
    with pytest.raises(Mocks3Error, match="9999"):
        aws.clock.advance(days=days)
    assert aws.clock.now() == before


@pytest.mark.parametrize("last", ["9999-12-31T23:59:59Z", "9999-12-30T12:00:00Z"])
def test_the_last_days_of_the_calendar(aws, last):
    s3 = aws.client()
    s3.create_bucket(Bucket="amzn-data", ObjectLockEnabledForBucket=True)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 2**31 - 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="amzn-data", LifecycleConfiguration={"Rules": [rule]})
    retention = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 100}},
    }
    s3.put_object_lock_configuration(Bucket="amzn-data", ObjectLockConfiguration=retention)
    with freeze_time(last):
        assert s3.put_object(Bucket="amzn-data", Key="k", Body=b"x")["ETag"]
        assert s3.get_object(Bucket="amzn-data", Key="k")["Body"].read() == b"x"
        assert [each["Key"] for each in s3.list_objects_v2(Bucket="amzn-data")["Contents"]] == ["k"]
        until = s3.get_object_retention(Bucket="amzn-data", Key="k")["Retention"]["RetainUntilDate"]
        assert until.year == 9999
