"""Retention and legal holds as they are read and changed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS
from mocks3.rules import message_dates

from .answers import answer, no_such_bucket, refusal, status

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
MUCH_LATER = NOW + timedelta(days=20)
GOVERNANCE = {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}
COMPLIANCE = {"Mode": "COMPLIANCE", "RetainUntilDate": LATER}
MALFORMED = {
    "Status": 400,
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published schema",
}
PROTECTED = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Access Denied because object protected by object lock.",
}
NOT_SET = {
    "Status": 404,
    "Code": "NoSuchObjectLockConfiguration",
    "Message": "The specified object does not have a ObjectLock configuration",
}
NO_SUCH_KEY = {
    "Status": 404,
    "Code": "NoSuchKey",
    "Message": "The specified key does not exist.",
    "Key": "k",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def named(s3: Any, locked: str) -> dict[str, str]:
    """What names the one version of an object in a bucket with Object Lock."""
    version = s3.put_object(Bucket=locked, Key="k", Body=b"x")["VersionId"]
    return {"Bucket": locked, "Key": "k", "VersionId": version}


def calls(s3: Any) -> list[tuple[Any, dict[str, Any], str]]:
    return [
        (s3.get_object_retention, {}, "GET"),
        (s3.put_object_retention, {"Retention": GOVERNANCE}, "PUT"),
        (s3.get_object_legal_hold, {}, "GET"),
        (s3.put_object_legal_hold, {"LegalHold": {"Status": "ON"}}, "PUT"),
    ]


def test_retention_is_kept_per_version(s3: Any, named: dict[str, str]) -> None:
    assert refusal(s3.get_object_retention, **named) == NOT_SET
    assert status(s3.put_object_retention, **named, Retention=GOVERNANCE) == 200
    assert answer(s3.get_object_retention, **named) == {"Retention": GOVERNANCE}
    found = s3.head_object(**named)
    assert (found["ObjectLockMode"], found["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", LATER)
    s3.put_object(Bucket=named["Bucket"], Key="k", Body=b"y")
    assert refusal(s3.get_object_retention, Bucket=named["Bucket"], Key="k") == NOT_SET
    assert answer(s3.get_object_retention, **named) == {"Retention": GOVERNANCE}


def test_the_current_version_is_meant_without_an_id(s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(Bucket=named["Bucket"], Key="k", Retention=GOVERNANCE)
    assert refusal(s3.delete_object, **named) == PROTECTED
    s3.put_object_legal_hold(Bucket=named["Bucket"], Key="k", LegalHold={"Status": "ON"})
    assert answer(s3.get_object_legal_hold, **named) == {"LegalHold": {"Status": "ON"}}


def test_buckets_without_object_lock(s3: Any, versioned: str) -> None:
    """R-62."""
    s3.put_object(Bucket=versioned, Key="k")
    for call, params, _ in calls(s3):
        assert refusal(call, Bucket=versioned, Key="k", **params) == {
            "Status": 400,
            "Code": "InvalidRequest",
            "Message": "Bucket is missing Object Lock Configuration",
        }


def test_what_is_not_there(s3: Any, locked: str) -> None:
    for call, params, _ in calls(s3):
        assert refusal(call, Bucket="amzn-nowhere", Key="k", **params) == no_such_bucket("amzn-nowhere")
        assert refusal(call, Bucket=locked, Key="k", **params) == NO_SUCH_KEY


def test_delete_markers_have_no_locks(s3: Any, named: dict[str, str]) -> None:
    marker = s3.delete_object(Bucket=named["Bucket"], Key="k")["VersionId"]
    for call, params, method in calls(s3):
        for version in ({}, {"VersionId": marker}):
            assert refusal(call, Bucket=named["Bucket"], Key="k", **version, **params) == {
                "Status": 405,
                "Code": "MethodNotAllowed",
                "Message": "The specified method is not allowed against this resource.",
                "Method": method,
                "ResourceType": "DeleteMarker",
            }


@pytest.mark.parametrize(
    "params",
    [
        {"Retention": {"Mode": "GOVERNANCE"}},
        {"Retention": {"RetainUntilDate": LATER}},
        {"Retention": {"Mode": "NOPE", "RetainUntilDate": LATER}},
        {},
    ],
)
def test_retention_is_a_mode_and_a_date(s3: Any, named: dict[str, str], params: dict[str, Any]) -> None:
    assert refusal(s3.put_object_retention, **named, **params) == MALFORMED


@pytest.mark.parametrize("params", [{"LegalHold": {}}, {"LegalHold": {"Status": "on"}}, {}])
def test_a_legal_hold_is_on_or_off(s3: Any, named: dict[str, str], params: dict[str, Any]) -> None:
    assert refusal(s3.put_object_legal_hold, **named, **params) == MALFORMED


def test_a_date_in_the_past(s3: Any, named: dict[str, str]) -> None:
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime(2020, 1, 1, tzinfo=UTC)}
    assert refusal(s3.put_object_retention, **named, Retention=retention) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The retain until date must be in the future!",
        "ArgumentName": "RetainUntilDate",
        "ArgumentValue": "Tue Dec 31 16:00:00 PST 2019",
    }


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-03-08T09:59:59", "Sun Mar 08 01:59:59 PST 2026"),
        ("2026-03-08T10:00:00", "Sun Mar 08 03:00:00 PDT 2026"),
        ("2026-11-01T08:59:59", "Sun Nov 01 01:59:59 PDT 2026"),
        ("2026-11-01T09:00:00", "Sun Nov 01 01:00:00 PST 2026"),
    ],
)
def test_sentences_keep_pacific_time(moment: str, text: str) -> None:
    """R-61."""
    assert message_dates.format_date(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == text


LOOSER = [
    {"Mode": "GOVERNANCE", "RetainUntilDate": NOW + timedelta(days=1)},
    {"Mode": "COMPLIANCE", "RetainUntilDate": MUCH_LATER},
    {},
]


@pytest.mark.parametrize("looser", LOOSER)
def test_governance_gives_way_to_a_bypass(s3: Any, named: dict[str, str], looser: dict[str, Any]) -> None:
    s3.put_object_retention(**named, Retention=GOVERNANCE)
    assert refusal(s3.put_object_retention, **named, Retention=looser) == PROTECTED
    assert answer(s3.get_object_retention, **named) == {"Retention": GOVERNANCE}
    s3.put_object_retention(**named, Retention=looser, BypassGovernanceRetention=True)
    if looser:
        assert answer(s3.get_object_retention, **named) == {"Retention": looser}
    else:
        assert refusal(s3.get_object_retention, **named) == NOT_SET
        s3.delete_object(**named)


@pytest.mark.parametrize("bypass", [{}, {"BypassGovernanceRetention": True}])
@pytest.mark.parametrize(
    "looser",
    [
        {"Mode": "COMPLIANCE", "RetainUntilDate": NOW + timedelta(days=1)},
        {"Mode": "GOVERNANCE", "RetainUntilDate": MUCH_LATER},
        {},
    ],
)
def test_compliance_gives_way_to_nobody(
    s3: Any, named: dict[str, str], looser: dict[str, Any], bypass: dict[str, bool]
) -> None:
    s3.put_object_retention(**named, Retention=COMPLIANCE)
    assert refusal(s3.put_object_retention, **named, Retention=looser, **bypass) == PROTECTED
    assert answer(s3.get_object_retention, **named) == {"Retention": COMPLIANCE}


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_retention_may_always_be_extended(s3: Any, named: dict[str, str], clock: Any, mode: str) -> None:
    longer = {"Mode": mode, "RetainUntilDate": MUCH_LATER}
    s3.put_object_retention(**named, Retention={"Mode": mode, "RetainUntilDate": LATER})
    s3.put_object_retention(**named, Retention=longer)
    clock.move_to(LATER)
    assert refusal(s3.delete_object, **named) == PROTECTED
    clock.move_to(MUCH_LATER)
    assert answer(s3.get_object_retention, **named) == {"Retention": longer}
    s3.delete_object(**named)


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_retention_that_is_over_binds_nobody(s3: Any, named: dict[str, str], clock: Any, mode: str) -> None:
    s3.put_object_retention(**named, Retention={"Mode": mode, "RetainUntilDate": LATER})
    clock.move_to(LATER)
    s3.put_object_retention(**named, Retention={})
    assert refusal(s3.get_object_retention, **named) == NOT_SET


def test_a_legal_hold_and_a_retention_do_not_meet(s3: Any, named: dict[str, str]) -> None:
    assert refusal(s3.get_object_legal_hold, **named) == NOT_SET
    s3.put_object_retention(**named, Retention=GOVERNANCE)
    assert refusal(s3.get_object_legal_hold, **named) == NOT_SET
    assert status(s3.put_object_legal_hold, **named, LegalHold={"Status": "ON"}) == 200
    s3.put_object_retention(**named, Retention={}, BypassGovernanceRetention=True)
    assert answer(s3.get_object_legal_hold, **named) == {"LegalHold": {"Status": "ON"}}
    assert refusal(s3.delete_object, **named, BypassGovernanceRetention=True) == PROTECTED
    s3.put_object_legal_hold(**named, LegalHold={"Status": "OFF"})
    assert answer(s3.get_object_legal_hold, **named) == {"LegalHold": {"Status": "OFF"}}
    s3.delete_object(**named)


def test_the_default_may_be_changed_as_any_other(s3: Any, locked: str) -> None:
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}}
    s3.put_object_lock_configuration(
        Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    version = s3.put_object(Bucket=locked, Key="k", Body=b"x")["VersionId"]
    until = NOW + timedelta(days=365)
    assert answer(s3.get_object_retention, Bucket=locked, Key="k", VersionId=version) == {
        "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    }
    assert refusal(s3.put_object_retention, Bucket=locked, Key="k", Retention=GOVERNANCE) == PROTECTED


@pytest.mark.parametrize(("given", "days"), [({"Years": 3}, 1095), ({"Days": 3}, 3)])
def test_the_default_s_length_is_in_years_of_365_days_or_in_days(
    s3: Any, locked: str, given: dict[str, int], days: int
) -> None:
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", **given}}
    s3.put_object_lock_configuration(
        Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    version = s3.put_object(Bucket=locked, Key="k", Body=b"x")["VersionId"]
    retention = s3.get_object_retention(Bucket=locked, Key="k", VersionId=version)["Retention"]
    assert retention == {"Mode": "COMPLIANCE", "RetainUntilDate": NOW + timedelta(days=days)}
    with freeze_time(NOW + timedelta(days=days, seconds=-1)):
        assert refusal(s3.delete_object, Bucket=locked, Key="k", VersionId=version) == PROTECTED
    with freeze_time(NOW + timedelta(days=days, seconds=1)):
        s3.delete_object(Bucket=locked, Key="k", VersionId=version)


def test_every_copy_gets_the_default_and_none_the_sources_lock(s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=GOVERNANCE)
    s3.copy_object(Bucket=named["Bucket"], Key="copy", CopySource=named)
    assert refusal(s3.get_object_retention, Bucket=named["Bucket"], Key="copy") == NOT_SET


# Permissions: F-40, F-41.


def user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    name = f"user-{len(actions)}"
    policies = [{"Version": "2012-10-17", "Statement": [statement]}]
    return aws.account().create_user(name, policies=policies).client("s3")


def test_each_call_takes_its_own_permission(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    """F-40."""
    s3.put_object_retention(**named, Retention=GOVERNANCE)
    eve = user(aws, "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
    actions = ("GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold")
    for (call, params, _), action in zip(calls(eve), actions, strict=True):
        assert f"perform: s3:{action} on" in refusal(call, **named, **params)["Message"]


def test_a_named_version_takes_no_other_permission(aws: MockAWS, named: dict[str, str]) -> None:
    ann = user(aws, "s3:GetObjectRetention", "s3:PutObjectRetention")
    ann.put_object_retention(**named, Retention=GOVERNANCE)
    assert answer(ann.get_object_retention, **named) == {"Retention": GOVERNANCE}


def test_bypassing_takes_header_and_permission(aws: MockAWS, named: dict[str, str]) -> None:
    ann = user(aws, "s3:PutObjectRetention")
    bob = user(aws, "s3:PutObjectRetention", "s3:BypassGovernanceRetention")
    ann.put_object_retention(**named, Retention=GOVERNANCE, BypassGovernanceRetention=True)
    found = refusal(ann.put_object_retention, **named, Retention={}, BypassGovernanceRetention=True)
    assert "perform: s3:BypassGovernanceRetention on" in found["Message"]
    assert refusal(ann.put_object_retention, **named, Retention={}) == PROTECTED
    assert refusal(bob.put_object_retention, **named, Retention={}) == PROTECTED
    bob.put_object_retention(**named, Retention={}, BypassGovernanceRetention=True)


def test_compliance_is_not_a_question_of_permission(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    s3.put_object_retention(**named, Retention=COMPLIANCE)
    ann = user(aws, "s3:PutObjectRetention")
    found = refusal(ann.put_object_retention, **named, Retention={}, BypassGovernanceRetention=True)
    assert found == PROTECTED


def test_a_missing_key_is_hidden_from_who_may_not_list(aws: MockAWS, locked: str) -> None:
    ann = user(aws, "s3:GetObjectRetention")
    found = refusal(ann.get_object_retention, Bucket=locked, Key="nope")
    assert (found["Status"], found["Code"]) == (403, "AccessDenied")
    assert "perform: s3:ListBucket on" in found["Message"]


def test_a_policy_may_cap_the_days(aws: MockAWS, named: dict[str, str]) -> None:
    """F-45."""
    cap = {"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "10"}}
    statements = [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:PutObjectRetention", "Resource": "*", "Condition": cap},
    ]
    policies = [{"Version": "2012-10-17", "Statement": statements}]
    ann = aws.account().create_user("ann", policies=policies).client("s3")
    ann.put_object_retention(**named, Retention=GOVERNANCE)
    longer = {"Mode": "GOVERNANCE", "RetainUntilDate": MUCH_LATER}
    assert "explicit deny" in refusal(ann.put_object_retention, **named, Retention=longer)["Message"]
