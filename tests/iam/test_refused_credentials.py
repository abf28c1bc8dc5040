"""Credentials that IAM does not accept, and codes of MFA devices."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from botocore.exceptions import ClientError

from mocks3 import mock_s3

ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def code_of(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def test_p_17_iam_refuses_some_temporary_credentials() -> None:
    with mock_s3() as aws:
        eve = aws.account().create_user("eve", policies=ALLOW)
        federated = eve.federate("f", policy=ALLOW).client("iam")
        assert code_of(federated.list_users) == "InvalidClientTokenId"
        made = eve.client("sts").get_session_token()["Credentials"]
        keys = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }
        assert code_of(aws.client("iam", **keys).list_users) == "InvalidClientTokenId"
        role = aws.account().create_role("r", policies=ALLOW)
        assert [user["UserName"] for user in role.assume(by=eve).client("iam").list_users()["Users"]] == [
            "eve"
        ]


def test_p_17_iam_refuses_them_in_a_presigned_url_too() -> None:
    with mock_s3() as aws:
        eve = aws.account().create_user("eve", policies=ALLOW)
        made = eve.client("sts").get_session_token()["Credentials"]
        keys = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }
        for client, status in ((eve.client("iam"), 200), (aws.client("iam", **keys), 403)):
            url = client.generate_presigned_url("list_users")
            answer = urllib3.PoolManager().request("POST", url)
            assert answer.status == status
            assert (b"<UserName>eve</UserName>" in answer.data) is (status == 200)


def test_the_arn_of_a_new_device_without_a_path_is_the_resource() -> None:
    """API_CreateVirtualMFADevice: the path is "/" if it is not given."""
    with mock_s3() as aws:
        eve = aws.account().create_user("eve")
        iam = eve.client("iam")
        for name, allowed in (("other", False), ("phone", True)):
            arn = f"arn:aws:iam::{aws.account().id}:mfa/{name}"
            statement = {"Effect": "Allow", "Action": "iam:CreateVirtualMFADevice", "Resource": arn}
            eve.put_policy({"Version": "2012-10-17", "Statement": statement})
            if allowed:
                made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
                assert made["VirtualMFADevice"]["SerialNumber"] == arn
            else:
                assert code_of(iam.create_virtual_mfa_device, VirtualMFADeviceName="phone") == "AccessDenied"


def test_p_18_two_different_codes_enable_a_device() -> None:
    with mock_s3() as aws:
        iam = aws.client("iam")
        iam.create_user(UserName="eve")
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"][
            "SerialNumber"
        ]
        device = {"UserName": "eve", "SerialNumber": serial, "AuthenticationCode1": "123456"}
        assert (
            code_of(iam.enable_mfa_device, **device, AuthenticationCode2="123456")
            == "InvalidAuthenticationCode"
        )
        assert iam.list_mfa_devices(UserName="eve")["MFADevices"] == []
        iam.enable_mfa_device(**device, AuthenticationCode2="234567")
        assert [each["SerialNumber"] for each in iam.list_mfa_devices(UserName="eve")["MFADevices"]] == [
            serial
        ]
