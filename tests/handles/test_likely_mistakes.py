"""What mocks3 says to a user who makes one of the likeliest mistakes."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import (
    Account,
    MockAWS,
    Mocks3Error,
    RealAWSCallBlocked,
    assert_allows,
    assert_denies,
    mock_s3,
)

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.fixture
def account() -> Any:
    with mock_s3() as aws:
        yield aws.account()


@pytest.fixture
def aws(account: Account) -> MockAWS:
    return account._aws


def policy(**changes: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, **changes}]}


def said(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Mocks3Error) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def notes(call: Any, **kwargs: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**kwargs)
    return "\n".join(caught.value.__notes__)


def test_an_acl_on_a_new_bucket(account: Account) -> None:
    """A-50: the error, the report and the handle say how ACLs are turned on."""
    s3 = account.client()
    account.create_bucket("bkt")
    for call, params in (
        (s3.put_object, {"Bucket": "bkt", "Key": "k", "ACL": "public-read"}),
        (s3.put_bucket_acl, {"Bucket": "bkt", "ACL": "public-read-write"}),
        (s3.create_bucket, {"Bucket": "bkt2", "ACL": "public-read"}),
    ):
        assert "ObjectOwnership='ObjectWriter' (boto3)" in notes(call, **params)
    assert "ownership='ObjectWriter'" in said(account.create_bucket, "bkt3", acl="public-read")
    account.create_bucket("bkt4", acl="public-read", ownership="ObjectWriter", public_access_block=None)


@pytest.mark.parametrize("given", [STATEMENT, json.dumps(STATEMENT), json.dumps([STATEMENT])], ids=type)
def test_a_statement_for_a_policy(account: Account, given: Any) -> None:
    bucket = account.create_bucket("bkt")
    for call in (bucket.put_policy, account.create_user("eve").put_policy):
        assert said(call, given).startswith("a policy is required, not a statement")
    assert said(account.create_user, "bob", policies=[given]).startswith(
        "a policy is required, not a statement"
    )


def test_a_policy_file_that_does_not_exist(account: Account, tmp_path: Any) -> None:
    for path in ("policies/none.json", tmp_path / "none.json"):
        text = said(account.create_user, "eve", policies=path)
        assert text.startswith(f"there is no policy file {os.fspath(path)!r} in {os.getcwd()}")
    text = said(account.create_bucket, "bkt", policy="policies/reader")
    assert text.endswith("'policies/reader' is none of them")
    (tmp_path / "some.json").write_text(json.dumps(policy()))
    account.create_user("eve", policies=tmp_path / "some.json")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        (
            {"Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:user/eve"]}},
            "the principal 'arn:aws:iam::123456789012:user/eve' does not exist; create it first: "
            "aws.account('123456789012').create_user(...)",
        ),
        (
            {"Principal": {"AWS": "arn:aws:iam::123456789012:role/r"}},
            "the principal 'arn:aws:iam::123456789012:role/r' does not exist; create it first: "
            "aws.account('123456789012').create_role(...)",
        ),
        (
            {"Principal": {"AWS": "111111111111"}},
            "the principal '111111111111' does not exist; create the account first: aws.account(id)",
        ),
        (
            {"Resource": ["arn:aws:s3:::bkt/*", "arn:aws:s3:::other/*"]},
            "the policy can name 'arn:aws:s3:::bkt' and 'arn:aws:s3:::bkt/*', not 'arn:aws:s3:::other/*'",
        ),
        (
            {"Action": ["s3:GetObject", "s3:GetObjects"]},
            "no action that a bucket policy can name matches 's3:GetObjects'",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_in_a_bucket_policy(account: Account, changes: dict[str, Any], note: str) -> None:
    """V-38, V-40, V-41: S3's message does not say it; the handle and the note on boto3's exception do."""
    bucket = account.create_bucket("bkt")
    wrong = policy(**{"Principal": {"AWS": "123456789012"}, "Resource": "arn:aws:s3:::bkt/*", **changes})
    assert said(bucket.put_policy, wrong).endswith(f"(MalformedPolicy); {note}")
    assert (
        notes(account.client().put_bucket_policy, Bucket="bkt", Policy=json.dumps(wrong)) == f"mocks3: {note}"
    )


def test_clients_of_a_role(account: Account) -> None:
    """P-5: the sessions of a role call."""
    role = account.create_role("reader", policies=policy())
    for name, call in (("client", "client()"), ("session", "session()"), ("access_key", "access_key")):
        with pytest.raises(AttributeError, match="a role has no credentials") as caught:
            getattr(role, name)
        assert str(caught.value).endswith(f"use role.assume().{call}")
    assert not hasattr(role, "clinet")
    assert role.assume().client().meta.service_model.service_name == "s3"


def test_methods_of_accounts(aws: MockAWS) -> None:
    for name in ("create_user", "create_bucket", "create_role", "create_kms_key"):
        with pytest.raises(AttributeError, match=rf"use aws\.account\(\)\.{name}$"):
            getattr(aws, name)
    with pytest.raises(AttributeError, match="'MockAWS' object has no attribute 'buckets_of'"):
        aws.buckets_of  # noqa: B018


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Action": "GetObject"},
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (MalformedPolicyDocument); the "
            "action 'GetObject' has no prefix, such as s3:GetObject",
        ),
        (
            {"Resource": "bkt/*"},
            'Resource bkt/* must be in ARN format or "*". (MalformedPolicyDocument); the ARN of a bucket or object is '
            "'arn:aws:s3:::bkt/*'",
        ),
    ],
    ids=str,
)
def test_an_identity_policy_that_iam_refuses(account: Account, changes: dict[str, Any], message: str) -> None:
    wrong, eve = policy(**changes), account.create_user("eve", policies=policy())
    assert said(eve.put_policy, wrong) == f"the policy 'inline': {message}"
    assert said(account.create_user, "bob", policies=[policy(), wrong]) == f"the policy 'inline-2': {message}"
    assert said(account.create_policy, "p", wrong).endswith(message)
    assert said(account.create_role, "r", policies=wrong).endswith(message)
    with pytest.raises(ClientError, match="vendor|ARN format"):
        account.client("iam").put_user_policy(
            UserName="eve", PolicyName="p", PolicyDocument=json.dumps(wrong)
        )
    assert eve.record.policies.keys() == {"inline"}


def test_an_incomplete_arn(account: Account) -> None:
    """IAM user guide, "Resource": IAM completes an incomplete ARN, so it stores it."""
    eve = account.create_user("eve", policies=policy(Resource="arn:aws:s3"))
    account.client("iam").put_user_policy(
        UserName="eve", PolicyName="p", PolicyDocument=json.dumps(policy(Resource="arn:aws:s3:::"))
    )
    account.create_bucket("bkt", objects={"k": b"x"})
    assert eve.client().get_object(Bucket="bkt", Key="k")["Body"].read() == b"x"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{'a'}", "line 1, column 2"),
        (
            policy(Principal="*", Resource=None, Sid="Read"),
            "Resource must be a non-empty string, not None, at /Resource of the statement 'Read'",
        ),
    ],
)
def test_a_malformed_bucket_policy(account: Account, document: Any, reason: str) -> None:
    """V-47: S3 only says "Invalid policy syntax."; the note says what is wrong, and where."""
    account.create_bucket("bkt")
    text = document if isinstance(document, str) else json.dumps(document)
    assert reason in notes(account.client().put_bucket_policy, Bucket="bkt", Policy=text)


def test_a_bucket_in_another_region(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """W-219. boto3 follows the redirect; a client that does not gets the note."""
    monkeypatch.setattr("botocore.utils.S3RegionRedirectorv2.redirect_from_error", lambda *_, **__: None)
    account.create_bucket("bkt", region="eu-west-1")
    s3 = account.client("s3", region_name="us-west-2")
    said = notes(s3.list_objects_v2, Bucket="bkt")
    assert "the bucket bkt is in eu-west-1, and the request was sent to us-west-2" in said


def test_a_bucket_of_an_outer_mock(account: Account) -> None:
    account.create_bucket("bkt")
    with mock_s3() as inner:
        s3 = inner.client("s3")
        for call in (s3.head_bucket, s3.list_objects_v2):
            assert "the bucket bkt is in a mock that was opened before this one" in notes(call, Bucket="bkt")
        with pytest.raises(ClientError) as caught:
            s3.list_objects_v2(Bucket="nowhere")
    assert not getattr(caught.value, "__notes__", [])


def test_a_resource_of_s3_with_a_region(account: Account) -> None:
    """aws/aws-cdk #22445; access points and jobs have a Region (Service Authorization Reference)."""
    wrong = policy(Resource="arn:aws:s3:us-east-1:123456789012:bkt/*")
    note = "the ARN of a bucket or object has no Region and no account: 'arn:aws:s3:::bkt/*'"
    assert said(account.create_user, "eve", policies=wrong) == (
        "the policy 'inline': Resource arn:aws:s3:us-east-1:123456789012:bkt/* can not contain region information. "
        f"(MalformedPolicyDocument); {note}"
    )
    account.create_user("bob")
    text = json.dumps(wrong)
    call = account.client("iam").put_user_policy
    assert note in notes(call, UserName="bob", PolicyName="p", PolicyDocument=text)
    for fine in ("accesspoint/ap/object/*", "job/*", "*", "storage-lens/x"):
        account.create_user(
            f"u{len(fine)}", policies=policy(Resource=f"arn:aws:s3:us-east-1:123456789012:{fine}")
        )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Action": "GetObject"}, "the action 'GetObject' has no prefix, such as s3:GetObject"),
        ({"Resource": "bkt/*"}, "the ARN of a bucket or object is 'arn:aws:s3:::bkt/*'"),
        ({"Resource": "s3://bkt/*"}, "the ARN of a bucket or object is 'arn:aws:s3:::bkt/*'"),
        ({"Resource": "arn:aws:s3:eu-west-1::bkt"}, "has no Region and no account: 'arn:aws:s3:::bkt'"),
    ],
)
def test_a_session_policy_and_an_assertion_that_iam_refuses(
    account: Account, changes: dict[str, Any], says: str
) -> None:
    wrong = policy(**changes)
    role = account.create_role("reader", trust=policy_of_trust("*"), policies=policy())
    eve = account.create_user("eve", policies=policy(Action="sts:*"))
    assert said(role.assume, policy=wrong).endswith(says)
    assert said(assert_allows, wrong, "s3:GetObject", "arn:aws:s3:::bkt/k").endswith(says)
    assert said(assert_denies, wrong, "s3:GetObject", "arn:aws:s3:::bkt/k").endswith(says)
    sts = eve.client("sts")
    given = {"RoleArn": role.arn, "RoleSessionName": "session", "Policy": json.dumps(wrong)}
    assert says in notes(sts.assume_role, **given)
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        sts.get_federation_token(Name="fed", Policy=json.dumps(wrong))
    sts.assume_role(**{**given, "Policy": json.dumps(policy())})


