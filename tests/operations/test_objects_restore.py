"""RestoreObject, and what archived objects are before, during and after it; the clock does the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import no_such_bucket, refusal, status

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
IN_PROGRESS = {
    "Status": 409,
    "Code": "RestoreAlreadyInProgress",
    "Message": "Object restore is already in progress",
}
MALFORMED = {
    "Status": 400,
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published schema",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


def put(s3: Any, bucket: str, storage_class: str = "GLACIER") -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k", Body=b"frozen", StorageClass=storage_class)
    return {"Bucket": bucket, "Key": "k"}


def restore(s3: Any, named: dict[str, str], days: int = 3, tier: str | None = None) -> int:
    request: dict[str, Any] = {"Days": days}
    if tier:
        request["GlacierJobParameters"] = {"Tier": tier}
    return status(s3.restore_object, **named, RestoreRequest=request)


def archived(s3: Any, named: dict[str, str], storage_class: str = "GLACIER") -> None:
    assert refusal(s3.get_object, **named) == {
        "Status": 403,
        "Code": "InvalidObjectState",
        "Message": "The operation is not valid for the object's storage class",
        "StorageClass": storage_class,
    }


def test_a_restore_from_beginning_to_end(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    assert "Restore" not in s3.head_object(**named)
    assert restore(s3, named) == 202
    archived(s3, named)
    assert s3.head_object(**named)["Restore"] == 'ongoing-request="true"'
    clock.move_to(NOW + timedelta(hours=5))
    expiry = 'ongoing-request="false", expiry-date="Sun, 08 Mar 2026 00:00:00 GMT"'
    for found in (s3.head_object(**named), s3.get_object(**named)):
        assert (found["Restore"], found["StorageClass"]) == (expiry, "GLACIER")
    assert s3.get_object(**named)["Body"].read() == b"frozen"
    clock.move_to(datetime(2026, 3, 8, tzinfo=UTC))
    archived(s3, named)
    assert "Restore" not in s3.head_object(**named)
    assert restore(s3, named) == 202


@pytest.mark.parametrize(
    ("storage_class", "tier", "duration"),
    [
        ("GLACIER", "Expedited", timedelta(minutes=5)),
        ("GLACIER", "Standard", timedelta(hours=5)),
        ("GLACIER", "Bulk", timedelta(hours=12)),
        ("DEEP_ARCHIVE", "Standard", timedelta(hours=12)),
        ("DEEP_ARCHIVE", "Bulk", timedelta(hours=48)),
    ],
)
def test_tiers(s3: Any, bucket: str, clock: Any, storage_class: str, tier: str, duration: timedelta) -> None:
    named = put(s3, bucket, storage_class)
    archived(s3, named, storage_class)
    restore(s3, named, tier=tier)
    clock.move_to(NOW + duration - timedelta(seconds=1))
    archived(s3, named, storage_class)
    clock.move_to(NOW + duration)
    s3.get_object(**named)


def test_the_tier_may_stand_outside_of_the_job(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    s3.restore_object(**named, RestoreRequest={"Days": 1, "Tier": "Expedited"})
    clock.move_to(NOW + timedelta(minutes=5))
    s3.get_object(**named)


def test_a_copy_that_is_there_is_kept_for_longer_or_less(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    restore(s3, named, days=3)
    clock.move_to(NOW + timedelta(days=1))
    assert restore(s3, named, days=10) == 200
    assert 'expiry-date="Mon, 16 Mar 2026' in s3.head_object(**named)["Restore"]
    assert restore(s3, named, days=1) == 200
    assert 'expiry-date="Sat, 07 Mar 2026' in s3.head_object(**named)["Restore"]


@pytest.mark.parametrize("tier", ["Standard", "Bulk"])
def test_one_restore_at_a_time(s3: Any, bucket: str, tier: str) -> None:
    named = put(s3, bucket)
    restore(s3, named)
    request = {"Days": 3, "GlacierJobParameters": {"Tier": tier}}
    assert refusal(s3.restore_object, **named, RestoreRequest=request) == IN_PROGRESS


def test_a_restore_under_way_is_sped_up(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    restore(s3, named, days=3, tier="Bulk")
    clock.move_to(NOW + timedelta(hours=1))
    assert restore(s3, named, days=9, tier="Expedited") == 202
    clock.move_to(NOW + timedelta(hours=1, minutes=5))
    assert 'expiry-date="Sun, 08 Mar 2026' in s3.get_object(**named)["Restore"]


def test_speeding_up_never_slows_down(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    restore(s3, named, tier="Bulk")
    clock.move_to(NOW + timedelta(hours=11))
    restore(s3, named, tier="Standard")
    clock.move_to(NOW + timedelta(hours=12))
    s3.get_object(**named)


@pytest.mark.parametrize("storage_class", ["STANDARD", "STANDARD_IA", "GLACIER_IR"])
@pytest.mark.parametrize("request_", [{"RestoreRequest": {"Days": 1}}, {}])
def test_only_archived_objects_are_restored(
    s3: Any, bucket: str, storage_class: str, request_: dict[str, Any]
) -> None:
    named = put(s3, bucket, storage_class)
    assert refusal(s3.restore_object, **named, **request_) == {
        "Status": 403,
        "Code": "InvalidObjectState",
        "Message": "Restore is not allowed for the object's current storage class",
        "StorageClass": storage_class,
    }
    s3.get_object(**named)


def test_what_is_wrong_with_a_request(s3: Any, bucket: str) -> None:
    named = put(s3, bucket, "DEEP_ARCHIVE")
    assert refusal(s3.restore_object, **named) == MALFORMED
    assert refusal(s3.restore_object, **named, RestoreRequest={"Tier": "Bulk"}) == MALFORMED
    assert refusal(s3.restore_object, **named, RestoreRequest={"Days": 1, "Tier": "Slow"}) == MALFORMED
    assert refusal(s3.restore_object, **named, RestoreRequest={"Days": 0}) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "restoration days should be at least 1",
    }
    assert refusal(s3.restore_object, **named, RestoreRequest={"Days": 1, "Tier": "Expedited"}) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Retrieval option is not supported by this storage class",
    }
    assert "Restore" not in s3.head_object(**named)


def test_what_is_not_there(s3: Any, versioned: str) -> None:
    request = {"RestoreRequest": {"Days": 1}}
    found = refusal(s3.restore_object, Bucket="amzn-nowhere", Key="k", **request)
    assert found == no_such_bucket("amzn-nowhere")
    assert refusal(s3.restore_object, Bucket=versioned, Key="k", **request)["Code"] == "NoSuchKey"
    put(s3, versioned)
    s3.delete_object(Bucket=versioned, Key="k")
    found = refusal(s3.restore_object, Bucket=versioned, Key="k", **request)
    assert (found["Status"], found["Method"]) == (405, "POST")


def test_versions_are_restored_one_by_one(s3: Any, versioned: str, clock: Any) -> None:
    old = s3.put_object(Bucket=versioned, Key="k", Body=b"old", StorageClass="GLACIER")["VersionId"]
    new = s3.put_object(Bucket=versioned, Key="k", Body=b"new", StorageClass="GLACIER")["VersionId"]
    restore(s3, {"Bucket": versioned, "Key": "k", "VersionId": old})
    clock.move_to(NOW + timedelta(hours=5))
    assert s3.get_object(Bucket=versioned, Key="k", VersionId=old)["Body"].read() == b"old"
    archived(s3, {"Bucket": versioned, "Key": "k", "VersionId": new})
    entries = s3.list_object_versions(Bucket=versioned, OptionalObjectAttributes=["RestoreStatus"])[
        "Versions"
    ]
    expiry = datetime(2026, 3, 8, tzinfo=UTC)
    assert [entry.get("RestoreStatus") for entry in entries] == [
        None,
        {"IsRestoreInProgress": False, "RestoreExpiryDate": expiry},
    ]


def test_listings_tell_on_demand(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    asked = {"Bucket": bucket, "OptionalObjectAttributes": ["RestoreStatus"]}
    assert "RestoreStatus" not in s3.list_objects_v2(**asked)["Contents"][0]
    restore(s3, named)
    for call in (s3.list_objects, s3.list_objects_v2):
        assert call(**asked)["Contents"][0]["RestoreStatus"] == {"IsRestoreInProgress": True}
    assert "RestoreStatus" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    clock.move_to(NOW + timedelta(days=30))
    assert "RestoreStatus" not in s3.list_objects_v2(**asked)["Contents"][0]


def test_copies_are_made_of_what_is_restored(s3: Any, bucket: str, clock: Any) -> None:
    named = put(s3, bucket)
    assert (
        refusal(s3.copy_object, Bucket=bucket, Key="copy", CopySource=named)["Code"] == "InvalidObjectState"
    )
    restore(s3, named)
    clock.move_to(NOW + timedelta(hours=5))
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=named)
    found = s3.get_object(Bucket=bucket, Key="copy")
    assert found["Body"].read() == b"frozen"
    assert {"Restore", "StorageClass"}.isdisjoint(found)
    s3.copy_object(**named, CopySource=named, StorageClass="STANDARD")
    assert {"Restore", "StorageClass"}.isdisjoint(s3.get_object(**named))


def test_what_is_written_anew_is_not_restored(s3: Any, bucket: str, clock: Any) -> None:
    restore(s3, put(s3, bucket))
    clock.move_to(NOW + timedelta(hours=5))
    archived(s3, put(s3, bucket))


@pytest.mark.parametrize(
    "request_",
    [
        {"Type": "SELECT"},
        {
            "SelectParameters": {
                "InputSerialization": {"CSV": {}},
                "ExpressionType": "SQL",
                "Expression": "SELECT * FROM S3Object",
                "OutputSerialization": {"CSV": {}},
            }
        },
        {"OutputLocation": {"S3": {"BucketName": "amzn-out", "Prefix": ""}}},
    ],
)
@pytest.mark.parametrize("days", [{}, {"Days": 1}])
def test_archives_are_not_queried_any_more(
    s3: Any, bucket: str, request_: dict[str, Any], days: dict[str, int]
) -> None:
    named = put(s3, bucket)
    assert refusal(s3.restore_object, **named, RestoreRequest={**request_, **days}) == MALFORMED
    assert "Restore" not in s3.head_object(**named)


def test_it_takes_one_permission_for_every_version(aws: MockAWS, s3: Any, versioned: str) -> None:
    """F-140."""
    named = put(s3, versioned)
    version = s3.head_object(**named)["VersionId"]
    eve = user(aws, "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
    request = {"RestoreRequest": {"Days": 1}}
    assert "perform: s3:RestoreObject on" in refusal(eve.restore_object, **named, **request)["Message"]
    user(aws, "s3:RestoreObject").restore_object(**named, VersionId=version, **request)


def user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policies = [{"Version": "2012-10-17", "Statement": [statement]}]
    return aws.account().create_user(f"user-{len(actions)}", policies=policies).client("s3")
