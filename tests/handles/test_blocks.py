"""``with aws.denied(...)`` and ``with aws.allowed(...)``: what they take, and what they say when they fail."""

from __future__ import annotations

import contextlib

import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, mock_s3

SECURE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "DenyPlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::data/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
WRITE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}],
}


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.account().create_bucket("data", policy=SECURE, objects={"k": b""})
        yield world


@pytest.fixture
def eve(aws):
    return aws.account().create_user("eve", policies=WRITE)


@pytest.fixture
def client(eve):
    return eve.client("s3")


@pytest.fixture
def plain(eve):
    return eve.client("s3", request_context={"secure_transport": False})


def put(client) -> None:
    client.put_object(Bucket="data", Key="k")


def fails(block, *calls) -> str:
    def run() -> None:
        with block:
            for call in calls:
                call()

    with pytest.raises(AssertionError) as caught:
        run()
    return str(caught.value)


def test_a_denial_from_the_place_that_was_named(aws, plain) -> None:
    with aws.denied("s3:PutObject", by="bucket-policy", sid="DenyPlainHttp") as refused:
        put(plain)
    assert refused.decision.action == "s3:PutObject"
    assert isinstance(refused.error, ClientError)


@pytest.mark.parametrize("arguments", [{}, {"action": "S3:putobject"}, {"resource": "arn:aws:s3:::data/k"}])
def test_what_is_not_named_may_be_anything(aws, plain, arguments) -> None:
    with aws.denied(**arguments):
        put(plain)


def test_a_denial_that_was_swallowed_counts(aws, client) -> None:
    with aws.denied("s3:GetObject", by="identity-policy") as refused, contextlib.suppress(ClientError):
        client.get_object(Bucket="data", Key="k")
    assert refused.error is None


def test_what_the_code_makes_of_it_goes_on(aws, client) -> None:
    """The block takes the SDK's own exception; that of the code under test is for whoever expects it."""

    def code() -> None:
        try:
            client.get_object(Bucket="data", Key="k")
        except ClientError as error:
            raise RuntimeError("no upload") from error

    with pytest.raises(RuntimeError, match="no upload"), aws.denied("s3:GetObject"):
        code()


def test_boto3s_exception_round_it_is_taken(aws, plain, tmp_path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"")
    with aws.denied("s3:PutObject", by="bucket-policy"):
        plain.upload_file(str(file), "data", "k")


def test_from_elsewhere(aws, client) -> None:
    said = fails(
        aws.denied("s3:GetObject", by="bucket-policy"), lambda: client.get_object(Bucket="data", Key="k")
    )
    assert said.startswith(
        "expected s3:GetObject to be denied by bucket-policy, but identity-policy denied it\n\n"
        "DENIED  s3:GetObject on arn:aws:s3:::data/k\n"
    )
    assert "What would allow it" in said


def test_by_another_statement(aws, plain) -> None:
    said = fails(aws.denied("s3:PutObject", by="bucket-policy", sid="DenyOldTls"), lambda: put(plain))
    assert said.startswith(
        "expected s3:PutObject to be denied by bucket-policy in the statement 'DenyOldTls', but "
        "bucket-policy (statement 'DenyPlainHttp') denied it\n"
    )


def test_allowed_instead(aws, client) -> None:
    said = fails(aws.denied("s3:PutObject"), lambda: put(client))
    assert said.startswith("expected s3:PutObject to be denied, but it was allowed\n\nALLOWED s3:PutObject")
    assert "Nearly denied by" in said


def test_never_asked_for(aws, client) -> None:
    said = fails(aws.denied("s3:DeleteObject"), lambda: put(client))
    assert said == (
        "expected s3:DeleteObject to be denied, but no call in the block needed this permission; "
        "the calls needed s3:PutObject on arn:aws:s3:::data/k"
    )
    assert fails(aws.allowed("s3:PutObject")) == (
        "expected s3:PutObject to be allowed, but no call in the block needed this permission"
    )


def test_other_errors_go_on(aws, client) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"), aws.denied("s3:PutObject"):
        client.put_object(Bucket="nowhere", Key="k")
    with pytest.raises(ZeroDivisionError), aws.denied("s3:PutObject"):
        raise ZeroDivisionError


def test_allowed(aws, client) -> None:
    with aws.allowed("s3:PutObject", by="identity-policy", sid="Write") as granted:
        put(client)
    assert granted.decision.allowed
    with aws.allowed():
        put(client)


def test_allowed_but_denied(aws, plain) -> None:
    said = fails(aws.allowed("s3:PutObject"), lambda: put(plain))
    assert said.startswith(
        "expected s3:PutObject to be allowed, but bucket-policy (statement 'DenyPlainHttp') denied it\n\nDENIED"
    )


def test_allowed_from_elsewhere(aws, client) -> None:
    said = fails(aws.allowed("s3:PutObject", by="bucket-policy"), lambda: put(client))
    assert said.startswith(
        "expected s3:PutObject to be allowed by bucket-policy, but identity-policy (statement 'Write') allowed it\n"
    )


def test_block_public_access_is_a_place(aws) -> None:
    everybody = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}
        ],
    }
    aws.account().create_bucket("open", policy=everybody, public_access_block=None, objects={"k": b""})
    aws.client("s3").put_public_access_block(
        Bucket="open", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    anonymous = aws.anonymous.client("s3")
    with aws.denied("s3:GetObject", by="block-public-access"):
        anonymous.get_object(Bucket="open", Key="k")


def test_a_place_that_there_is_not(aws) -> None:
    with pytest.raises(Mocks3Error, match="did you mean 'bucket-policy'"):
        aws.denied("s3:PutObject", by="bucket-polcy")
    with pytest.raises(Mocks3Error, match="it must be one of identity-policy, bucket-policy"):
        aws.allowed(by="xyz")
