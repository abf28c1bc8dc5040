"""``PolicyArns`` of AssumeRole and GetFederationToken: session policies that are managed policies."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def document(*statements: tuple[str, str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in statements],
    }


@pytest.fixture
def sts(aws: MockAWS) -> Any:
    account = aws.account()
    account.create_bucket("data", objects={"k": b"body"})
    account.create_role("worker", policies=document(("Allow", "s3:*")))
    return account.create_user("dave", policies=document(("Allow", "*"))).client("sts")


def session(sts: Any, aws: MockAWS, *arns: str, **more: Any) -> Any:
    """Return an S3 client of a session of the role with these session policies."""
    role = aws.account().role("worker")
    policies = [{"arn": arn} for arn in arns]
    answer = sts.assume_role(RoleArn=role.arn, RoleSessionName="session", PolicyArns=policies, **more)
    return client(aws, answer["Credentials"])


def client(aws: MockAWS, made: dict[str, Any]) -> Any:
    return aws.client(
        "s3",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )


def refused(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Message"])


def test_p_7_the_session_may_do_what_role_and_policy_allow(sts: Any, aws: MockAWS) -> None:
    s3 = session(sts, aws, READ_ONLY)
    assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"body"
    message = refused(s3.put_object, Bucket="data", Key="new")
    assert message.endswith("because no session policy allows the s3:PutObject action")
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="data")["Contents"]] == ["k"]


def test_a_document_and_a_managed_policy_add_up(sts: Any, aws: MockAWS) -> None:
    inline = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}'
    s3 = session(sts, aws, READ_ONLY, Policy=inline)
    s3.put_object(Bucket="data", Key="new", Body=b"x")
    assert s3.get_object(Bucket="data", Key="new")["Body"].read() == b"x"
    assert refused(s3.delete_object, Bucket="data", Key="new")


def test_x_42_the_managed_policy_that_denies_is_named(sts: Any, aws: MockAWS) -> None:
    denying = document(("Allow", "s3:*"), ("Deny", "s3:DeleteObject"))
    policy = aws.account().create_policy("keep", denying)
    s3 = session(sts, aws, policy.arn)
    message = refused(s3.delete_object, Bucket="data", Key="k")
    assert message.endswith(f"with an explicit deny in a session policy: {policy.arn}")
    policy.put_document(document(("Allow", "s3:*")))
    s3.delete_object(Bucket="data", Key="k")
    policy.put_document(document(("Allow", "s3:GetObject")))
    policy.delete()
    assert refused(s3.list_objects_v2, Bucket="data")


def test_a_federated_user_gets_them_too(sts: Any, aws: MockAWS) -> None:
    made = sts.get_federation_token(Name="fed", PolicyArns=[{"arn": READ_ONLY}])["Credentials"]
    s3 = client(aws, made)
    assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"body"
    assert refused(s3.put_object, Bucket="data", Key="new")


@pytest.mark.parametrize(
    ("arns", "code"),
    [
        (["arn:aws:iam::123456789012:policy/missing"], "MalformedPolicyDocument"),
        (["arn:aws:iam::111111111111:policy/foreign"], "MalformedPolicyDocument"),
        ([READ_ONLY] * 11, "ValidationError"),
    ],
)
def test_policies_that_a_session_cannot_have(sts: Any, aws: MockAWS, arns: list[str], code: str) -> None:
    aws.account("111111111111").create_policy("foreign", document(("Allow", "s3:*")))
    before = aws.snapshot().iam
    with pytest.raises(ClientError) as caught:
        session(sts, aws, *arns)
    assert caught.value.response["Error"]["Code"] == code
    assert aws.snapshot().iam == before