def policy_of_trust(principal: str) -> dict[str, Any]:
    trusted = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [trusted]}


def test_a_list_of_statements_for_a_policy(account: Account) -> None:
    sentence = "a policy is required, not a list of statements: put the list into a policy, like"
    assert said(account.create_bucket, "bkt", policy=[STATEMENT]).startswith(sentence)
    assert said(assert_allows, [[STATEMENT]], "s3:GetObject", "arn:aws:s3:::bkt/k").startswith(sentence)


def test_the_name_of_a_managed_policy_for_a_policy(account: Account) -> None:
    assert said(account.create_user, "eve", policies="AmazonS3ReadOnlyAccess").endswith(
        "to attach a managed policy of AWS, use attach('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess')"
    )
    bob = account.create_user("bob")
    bob.attach("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert "managed policy" not in said(account.create_user, "eve", policies="reader")


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ("*", "AWS"),
        ("123456789012", "AWS"),
        ("arn:aws:iam::123456789012:user/eve", "AWS"),
        ("lambda.amazonaws.com", "Service"),
    ],
)
def test_a_principal_for_a_trust_policy(account: Account, principal: str, kind: str) -> None:
    account.create_user("eve")
    text = said(account.create_role, "r", trust=principal)
    start = f"trust must be a policy, not the principal {principal!r}: "
    assert text.startswith(start)
    document = json.loads(text.removeprefix(start))
    assert document["Statement"][0]["Principal"] == {kind: principal}
    account.create_role("r", trust=document)


