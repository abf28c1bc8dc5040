"""Errors of every kind of client have the decision as ``error.mocks3_decision``, and a note."""

from __future__ import annotations

import copy
import pickle
import traceback

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError, WaiterError
from botocore.stub import Stubber

from mocks3 import mock_s3
from tests.access.asking import allow, deny

BEFORE = boto3.client("s3", aws_access_key_id="AKIA", aws_secret_access_key="x", region_name="us-east-1")
"""A client that was created before any mock."""


def refused(call) -> ClientError:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value


@pytest.fixture
def dave(a):
    return a.create_user("dave", policies=allow("s3:PutObject"))


def test_the_exception_carries_the_decision(aws, dave) -> None:
    error = refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    decision = error.mocks3_decision
    assert decision is aws.decisions[-1]
    assert (decision.allowed, decision.action, decision.layer) == (False, "s3:GetObject", "identity")
    assert "What would allow it" in str(decision)


def test_what_aws_said_stays_what_aws_said(dave) -> None:
    """X-40."""
    error = refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    assert error.response["Error"] == {
        "Code": "AccessDenied",
        "Message": "User: arn:aws:iam::111111111111:user/dave is not authorized to perform: s3:GetObject on "
        'resource: "arn:aws:s3:::bkt/k" because no identity-based policy allows the s3:GetObject action',
    }
    assert set(error.response) == {"Error", "ResponseMetadata"}
    assert "mocks3" not in str(error)


def test_a_traceback_says_why(dave) -> None:
    error = refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    assert traceback.format_exception_only(error)[-1] == (
        "mocks3: denied s3:GetObject on arn:aws:s3:::bkt/k to arn:aws:iam::111111111111:user/dave: no identity policy "
        "of user dave allows it, and there is no bucket policy [X-45] (see: mocks3 rule X-45)\n"
    )


def test_a_traceback_says_which_value_was_wanted(a) -> None:
    """E-32."""
    wanted = {"StringEquals": {"s3:ExistingObjectTag/class": "public"}}
    eve = a.create_user("eve", policies=allow("s3:GetObject", Condition=wanted))
    error = refused(lambda: eve.client("s3").get_object(Bucket="bkt", Key="k"))
    assert (
        'nearly allowed by Statement[0] of the identity policy "inline", but its StringEquals '
        "s3:ExistingObjectTag/class wants public and saw nothing"
    ) in traceback.format_exception_only(error)[-1]


def test_a_traceback_says_which_statement_denied_by_which_value(a, dave) -> None:
    """E-20."""
    unless = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    bucket = a.create_bucket("inside", objects={"k": b""})
    bucket.put_policy(deny("s3:*", "arn:aws:s3:::inside/*", Sid="Inside", Principal="*", Condition=unless))
    error = refused(lambda: dave.client("s3").get_object(Bucket="inside", Key="k"))
    note = traceback.format_exception_only(error)[-1]
    assert (
        'Statement[0] "Inside" of the bucket policy of inside: its StringNotEquals aws:SourceVpce wants none of vpce-1 '
        "and saw nothing: the request has no aws:SourceVpce: it did not come through a VPC endpoint"
    ) in note


def test_a_head_says_why_too(dave) -> None:
    """X-6: S3's own answer is a bare 403."""
    error = refused(lambda: dave.client("s3").head_object(Bucket="bkt", Key="k"))
    assert error.response["Error"]["Code"] == "403"
    assert error.mocks3_decision.action == "s3:GetObject"


def test_plain_sentences_are_explained(aws, a, b) -> None:
    """X-43: the message of AWS has no details; the decision has them."""
    error = refused(lambda: b.client().get_object(Bucket="bkt", Key="k"))
    assert error.response["Error"]["Message"] == "Access Denied"
    assert error.mocks3_decision.owner == "111111111111"


def test_other_errors_carry_nothing(a) -> None:
    error = refused(lambda: a.client().get_object(Bucket="bkt", Key="nokey"))
    assert not hasattr(error, "mocks3_decision")
    assert not hasattr(error, "__notes__")
    error = refused(lambda: a.client().get_object(Bucket="nobucket", Key="k"))
    assert not hasattr(error, "mocks3_decision")


def test_nothing_is_left_from_a_call_before(dave, a) -> None:
    refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    assert not hasattr(refused(lambda: a.client().get_object(Bucket="bkt", Key="nokey")), "mocks3_decision")


def test_errors_that_another_mock_makes_are_none_of_ours(dave, a) -> None:
    """botocore's own Stubber answers before the interceptor."""
    stubbed = a.client("s3", region_name="us-east-1")
    refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    with Stubber(stubbed) as stubber:
        stubber.add_client_error("get_object", "AccessDenied", "Access Denied", 403)
        error = refused(lambda: stubbed.get_object(Bucket="bkt", Key="k"))
    assert not hasattr(error, "mocks3_decision")


def test_every_kind_of_client(aws, a, dave, monkeypatch) -> None:
    """Clients of a resource, a botocore session, the environment, from before the mock, and of another service."""
    key = dave.access_key
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret)
    boto3.DEFAULT_SESSION = None  # type: ignore[attr-defined]
    get = {"Bucket": "bkt", "Key": "k"}
    plain = botocore.session.get_session().create_client("s3", region_name="us-east-1")
    calls = [
        lambda: boto3.client("s3").get_object(**get),
        lambda: boto3.resource("s3").Object("bkt", "k").get(),
        lambda: list(boto3.resource("s3").Bucket("bkt").objects.all()),
        lambda: plain.get_object(**get),
        lambda: list(plain.get_paginator("list_objects_v2").paginate(Bucket="bkt")),
        lambda: dave.session().resource("s3").Object("bkt", "k").get(),
        lambda: boto3.client("s3").download_file("bkt", "k", "never"),
    ]
    for call in calls:
        assert refused(call).mocks3_decision.principal == dave.arn


