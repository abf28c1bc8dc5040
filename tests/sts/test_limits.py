"""The limits of sessions: how long they last, and how large their policies are (API_AssumeRole and its neighbours)."""

from __future__ import annotations

import datetime
import json
import random
import string
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, clock, mock_s3
from mocks3.handles.mock_aws import MockAWS

ALL: Any = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ALL_MAY_ASSUME: Any = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "123456789012"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    },
}
LETTERS = string.ascii_letters + string.digits
TOO_LONG = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
CHAINED = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def ann(aws: MockAWS) -> Any:
    return aws.account().create_user("ann", policies=ALL)


def refused(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ValidationError", 400)
    return str(error["Error"]["Message"])


def lasts(answer: Any) -> int:
    return round((answer["Credentials"]["Expiration"] - clock.now()) / datetime.timedelta(seconds=1))


def policy(size: int) -> str:
    """Return a session policy of this many characters."""
    resource = "arn:aws:s3:::b/"
    text = json.dumps({**ALL, "Statement": {**ALL["Statement"], "Resource": resource}})
    return text.replace(resource, resource + "k" * (size - len(text)))


def test_assume_role_within_the_roles_limit(aws: MockAWS, ann: Any, monkeypatch: Any) -> None:
    account, sts = aws.account(), ann.client("sts")
    usual = {"RoleArn": account.create_role("usual").arn, "RoleSessionName": "ss"}
    wide = {"RoleArn": account.create_role("wide", max_session_duration=43_200).arn, "RoleSessionName": "ss"}
    half = {"RoleArn": account.create_role("half", max_session_duration=21_600).arn, "RoleSessionName": "ss"}
    for named, longest in ((usual, 3600), (half, 21_600), (wide, 43_200)):
        assert lasts(sts.assume_role(**named)) in (3599, 3600)
        assert lasts(sts.assume_role(**named, DurationSeconds=longest)) in (longest - 1, longest)
    for named, longest in ((usual, 3600), (half, 21_600)):
        assert refused(sts.assume_role, **named, DurationSeconds=longest + 1) == TOO_LONG
    for seconds in (43_201, 100_000):
        assert refused(sts.assume_role, **wide, DurationSeconds=seconds) == (
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
            "Member must have value less than or equal to 43200"
        )


def test_a_role_chain_lasts_an_hour(aws: MockAWS, ann: Any) -> None:
    account = aws.account()
    first = account.create_role("first", policies=ALL)
    second = account.create_role("second", max_session_duration=43_200)
    sts = first.assume(by=ann).client("sts")
    named = {"RoleArn": second.arn, "RoleSessionName": "ss"}
    assert lasts(sts.assume_role(**named, DurationSeconds=3600)) in (3599, 3600)
    assert refused(sts.assume_role, **named, DurationSeconds=3601) == CHAINED


@pytest.mark.parametrize("operation", ["get_session_token", "get_federation_token"])
def test_sessions_of_users_and_of_root_users(aws: MockAWS, ann: Any, operation: str) -> None:
    named = {"Name": "fed"} if operation == "get_federation_token" else {}
    of_ann, of_root = (getattr(who.client("sts"), operation) for who in (ann, aws.account().root))
    assert lasts(of_ann(**named)) in (43_199, 43_200)
    assert lasts(of_ann(**named, DurationSeconds=129_600)) in (129_599, 129_600)
    assert "less than or equal to 129600" in refused(of_ann, **named, DurationSeconds=129_601)
    assert lasts(of_root(**named)) in (3599, 3600), "one hour for root users"
    assert lasts(of_root(**named, DurationSeconds=7200)) in (3599, 3600)
    assert lasts(of_root(**named, DurationSeconds=900)) in (899, 900)


def test_a_session_policy_has_2048_characters_at_most(aws: MockAWS, ann: Any) -> None:
    sts = ann.client("sts")
    role = {"RoleArn": aws.account().create_role("r").arn, "RoleSessionName": "ss"}
    for call, params in ((sts.assume_role, role), (sts.get_federation_token, {"Name": "fed"})):
        assert call(**params, Policy=policy(2048)) is not None
        message = refused(call, **params, Policy=policy(2049))
        assert message.startswith('1 validation error detected: Value \'{"Version"')
        assert message.endswith(
            "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048"
        )


def test_p_23_policies_and_tags_are_packed(aws: MockAWS, ann: Any) -> None:
    sts = ann.client("sts")
    role = {
        "RoleArn": aws.account().create_role("r", trust=ALL_MAY_ASSUME).arn,
        "RoleSessionName": "ss",
    }
    assert "PackedPolicySize" not in sts.assume_role(**role)
    small = sts.assume_role(**role, Policy=json.dumps(ALL))["PackedPolicySize"]
    larger = sts.assume_role(**role, Policy=policy(2048), Tags=[{"Key": "k", "Value": "v"}])[
        "PackedPolicySize"
    ]
    assert 0 < small < larger <= 100
    assert sts.get_federation_token(Name="fed", Policy=json.dumps(ALL))["PackedPolicySize"] == small
    assert "PackedPolicySize" not in sts.get_session_token()
    noise = random.Random(1)
    tags = [{"Key": f"k{n}", "Value": "".join(noise.choices(LETTERS, k=200))} for n in range(50)]
    before = aws.snapshot().iam
    with pytest.raises(ClientError, match=r"Packed policy consumes \d+% of allotted space") as caught:
        sts.assume_role(**role, Tags=tags)
    assert caught.value.response["Error"]["Code"] == "PackedPolicyTooLarge"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert aws.snapshot().iam == before


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"Tags": [{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}]},
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"Tags": [{"Key": "Team", "Value": "a"}], "TransitiveTagKeys": ["Group"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
    ],
)
def test_session_tags_that_contradict_each_other(aws: MockAWS, ann: Any, members: Any, message: str) -> None:
    role = aws.account().create_role("r", trust=ALL_MAY_ASSUME).arn
    before = aws.snapshot().iam
    with pytest.raises(ClientError) as caught:
        ann.client("sts").assume_role(RoleArn=role, RoleSessionName="ss", **members)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert caught.value.response["Error"]["Message"] == message
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert aws.snapshot().iam == before