def test_a_handle_for_a_trust_policy(account: Account) -> None:
    eve = account.create_user("eve")
    assert f"trust must be a policy, not the principal {eve.arn!r}" in said(
        account.create_role, "r", trust=eve
    )


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        (
            {"Action": ["s3:GetObject", "s3:ListBucket"]},
            "the action 's3:ListBucket' can act on 'arn:aws:s3:::bkt', and the statement does not name that",
        ),
        (
            {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::bkt"},
            "the action 's3:PutObject' can act on 'arn:aws:s3:::bkt/*', and the statement does not name that",
        ),
        (
            {"Condition": {"StringEquals": {"s3:x-amz-ac": "private"}}},
            "S3 has no condition key 's3:x-amz-ac'; did you mean 's3:x-amz-acl'?",
        ),
        (
            {"Condition": {"StringEquals": {"s3:zzz": "private"}}},
            "S3 has no condition key 's3:zzz'",
        ),
        (
            {"Condition": {"StringEquals": {"s3:prefix": "a"}}},
            "no request for one of the statement's actions can carry 's3:prefix'",
        ),
    ],
    ids=str,
)
def test_which_action_or_key_of_a_bucket_policy_is_wrong(
    account: Account, changes: dict[str, Any], note: str
) -> None:
    """V-42, V-43, V-44: the note names what S3's message does not name."""
    account.create_bucket("bkt")
    wrong = policy(**{"Principal": "*", "Effect": "Deny", "Resource": "arn:aws:s3:::bkt/*", **changes})
    call = account.client("s3").put_bucket_policy
    assert notes(call, Bucket="bkt", Policy=json.dumps(wrong)) == f"mocks3: {note}"


def test_the_guard_names_each_mocked_service_once(account: Account) -> None:
    import boto3

    with pytest.raises(
        RealAWSCallBlocked, match="only mocks s3, sts, kms, iam, organizations, s3control. Mock sqs"
    ):
        boto3.client("sqs", region_name="us-east-1").list_queues()
