"""The network, TLS, signature and time of an event become those of the request."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.buckets import BucketHandle
from mocks3.handles.mock_aws import MockAWS
from tests.replay.conftest import ALL, ANONYMOUS, DENIED, OWNER, ROOT, event, session

PLAIN = {
    "additionalEventData": {"SignatureVersion": "SigV4", "AuthenticationMethod": "AuthHeader"},
    "tlsDetails": None,
}
QUERY = {
    "additionalEventData": {
        "SignatureVersion": "SigV4",
        "CipherSuite": "x",
        "AuthenticationMethod": "QueryString",
    }
}
V2 = {
    "additionalEventData": {
        "SignatureVersion": "SigV2",
        "CipherSuite": "x",
        "AuthenticationMethod": "AuthHeader",
    }
}
SIGNED = {"key": "k", "X-Amz-Date": "20260304T050507Z"}


@pytest.mark.parametrize(
    ("changes", "operator", "key", "value"),
    [
        ({}, "IpAddress", "aws:SourceIp", "192.0.2.0/24"),
        ({"sourceIPAddress": "2001:db8::7"}, "IpAddress", "aws:SourceIp", "2001:db8::/32"),
        ({"sourceIPAddress": "AWS Internal"}, "Null", "aws:SourceIp", "true"),
        ({"vpcEndpointId": "vpce-1", "sourceIPAddress": "10.0.0.7"}, "StringEquals", "aws:SourceVpce", "vpce-1"),
        ({"vpcEndpointId": "vpce-1", "sourceIPAddress": "10.0.0.7"}, "IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        ({"vpcEndpointId": "vpce-1"}, "Null", "aws:SourceIp", "true"),
        ({"vpcEndpointId": "vpce-1", "userAgent": "[S3Console/0.4, aws]"}, "IpAddress", "aws:SourceIp", "192.0.2.7"),
        ({"vpcEndpointId": "vpce-1", "userAgent": "[S3Console/0.4, aws]"}, "Null", "aws:SourceVpce", "true"),
        ({}, "StringLike", "aws:UserAgent", "aws-cli/2.*"),
        ({"userAgent": "Mozilla"}, "StringEquals", "aws:UserAgent", "Mozilla"),
        ({}, "Bool", "aws:SecureTransport", "true"),
        (PLAIN, "Bool", "aws:SecureTransport", "false"),
        ({"tlsDetails": None}, "Bool", "aws:SecureTransport", "true"),
        ({}, "NumericEquals", "s3:TlsVersion", "1.3"),
        ({"tlsDetails": {"tlsVersion": "TLSv1.2"}}, "NumericEquals", "s3:TlsVersion", "1.2"),
        ({}, "StringEquals", "s3:signatureversion", "AWS4-HMAC-SHA256"),
        (V2, "StringEquals", "s3:signatureversion", "AWS"),
        ({}, "StringEquals", "s3:authType", "REST-HEADER"),
        (QUERY, "StringEquals", "s3:authType", "REST-QUERY-STRING"),
        ({**QUERY, "sent": SIGNED}, "NumericEquals", "s3:signatureAge", "60000"),
        ({}, "DateEquals", "aws:CurrentTime", "2026-03-04T05:06:07Z"),
        ({"eventTime": "2020-01-01T00:00:00Z"}, "DateLessThan", "aws:CurrentTime", "2020-01-01T00:01:00Z"),
    ],
)  # fmt: skip
def test_the_request_has_the_properties_of_the_event(
    aws: MockAWS, changes: dict[str, Any], operator: str, key: str, value: str
) -> None:
    """The bucket policy allows a call with this value; the caller has no other permission."""
    owner = aws.account(OWNER)
    owner.create_user("plain")
    who = {"type": "IAMUser", "arn": f"arn:aws:iam::{OWNER}:user/plain", "accountId": OWNER}
    assert aws.replay(event(who=who, **changes, **DENIED))[0].agrees
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OWNER}:user/plain"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {operator: {key: value}},
    }
    BucketHandle(aws, "data").put_policy({"Version": "2012-10-17", "Statement": statement})
    (found,) = aws.replay(event(who=who, **changes))
    assert (found.mocks3, found.agrees) == ("allowed", True), found


def test_the_policy_of_a_vpc_endpoint_applies(aws: MockAWS) -> None:
    """E-3."""
    aws.vpc_endpoint(
        "vpce-1",
        vpc="vpc-1",
        policy={
            "Version": "2012-10-17",
            "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
        },
    )
    (found,) = aws.replay(event(vpcEndpointId="vpce-1", sourceIPAddress="10.0.0.1", **DENIED))
    assert (found.agrees, found.played.denial.layer) == (True, "vpc-endpoint")


def test_a_call_through_an_access_point(aws: MockAWS) -> None:
    """F-120: the access point is in the resources, or in the host."""
    owner = aws.account(OWNER)
    point = owner.create_access_point("point", "data")
    through = {"resources": [{"type": "AWS::S3::AccessPoint", "ARN": point.arn, "accountId": OWNER}]}
    (found,) = aws.replay(event(who=ROOT, **through))
    assert (found.agrees, found.played.call.parameters["Bucket"]) == (True, point.arn)
    host = f"point-{OWNER}.s3-accesspoint.us-east-1.amazonaws.com"
    (found,) = aws.replay(event(who=ROOT, sent={"key": "k", "Host": [host]}))
    assert (found.agrees, found.played.call.parameters["Bucket"]) == (True, point.arn)
    (found,) = aws.replay(event(who=ROOT, sent={"key": "k", "Host": host.replace("point-", "gone-", 1)}))
    assert found.agrees is None
    assert f"aws s3control get-access-point --account-id {OWNER} --name gone" in found.why


def test_a_bucket_that_no_file_describes_belongs_to_the_account_that_the_event_names() -> None:
    aws = MockAWS()
    aws.account(OWNER).create_role("reader", path="/app/", policies=ALL)
    (found,) = aws.replay(event(who=session()))
    assert found.agrees
    assert any(f"the bucket data exists, belongs to the account {OWNER}" in each for each in found.assumed)
    foreign = [{"accountId": "444455556666", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::data"}]
    (found,) = aws.replay(event(who=session(), resources=foreign, **DENIED))
    assert (found.mocks3, found.agrees) == ("denied", True)


def test_condition_keys_that_cloudtrail_does_not_log_are_given(aws: MockAWS) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "data"}},
    }
    aws.account(OWNER).create_bucket("open", public_access_block=None)
    with aws.store.editing("data") as bucket:
        bucket.public_access_block = None
    BucketHandle(aws, "data").put_policy({"Version": "2012-10-17", "Statement": statement})
    put = event("PutObject")
    assert aws.replay(put)[0].agrees is False
    assert aws.replay(put, keys={"aws:PrincipalTag/team": "data"})[0].agrees
    anonymous = event("PutObject", who=ANONYMOUS)
    assert aws.replay(anonymous, keys={"aws:PrincipalTag/team": "data"})[0].mocks3 == "denied"


def test_the_event_says_that_the_object_does_not_exist(aws: MockAWS) -> None:
    """X-1: callers who may list the bucket get NoSuchKey, all others AccessDenied."""
    missing = {"errorCode": "NoSuchKey", "errorMessage": "The specified key does not exist."}
    (found,) = aws.replay(event(**missing))
    assert (found.mocks3, found.agrees) == ("denied", False)
    assert found.why.startswith("s3:ListBucket: ")
    (found,) = aws.replay(event(who=ROOT, **missing))
    assert (found.mocks3, found.agrees) == ("error NoSuchKey", True)
    assert "the object s3://data/k does not exist" in found.assumed


def test_a_denial_implies_that_the_object_does_not_exist(aws: MockAWS) -> None:
    """X-1: the caller may read objects and may not list the bucket."""
    (found,) = aws.replay(event(**DENIED))
    assert (found.mocks3, found.agrees) == ("denied", True)
    assert found.assumed[-2:] == (
        "the object s3://data/k does not exist",
        "with what is otherwise assumed, mocks3 answers: allowed",
    )
    BucketHandle(aws, "data").put({"k": b"x"})
    (found,) = aws.replay(event(**DENIED))
    assert (found.mocks3, found.agrees) == ("allowed", False)


def test_an_error_after_the_permissions_is_not_a_denial(aws: MockAWS) -> None:
    (found,) = aws.replay(event("GetBucketPolicy", ROOT, {"policy": ""}, errorCode="NoSuchBucketPolicy"))
    assert (found.mocks3, found.agrees) == ("error NoSuchBucketPolicy", True)
    (found,) = aws.replay(event("GetBucketPolicy", ROOT, {"policy": ""}, **DENIED))
    assert (found.mocks3, found.agrees) == ("error NoSuchBucketPolicy", False)
    assert "then the call fails: 404 NoSuchBucketPolicy" in found.why
