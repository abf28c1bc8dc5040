"""Policies of buckets: put, read back, removed; public or not; principals that come and go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.principals import User

from .answers import answer, no_such_bucket, refusal, status

KEYS = "arn:aws:s3:::bkt/*"


@pytest.fixture(autouse=True)
def bucket(aws: MockAWS) -> None:
    aws.account().create_bucket("bkt", objects={"k": b"body"})


def policy(**changes: Any) -> str:
    usual: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": KEYS}
    return json.dumps({"Version": "2012-10-17", "Statement": {**usual, **changes}})


def put(s3: Any, **changes: Any) -> None:
    s3.put_bucket_policy(Bucket="bkt", Policy=policy(**changes))


# Put, get, delete


def test_v_1_a_policy_comes_back_as_it_was_put(s3: Any) -> None:
    text = policy(Principal={"AWS": ["123456789012"]})
    assert status(s3.put_bucket_policy, Bucket="bkt", Policy=text) == 204
    assert answer(s3.get_bucket_policy, Bucket="bkt") == {"Policy": text}


def test_v_2_deleting_twice_is_no_error(s3: Any) -> None:
    put(s3, Principal={"AWS": "123456789012"})
    for _ in range(2):
        assert status(s3.delete_bucket_policy, Bucket="bkt") == 204
    assert refusal(s3.get_bucket_policy, Bucket="bkt") == {
        "Status": 404,
        "Code": "NoSuchBucketPolicy",
        "Message": "The bucket policy does not exist",
        "BucketName": "bkt",
    }


@pytest.mark.parametrize("name", ["get_bucket_policy", "delete_bucket_policy", "get_bucket_policy_status"])
def test_a_missing_bucket(s3: Any, name: str) -> None:
    assert refusal(getattr(s3, name), Bucket="nothing") == no_such_bucket("nothing")


@pytest.mark.parametrize(
    ("owner", "status_code", "code"),
    [
        ("111111111111", 403, "AccessDenied"),
        *((bad, 400, "InvalidBucketOwnerAWSAccountID") for bad in ("0000", "1" * 13, "abcd", "aa000000000$")),
    ],
)
def test_the_expected_owner(s3: Any, owner: str, status_code: int, code: str) -> None:
    calls: tuple[tuple[Any, dict[str, str]], ...] = (
        (s3.get_bucket_policy, {}),
        (s3.put_bucket_policy, {"Policy": policy()}),
        (s3.delete_bucket_policy, {}),
    )
    for call, more in calls:
        error = refusal(call, Bucket="bkt", ExpectedBucketOwner=owner, **more)
        assert (error["Status"], error["Code"]) == (status_code, code)


def test_w_217_without_permission_nothing_is_said_of_the_policy(aws: MockAWS) -> None:
    dave = aws.account().create_user("dave")
    error = refusal(dave.client().get_bucket_policy, Bucket="bkt")
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")


def test_x_14_other_accounts_are_told_that_the_method_is_not_allowed(aws: MockAWS, s3: Any) -> None:
    other = aws.account("111111111111")
    actions = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]
    put(s3, Principal={"AWS": "111111111111"}, Action=actions, Resource="arn:aws:s3:::bkt")
    client = other.client()
    for call, more in (
        (client.get_bucket_policy, {}),
        (client.put_bucket_policy, {"Policy": policy()}),
        (client.delete_bucket_policy, {}),
    ):
        error = refusal(call, Bucket="bkt", **more)
        assert (error["Status"], error["Code"]) == (405, "MethodNotAllowed")


def test_e_71_the_owners_root_can_repair_a_lock_out(aws: MockAWS, s3: Any) -> None:
    """OQ-15."""
    put(s3, Effect="Deny", Action="s3:*", Resource=["arn:aws:s3:::bkt", KEYS])
    assert refusal(s3.list_objects_v2, Bucket="bkt")["Status"] == 403
    s3.delete_bucket_policy(Bucket="bkt", ExpectedBucketOwner="123456789012")
    assert s3.list_objects_v2(Bucket="bkt")["KeyCount"] == 1


# Block Public Access


SENTENCE = (
    'User: {arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::bkt" because public '
    "policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
)


def blocked(error: dict[str, Any], arn: str | None) -> bool:
    return (error["Status"], error["Code"], error["Message"]) == (
        403,
        "AccessDenied",
        SENTENCE.format(arn=arn),
    )


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {operator: {key: list(values)}}


ROLE_X = "arn:aws:iam::*:role/x"
PUBLIC: list[dict[str, Any]] = [
    {},  # W-130
    {"Principal": {"AWS": "*"}},
    {"Principal": {"AWS": ["*", "123456789012"]}},
    {"Condition": condition("StringLike", "aws:PrincipalArn", ROLE_X)},  # W-132
    {"Condition": condition("IpAddress", "aws:SourceIp", "0.0.0.0/1")},  # W-133
    {"Condition": condition("IpAddress", "aws:SourceIp", "203.0.113.0/24", "128.0.0.0/2")},
    {"Condition": condition("IpAddress", "aws:SourceIp", "2001::/16")},
    {"Condition": condition("Bool", "aws:SecureTransport", "true")},  # W-134
    {"Condition": condition("StringNotEquals", "aws:SourceVpce", "vpce-1")},  # B-44
    {"Condition": condition("StringEqualsIfExists", "aws:SourceVpce", "vpce-1")},
    {"Condition": condition("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-1/r-1/ou-1/")},
    {"Condition": condition("Null", "aws:SourceVpce", "false")},
    {"Condition": condition("StringLike", "aws:Referer", "http://example.com/")},
    {"Condition": condition("StringEquals", "aws:PrincipalOrgID", "${aws:PrincipalTag/org}")},  # B-46
    {"Condition": condition("ArnLike", "aws:SourceArn", "arn:aws:s3:::*")},
    {"Condition": condition("StringLike", "aws:userid", "*")},
    {"Condition": condition("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:*:accesspoint/ap")},
]
FIXED: list[dict[str, Any]] = [
    {"Principal": {"AWS": "123456789012"}},
    {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
    {"Effect": "Deny"},
    {"Condition": condition("StringEquals", "aws:PrincipalOrgID", "o-1")},  # W-131
    {"Condition": condition("IpAddress", "aws:SourceIp", "203.0.113.0/24", "10.0.0.0/8")},  # W-133
    {"Condition": condition("IpAddress", "aws:SourceIp", "2001:db8::/32")},
    {"Condition": condition("StringLike", "AWS:UserId", "AROAEXAMPLEEXAMPLEEX:*")},
    {"Condition": condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/x")},
    {"Condition": condition("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "o-1/r-1/ou-1/")},
    {
        "Condition": condition(
            "StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:123456789012:accesspoint/*"
        )
    },
    {"Condition": condition("StringEquals", "aws:SourceVpc", "vpc-1")},
]


@pytest.mark.parametrize("changes", PUBLIC, ids=str)
def test_b_20_b_40_public_policies_are_blocked(s3: Any, changes: dict[str, Any]) -> None:
    error = refusal(s3.put_bucket_policy, Bucket="bkt", Policy=policy(**changes))
    assert blocked(error, "arn:aws:iam::123456789012:root")
    assert refusal(s3.get_bucket_policy, Bucket="bkt")["Code"] == "NoSuchBucketPolicy"


@pytest.mark.parametrize("changes", PUBLIC, ids=str)
def test_b_48_public_policies_are_called_so(s3: Any, changes: dict[str, Any]) -> None:
    s3.delete_public_access_block(Bucket="bkt")
    put(s3, **changes)
    assert answer(s3.get_bucket_policy_status, Bucket="bkt") == {"PolicyStatus": {"IsPublic": True}}


@pytest.mark.parametrize("changes", FIXED, ids=str)
def test_b_40_policies_for_fixed_principals_are_not_public(s3: Any, changes: dict[str, Any]) -> None:
    """OQ-7."""
    put(s3, **changes)
    assert answer(s3.get_bucket_policy_status, Bucket="bkt") == {"PolicyStatus": {"IsPublic": False}}


def test_b_41_one_public_statement_is_enough(s3: Any) -> None:
    statements = [json.loads(policy(**FIXED[0]))["Statement"], json.loads(policy())["Statement"]]
    text = json.dumps({"Statement": statements})
    assert refusal(s3.put_bucket_policy, Bucket="bkt", Policy=text)["Status"] == 403


def test_b_20_the_grammar_comes_first(s3: Any) -> None:
    error = refusal(s3.put_bucket_policy, Bucket="bkt", Policy=policy(Action="s3:HeadObject"))
    assert error["Code"] == "MalformedPolicy"


def test_no_policy_no_status(s3: Any) -> None:
    """B-48."""
    assert refusal(s3.get_bucket_policy_status, Bucket="bkt")["Code"] == "NoSuchBucketPolicy"


def test_w_135_b_49_restricting_a_public_bucket_cuts_other_accounts_off(aws: MockAWS, s3: Any) -> None:
    s3.delete_public_access_block(Bucket="bkt")
    other = aws.account("111111111111")
    named = json.loads(policy(Principal={"AWS": "111111111111"}))["Statement"]
    public = json.loads(policy())["Statement"]
    s3.put_bucket_policy(Bucket="bkt", Policy=json.dumps({"Statement": [named, public]}))
    dave = aws.account().create_user("dave")
    clients = [aws.anonymous.client(), other.client(), dave.client()]
    for client in clients:
        client.get_object(Bucket="bkt", Key="k")
    s3.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    for client in clients[:2]:
        assert refusal(client.get_object, Bucket="bkt", Key="k")["Status"] == 403
    assert aws.decisions[-1].layer == "resource"
    assert dave.client().get_object(Bucket="bkt", Key="k")
    s3.put_bucket_policy(Bucket="bkt", Policy=json.dumps({"Statement": [named]}))
    assert other.client().get_object(Bucket="bkt", Key="k")


# Principals that come and go


def test_pe_14_a_deleted_principal_is_nobody_and_its_id_is_shown(aws: MockAWS, s3: Any) -> None:
    dave = aws.account().create_user("dave")
    put(s3, Principal={"AWS": [dave.arn, "123456789012"]})
    assert dave.client().get_object(Bucket="bkt", Key="k")
    record = aws.iam.by_arn(str(dave.arn))
    assert record is not None
    aws.iam.remove(record)
    shown = json.loads(s3.get_bucket_policy(Bucket="bkt")["Policy"])
    assert shown["Statement"]["Principal"] == {"AWS": [record.unique_id, "123456789012"]}

    again = aws.account().create_user("dave")
    assert again.arn == dave_arn(aws)
    assert refusal(again.client().get_object, Bucket="bkt", Key="k")["Status"] == 403
    error = refusal(s3.put_bucket_policy, Bucket="bkt", Policy=json.dumps(shown))
    assert error["Message"] == "Invalid principal in policy"
    put(s3, Principal={"AWS": again.arn})
    assert again.client().get_object(Bucket="bkt", Key="k")


def dave_arn(aws: MockAWS) -> str:
    return f"arn:aws:iam::{aws.account().id}:user/dave"


def test_pe_20_a_role_made_again_is_another_role(aws: MockAWS, s3: Any) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})

    def session() -> Any:
        return aws.account().create_role("r").assume(by=eve, session_name="now")

    first = session()
    put(s3, Principal={"AWS": [f"arn:aws:iam::{aws.account().id}:role/r", first.arn]})
    assert first.client().get_object(Bucket="bkt", Key="k")
    record = aws.iam.by_arn(f"arn:aws:iam::{aws.account().id}:role/r")
    assert record is not None
    aws.iam.remove(record)
    assert refusal(session().client().get_object, Bucket="bkt", Key="k")["Status"] == 403
    shown = json.loads(s3.get_bucket_policy(Bucket="bkt")["Policy"])
    assert shown["Statement"]["Principal"] == {"AWS": [record.unique_id] * 2}


def test_a_seeded_policy_knows_its_principals_too(aws: MockAWS) -> None:
    dave: User = aws.account().create_user("dave")
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": dave.arn}, "Action": "s3:*"}
    seeded = aws.account().create_bucket(
        "other", policy={"Statement": {**statement, "Resource": "arn:aws:s3:::other/*"}}
    )
    record = aws.iam.by_arn(str(dave.arn))
    assert record is not None
    aws.iam.remove(record)
    assert seeded.policy is not None
    assert seeded.policy["Statement"]["NotPrincipal"] == {"AWS": record.unique_id}
