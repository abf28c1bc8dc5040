"""Tests as users write them: mypy and pyright check this file, and nothing runs it (``tox run -e types``).

Rule: each ``type: ignore`` is an error that a type checker must find. Both report one that is not necessary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

import pytest
from types_boto3_iam import IAMClient
from types_boto3_kms import KMSClient
from types_boto3_s3 import S3Client, S3ServiceResource
from types_boto3_s3control import S3ControlClient
from types_boto3_sts import STSClient

from mocks3 import (
    Account,
    BucketHandle,
    Decision,
    Mock,
    MockAWS,
    Principal,
    PublicAccessBlock,
    Refusal,
    Role,
    RoleSession,
    User,
    assert_allows,
    assert_denies,
    mock_s3,
)

READS = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}


@mock_s3
def test_decorated(name: str) -> int:
    return len(name)


@mock_s3(region="eu-west-1", enforce="report", new_bucket_defaults="legacy")
async def test_options() -> None:
    return None


@mock_s3(like="moto")
class TestClass:
    def test_method(self) -> None: ...


@pytest.fixture
def opened() -> Iterator[MockAWS]:
    with mock_s3(min_part_size=0, passthrough=["sqs"], profiles={"prod": "ops:role/reader"}) as aws:
        yield aws


def test_decorators_keep_types() -> None:
    assert_type(test_decorated("a"), int)
    assert_type(mock_s3(), Mock)
    assert_type(mock_s3().start(), MockAWS)


def test_wrong_options() -> None:
    mock_s3(regoin="eu-west-1")  # type: ignore[call-overload]
    mock_s3(enforce="never")  # type: ignore[call-overload]
    mock_s3(strict="yes")  # type: ignore[call-overload]
    mock_s3(regions="eu")  # type: ignore[call-overload]
    mock_s3("eu-west-1")  # type: ignore[call-overload]
    mock_s3(True)  # type: ignore[call-overload]


class TestMembers:
    @mock_s3
    def test_method(self) -> int:
        return 1

    @mock_s3
    @classmethod
    def test_class_method(cls) -> None: ...

    @staticmethod
    @mock_s3(region="eu-west-1")
    def test_static_method() -> str:
        return ""


def test_members_keep_their_types() -> None:
    assert_type(TestMembers().test_method(), int)
    assert_type(TestMembers.test_static_method(), str)


def test_clients(aws: MockAWS) -> None:
    account = aws.account("111111111111")
    for maker in (aws, account, account.root, aws.anonymous):
        assert_type(maker.client(), S3Client)
        assert_type(maker.client("s3"), S3Client)
        assert_type(maker.client("sts"), STSClient)
        assert_type(maker.client("iam"), IAMClient)
        assert_type(maker.client("kms"), KMSClient)
        assert_type(maker.client("s3control"), S3ControlClient)
        assert_type(
            maker.client("s3", region_name="eu-west-1", request_context={"source_ip": "1.2.3.4"}), S3Client
        )
        session = maker.session(region_name="eu-west-1")
        assert_type(session.client("s3"), S3Client)
        assert_type(session.client("sts"), STSClient)
        assert_type(session.resource("s3"), S3ServiceResource)


def test_calls(aws: MockAWS) -> None:
    s3 = aws.client()
    s3.put_object(Bucket="bkt", Key="k", Body=b"x")
    assert_type(s3.get_object(Bucket="bkt", Key="k")["ContentLength"], int)
    s3.put_object(Bukcet="bkt")  # type: ignore[call-arg]
    aws.client("s3", regoin_name="eu-west-1")  # type: ignore[call-overload]


def test_handles(aws: MockAWS) -> None:
    account = aws.account()
    assert_type(account, Account)
    assert_type(account.create_user("eve", policies=READS), User)
    role = account.create_role("reader", trust="*", policies=[READS])
    assert_type(role, Role)
    assert_type(role.assume(), RoleSession)
    bucket = account.create_bucket(
        "bkt",
        ownership="ObjectWriter",
        versioning="Enabled",
        public_access_block=PublicAccessBlock(),
        objects={"k": b"x"},
    )
    assert_type(bucket, BucketHandle)
    account.create_bucket("bkt", ownership="Me")  # type: ignore[arg-type]
    account.create_bucket("bkt", versioning="On")  # type: ignore[arg-type]
    assert_type(aws.decisions[0], Decision | Refusal)


def test_decisions(aws: MockAWS, eve: Principal) -> None:
    assert_allows(READS, "s3:GetObject", "arn:aws:s3:::bkt/k")
    assert_denies(READS, "s3:PutObject", "arn:aws:s3:::bkt/k", explicit=False)
    with aws.denied("s3:GetObject") as denied:
        eve.client().get_object(Bucket="bkt", Key="k")
    assert_type(denied.decision, Decision | Refusal | None)
