"""Event holds: retention that begins when somebody says so.

Source: user guide "Object Lock considerations", with "Troubleshooting variable retention"; API_PutObject,
API_PutObjectRetention, API_PutObjectLockConfiguration, API_GetObject.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal, status

pytestmark = pytest.mark.usefixtures("holds_are_known")

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PROTECTED = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Access Denied because object protected by object lock.",
}
MALFORMED = {
    "Status": 400,
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published schema",
}
HEADERS = {
    "ObjectLockMode": "COMPLIANCE",
    "ObjectLockEventHold": "ON",
    "ObjectLockEventHoldDurationDays": 10,
}
HELD = {"Mode": "COMPLIANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 10}}


@pytest.fixture
def holds_are_known(s3: Any) -> None:
    """Event holds came with botocore 1.43.90; clients of older ones do not know the members."""
    shape = s3.meta.service_model.shape_for("PutObjectRequest")
    if "ObjectLockEventHold" not in shape.members:
        pytest.skip("the installed botocore knows no event holds")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def named(s3: Any, locked: str) -> dict[str, str]:
    version = s3.put_object(Bucket=locked, Key="k", Body=b"x")["VersionId"]
    return {"Bucket": locked, "Key": "k", "VersionId": version}


def retention(s3: Any, named: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = s3.get_object_retention(**named)["Retention"]
    return found


def hold(mode: str = "GOVERNANCE", **duration: int) -> dict[str, Any]:
    return {"Mode": mode, "EventHold": "ON", "EventHoldDuration": duration}


@pytest.mark.parametrize("call", ["put_object", "copy_object", "create_multipart_upload"])
def test_a_hold_comes_with_the_object(s3: Any, locked: str, clock: Any, call: str) -> None:
    s3.put_object(Bucket=locked, Key="source", Body=b"x")
    source = {"CopySource": f"{locked}/source"} if call == "copy_object" else {}
    made = getattr(s3, call)(Bucket=locked, Key="k", **source, **HEADERS)
    if call == "create_multipart_upload":
        upload = {"Bucket": locked, "Key": "k", "UploadId": made["UploadId"]}
        part = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    clock.tick(DAY)
    for found in (s3.get_object(Bucket=locked, Key="k"), s3.head_object(Bucket=locked, Key="k")):
        assert {name: value for name, value in found.items() if name.startswith("ObjectLock")} == {
            "ObjectLockMode": "COMPLIANCE",
            "ObjectLockRetainUntilDate": NOW + 11 * DAY,
            "ObjectLockEventHold": "ON",
            "ObjectLockEventHoldDurationDays": 10,
        }


def test_the_date_moves_until_the_release_and_stands_then(s3: Any, named: dict[str, str], clock: Any) -> None:
    assert status(s3.put_object_retention, **named, Retention=HELD) == 200
    assert retention(s3, named) == {**HELD, "RetainUntilDate": NOW + 10 * DAY}
    clock.move_to(NOW + 3000 * DAY)
    assert retention(s3, named) == {**HELD, "RetainUntilDate": NOW + 3010 * DAY}
    assert refusal(s3.delete_object, **named, BypassGovernanceRetention=True) == PROTECTED
    s3.put_object_retention(**named, Retention={"Mode": "COMPLIANCE", "EventHold": "OFF"})
    clock.move_to(NOW + 3010 * DAY - timedelta(seconds=1))
    released = {"Mode": "COMPLIANCE", "EventHold": "OFF", "RetainUntilDate": NOW + 3010 * DAY}
    assert retention(s3, named) == released
    found = s3.head_object(**named)
    assert found["ObjectLockEventHold"] == "OFF"
    assert "ObjectLockEventHoldDurationDays" not in found
    assert refusal(s3.delete_object, **named) == PROTECTED
    clock.move_to(NOW + 3010 * DAY)
    s3.delete_object(**named)


def test_years_have_365_days(s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=hold(Years=4))
    assert retention(s3, named) == {**hold(Years=4), "RetainUntilDate": NOW + 4 * 365 * DAY}
    found = s3.head_object(**named)
    assert found["ObjectLockEventHoldDurationYears"] == 4
    assert "ObjectLockEventHoldDurationDays" not in found


def test_a_date_beside_a_hold_is_the_earliest_end(s3: Any, named: dict[str, str], clock: Any) -> None:
    both = {**HELD, "RetainUntilDate": NOW + 30 * DAY}
    s3.put_object_retention(**named, Retention=both)
    assert retention(s3, named) == both
    clock.move_to(NOW + 21 * DAY)
    assert retention(s3, named)["RetainUntilDate"] == NOW + 31 * DAY
    s3.put_object_retention(**named, Retention={"Mode": "COMPLIANCE", "EventHold": "OFF"})
    assert retention(s3, named)["RetainUntilDate"] == NOW + 31 * DAY


@pytest.mark.parametrize(("days", "until"), [(20, 20), (5, 10)])
def test_a_period_that_changes_never_brings_the_date_forward(
    s3: Any, named: dict[str, str], clock: Any, days: int, until: int
) -> None:
    s3.put_object_retention(**named, Retention=HELD)
    s3.put_object_retention(**named, Retention=hold("COMPLIANCE", Days=days))
    assert retention(s3, named) == {**hold("COMPLIANCE", Days=days), "RetainUntilDate": NOW + until * DAY}
    clock.move_to(NOW + 100 * DAY)
    assert retention(s3, named)["RetainUntilDate"] == NOW + (100 + days) * DAY


@pytest.mark.parametrize(("date", "until"), [(3, 10), (12, 12)])
def test_a_release_with_a_date_takes_the_later_one(
    s3: Any, named: dict[str, str], date: int, until: int
) -> None:
    s3.put_object_retention(**named, Retention=HELD)
    off = {"Mode": "COMPLIANCE", "EventHold": "OFF", "RetainUntilDate": NOW + date * DAY}
    s3.put_object_retention(**named, Retention=off)
    assert retention(s3, named) == {**off, "RetainUntilDate": NOW + until * DAY}


def test_a_later_date_leaves_the_hold_on(s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=HELD)
    later = {"Mode": "COMPLIANCE", "RetainUntilDate": NOW + 12 * DAY}
    s3.put_object_retention(**named, Retention=later)
    assert retention(s3, named) == {**HELD, **later}


@pytest.mark.parametrize(
    "looser",
    [{}, {"Mode": "GOVERNANCE", "EventHold": "OFF"}, {"Mode": "GOVERNANCE", "RetainUntilDate": NOW + DAY}],
)
def test_compliance_gives_way_to_nobody(s3: Any, named: dict[str, str], looser: dict[str, Any]) -> None:
    s3.put_object_retention(**named, Retention=HELD)
    refused = refusal(s3.put_object_retention, **named, Retention=looser, BypassGovernanceRetention=True)
    assert refused == PROTECTED
    assert retention(s3, named) == {**HELD, "RetainUntilDate": NOW + 10 * DAY}


def test_governance_gives_way_to_a_bypass(s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=hold(Days=10))
    assert refusal(s3.put_object_retention, **named, Retention={}) == PROTECTED
    sooner = {"Mode": "GOVERNANCE", "EventHold": "OFF", "RetainUntilDate": NOW + DAY}
    s3.put_object_retention(**named, Retention=sooner, BypassGovernanceRetention=True)
    assert retention(s3, named) == sooner
    s3.put_object_retention(**named, Retention=hold(Days=10))
    s3.put_object_retention(**named, Retention={}, BypassGovernanceRetention=True)
    s3.delete_object(**named)


def test_bypassing_takes_a_permission_of_its_own(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=hold(Days=10))
    eve = user(aws, allow("s3:PutObjectRetention"))
    off = {"Mode": "GOVERNANCE", "EventHold": "OFF"}
    sooner = {**off, "RetainUntilDate": NOW + DAY}
    found = refusal(eve.put_object_retention, **named, Retention=sooner, BypassGovernanceRetention=True)
    assert "perform: s3:BypassGovernanceRetention on" in found["Message"]
    eve.put_object_retention(**named, Retention=off)
    assert retention(s3, named) == {**off, "RetainUntilDate": NOW + 10 * DAY}


@pytest.mark.parametrize(
    "body",
    [
        {"EventHold": "ON", "EventHoldDuration": {"Days": 1}},
        {"EventHold": "OFF"},
        {"Mode": "GOVERNANCE", "EventHold": "ON"},
        {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {}},
        {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 1, "Years": 1}},
        {"Mode": "GOVERNANCE", "EventHold": "OFF", "EventHoldDuration": {"Days": 1}},
        {"Mode": "GOVERNANCE", "EventHoldDuration": {"Days": 1}, "RetainUntilDate": NOW + DAY},
        {"Mode": "GOVERNANCE", "EventHold": "MAYBE", "RetainUntilDate": NOW + DAY},
        {"EventHold": "ON", "EventHoldDuration": {"Days": 1}, "RetainUntilDate": NOW + DAY},
    ],
)
def test_bodies_that_are_incomplete(s3: Any, named: dict[str, str], body: dict[str, Any]) -> None:
    assert refusal(s3.put_object_retention, **named, Retention=body) == MALFORMED
    assert refusal(s3.get_object_retention, **named)["Code"] == "NoSuchObjectLockConfiguration"


PERIODS = [("Days", 0, 36_500), ("Days", 36_501, 36_500), ("Years", -1, 100), ("Years", 101, 100)]


@pytest.mark.parametrize(("unit", "number", "longest"), PERIODS)
def test_periods_out_of_range(
    s3: Any, locked: str, named: dict[str, str], unit: str, number: int, longest: int
) -> None:
    expected = {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": f"The event hold duration must be between 1 and {longest} {unit.lower()}",
        "ArgumentName": unit,
        "ArgumentValue": str(number),
    }
    duration = {unit: number}
    assert refusal(s3.put_object_retention, **named, Retention=hold(**duration)) == expected
    headers = {"ObjectLockMode": "GOVERNANCE", "ObjectLockEventHold": "ON"}
    headers_too = {**headers, f"ObjectLockEventHoldDuration{unit}": number}
    assert refusal(s3.put_object, Bucket=locked, Key="no", **headers_too) == expected
    default = {"Mode": "GOVERNANCE", "DefaultEventHold": duration}
    assert refusal(configure, s3=s3, bucket=locked, retention=default) == expected
    assert s3.list_objects_v2(Bucket=locked)["KeyCount"] == 1


@pytest.mark.parametrize(("unit", "number"), [("Days", 36_500), ("Years", 100)])
def test_the_longest_periods(s3: Any, named: dict[str, str], unit: str, number: int) -> None:
    s3.put_object_retention(**named, Retention=hold(**{unit: number}))
    assert retention(s3, named)["RetainUntilDate"] == NOW + 36_500 * DAY


def test_off_needs_a_date_from_somewhere(s3: Any, named: dict[str, str]) -> None:
    off = {"Mode": "GOVERNANCE", "EventHold": "OFF"}
    assert refusal(s3.put_object_retention, **named, Retention=off) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "When the event hold is off, the object version must have a retain-until-date.",
    }
    dated = {**off, "RetainUntilDate": NOW + DAY}
    s3.put_object_retention(**named, Retention=dated)
    assert retention(s3, named) == dated


@pytest.mark.parametrize("call", ["put_object", "create_multipart_upload"])
@pytest.mark.parametrize(
    ("params", "argument", "message"),
    [
        (
            {"ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 1},
            "x-amz-object-lock-mode",
            "An event hold requires a retention mode",
        ),
        (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockEventHold": "ON"},
            "x-amz-object-lock-event-hold",
            "An event hold requires exactly one duration, in either days or years",
        ),
        (
            {**HEADERS, "ObjectLockEventHoldDurationYears": 1},
            "x-amz-object-lock-event-hold",
            "An event hold requires exactly one duration, in either days or years",
        ),
        (
            {**HEADERS, "ObjectLockEventHold": "OFF"},
            "x-amz-object-lock-event-hold",
            "An event hold duration can only be specified when the event hold is ON",
        ),
        (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockEventHold": "OFF"},
            "x-amz-object-lock-retain-until-date",
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        ),
    ],
)
def test_headers_that_are_incomplete(
    s3: Any, locked: str, call: str, params: dict[str, Any], argument: str, message: str
) -> None:
    assert refusal(getattr(s3, call), Bucket=locked, Key="k", **params) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
        "ArgumentName": argument,
    }
    assert s3.list_objects_v2(Bucket=locked)["KeyCount"] == 0


def test_a_hold_is_on_or_off(s3: Any, locked: str) -> None:
    assert refusal(s3.put_object, Bucket=locked, Key="k", ObjectLockEventHold="on") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Event Hold must be either of 'ON' or 'OFF'",
        "ArgumentName": "x-amz-object-lock-event-hold",
        "ArgumentValue": "on",
    }


def test_buckets_without_object_lock(s3: Any, bucket: str) -> None:
    found = refusal(s3.put_object, Bucket=bucket, Key="k", **HEADERS)
    assert found["Message"] == "Bucket is missing Object Lock Configuration"


# The bucket's default.


def configure(s3: Any, bucket: str, retention: dict[str, Any]) -> None:
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )


def test_a_default_holds_what_is_written(s3: Any, locked: str, clock: Any) -> None:
    default = {"Mode": "COMPLIANCE", "DefaultEventHold": {"Years": 1}}
    configure(s3, locked, default)
    shown = s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert shown["Rule"] == {"DefaultRetention": default}
    s3.put_object(Bucket=locked, Key="k", Body=b"x")
    named = {"Bucket": locked, "Key": "k"}
    held = {"Mode": "COMPLIANCE", "EventHold": "ON", "EventHoldDuration": {"Years": 1}}
    assert retention(s3, named) == {**held, "RetainUntilDate": NOW + 365 * DAY}
    fixed = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW + DAY}
    s3.put_object(Bucket=locked, Key="own", Body=b"x", **fixed)
    own = retention(s3, {"Bucket": locked, "Key": "own"})
    assert own == {"Mode": "GOVERNANCE", "RetainUntilDate": NOW + DAY}


def test_a_default_may_be_fixed_and_held(s3: Any, locked: str, clock: Any) -> None:
    configure(s3, locked, {"Mode": "GOVERNANCE", "Days": 30, "DefaultEventHold": {"Days": 10}})
    s3.put_object(Bucket=locked, Key="k", Body=b"x", ObjectLockLegalHoldStatus="OFF")
    named = {"Bucket": locked, "Key": "k"}
    assert retention(s3, named) == {**hold(Days=10), "RetainUntilDate": NOW + 30 * DAY}
    clock.tick(25 * DAY)
    assert retention(s3, named) == {**hold(Days=10), "RetainUntilDate": NOW + 35 * DAY}


@pytest.mark.parametrize(
    "default",
    [
        {"Mode": "GOVERNANCE", "DefaultEventHold": {}},
        {"Mode": "GOVERNANCE", "DefaultEventHold": {"Days": 1, "Years": 1}},
        {"Mode": "GOVERNANCE", "Days": 1, "Years": 1, "DefaultEventHold": {"Days": 1}},
        {"DefaultEventHold": {"Days": 1}},
    ],
)
def test_defaults_that_are_incomplete(s3: Any, locked: str, default: dict[str, Any]) -> None:
    assert refusal(configure, s3=s3, bucket=locked, retention=default) == MALFORMED


# Permissions and condition keys: F-22, F-30.


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def user(aws: MockAWS, *statements: dict[str, Any]) -> Any:
    policies = [{"Version": "2012-10-17", "Statement": list(statements)}]
    return aws.account().create_user(f"user-{len(statements)}", policies=policies).client("s3")


def test_headers_take_the_permission_of_retention(aws: MockAWS, s3: Any, locked: str) -> None:
    """F-22."""
    eve = user(aws, allow("s3:PutObject"))
    for call in (eve.put_object, eve.create_multipart_upload):
        found = refusal(call, Bucket=locked, Key="k", **HEADERS)
        assert "perform: s3:PutObjectRetention on" in found["Message"]


def test_holds_are_hidden_from_who_may_not_read_retention(aws: MockAWS, s3: Any, locked: str) -> None:
    s3.put_object(Bucket=locked, Key="k", **HEADERS)
    found = user(aws, allow("s3:GetObject")).get_object(Bucket=locked, Key="k")
    assert not {name for name in found if name.startswith("ObjectLock")}


def test_releasing_may_be_somebody_elses(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    """The user guide's statement: who may hold need not be who may let go."""
    off = {"StringEquals": {"s3:object-lock-event-hold": "OFF"}}
    deny = {**allow("s3:PutObjectRetention", Condition=off), "Effect": "Deny"}
    eve = user(aws, allow("s3:*"), deny)
    eve.put_object_retention(**named, Retention=HELD)
    released = {"Mode": "COMPLIANCE", "EventHold": "OFF"}
    assert "explicit deny" in refusal(eve.put_object_retention, **named, Retention=released)["Message"]


