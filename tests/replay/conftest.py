"""CloudTrail events, in the shape that CloudTrail writes them, and the world in which they are replayed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS

OWNER = "111122223333"
OTHER = "444455556666"
ALLOWED_READS = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
}
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@pytest.fixture
def aws() -> MockAWS:
    """An account with a bucket, a user and a role who may read objects."""
    aws = MockAWS()
    owner = aws.account(OWNER)
    owner.create_bucket("data")
    owner.create_user("dave", path="/team/", policies=ALLOWED_READS)
    owner.create_role("reader", path="/app/", policies=ALLOWED_READS)
    return aws


def user(name: str = "dave", account: str = OWNER, **more: Any) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEUSER",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": "AKIAEXAMPLE",
        "userName": name.rpartition("/")[2],
        **more,
    }


def session(
    role: str = "app/reader", account: str = OWNER, *, mfa: bool = False, **context: Any
) -> dict[str, Any]:
    last = role.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLEROLE:alice",
        "arn": f"arn:aws:sts::{account}:assumed-role/{last}/alice",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEROLE",
                "arn": f"arn:aws:iam::{account}:role/{role}",
                "accountId": account,
                "userName": last,
            },
            "attributes": {"creationDate": "2026-03-04T05:00:00Z", "mfaAuthenticated": str(mfa).lower()},
            **context,
        },
    }


ROOT = {
    "type": "Root",
    "principalId": OWNER,
    "arn": f"arn:aws:iam::{OWNER}:root",
    "accountId": OWNER,
    "accessKeyId": "AKIAROOT",
}
ANONYMOUS = {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}
DENIED = {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}


def event(
    name: str = "GetObject",
    who: dict[str, Any] | None = None,
    sent: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return the event of a call. ``sent`` are members of requestParameters, ``changes`` members of the event."""
    parameters: dict[str, Any] = {"bucketName": "data", "Host": "data.s3.us-east-1.amazonaws.com"}
    parameters |= {"key": "k"} if sent is None else sent
    return {
        "eventVersion": "1.11",
        "userIdentity": user("team/dave") if who is None else who,
        "eventTime": "2026-03-04T05:06:07Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "[aws-cli/2.15.0 md/awscrt#0.19]",
        "requestParameters": parameters,
        "responseElements": None,
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": "id",
        },
        "requestID": "R",
        "eventID": "11111111-2222-3333-4444-555555555555",
        "readOnly": True,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::data/{parameters.get('key', '')}"},
            {"accountId": OWNER, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::data"},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": OWNER,
        "eventCategory": "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "data.s3.us-east-1.amazonaws.com",
        },
        **changes,
    }


def denial(layer: str, action: str = "s3:GetObject", *, explicit: bool = False) -> dict[str, str]:
    """Return the error of a denial that names a kind of policy."""
    how = (
        f"with an explicit deny in a {layer}"
        if explicit
        else f"because no {layer} allows the {action} action"
    )
    who = f"arn:aws:iam::{OWNER}:user/team/dave"
    asked = f'is not authorized to perform: {action} on resource: "arn:aws:s3:::data/k"'
    message = f"User: {who} {asked} {how}"
    return {"errorCode": "AccessDenied", "errorMessage": message}


def lines(*events: Any) -> str:
    return "\n".join(json.dumps(each) for each in events)
