"""``aws.always``: what is proved, what is only searched, and what a counterexample says (E-31, E-70, E-71, B-40)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.handles.accounts import Account
from mocks3.handles.buckets import BucketHandle
from mocks3.interceptors import refusal_log
from mocks3.invariants import (
    Invariant,
    InvariantViolated,
    everything_encrypted_with,
    no_public_access,
    nobody_outside,
    only,
    tls_only,
)

A, B = "111111111111", "222222222222"
TLS = {
    "Sid": "Tls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def account(aws: MockAWS) -> Account:
    """An account with two roles: ``app`` reads and writes, ``admin`` does everything."""
    account = aws.account(A)
    account.create_role(
        "app", policies=document(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::data/*"))
    )
    account.create_role("admin", policies=document(allow("s3:*", "*")))
    return account


@pytest.fixture
def data(account: Account) -> BucketHandle:
    """A bucket that denies calls without TLS."""
    return account.create_bucket("data", policy=document(TLS), objects={"in/a": b"x"})


def violation(aws: MockAWS, invariant: Invariant, **options: Any) -> str:
    with pytest.raises(InvariantViolated) as caught:
        aws.always(invariant, **options)
    assert caught.value.invariant is invariant
    return str(caught.value)


@pytest.mark.usefixtures("data")
def test_what_policies_prove(aws: MockAWS, account: Account) -> None:
    admin = account.role("admin")
    results = aws.always(
        no_public_access(),
        tls_only(),
        nobody_outside([account]),
        only(admin, may="s3:DeleteObject*", on="arn:aws:s3:::data/*"),
        examples=10,
    )
    assert [each.proved for each in results] == [True] * 4
    assert [each.gap for each in results] == [None] * 4
    assert re.fullmatch(
        r"no_public_access\(\): proved \(\d+ requests stand for all requests\)", str(results[0])
    )


@pytest.mark.usefixtures("data")
def test_nothing_changes(aws: MockAWS, account: Account) -> None:
    """The calls of a check, its strangers and its sessions leave no trace."""
    before = aws.snapshot()
    aws.always(tls_only(), examples=20)
    violation(aws, everything_encrypted_with("arn:aws:kms:us-east-1:111111111111:key/other"), examples=20)
    after = aws.snapshot()
    assert (before.iam, before.kms, before.decisions, before.calls) == (
        after.iam,
        after.kms,
        after.decisions,
        after.calls,
    )
    assert before.store.buckets == after.store.buckets
    assert refusal_log.refusals() == ()
    assert account.client().get_object(Bucket="data", Key="in/a")["Body"].read() == b"x"


def test_a_public_prefix_is_found(aws: MockAWS, account: Account) -> None:
    account.create_bucket(
        "open",
        public_access_block=None,
        policy=document(allow("s3:GetObject", "arn:aws:s3:::open/pub/*", Principal="*")),
        objects={"pub/k": b"", "k": b""},
    )
    text = violation(aws, no_public_access())
    assert text.startswith("no_public_access() is violated: S3 allows GetObject by the anonymous caller\n")
    assert "        client.get_object(Bucket='open', Key='pub/" in text
    assert "ALLOWED s3:GetObject on arn:aws:s3:::open/pub/" in text


def test_a_condition_on_the_network_is_found(aws: MockAWS, account: Account) -> None:
    """The search takes the values of condition keys from the policies."""
    referer = {"StringLike": {"aws:Referer": "https://example.com/*"}}
    statement = allow("s3:GetObject", "arn:aws:s3:::open/*", Principal="*", Condition=referer)
    account.create_bucket("open", public_access_block=None, policy=document(statement))
    text = violation(aws, no_public_access())
    assert (
        "    with aws.request_context(referer='https://example.com/'), aws.denied(\"s3:GetObject\"):" in text
    )


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}, id="an organization"),
        pytest.param({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, id="a range of addresses"),
        pytest.param({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, id="a VPC endpoint"),
        pytest.param({"StringEquals": {"aws:PrincipalAccount": B}}, id="an account"),
        pytest.param({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{B}:role/*"}}, id="roles of an account"),
    ],
)
def test_fixed_values_are_not_public(aws: MockAWS, account: Account, condition: dict[str, Any]) -> None:
    """AWS calls a statement that is limited to such values not public (B-40)."""
    statement = allow("s3:GetObject", "arn:aws:s3:::part/*", Principal="*", Condition=condition)
    account.create_bucket("part", public_access_block=None, policy=document(statement))
    (result,) = aws.always(no_public_access(), examples=10)
    assert result.proved


def test_a_pattern_of_roles_in_any_account_is_not_proved(aws: MockAWS, account: Account) -> None:
    """The stranger that calls has another name, so no call shows it: the policies alone do."""
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}
    statement = allow("s3:GetObject", "arn:aws:s3:::open/*", Principal="*", Condition=condition)
    account.create_bucket("open", public_access_block=None, policy=document(statement))
    (result,) = aws.always(no_public_access(), examples=10)
    assert not result.proved
    assert re.match(
        r"no_public_access\(\): no counterexample in \d+ calls; not proved: the policies allow", str(result)
    )
    assert "s3:GetObject on arn:aws:s3:::open/x to a stranger" in str(result)


@pytest.mark.usefixtures("data")
def test_a_writer_that_must_not_write(aws: MockAWS, account: Account) -> None:
    text = violation(aws, only(account.role("admin"), may="s3:PutObject", on="arn:aws:s3:::data/in/*"))
    assert 'client = aws.account("111111111111").role("app").assume().client("s3")' in text
    assert 'with aws.denied("s3:PutObject"):' in text


@pytest.mark.usefixtures("data")
def test_the_owning_root_user_is_not_counted(aws: MockAWS, account: Account) -> None:
    """It may do everything unless a policy denies it (E-70)."""
    (result,) = aws.always(only([account.role("admin")], may="s3:DeleteBucket"), examples=20)
    assert result.proved


def test_a_policy_that_forgets_the_bucket(aws: MockAWS, account: Account) -> None:
    account.create_bucket("data", policy=document({**TLS, "Resource": "arn:aws:s3:::data/*"}))
    text = violation(aws, tls_only())
    assert "tls_only() is violated: S3 allows " in text
    assert "aws.request_context(secure_transport=False), aws.denied(" in text


@pytest.mark.usefixtures("data")
def test_an_account_outside(aws: MockAWS, account: Account) -> None:
    other = aws.account(B).create_user("bob", policies=document(allow("s3:*", "*")))
    grant = allow("s3:GetObject", "arn:aws:s3:::data/*", Principal={"AWS": other.arn})
    account.create_bucket("shared", policy=document({**grant, "Resource": "arn:aws:s3:::shared/*"}))
    text = violation(aws, nobody_outside([A]))
    assert 'client = aws.account("222222222222").user("bob").client("s3")' in text
    (result,) = aws.always(nobody_outside([account, B]), examples=10)
    assert result.proved


def test_encryption_is_searched_and_never_proved(aws: MockAWS, account: Account) -> None:
    key = account.create_kms_key(alias="alias/data")
    account.create_bucket("data")
    text = violation(aws, everything_encrypted_with(key))
    assert "writes an object that is encrypted with AES256" in text
    assert f"assert found.get(\"SSEKMSKeyId\") == '{key.arn}'" in text
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}}
    account.client().put_bucket_encryption(
        Bucket="data", ServerSideEncryptionConfiguration={"Rules": [{**rule, "BucketKeyEnabled": True}]}
    )
    other = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {"StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key.arn}},
    }
    aes = {**other, "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}}
    account.client().put_bucket_policy(Bucket="data", Policy=text_of(document(other, aes)))
    (result,) = aws.always(everything_encrypted_with(key))
    assert not result.proved
    assert result.gap == "the policies do not contain what calls write"
    assert result.calls >= 20


def text_of(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value)


@pytest.mark.parametrize(
    ("make", "gap"),
    [
        pytest.param(
            lambda account: account.create_bucket("acl", ownership="ObjectWriter"),
            "ACLs apply to the bucket acl: its Object Ownership is ObjectWriter",
            id="ACLs",
        ),
        pytest.param(
            lambda account: account.create_bucket("data").create_access_point("point"),
            "the bucket data has access points",
            id="access points",
        ),
        pytest.param(
            lambda account: account.create_bucket("data--use1-az4--x-s3"),
            "data--use1-az4--x-s3 is a directory bucket",
            id="directory bucket",
        ),
    ],
)
def test_what_is_not_proved(aws: MockAWS, account: Account, make: Any, gap: str) -> None:
    make(account)
    (result,) = aws.always(no_public_access(), examples=10)
    assert (result.proved, result.gap) == (False, gap)


def test_variables_are_not_proved(aws: MockAWS, account: Account) -> None:
    """The value of one key then decides about another key (C-60)."""
    account.create_user(
        "eve", policies=document(allow("s3:GetObject", "arn:aws:s3:::data/${aws:username}/*"))
    )
    account.create_bucket("data", policy=document(TLS))
    (result,) = aws.always(tls_only(), examples=10)
    assert (result.proved, result.gap) == (False, "a policy about data has variables or incomplete ARNs")


def test_uploads_in_progress_are_not_proved(aws: MockAWS, account: Account) -> None:
    """Initiators have rights of their own (M-5)."""
    account.create_bucket("data")
    account.client().create_multipart_upload(Bucket="data", Key="k")
    (result,) = aws.always(no_public_access(), examples=10)
    assert (result.proved, result.gap) == (False, "the bucket data has uploads in progress")


def test_the_printed_test_fails_as_it_should(aws: MockAWS, account: Account) -> None:
    """The text of a counterexample is a test: it fails because the call is allowed."""
    account.create_bucket("open", public_access_block=None)
    account.client().put_bucket_policy(
        Bucket="open",
        Policy=text_of(document(allow("s3:GetObject", "arn:aws:s3:::open/*", Principal={"AWS": "*"}))),
    )
    text = violation(aws, no_public_access())
    code = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    ") or not line)
    names: dict[str, Any] = {}
    exec(code.partition("ALLOWED")[0], names)
    with pytest.raises(AssertionError, match="s3:GetObject"):
        names["test_counterexample"](aws)
    account.client().delete_bucket_policy(Bucket="open")
    names["test_counterexample"](aws)


def test_the_same_counterexample_every_time(aws: MockAWS, account: Account) -> None:
    account.create_bucket("data")
    texts = {violation(aws, tls_only()) for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda aws: aws.always(), "aws.always takes at least one property, such as no_public_access()"),
        (lambda aws: aws.always(tls_only), "aws.always takes properties of mocks3.invariants, not "),
        (lambda aws: aws.always(tls_only(), examples=0), "examples must be 1 or more, not 0"),
        (lambda aws: nobody_outside(A), "accounts must be a list, not '111111111111'"),
        (lambda aws: nobody_outside(["1"]), "an account must be a handle or an id of 12 digits, not '1'"),
        (lambda aws: only(["app"], may="s3:*"), "a principal must be a handle or an ARN, not 'app'"),
    ],
)
def test_misuse(aws: MockAWS, check: Any, message: str) -> None:
    with pytest.raises(Mocks3Error) as caught:
        check(aws)
    assert str(caught.value).startswith(message)


def test_without_hypothesis(aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(Mocks3Error) as caught:
        aws.always(tls_only())
    assert str(caught.value) == "aws.always needs Hypothesis: pip install 'mocks3[invariants]'"