@pytest.mark.parametrize("habits", [{}, {"roles": "any"}])
@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("a-role-name-not-an-arn", "a-role-name-not-an-arn is invalid"),
        ("arn:aws:iam::123456789012:user/ann", "Request ARN is invalid"),
        ("arn:aws:iam::12345:role/short-account", "Request ARN is invalid"),
        ("arn:aws:iam::123456789012:saml-provider/corp", "Request ARN is invalid"),
    ],
)
def test_a_text_that_is_no_arn_of_a_role(habits: Any, arn: str, message: str) -> None:
    with mock_s3(**habits) as aws:
        ann = aws.account().create_user("ann", policies=ALL)
        with pytest.raises(ClientError) as caught:
            ann.client("sts").assume_role(RoleArn=arn, RoleSessionName="ss")
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationError", message)


@pytest.mark.parametrize("seconds", [3599, 43_201, True, "3600", None])
def test_a_role_s_limit_is_one_to_twelve_hours(aws: MockAWS, seconds: Any) -> None:
    with pytest.raises(Mocks3Error, match="max_session_duration must be 3600 to 43200 seconds"):
        aws.account().create_role("r", max_session_duration=seconds)


@pytest.mark.parametrize("text", ["ü", "name", "policy.json"])
def test_a_policy_in_a_parameter_is_never_a_file(aws, tmp_path, monkeypatch, text):
    """The handles take paths of policies. The text of a parameter is only text, in STS and in KMS."""
    (tmp_path / "policy.json").write_text('{"Version": "2012-10-17", "Statement": []}')
    monkeypatch.chdir(tmp_path)
    for call, params in (
        (aws.client("sts").get_federation_token, {"Name": "ann"}),
        (aws.client("kms").create_key, {}),
    ):
        with pytest.raises(ClientError) as caught:
            call(Policy=text, **params)
        assert caught.value.response["Error"]["Code"].startswith("MalformedPolicyDocument")
