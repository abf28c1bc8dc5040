"""Every form in which a principal can be named, and what the call with it takes for granted."""

from __future__ import annotations

import pytest

from mocks3.calls import ServiceCall, SessionDetails, play
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

from .conftest import A, B, allow

GET = ServiceCall("s3", "GetObject", {"Bucket": "data", "Key": "k"})


@pytest.mark.parametrize(
    ("who", "arn", "allowed"),
    [
        (f"arn:aws:iam::{A}:user/dave", f"arn:aws:iam::{A}:user/dave", True),
        (f"{A}:user/dave", f"arn:aws:iam::{A}:user/dave", True),
        (f"arn:aws:iam::{A}:role/team/reader", f"arn:aws:sts::{A}:assumed-role/reader/session", True),
        (f"{A}:role/reader", f"arn:aws:sts::{A}:assumed-role/reader/session", True),
        (f"arn:aws:sts::{A}:assumed-role/reader/me", f"arn:aws:sts::{A}:assumed-role/reader/me", True),
        (f"arn:aws:iam::{A}:root", f"arn:aws:iam::{A}:root", True),
        (A, f"arn:aws:iam::{A}:root", True),
        (B, f"arn:aws:iam::{B}:root", False),
        (f"{B}:user/eve", f"arn:aws:iam::{B}:user/eve", False),
        (f"arn:aws:sts::{A}:federated-user/dave", f"arn:aws:sts::{A}:federated-user/dave", False),
        ("cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com", False),
        ("anonymous", "anonymous", False),
    ],
)
def test_forms_of_principals(aws: MockAWS, who: str, arn: str, allowed: bool) -> None:
    played = play(aws, who, GET)
    assert (played.principal, played.allowed) == (arn, allowed)
    assert [each.action for each in played.decisions] == ["s3:GetObject"]


def test_a_name_of_an_account(aws: MockAWS) -> None:
    aws.account(B, "partner").create_user("eve")
    assert play(aws, "partner:user/eve", GET).principal == f"arn:aws:iam::{B}:user/eve"
    with pytest.raises(Mocks3Error, match="there is no account named 'stranger'; use its id"):
        play(aws, "stranger:user/eve", GET)


def test_a_principal_of_another_partition(aws: MockAWS) -> None:
    """The bucket that no file describes is in a Region of the caller's partition."""
    call = ServiceCall("s3", "GetObject", {"Bucket": "cn-data", "Key": "k"})
    played = play(aws, f"arn:aws-cn:iam::{A}:user/dave", call)
    assert played.allowed
    assert played.decisions[0].resource == "arn:aws-cn:s3:::cn-data/k"
    assert played.decisions[0].principal == f"arn:aws-cn:iam::{A}:user/dave"


@pytest.mark.parametrize("who", ["dave", "user/", "group/x", "arn:aws:iam::1:user/x", "user/a:b", ""])
def test_names_that_are_no_principals(aws: MockAWS, who: str) -> None:
    with pytest.raises(Mocks3Error, match="the principal must be the ARN of a user, role"):
        play(aws, who, GET)


def test_a_principal_that_no_file_describes_is_named(aws: MockAWS) -> None:
    played = play(aws, f"{A}:role/writer", GET)
    assert not played.allowed
    assert played.assumed[0] == (
        f"the role writer of the account {A} exists and has no policies: no file describes it"
    )


def test_session_policies_limit_sessions(aws: MockAWS) -> None:
    other = SessionDetails((allow("s3:PutObject"),))
    for who in (f"{A}:role/reader", f"arn:aws:sts::{A}:federated-user/dave"):
        played = play(aws, who, GET, session=other)
        assert not played.allowed
        assert played.denial is not None
        assert played.denial.layer == "session"
    assert play(
        aws, f"arn:aws:sts::{A}:federated-user/dave", GET, session=SessionDetails((allow("s3:*"),))
    ).allowed


def test_the_world_is_as_before(aws: MockAWS) -> None:
    """Nothing that was created for a call stays, nor does what the call did."""
    before = (len(aws.decisions), len(aws.calls), list(aws.iam.accounts()), list(aws.store.buckets()))
    for operation in ("GetObject", "PutObject", "DeleteObject"):
        play(aws, f"{B}:user/new", ServiceCall("s3", operation, {"Bucket": "other", "Key": "k"}))
    play(aws, f"{A}:user/dave", ServiceCall("s3", "PutObject", {"Bucket": "data", "Key": "k"}))
    play(aws, f"{A}:user/dave", GET, keys={"aws:CurrentTime": "2030-01-01"})
    assert (len(aws.decisions), len(aws.calls), list(aws.iam.accounts()), list(aws.store.buckets())) == before
    assert not aws.clock.shift
    bucket = aws.store.bucket("data")
    assert bucket is not None
    assert bucket.is_empty