def test_clients_from_before_any_mock() -> None:
    with mock_s3() as aws:
        aws.account("111111111111").create_bucket("theirs")
        error = refused(lambda: BEFORE.list_objects_v2(Bucket="theirs"))
        assert error.mocks3_decision is aws.decisions[-1]


def test_classes_of_errors_are_the_client_s(dave) -> None:
    s3 = dave.client("s3")
    error = refused(lambda: s3.get_object(Bucket="bkt", Key="k"))
    assert type(error) is s3.exceptions.from_code("AccessDenied")


def test_waiters_wait_as_before(dave) -> None:
    waiter = dave.client("s3").get_waiter("object_exists")
    with pytest.raises(WaiterError) as caught:
        waiter.wait(Bucket="bkt", Key="k", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    assert caught.value.last_response["Error"]["Code"] == "403"


def test_exceptions_may_be_copied_and_sent(dave) -> None:
    """Like botocore's own error: a copy has AWS's response."""
    error = refused(lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))
    assert copy.copy(error).response == error.response
    assert ClientError(error.response, "GetObject").response == error.response
    assert b"mocks3_decision" not in pickle.dumps(str(error))


def sentence(call) -> str:
    return refused(call).response["Error"]["Message"]


def test_x_40_calls_on_the_service_name_no_resource(a) -> None:
    """X-40."""
    eve = a.create_user("eve")
    start = "User: arn:aws:iam::111111111111:user/eve is not authorized to perform: s3:ListAllMyBuckets "
    assert sentence(eve.client("s3").list_buckets) == (
        f"{start}because no identity-based policy allows the s3:ListAllMyBuckets action"
    )
    eve.put_policy(deny("s3:ListAllMyBuckets"))
    assert (
        sentence(eve.client("s3").list_buckets) == f"{start}with an explicit deny in an identity-based policy"
    )


def test_x_42_a_managed_policy_is_named_and_an_inline_policy_is_not(a) -> None:
    """X-42: identity policies, boundaries; also where KMS denies."""
    eve = a.create_user("eve", policies=allow())
    s3 = eve.client("s3")
    on = 'on resource: "arn:aws:s3:::bkt/k" with an explicit deny in'
    eve.put_policy(deny("s3:DeleteObject"), "inline")
    assert sentence(lambda: s3.delete_object(Bucket="bkt", Key="k")).endswith(
        f"{on} an identity-based policy"
    )
    policy = a.create_policy("no-reads", deny(["s3:GetObject", "kms:*"]))
    eve.attach(policy)
    assert sentence(lambda: s3.get_object(Bucket="bkt", Key="k")).endswith(
        f"{on} an identity-based policy: arn:aws:iam::111111111111:policy/no-reads"
    )
    key = a.create_kms_key()
    assert sentence(lambda: eve.client("kms", region_name="us-east-1").describe_key(KeyId=key.arn)).endswith(
        "with an explicit deny in an identity-based policy: arn:aws:iam::111111111111:policy/no-reads"
    )
    bounded = a.create_user("bounded", policies=allow(), boundary=a.create_policy("limit", deny("s3:Get*")))
    assert sentence(lambda: bounded.client("s3").get_object(Bucket="bkt", Key="k")).endswith(
        f"{on} a permissions boundary: arn:aws:iam::111111111111:policy/limit"
    )


def test_b_21_copies_are_named_by_the_operation(a) -> None:
    """B-21."""
    a.create_bucket("acls", ownership="ObjectWriter")
    s3 = a.root.client("s3")
    copy = {"Bucket": "acls", "Key": "new", "CopySource": "bkt/k", "ACL": "public-read"}
    assert sentence(lambda: s3.copy_object(**copy)) == (
        "User: arn:aws:iam::111111111111:root is not authorized to perform: s3:CopyObject on resource: "
        '"arn:aws:s3:::acls/new" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public '
        "Access."
    )
    assert "perform: s3:PutObject on" in sentence(
        lambda: s3.put_object(Bucket="acls", Key="new", ACL="public-read")
    )


def test_b_22_an_ignored_acl_of_the_own_account(a) -> None:
    """B-22: the refusal is the resource's, as if the ACL had granted nothing to anybody."""
    a.create_bucket("acls", ownership="ObjectWriter", public_access_block=None)
    s3, eve = a.root.client("s3"), a.create_user("eve")
    s3.put_object(Bucket="acls", Key="k", ACL="public-read")
    assert eve.client("s3").get_object(Bucket="acls", Key="k")["ContentLength"] == 0
    s3.put_public_access_block(Bucket="acls", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    error = refused(lambda: eve.client("s3").get_object(Bucket="acls", Key="k"))
    assert error.response["Error"]["Message"].endswith(
        "because no resource-based policy allows the s3:GetObject action"
    )
    assert (
        "IgnorePublicAcls of Block Public Access ignores grants to everyone [B-2]"
        in error.mocks3_decision.reason
    )
    assert sentence(lambda: eve.client("s3").get_object(Bucket="bkt", Key="k")).endswith(
        "because no identity-based policy allows the s3:GetObject action"
    )
