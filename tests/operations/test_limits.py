"""Limits at their exact value: the last one that S3 accepts, and the first one that it refuses."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS
from mocks3.operations.objects.copy import check_copy_size
from mocks3.storage import Blob

from .answers import refusal, status, unchecking_client
from .selecting import Select

GIB = 1 << 30
DAY = datetime.timedelta(days=1)


# Retention


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_the_same_retention_date_put_again(aws: MockAWS, s3: Any, locked: str, mode: str) -> None:
    """F-41, F-42: the same date is no weaker retention, so it needs neither the bypass nor its permission."""
    until = datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC)
    held = {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": until}
    named = {
        "Bucket": locked,
        "Key": "k",
        "VersionId": s3.put_object(Bucket=locked, Key="k", **held)["VersionId"],
    }
    statement = {"Effect": "Allow", "Action": "s3:PutObjectRetention", "Resource": "*"}
    eve = (
        aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement}).client()
    )

    def put(client: Any, date: datetime.datetime, **more: Any) -> Any:
        return client.put_object_retention(**named, Retention={"Mode": mode, "RetainUntilDate": date}, **more)

    for client in (s3, eve):
        put(client, until)
        put(client, until, BypassGovernanceRetention=False)
        earlier = refusal(lambda: put(client, until - datetime.timedelta(seconds=1)))  # noqa: B023 - called here
        assert (earlier["Status"], earlier["Code"]) == (403, "AccessDenied")
        assert earlier["Message"] == "Access Denied because object protected by object lock."
    assert s3.get_object_retention(**named)["Retention"]["RetainUntilDate"] == until
    put(eve, until + datetime.timedelta(seconds=1))
    assert s3.get_object_retention(**named)["Retention"]["RetainUntilDate"] == until + datetime.timedelta(
        seconds=1
    )


def test_a_retention_date_is_later_than_now(s3: Any, locked: str) -> None:
    """API_PutObject, API_PutObjectRetention: the present second is refused, the next one is accepted."""
    now = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
    with freeze_time(now):
        version = s3.put_object(Bucket=locked, Key="k")["VersionId"]
        for date, code in ((now, "InvalidArgument"), (now + datetime.timedelta(seconds=1), None)):
            held = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": date}
            retention = {"Mode": "GOVERNANCE", "RetainUntilDate": date}
            for call, params in (
                (s3.put_object, held),
                (s3.put_object_retention, {"VersionId": version, "Retention": retention}),
            ):
                named = {"Bucket": locked, "Key": "k", **params}
                if code is None:
                    assert status(call, **named) == 200
                else:
                    found = refusal(call, **named)
                    assert (found["Status"], found["Code"]) == (400, code)
                    assert found["Message"] == "The retain until date must be in the future!"


# Lifecycle


@pytest.mark.parametrize("action", ["NoncurrentVersionExpiration", "NoncurrentVersionTransitions"])
def test_newer_noncurrent_versions_are_1_to_100(s3: Any, bucket: str, action: str) -> None:
    """API_NoncurrentVersionExpiration, API_NoncurrentVersionTransition."""
    for number in (0, 1, 100, 101):
        wanted: Any = {"NoncurrentDays": 30, "NewerNoncurrentVersions": number}
        if action.endswith("Transitions"):
            wanted = [{**wanted, "StorageClass": "GLACIER"}]
        rule = {"ID": "r", "Status": "Enabled", "Filter": {}, action: wanted}
        params = {"Bucket": bucket, "LifecycleConfiguration": {"Rules": [rule]}}
        if number in (1, 100):
            assert status(s3.put_bucket_lifecycle_configuration, **params) == 200
            continue
        found = refusal(s3.put_bucket_lifecycle_configuration, **params)
        assert (found["Status"], found["Code"], found["Message"]) == (
            400,
            "InvalidArgument",
            "'NewerNoncurrentVersions' must be between 1 and 100",
        )


@pytest.mark.parametrize("days", [-30, 0, 30])
def test_a_lifecycle_date_in_the_past_acts_when_it_is_put(
    aws: MockAWS, s3: Any, bucket: str, days: int
) -> None:
    """User guide, "Lifecycle configuration elements": the date may be in the past, and goes on to apply."""
    today = aws.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    s3.put_object(Bucket=bucket, Key="old")
    date = today + days * DAY
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Date": date}}
    assert (
        status(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
        == 200
    )
    aws.clock.advance(2 * DAY)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == (1 if days > 0 else 0)
    s3.put_object(Bucket=bucket, Key="new")
    aws.clock.advance(2 * DAY)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == (2 if days > 0 else 0)


# Uploads


def test_a_completion_repeated_after_the_null_version_was_replaced(s3: Any, bucket: str) -> None:
    """R-33: the response names the upload's ETag, and nothing of the object that has its place now."""
    named = {"Bucket": bucket, "Key": "k"}
    upload = {**named, "UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"of the upload")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    first = s3.complete_multipart_upload(**upload, MultipartUpload=parts)
    s3.put_object(**named, Body=b"another", ServerSideEncryption="aws:kms")
    again = s3.complete_multipart_upload(**upload, MultipartUpload=parts)
    assert again["ETag"] == first["ETag"]
    assert {"VersionId", "ChecksumType", "ChecksumCRC64NVME", "SSEKMSKeyId"}.isdisjoint(again)
    assert s3.get_object(**named)["Body"].read() == b"another", "the object was not written again"
    s3.delete_object(**named)
    assert s3.complete_multipart_upload(**upload, MultipartUpload=parts)["ETag"] == first["ETag"]
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def sized(client: Any, size: int) -> Any:
    """Make the client send this Content-Length, whatever the body is."""

    def change(request: Any, **_: Any) -> None:
        if request.method == "PUT":
            del request.headers["Content-Length"]
            request.headers["Content-Length"] = str(size)

    client.meta.events.register("before-sign.s3", change)
    return client


@pytest.mark.parametrize("method", ["put_object", "upload_part"])
def test_a_body_has_5_gib_at_most(s3: Any, bucket: str, method: str) -> None:
    """API_PutObject, API_UploadPart: 5 GiB exactly are accepted. The body is shorter, so it is incomplete."""
    params: dict[str, Any] = {"Bucket": bucket, "Key": "k", "Body": b"x"}
    if method == "upload_part":
        params |= {
            "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"],
            "PartNumber": 1,
        }
    found = refusal(getattr(sized(unchecking_client(), 5 * GIB), method), **params)
    assert found["Code"] == "IncompleteBody"
    found = refusal(getattr(sized(unchecking_client(), 5 * GIB + 1), method), **params)
    assert (found["Status"], found["Code"]) == (400, "EntityTooLarge")
    assert (found["ProposedSize"], found["MaxSizeAllowed"]) == (str(5 * GIB + 1), str(5 * GIB))