@pytest.mark.parametrize(
    ("duration", "denied"), [({"Days": 89}, True), ({"Days": 90}, False), ({"Years": 1}, False)]
)
def test_policies_may_ask_for_a_length(
    aws: MockAWS, s3: Any, named: dict[str, str], duration: dict[str, int], denied: bool
) -> None:
    """The user guide's statement; there is no key for years, which are compared as 365 days each."""
    short = {"NumericLessThan": {"s3:object-lock-event-hold-duration-days": "90"}}
    eve = user(aws, allow("s3:*"), {**allow("s3:PutObject*", Condition=short), "Effect": "Deny"})
    headers = {f"ObjectLockEventHoldDuration{unit}": number for unit, number in duration.items()}
    put = {"ObjectLockMode": "GOVERNANCE", "ObjectLockEventHold": "ON", **headers}
    if denied:
        found = refusal(eve.put_object_retention, **named, Retention=hold(**duration))
        assert "explicit deny" in found["Message"]
        found = refusal(eve.put_object, Bucket=named["Bucket"], Key="k", **put)
        assert "explicit deny" in found["Message"]
    else:
        eve.put_object_retention(**named, Retention=hold(**duration))
        assert answer(eve.put_object, Bucket=named["Bucket"], Key="k", **put)["VersionId"]


