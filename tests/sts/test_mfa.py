"""``SerialNumber`` and ``TokenCode`` of AssumeRole and GetSessionToken."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def document(action: str, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, **more}}


@pytest.fixture
def eve(aws: MockAWS) -> Any:
    """A user who has an MFA device."""
    user = aws.account().create_user("eve", policies=document("*", Resource="*"))
    iam = aws.client("iam")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="eve")["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "234567"}
    iam.enable_mfa_device(UserName="eve", SerialNumber=serial, **codes)
    return user


DEVICE = {"SerialNumber": "arn:aws:iam::123456789012:mfa/eve", "TokenCode": "345678"}


def message(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return str(caught.value.response["Error"]["Message"])


def s3_of(aws: MockAWS, answer: dict[str, Any]) -> Any:
    made = answer["Credentials"]
    return aws.client(
        "s3",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )


def test_p_19_a_role_that_requires_mfa(aws: MockAWS, eve: Any) -> None:
    """The trust policy requires MFA, and so does the role's own policy."""
    trust = document("sts:AssumeRole", Principal={"AWS": "123456789012"}, Condition=WITH_MFA)
    mine = document("s3:*", Resource="*", Condition=WITH_MFA)
    role = aws.account().create_role("admin", trust=trust, policies=mine)
    aws.account().create_bucket("data")
    call = {"RoleArn": role.arn, "RoleSessionName": "session"}
    sts = eve.client("sts")
    assert "is not authorized to perform: sts:AssumeRole" in message(sts.assume_role, **call)
    assert s3_of(aws, sts.assume_role(**call, **DEVICE)).list_objects_v2(Bucket="data")["KeyCount"] == 0


def test_p_19_a_session_token_with_mfa(aws: MockAWS, eve: Any) -> None:
    aws.account().create_bucket("data", policy=deny_without_mfa())
    sts = eve.client("sts")
    assert "explicit deny" in message(s3_of(aws, sts.get_session_token()).list_objects_v2, Bucket="data")
    assert s3_of(aws, sts.get_session_token(**DEVICE)).list_objects_v2(Bucket="data")["KeyCount"] == 0
    serial = aws.account().enable_mfa()
    root = aws.account().root.client("sts").get_session_token(SerialNumber=serial, TokenCode="123456")
    assert s3_of(aws, root).list_objects_v2(Bucket="data")["KeyCount"] == 0


def deny_without_mfa() -> dict[str, Any]:
    refused = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    place = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": place,
        "Condition": refused,
    }
    return {"Version": "2012-10-17", "Statement": statement}


def test_p_19_devices_that_are_not_the_callers(aws: MockAWS, eve: Any) -> None:
    """No credentials are issued."""
    mallory = aws.account().create_user("mallory").client("sts")
    before = aws.snapshot().iam
    wrong = "unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."
    assert message(mallory.get_session_token, **DEVICE).endswith(wrong)
    missing = {**DEVICE, "SerialNumber": "arn:aws:iam::123456789012:mfa/none"}
    assert message(eve.client("sts").get_session_token, **missing).endswith(wrong)
    half = "must provide both MFA serial number and one time pass code."
    for name in DEVICE:
        alone = {name: DEVICE[name]}
        assert message(eve.client("sts").get_session_token, **alone).endswith(half)
    assert aws.snapshot().iam == before
