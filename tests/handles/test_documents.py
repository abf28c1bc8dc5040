"""``assert_allows`` and ``assert_denies``: policy documents by themselves, with no mock running."""

from __future__ import annotations

import json

import pytest

from mocks3 import Mocks3Error, assert_allows, assert_denies
from mocks3.policy import Policy, PolicySyntaxError

K = "arn:aws:s3:::data/k"
READ = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
        {
            "Sid": "Tls",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ],
}


def of_bucket(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": K, **more}
    return {"Version": "2012-10-17", "Statement": statement}


def said(assertion, *arguments, **options) -> str:
    with pytest.raises(AssertionError) as caught:
        assertion(*arguments, **options)
    return str(caught.value)


def test_a_policy_in_any_form(tmp_path) -> None:
    file = tmp_path / "read.json"
    file.write_text(json.dumps(READ), "utf-8")
    for policy in (READ, json.dumps(READ), file, str(file), Policy.parse(READ), [READ], iter([READ])):
        assert_allows(policy, "s3:GetObject", K, context={"aws:SecureTransport": True})
    for policy in (READ, Policy.parse(READ), file):
        assert_denies(policy, "s3:PutObject", K)


def test_context_is_what_the_condition_sees() -> None:
    assert_allows(READ, "s3:GetObject", K, sid="Read")
    assert_denies(READ, "s3:GetObject", K, context={"aws:SecureTransport": False}, sid="Tls", explicit=True)


def test_not_allowed() -> None:
    assert said(assert_allows, READ, "s3:PutObject", K) == (
        "the policy should allow s3:PutObject on arn:aws:s3:::data/k, but no statement allows it\n"
        '  near miss: Statement[0] "Read", but its Action\n'
        "    wants  s3:GetObject\n"
        "    saw    s3:PutObject"
    )


def test_forbidden() -> None:
    context = {"aws:SecureTransport": False}
    assert said(assert_allows, READ, "s3:GetObject", K, context=context) == (
        "the policy should allow s3:GetObject on arn:aws:s3:::data/k, but a Deny statement denies it\n"
        '  by Statement[1] "Tls"\n'
        "    its Action wants s3:* and saw s3:GetObject\n"
        "    its Resource wants * and saw arn:aws:s3:::data/k\n"
        "    its Bool aws:SecureTransport wants false and saw false"
    )


def test_not_denied() -> None:
    assert said(assert_denies, READ, "s3:GetObject", K) == (
        "the policy should deny s3:GetObject on arn:aws:s3:::data/k, but it is allowed\n"
        '  by Statement[0] "Read"\n'
        '  near miss: Statement[1] "Tls", but its Bool aws:SecureTransport\n'
        "    wants  false\n"
        "    saw    nothing: the request has no aws:SecureTransport"
    )


def test_silence_is_not_an_explicit_denial() -> None:
    assert said(assert_denies, READ, "s3:PutObject", K, explicit=True).startswith(
        "the policy should deny s3:PutObject on arn:aws:s3:::data/k explicitly, but no statement allows it\n"
    )


def test_another_statement() -> None:
    assert said(assert_allows, READ, "s3:GetObject", K, sid="Write").startswith(
        "the statement 'Write' should allow s3:GetObject on arn:aws:s3:::data/k, but it is allowed\n"
        '  by Statement[0] "Read"\n'
    )


def test_policies_of_buckets_by_what_they_grant() -> None:
    """Whatever else has to allow it, the account's policies or another account's, is not asked."""
    role = "arn:aws:iam::111122223333:role/reader"
    assert_allows(of_bucket("*"), "s3:GetObject", K, principal="anonymous")
    assert_allows(of_bucket({"AWS": role}), "s3:GetObject", K, principal=role)
    assert_allows(of_bucket({"AWS": "111122223333"}), "s3:GetObject", K, principal=role)
    assert_allows(
        of_bucket({"AWS": role}),
        "s3:GetObject",
        K,
        principal="arn:aws:sts::111122223333:assumed-role/reader/s",
    )
    assert_denies(of_bucket({"AWS": role}), "s3:GetObject", K)
    assert_denies(of_bucket({"AWS": role}), "s3:GetObject", K, principal="anonymous")


def test_several_together() -> None:
    deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": K}}
    assert_denies([READ, deny], "s3:GetObject", K, explicit=True)
    assert_allows([READ, deny], "s3:GetObject", "arn:aws:s3:::data/other")
    with pytest.raises(Mocks3Error, match="a resource has one policy"):
        assert_allows([of_bucket("*"), of_bucket("*")], "s3:GetObject", K)


def test_what_is_no_policy() -> None:
    with pytest.raises(PolicySyntaxError, match="line 1, column 15"):
        assert_allows('{"Statement": 1}', "s3:GetObject", K)
    with pytest.raises(Mocks3Error, match='principal must be an ARN or "anonymous"'):
        assert_allows(READ, "s3:GetObject", K, principal="eve")
