"""The condition keys that no parameter of a call feeds: what feeds them, and a value that is given with ``keys=``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .conftest import A

ENDPOINT, VPC, ORGANIZATION = "vpce-1", "vpc-1", "o-example"
USER, SESSION, WEB_IDENTITY, SERVICE, POINT, DIRECTORY_BUCKET = (
    "user",
    "session",
    "session of AssumeRoleWithWebIdentity",
    "service",
    "access point",
    "directory bucket",
)
TRAIL = f"arn:aws:cloudtrail:us-east-1:{A}:trail/t"
THROUGH = {"source_vpce": ENDPOINT}
OF_ENDPOINT = {"aws:SourceVpce": ENDPOINT}


class Feed(NamedTuple):
    """What feeds a key.

    Attributes:
        by: The caller, or the resource that is not the bucket.
        keys: The keys that are given to ``play``. Empty: the world alone feeds the key.
        context: The same for a call by hand, as arguments of ``request_context``.
        config: The same, as botocore's configuration.
        in_url: Whether the signature is in the URL; then the URL is ten minutes old.
    """

    by: str = USER
    keys: Mapping[str, Any] = {}
    context: Mapping[str, Any] = {}
    config: Mapping[str, Any] = {}
    in_url: bool = False


AGED = Feed(keys={"s3:authType": "REST-QUERY-STRING", "s3:signatureAge": "600000"}, in_url=True)
"""A presigned URL that is ten minutes old, in milliseconds."""

FEEDS: Mapping[str, Feed] = {
    "aws:principalaccount": Feed(),
    "aws:principalarn": Feed(),
    "aws:principaltype": Feed(),
    "aws:userid": Feed(),
    "aws:username": Feed(),
    "aws:principalisawsservice": Feed(),
    "aws:principaltag/<key>": Feed(),
    "aws:principalservicename": Feed(SERVICE),
    "aws:principalservicenameslist": Feed(SERVICE),
    "aws:sourcearn": Feed(SERVICE, {"aws:SourceArn": TRAIL}, {"source_arn": TRAIL}),
    "aws:sourceaccount": Feed(SERVICE, {"aws:SourceAccount": A}, {"source_account": A}),
    "aws:sourceowner": Feed(SERVICE, {"aws:SourceOwner": A}, {"source_owner": A}),
    "aws:sourceorgid": Feed(SERVICE, {"aws:SourceAccount": A}, {"source_account": A}),
    "aws:sourceorgpaths": Feed(SERVICE, {"aws:SourceAccount": A}, {"source_account": A}),
    "aws:sourceidentity": Feed(SESSION, {"aws:SourceIdentity": "ana"}, {"source_identity": "ana"}),
    "aws:tokenissuetime": Feed(SESSION),
    "aws:federatedprovider": Feed(WEB_IDENTITY),
    "aws:multifactorauthpresent": Feed(SESSION, {"aws:MultiFactorAuthPresent": True}, {"mfa": True}),
    "aws:multifactorauthage": Feed(SESSION, {"aws:MultiFactorAuthAge": 60}, {"mfa_age": 60}),
    "aws:calledvia": Feed(
        keys={"aws:CalledVia": ["athena.amazonaws.com"]}, context={"called_via": ["athena.amazonaws.com"]}
    ),
    "aws:calledviafirst": Feed(
        keys={"aws:CalledVia": ["a.amazonaws.com", "b.amazonaws.com"]},
        context={"called_via": ["a.amazonaws.com", "b.amazonaws.com"]},
    ),
    "aws:calledvialast": Feed(
        keys={"aws:CalledVia": ["a.amazonaws.com", "b.amazonaws.com"]},
        context={"called_via": ["a.amazonaws.com", "b.amazonaws.com"]},
    ),
    "aws:viaawsservice": Feed(keys={"aws:ViaAWSService": True}, context={"via_aws_service": True}),
    "aws:principalorgid": Feed(),
    "aws:principalorgpaths": Feed(),
    "aws:resourceorgid": Feed(),
    "aws:resourceorgpaths": Feed(),
    "aws:sourcevpce": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:sourcevpc": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:sourcevpcarn": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:vpceaccount": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:vpceorgid": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:vpceorgpaths": Feed(keys=OF_ENDPOINT, context=THROUGH),
    "aws:vpcsourceip": Feed(
        keys={**OF_ENDPOINT, "aws:VpcSourceIp": "10.0.0.7"}, context={**THROUGH, "vpc_source_ip": "10.0.0.7"}
    ),
    "aws:sourceip": Feed(keys={"aws:SourceIp": "203.0.113.5"}, context={"source_ip": "203.0.113.5"}),
    "aws:securetransport": Feed(keys={"aws:SecureTransport": False}, context={"secure_transport": False}),
    "aws:useragent": Feed(keys={"aws:UserAgent": "curl/8"}, context={"user_agent": "curl/8"}),
    "aws:referer": Feed(keys={"aws:referer": "https://x"}, context={"referer": "https://x"}),
    "aws:requestedregion": Feed(),
    "aws:currenttime": Feed(keys={"aws:CurrentTime": "2026-11-29T12:10:00Z"}),
    "aws:epochtime": Feed(keys={"aws:EpochTime": "1795954200"}),
    "aws:resourceaccount": Feed(),
    "aws:resourcetag/<key>": Feed(),
    "s3:resourceaccount": Feed(),
    "s3:buckettag/<key>": Feed(),
    "s3:authtype": AGED,
    "s3:signatureage": AGED,
    "s3:signatureversion": Feed(keys={"s3:signatureversion": "AWS"}, config={"signature_version": "s3"}),
    "s3:x-amz-content-sha256": Feed(),
    "s3:tlsversion": Feed(keys={"s3:TlsVersion": "1.3"}, context={"tls_version": "1.3"}),
    "s3:accesspointnetworkorigin": Feed(POINT),
    "s3:accesspointtag/<key>": Feed(POINT),
    "s3:dataaccesspointarn": Feed(POINT),
    "s3:dataaccesspointaccount": Feed(POINT),
    "s3express:authtype": Feed(DIRECTORY_BUCKET),
    "s3express:signatureversion": Feed(DIRECTORY_BUCKET),
    "s3express:signatureage": Feed(
        DIRECTORY_BUCKET, {"s3express:signatureAge": "9"}, {"keys": {"s3express:signatureAge": "9"}}
    ),
    "s3express:x-amz-content-sha256": Feed(DIRECTORY_BUCKET),
    "s3express:tlsversion": Feed(DIRECTORY_BUCKET, {"s3express:TlsVersion": "1.3"}, {"tls_version": "1.3"}),
    "s3express:resourceaccount": Feed(DIRECTORY_BUCKET),
    "s3express:buckettag/<key>": Feed(DIRECTORY_BUCKET),
}
"""Each key that no parameter feeds, in lower case."""
