"""Which operations of STS temporary credentials may call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def code(call: Any, **members: Any) -> str:
    """Return the code and status of the error, or "" if there is none."""
    try:
        call(**members)
    except ClientError as error:
        answer = error.response
        return f"{answer['Error']['Code']} {answer['ResponseMetadata']['HTTPStatusCode']}"
    return ""


def client(aws: MockAWS, answer: Any) -> Any:
    keys = answer["Credentials"]
    return aws.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_p_24_what_temporary_credentials_may_call(aws: MockAWS) -> None:
    ann = aws.account().create_user("ann", policies=ALL)
    role = aws.account().create_role("app", policies=ALL)
    sts = ann.client("sts")
    message = sts.get_caller_identity()["Arn"]
    calls = {
        "get_caller_identity": {},
        "assume_role": {"RoleArn": role.arn, "RoleSessionName": "session"},
        "get_access_key_info": {"AccessKeyId": ann.access_key.id},
        "decode_authorization_message": {"EncodedMessage": message},
        "get_session_token": {},
        "get_federation_token": {"Name": "fed"},
    }
    undecodable = "InvalidAuthorizationMessageException 400"
    refused = dict.fromkeys(calls, "AccessDenied 403")
    usual = {**dict.fromkeys(calls, ""), "decode_authorization_message": undecodable}
    for caller, expected in (
        (sts, usual),
        (client(aws, sts.get_session_token()), {**refused, "get_caller_identity": "", "assume_role": ""}),
        (
            client(aws, sts.get_federation_token(Name="fed", Policy=json.dumps(ALL))),
            {**refused, "get_caller_identity": ""},
        ),
        (
            client(aws, sts.assume_role(**calls["assume_role"])),
            {**usual, "get_session_token": "AccessDenied 403", "get_federation_token": "AccessDenied 403"},
        ),
    ):
        assert {name: code(getattr(caller, name), **members) for name, members in calls.items()} == expected


def test_tag_keys_of_aws_are_reserved(aws: MockAWS) -> None:
    ann = aws.account().create_user("ann", policies=ALL)
    trusted = {
        "Effect": "Allow",
        "Principal": {"AWS": ann.arn},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    role = aws.account().create_role("app", trust={"Version": "2012-10-17", "Statement": trusted})
    sts, tags = ann.client("sts"), [{"Key": "AWS:team", "Value": "x"}]
    for call, members in (
        (sts.assume_role, {"RoleArn": role.arn, "RoleSessionName": "session"}),
        (sts.get_federation_token, {"Name": "fed"}),
    ):
        with pytest.raises(ClientError, match="aws: prefixed tag key names are not allowed"):
            call(**members, Tags=tags)
