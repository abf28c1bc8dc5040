"""Lifecycle rules are applied at midnight UTC and need no permissions (user guide, "Managing the lifecycle")."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

OLD = "GLACIER"


def rules(s3, bucket, *contents, **more):
    given = [{"Status": "Enabled", "Filter": {}, "ID": f"r{n}", **rule} for n, rule in enumerate(contents)]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": given}, **more)


def keys(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def versions(s3, bucket):
    listed = s3.list_object_versions(Bucket=bucket)
    return [v["VersionId"] for v in listed.get("Versions", [])], len(listed.get("DeleteMarkers", []))


def put(s3, bucket, key="k", size=0, **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=b"x" * size, **more).get("VersionId")


def test_objects_expire_at_the_midnight_after_their_days(aws, s3, bucket):
    put(s3, bucket)
    rules(s3, bucket, {"Expiration": {"Days": 3}})
    aws.clock.move_to("2026-03-04T23:59:59Z")
    assert keys(s3, bucket) == ["k"]
    aws.clock.move_to("2026-03-05T00:00:00Z")
    assert keys(s3, bucket) == []
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="k")


def test_rules_apply_to_older_objects_at_the_next_midnight(aws, s3, bucket):
    put(s3, bucket)
    aws.clock.advance(days=30)
    rules(s3, bucket, {"Expiration": {"Days": 1}})
    assert keys(s3, bucket) == ["k"]
    aws.clock.advance(hours=12)
    assert keys(s3, bucket) == []


def test_a_date_expires_existing_and_later_objects(aws, s3, bucket):
    rules(s3, bucket, {"Expiration": {"Date": datetime(2026, 3, 10, tzinfo=UTC)}})
    put(s3, bucket)
    aws.clock.move_to("2026-03-09T23:00:00Z")
    assert keys(s3, bucket) == ["k"]
    aws.clock.move_to("2026-03-10T01:00:00Z")
    assert keys(s3, bucket) == []
    put(s3, bucket, "later")
    assert keys(s3, bucket) == ["later"]
    aws.clock.advance(days=1)
    assert keys(s3, bucket) == []


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"Prefix": "a/"}, ["b/big", "b/small"]),
        ({"ObjectSizeGreaterThan": 10}, ["a/small", "b/small"]),
        ({"ObjectSizeLessThan": 20}, ["a/big", "b/big"]),
        ({"Tag": {"Key": "t", "Value": "1"}}, ["a/big", "b/big", "b/small"]),
        ({"And": {"Prefix": "a/", "ObjectSizeGreaterThan": 10}}, ["a/small", "b/big", "b/small"]),
        (
            {"And": {"Prefix": "b/", "Tags": [{"Key": "t", "Value": "1"}]}},
            ["a/big", "a/small", "b/big", "b/small"],
        ),
        ({}, []),
    ],
)
def test_filters_select_objects(aws, s3, bucket, asked, left):
    put(s3, bucket, "a/small", 10, Tagging="t=1&u=2")
    put(s3, bucket, "a/big", 20)
    put(s3, bucket, "b/small", 10)
    put(s3, bucket, "b/big", 20, Tagging="t=2")
    rules(s3, bucket, {"Filter": asked, "Expiration": {"Days": 1}})
    aws.clock.advance(days=2)
    assert keys(s3, bucket) == left


def test_rules_of_the_first_generation_and_disabled_ones(aws, s3, bucket):
    put(s3, bucket, "old/k")
    put(s3, bucket, "new/k")
    rules(
        s3,
        bucket,
        {"Expiration": {"Days": 1}, "Status": "Disabled"},
        {"Filter": {"Prefix": "old/"}, "Expiration": {"Days": 1}},
    )
    aws.clock.advance(days=2)
    assert keys(s3, bucket) == ["new/k"]


def test_in_a_versioned_bucket_a_delete_marker_expires_the_object(aws, s3, versioned):
    kept = put(s3, versioned)
    rules(s3, versioned, {"Expiration": {"Days": 1}})
    aws.clock.advance(days=2)
    assert versions(s3, versioned) == ([kept], 1)
    (marker,) = s3.list_object_versions(Bucket=versioned)["DeleteMarkers"]
    assert marker["LastModified"] == datetime(2026, 3, 3, tzinfo=UTC)


def test_in_a_suspended_bucket_a_marker_replaces_the_null_version(aws, s3, versioned):
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    put(s3, versioned)
    rules(s3, versioned, {"Expiration": {"Days": 1}})
    aws.clock.advance(days=2)
    assert versions(s3, versioned) == ([], 1)


def test_noncurrent_versions_count_their_days_from_their_successor(aws, s3, versioned):
    first = put(s3, versioned)
    aws.clock.advance(days=10)
    second = put(s3, versioned)
    rules(s3, versioned, {"NoncurrentVersionExpiration": {"NoncurrentDays": 2}})
    aws.clock.move_to("2026-03-13T23:00:00Z")
    assert versions(s3, versioned)[0] == [second, first]
    aws.clock.move_to("2026-03-14T00:00:00Z")
    assert versions(s3, versioned)[0] == [second]


def test_newer_noncurrent_versions_are_kept(aws, s3, versioned):
    ids = [put(s3, versioned) for _ in range(5)]
    rules(s3, versioned, {"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}})
    aws.clock.advance(days=9)
    assert versions(s3, versioned)[0] == ids[:1:-1]


def test_expired_delete_markers_are_removed_when_alone(aws, s3, versioned):
    put(s3, versioned)
    s3.delete_object(Bucket=versioned, Key="k")
    rules(
        s3,
        versioned,
        {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 3}},
    )
    aws.clock.advance(days=3)
    assert versions(s3, versioned)[1] == 1
    aws.clock.advance(days=1)
    assert versions(s3, versioned) == ([], 0)


def test_one_long_jump_equals_many_days(aws, s3, versioned):
    put(s3, versioned)
    rules(
        s3,
        versioned,
        {"Expiration": {"Days": 5}, "NoncurrentVersionExpiration": {"NoncurrentDays": 5}},
    )
    aws.clock.advance(days=11)
    assert versions(s3, versioned)[1] == 1
    aws.clock.advance(days=1000)
    assert versions(s3, versioned) == ([], 0)


def test_locked_versions_wait_for_their_lock(aws, s3):
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    until = datetime(2026, 3, 20, 6, tzinfo=UTC)
    lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
    first = put(s3, "amzn-locked", ChecksumAlgorithm="CRC32", **lock)
    second = put(s3, "amzn-locked")
    rules(s3, "amzn-locked", {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
    aws.clock.move_to("2026-03-20T05:00:00Z")
    assert versions(s3, "amzn-locked")[0] == [second, first]
    aws.clock.move_to("2026-03-21T00:00:00Z")
    assert versions(s3, "amzn-locked")[0] == [second]


def test_old_uploads_are_aborted(aws, s3, bucket):
    """M-40."""
    rules(
        s3, bucket, {"Filter": {"Prefix": "a"}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    )
    begun = s3.create_multipart_upload(Bucket=bucket, Key="a")
    s3.create_multipart_upload(Bucket=bucket, Key="b")
    assert (begun["AbortDate"], begun["AbortRuleId"]) == (datetime(2026, 3, 9, tzinfo=UTC), "r0")
    listed = s3.list_parts(Bucket=bucket, Key="a", UploadId=begun["UploadId"])
    assert listed["AbortDate"] == begun["AbortDate"]
    aws.clock.advance(days=8)
    assert [u["Key"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["b"]


def class_of(s3, bucket, key="k", **version):
    return s3.head_object(Bucket=bucket, Key=key, **version).get("StorageClass", "STANDARD")


def test_objects_move_down_the_waterfall(aws, s3, bucket):
    put(s3, bucket, size=128 << 10)
    steps = [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": OLD}]
    rules(s3, bucket, {"Transitions": steps})
    seen = []
    for _ in range(4):
        seen.append(class_of(s3, bucket))
        aws.clock.advance(days=31)
    assert seen == ["STANDARD", "STANDARD_IA", "STANDARD_IA", OLD]
    with pytest.raises(ClientError, match="InvalidObjectState"):
        s3.get_object(Bucket=bucket, Key="k")


def test_objects_never_move_up(aws, s3, bucket):
    put(s3, bucket, size=200_000, StorageClass="DEEP_ARCHIVE")
    rules(s3, bucket, {"Transitions": [{"Days": 0, "StorageClass": OLD}]})
    aws.clock.advance(days=9)
    assert class_of(s3, bucket) == "DEEP_ARCHIVE"


@pytest.mark.parametrize(
    ("storage_class", "minimum", "asked", "moves"),
    [
        (OLD, "all_storage_classes_128K", {}, False),
        (OLD, "varies_by_storage_class", {}, True),
        ("GLACIER_IR", "varies_by_storage_class", {}, False),
        ("GLACIER_IR", "all_storage_classes_128K", {"ObjectSizeGreaterThan": 1}, True),
    ],
)
def test_small_objects_do_not_move(aws, s3, bucket, storage_class, minimum, asked, moves):
    put(s3, bucket, size=(128 << 10) - 1)
    transition = {"Filter": asked, "Transitions": [{"Days": 1, "StorageClass": storage_class}]}
    rules(s3, bucket, transition, TransitionDefaultMinimumObjectSize=minimum)
    aws.clock.advance(days=3)
    assert class_of(s3, bucket) == (storage_class if moves else "STANDARD")


def test_noncurrent_versions_move_too(aws, s3, versioned):
    first, second = put(s3, versioned, size=200_000), put(s3, versioned, size=200_000)
    moves = [{"NoncurrentDays": 1, "StorageClass": OLD}]
    rules(s3, versioned, {"NoncurrentVersionTransitions": moves})
    aws.clock.advance(days=3)
    assert class_of(s3, versioned, VersionId=first) == OLD
    assert class_of(s3, versioned, VersionId=second) == "STANDARD"


def test_the_header_names_the_date_and_the_rule(aws, s3, bucket):
    rules(s3, bucket, {"ID": "all of it", "Expiration": {"Days": 3}}, {"Expiration": {"Days": 9}})
    expected = 'expiry-date="Thu, 05 Mar 2026 00:00:00 GMT", rule-id="all%20of%20it"'
    assert s3.put_object(Bucket=bucket, Key="k")["Expiration"] == expected
    assert s3.head_object(Bucket=bucket, Key="k")["Expiration"] == expected
    assert s3.get_object(Bucket=bucket, Key="k")["Expiration"] == expected
    copied = s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    assert copied["Expiration"] == expected


def test_the_first_of_rules_with_the_same_date_is_named(aws, s3, bucket):
    """R-115."""
    rules(
        s3,
        bucket,
        {"ID": "z", "Expiration": {"Days": 3}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": "a", "Expiration": {"Days": 3}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": "m", "Filter": {"Prefix": "soon"}, "Expiration": {"Days": 1}},
    )
    s3.put_object(Bucket=bucket, Key="k")
    assert s3.head_object(Bucket=bucket, Key="k")["Expiration"].endswith('rule-id="z"')
    assert s3.put_object(Bucket=bucket, Key="soon")["Expiration"].endswith('rule-id="m"')
    assert s3.create_multipart_upload(Bucket=bucket, Key="k")["AbortRuleId"] == "z"


def test_a_read_of_a_named_version_has_no_such_header(aws, s3, versioned):
    """R-115: not even the current version."""
    rules(s3, versioned, {"Expiration": {"Days": 3}})
    named = {"Bucket": versioned, "Key": "k", "VersionId": put(s3, versioned, "k")}
    for read in (s3.get_object, s3.head_object):
        assert "Expiration" not in read(**named)
        assert "Expiration" in read(Bucket=versioned, Key="k")


def test_only_current_objects_with_a_rule_have_the_header(aws, s3, versioned):
    first = put(s3, versioned, "in/k")
    rules(s3, versioned, {"Filter": {"Prefix": "in/"}, "Expiration": {"Days": 3}})
    put(s3, versioned, "in/k")
    assert "Expiration" in s3.head_object(Bucket=versioned, Key="in/k")
    assert "Expiration" not in s3.head_object(Bucket=versioned, Key="in/k", VersionId=first)
    assert "Expiration" not in s3.put_object(Bucket=versioned, Key="out/k")


def test_snapshot_restore_undoes_expiration(aws, s3, bucket):
    put(s3, bucket)
    rules(s3, bucket, {"Expiration": {"Days": 3}})
    mark = aws.snapshot()
    for _ in range(2):
        aws.clock.advance(days=5)
        assert keys(s3, bucket) == []
        aws.restore(mark)
        assert keys(s3, bucket) == ["k"]


def test_handles_apply_due_effects(aws, s3):
    made = aws.account().create_bucket("amzn-made", objects={"k": b""})
    rules(s3, "amzn-made", {"Expiration": {"Days": 3}})
    aws.clock.advance(days=5)
    assert made.keys == []