def test_a_copy_has_5_gib_at_most(aws: MockAWS, s3: Any, bucket: str) -> None:
    """API_CopyObject, API_UploadPartCopy: larger sources need UploadPartCopy with ranges."""
    check_copy_size(5 * GIB)
    piece = Blob.of(bytes(1 << 20))
    s3.put_object(Bucket=bucket, Key="source")
    large = Blob.join([*[piece] * (5 * 1024), Blob.of(b"x")])
    assert len(large) == 5 * GIB + 1
    with aws.store.editing(bucket) as stored:
        stored.update(dataclasses.replace(stored.current("source"), blob=large))
    source = {"Bucket": bucket, "Key": "source"}
    sentence = (
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
    )
    found = refusal(s3.copy_object, Bucket=bucket, Key="k", CopySource=source)
    assert (found["Status"], found["Code"], found["Message"]) == (400, "InvalidRequest", sentence)
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    found = refusal(s3.upload_part_copy, **upload, PartNumber=1, CopySource=source)
    assert (found["Code"], found["Message"]) == ("InvalidRequest", sentence)
    last = f"bytes={5 * GIB}-{5 * GIB}"
    assert status(s3.upload_part_copy, **upload, PartNumber=1, CopySource=source, CopySourceRange=last) == 200


# S3 Select


@pytest.mark.parametrize("target", ["FLOAT", "INT", "DECIMAL"])
@pytest.mark.parametrize("text", ["1_0", "1_0.5", "_1", "1e1_0"])
def test_numbers_have_no_underscores(select: Select, target: str, text: str) -> None:
    """Python's numbers may have underscores, SQL's may not."""
    with pytest.raises(Exception, match="CastFailed"):
        select(f"{text}\n".encode(), f"SELECT CAST(s._1 AS {target}) FROM S3OBJECT s")
    events = select(b"10\n", f"SELECT CAST(s._1 AS {target}) FROM S3OBJECT s")
    assert float(next(each["Records"]["Payload"] for each in events if "Records" in each)) == 10