# What else looks at locks.


def test_lifecycle_waits_for_the_release(s3: Any, locked: str, clock: Any) -> None:
    s3.put_object(Bucket=locked, Key="k", Body=b"x", **HEADERS)
    s3.delete_object(Bucket=locked, Key="k")
    gone = {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=locked, LifecycleConfiguration={"Rules": [gone]})
    clock.tick(100 * DAY)
    (held,) = s3.list_object_versions(Bucket=locked)["Versions"]
    released = {"Mode": "COMPLIANCE", "EventHold": "OFF"}
    s3.put_object_retention(Bucket=locked, Key="k", VersionId=held["VersionId"], Retention=released)
    clock.tick(9 * DAY)
    assert len(s3.list_object_versions(Bucket=locked)["Versions"]) == 1
    clock.tick(2 * DAY)
    assert "Versions" not in s3.list_object_versions(Bucket=locked)


def test_a_replica_is_held_and_released_with_its_original(
    aws: MockAWS, s3: Any, locked: str, clock: Any
) -> None:
    s3.create_bucket(Bucket="amzn-copies", ObjectLockEnabledForBucket=True)
    actions = allow("s3:*")
    trust = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.account().create_role(
        "copier",
        trust={"Version": "2012-10-17", "Statement": [trust]},
        policies=[{"Version": "2012-10-17", "Statement": [actions]}],
    )
    rule = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::amzn-copies"}}
    s3.put_bucket_replication(Bucket=locked, ReplicationConfiguration={"Role": role.arn, "Rules": [rule]})
    version = s3.put_object(Bucket=locked, Key="k", Body=b"x", **HEADERS)["VersionId"]
    copy = {"Bucket": "amzn-copies", "Key": "k", "VersionId": version}
    assert retention(s3, copy) == {**HELD, "RetainUntilDate": NOW + 10 * DAY}
    clock.tick(DAY)
    released = {"Mode": "COMPLIANCE", "EventHold": "OFF"}
    s3.put_object_retention(Bucket=locked, Key="k", Retention=released)
    assert retention(s3, copy) == {**released, "RetainUntilDate": NOW + 11 * DAY}
