"""Object Lock headers on writes, what they protect from, and the clock that ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
PROTECTED = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Access Denied because object protected by object lock.",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


def put(s3: Any, bucket: str, **params: Any) -> dict[str, str]:
    """Write an object; answers what names the version."""
    version = s3.put_object(Bucket=bucket, Key="k", **params)["VersionId"]
    return {"Bucket": bucket, "Key": "k", "VersionId": version}


def test_locks_are_shown(s3: Any, locked: str) -> None:
    named = put(
        s3,
        locked,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=LATER,
        ObjectLockLegalHoldStatus="ON",
    )
    for found in (s3.get_object(**named), s3.head_object(**named)):
        assert found["ObjectLockMode"] == "GOVERNANCE"
        assert found["ObjectLockRetainUntilDate"] == LATER
        assert found["ObjectLockLegalHoldStatus"] == "ON"


def test_locks_are_hidden_from_who_may_not_read_them(aws: MockAWS, s3: Any, locked: str) -> None:
    put(
        s3,
        locked,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=LATER,
        ObjectLockLegalHoldStatus="ON",
    )
    eve = _user(aws, "s3:GetObject").client("s3")
    found = eve.get_object(Bucket=locked, Key="k")
    assert not {name for name in found if name.startswith("ObjectLock")}
    ann = _user(aws, "s3:GetObject", "s3:GetObjectLegalHold").client("s3")
    found = ann.head_object(Bucket=locked, Key="k")
    assert {name for name in found if name.startswith("ObjectLock")} == {"ObjectLockLegalHoldStatus"}


@pytest.mark.parametrize("call", ["put_object", "create_multipart_upload"])
@pytest.mark.parametrize(
    ("params", "argument"),
    [
        ({"ObjectLockMode": "NOPE"}, "x-amz-object-lock-retain-until-date"),
        ({"ObjectLockRetainUntilDate": LATER}, "x-amz-object-lock-mode"),
    ],
)
def test_mode_and_date_go_together(
    s3: Any, locked: str, call: str, params: dict[str, Any], argument: str
) -> None:
    """R-55."""
    assert refusal(getattr(s3, call), Bucket=locked, Key="k", **params) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        "ArgumentName": argument,
    }


@pytest.mark.parametrize("call", ["put_object", "create_multipart_upload"])
def test_unknown_mode(s3: Any, locked: str, call: str) -> None:
    params = {"ObjectLockMode": "NOPE", "ObjectLockRetainUntilDate": LATER}
    assert refusal(getattr(s3, call), Bucket=locked, Key="k", **params) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Unknown wormMode directive.",
        "ArgumentName": "x-amz-object-lock-mode",
        "ArgumentValue": "NOPE",
    }


def test_a_date_in_the_past(s3: Any, locked: str) -> None:
    params = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW - timedelta(days=1)}
    assert refusal(s3.put_object, Bucket=locked, Key="k", **params) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The retain until date must be in the future!",
        "ArgumentName": "x-amz-object-lock-retain-until-date",
        "ArgumentValue": "2026-03-03T05:06:07Z",
    }


@pytest.mark.parametrize(
    "params",
    [
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": LATER},
        {"ObjectLockLegalHoldStatus": "ON"},
    ],
)
def test_buckets_without_object_lock(s3: Any, bucket: str, params: dict[str, Any]) -> None:
    """F-23."""
    assert refusal(s3.put_object, Bucket=bucket, Key="k", **params) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Bucket is missing Object Lock Configuration",
    }


def test_governance_holds_until_its_date_unless_bypassed(s3: Any, locked: str, clock: Any) -> None:
    first = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=LATER)
    second = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=LATER)
    assert refusal(s3.delete_object, **first) == PROTECTED
    assert answer(s3.delete_object, **first, BypassGovernanceRetention=True) == {
        "VersionId": first["VersionId"]
    }
    clock.move_to(LATER - timedelta(seconds=1))
    assert refusal(s3.delete_object, **second) == PROTECTED
    clock.move_to(LATER)
    s3.delete_object(**second)


def test_compliance_holds_against_everybody(s3: Any, locked: str, clock: Any) -> None:
    named = put(s3, locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=LATER)
    assert refusal(s3.delete_object, **named, BypassGovernanceRetention=True) == PROTECTED
    clock.move_to(LATER)
    s3.delete_object(**named)


def test_a_legal_hold_has_no_end(s3: Any, locked: str, clock: Any) -> None:
    named = put(s3, locked, ObjectLockLegalHoldStatus="ON")
    free = put(s3, locked, ObjectLockLegalHoldStatus="OFF")
    clock.move_to(LATER)
    assert refusal(s3.delete_object, **named, BypassGovernanceRetention=True) == PROTECTED
    s3.delete_object(**free)


def test_a_marker_may_always_be_put(s3: Any, locked: str) -> None:
    put(s3, locked, ObjectLockLegalHoldStatus="ON")
    assert s3.delete_object(Bucket=locked, Key="k")["DeleteMarker"] is True


def test_delete_objects_says_it_per_entry(s3: Any, locked: str) -> None:
    held = put(s3, locked, ObjectLockLegalHoldStatus="ON")["VersionId"]
    free = put(s3, locked)["VersionId"]
    entries = [{"Key": "k", "VersionId": held}, {"Key": "k", "VersionId": free}]
    found = answer(s3.delete_objects, Bucket=locked, Delete={"Objects": entries})
    assert found["Deleted"] == [{"Key": "k", "VersionId": free}]
    assert found["Errors"] == [
        {"Key": "k", "VersionId": held, "Code": "AccessDenied", "Message": PROTECTED["Message"]}
    ]


def test_bypassing_takes_a_permission_of_its_own(aws: MockAWS, s3: Any, locked: str) -> None:
    named = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=LATER)
    eve = _user(aws, "s3:DeleteObject", "s3:DeleteObjectVersion").client("s3")
    found = refusal(eve.delete_object, **named, BypassGovernanceRetention=True)
    assert "perform: s3:BypassGovernanceRetention on" in found["Message"]
    assert refusal(eve.delete_object, **named) == PROTECTED
    eve.delete_object(Bucket=locked, Key="k", BypassGovernanceRetention=True)


def test_the_buckets_default_retention(aws: MockAWS, s3: Any, locked: str, clock: Any) -> None:
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 10}}
    with aws.store.editing(locked) as held:
        held.configurations["object-lock"] = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    named = put(s3, locked, Body=b"x")
    found = s3.head_object(**named)
    assert (found["ObjectLockMode"], found["ObjectLockRetainUntilDate"]) == ("COMPLIANCE", LATER)
    assert refusal(s3.delete_object, **named) == PROTECTED
    on = put(s3, locked, ObjectLockLegalHoldStatus="OFF")
    assert s3.head_object(**on)["ObjectLockMode"] == "COMPLIANCE"


def test_lock_headers_take_permissions(aws: MockAWS, s3: Any, locked: str) -> None:
    """F-22."""
    eve = _user(aws, "s3:PutObject").client("s3")
    retention = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": LATER}
    for call in (eve.put_object, eve.create_multipart_upload):
        found = refusal(call, Bucket=locked, Key="k", **retention)
        assert "perform: s3:PutObjectRetention on" in found["Message"]
        found = refusal(call, Bucket=locked, Key="k", ObjectLockLegalHoldStatus="OFF")
        assert "perform: s3:PutObjectLegalHold on" in found["Message"]


def _user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    name = f"user-{len(actions)}"
    return aws.account().create_user(name, policies=[{"Version": "2012-10-17", "Statement": [statement]}])
