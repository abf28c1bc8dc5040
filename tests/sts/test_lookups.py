"""GetAccessKeyInfo and DecodeAuthorizationMessage."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def fault(call: Any, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**members)
    found = caught.value.response
    return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]


def test_the_account_of_an_access_key(aws: MockAWS) -> None:
    other = aws.account("222222222222")
    bob, role = other.create_user("bob"), other.create_role("r")
    info = aws.client("sts").get_access_key_info
    for key in (bob.access_key, other.root.access_key, role.assume().access_key):
        assert info(AccessKeyId=key.id)["Account"] == "222222222222"
    assert info(AccessKeyId=aws.ambient_key.id)["Account"] == "123456789012"
    other.client("iam").update_access_key(UserName="bob", AccessKeyId=bob.access_key.id, Status="Inactive")
    assert info(AccessKeyId=bob.access_key.id)["Account"] == "222222222222"
    assert fault(info, AccessKeyId="AKIAIOSFODNN7EXAMPLE")[:2] == ("ValidationError", 400)
    service = aws.service("cloudtrail.amazonaws.com").access_key
    assert fault(info, AccessKeyId=service.id)[:2] == ("ValidationError", 400)


def test_both_need_their_permission(aws: MockAWS) -> None:
    sts = aws.account().create_user("eve").client("sts")
    for call, members in (
        (sts.get_access_key_info, {"AccessKeyId": aws.ambient_key.id}),
        (sts.decode_authorization_message, {"EncodedMessage": "x"}),
    ):
        code, status, message = fault(call, **members)
        assert (code, status) == ("AccessDenied", 403)
        assert "because no identity-based policy allows the sts:" in message


def test_the_details_of_a_denial(aws: MockAWS) -> None:
    deny = {"Sid": "NoDeletes", "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}
    eve = aws.account().create_user("eve", policies=[ALL, {"Version": "2012-10-17", "Statement": deny}])
    aws.account().create_bucket("data")
    with aws.request_context(source_ip="203.0.113.5"):
        fault(eve.client().delete_bucket, Bucket="data")
    message = aws.decisions[-1].encoded_message
    decode = aws.client("sts").decode_authorization_message
    found = json.loads(decode(EncodedMessage=message)["DecodedMessage"])
    assert (found["allowed"], found["explicitDeny"]) == (False, True)
    assert [each["statementId"] for each in found["matchedStatements"]["items"]] == ["NoDeletes"]
    context = found["context"]
    assert context["principal"] == {"id": eve.caller().user_id, "name": "eve", "arn": eve.arn}
    assert (context["action"], context["resource"]) == ("s3:DeleteBucket", "arn:aws:s3:::data")
    values = {each["key"]: each["values"]["items"] for each in context["conditions"]["items"]}
    assert values["aws:sourceip"] == [{"value": "203.0.113.5"}]
    invalid = "InvalidAuthorizationMessageException", 400, "Message is not valid"
    for text in ("x", message[:-3], message.swapcase(), "é" * 30, "A" * 60):
        assert fault(decode, EncodedMessage=text) == invalid
