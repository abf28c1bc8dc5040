"""What answers about objects and uploads say of the lifecycle rules that will end them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time

NOW = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


def rules(s3: Any, bucket: str, *rules: dict[str, Any]) -> None:
    complete = [{"Status": "Enabled", "Filter": {}, **rule} for rule in rules]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": complete})


def expiration(s3: Any, bucket: str, key: str = "k", **params: Any) -> str | None:
    """What PutObject says; GetObject and HeadObject say the same."""
    said = s3.put_object(Bucket=bucket, Key=key, Body=b"12345", **params).get("Expiration")
    for call in (s3.get_object, s3.head_object):
        assert call(Bucket=bucket, Key=key).get("Expiration") == said
    return said


def test_days_end_at_the_next_midnight(s3: Any, bucket: str) -> None:
    assert expiration(s3, bucket) is None
    rules(s3, bucket, {"ID": "three days", "Expiration": {"Days": 3}})
    assert expiration(s3, bucket) == 'expiry-date="Mon, 19 Jan 2026 00:00:00 GMT", rule-id="three%20days"'


def test_a_date_ends_everything(s3: Any, bucket: str) -> None:
    rules(s3, bucket, {"ID": "then", "Expiration": {"Date": datetime(2030, 1, 1, tzinfo=UTC)}})
    assert expiration(s3, bucket) == 'expiry-date="Tue, 01 Jan 2030 00:00:00 GMT", rule-id="then"'


def test_the_first_end_counts(s3: Any, bucket: str) -> None:
    days = [{"ID": str(days), "Expiration": {"Days": days}} for days in (5, 2, 9)]
    rules(s3, bucket, *days, {"ID": "off", "Status": "Disabled", "Expiration": {"Days": 1}})
    assert (expiration(s3, bucket) or "").endswith('rule-id="2"')


@pytest.mark.parametrize(
    ("filter_", "matches"),
    [
        ({"Prefix": "k"}, True),
        ({"Prefix": "logs/"}, False),
        ({"Tag": {"Key": "a", "Value": "b"}}, True),
        ({"Tag": {"Key": "a", "Value": "c"}}, False),
        ({"Tag": {"Key": "z", "Value": "b"}}, False),
        ({"ObjectSizeGreaterThan": 4}, True),
        ({"ObjectSizeGreaterThan": 5}, False),
        ({"ObjectSizeLessThan": 6}, True),
        ({"ObjectSizeLessThan": 5}, False),
        ({"And": {"Prefix": "k", "Tags": [{"Key": "a", "Value": "b"}]}}, True),
        ({"And": {"Prefix": "k", "ObjectSizeGreaterThan": 9}}, False),
    ],
)
def test_only_rules_that_match(s3: Any, bucket: str, filter_: dict[str, Any], matches: bool) -> None:
    rules(s3, bucket, {"ID": "r", "Filter": filter_, "Expiration": {"Days": 1}})
    assert (expiration(s3, bucket, Tagging="a=b") is not None) == matches


def test_only_rules_that_expire(s3: Any, bucket: str) -> None:
    rules(
        s3,
        bucket,
        {"ID": "moves", "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
        {"ID": "markers", "Expiration": {"ExpiredObjectDeleteMarker": True}},
    )
    assert expiration(s3, bucket) is None


def test_only_current_versions(s3: Any, versioned: str) -> None:
    rules(s3, versioned, {"ID": "r", "Expiration": {"Days": 1}})
    old = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    assert "Expiration" in s3.head_object(Bucket=versioned, Key="k")
    assert expiration(s3, versioned) is not None
    assert "Expiration" not in s3.head_object(Bucket=versioned, Key="k", VersionId=old)


def test_rules_of_the_first_generation(s3: Any, bucket: str) -> None:
    rule = {"ID": "r", "Prefix": "k", "Status": "Enabled", "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert expiration(s3, bucket) is not None
    assert expiration(s3, bucket, "other") is None


def test_copies_and_completed_uploads(s3: Any, bucket: str) -> None:
    rules(s3, bucket, {"ID": "r", "Expiration": {"Days": 1}})
    s3.put_object(Bucket=bucket, Key="k")
    assert "Expiration" in s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    named = {"Bucket": bucket, "Key": "up"}
    upload = {**named, "UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]}
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})
    assert done["Expiration"] == 'expiry-date="Sat, 17 Jan 2026 00:00:00 GMT", rule-id="r"'


def test_uploads_that_are_left_alone(s3: Any, bucket: str) -> None:
    abort = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    rules(s3, bucket, {"ID": "tidy up", "Filter": {"Prefix": "k"}, **abort})
    begun = s3.create_multipart_upload(Bucket=bucket, Key="k")
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=begun["UploadId"])
    for found in (begun, listed):
        assert found["AbortDate"] == datetime(2026, 1, 23, tzinfo=UTC)
        assert found["AbortRuleId"] == "tidy up"
    assert "AbortDate" not in s3.create_multipart_upload(Bucket=bucket, Key="other")
