"""``SourceIdentity`` of AssumeRole (P-20)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

BOTH = ["sts:AssumeRole", "sts:SetSourceIdentity"]


def statement(action: Any, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, **more}}


def trust(action: Any, **more: Any) -> dict[str, Any]:
    return statement(action, Principal={"AWS": "123456789012"}, **more)


def sts_of(aws: MockAWS, answer: dict[str, Any], service: str = "sts") -> Any:
    made = answer["Credentials"]
    return aws.client(
        service,
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )


def error(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.fixture
def eve(aws: MockAWS) -> Any:
    return aws.account().create_user("eve", policies=statement("*", Resource="*")).client("sts")


def test_p_20_the_session_has_it(aws: MockAWS, eve: Any) -> None:
    only_eve = {"StringEquals": {"aws:SourceIdentity": "eve"}}
    account = aws.account()
    account.create_bucket("data")
    role = account.create_role(
        "worker", trust=trust(BOTH), policies=statement("s3:*", Resource="*", Condition=only_eve)
    )
    call = {"RoleArn": role.arn, "RoleSessionName": "session"}
    made = eve.assume_role(**call, SourceIdentity="eve")
    assert made["SourceIdentity"] == "eve"
    assert sts_of(aws, made, "s3").list_objects_v2(Bucket="data")["KeyCount"] == 0
    for other in (eve.assume_role(**call), eve.assume_role(**call, SourceIdentity="dave")):
        assert error(sts_of(aws, other, "s3").list_objects_v2, Bucket="data")[0] == "AccessDenied"


def test_p_20_it_is_a_permission_of_its_own(aws: MockAWS, eve: Any) -> None:
    """The trust policy can also say which identities it accepts: ``sts:SourceIdentity``."""
    named = {"StringLike": {"sts:SourceIdentity": "e*"}}
    account = aws.account()
    silent = account.create_role("silent", trust=trust("sts:AssumeRole"))
    picky = account.create_role("picky", trust=trust(BOTH, Condition=named))
    call = {"RoleSessionName": "session", "SourceIdentity": "eve"}
    code, message = error(eve.assume_role, RoleArn=silent.arn, **call)
    assert (code, "to perform: sts:SetSourceIdentity on resource" in message) == ("AccessDenied", True)
    assert eve.assume_role(RoleArn=picky.arn, **call)["SourceIdentity"] == "eve"
    assert (
        error(eve.assume_role, RoleArn=picky.arn, **{**call, "SourceIdentity": "dave"})[0] == "AccessDenied"
    )


def test_p_20_a_role_chain_keeps_it(aws: MockAWS, eve: Any) -> None:
    account = aws.account()
    first = account.create_role("first", trust=trust(BOTH), policies=statement("sts:*", Resource="*"))
    second = account.create_role("second", trust=trust(BOTH))
    strict = account.create_role("strict", trust=trust("sts:AssumeRole"))
    made = eve.assume_role(RoleArn=first.arn, RoleSessionName="one", SourceIdentity="eve")
    sts, call = sts_of(aws, made), {"RoleSessionName": "two"}
    assert sts.assume_role(RoleArn=second.arn, **call)["SourceIdentity"] == "eve"
    assert error(sts.assume_role, RoleArn=strict.arn, **call)[0] == "AccessDenied"
    changed = error(sts.assume_role, RoleArn=second.arn, **call, SourceIdentity="dave")
    assert changed == ("ValidationError", "The source identity eve of the calling session cannot be changed")
