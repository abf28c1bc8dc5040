"""The authentication errors of STS and KMS, each in its own format.

Source: STS and KMS API References, "Common errors"; IAM user guide, "Troubleshoot Signature Version 4 signing".
"""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree as ET
from typing import NamedTuple

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.auth import HmacV1Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from mocks3 import mock_s3

BODIES = {
    "sts": (b"Action=GetCallerIdentity&Version=2011-06-15", {}),
    "kms": (
        b"{}",
        {"X-Amz-Target": "TrentService.ListAliases", "Content-Type": "application/x-amz-json-1.1"},
    ),
}
CODES = {
    # of the query protocol; the json protocol has other codes and always the status 400
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "ExpiredToken": "ExpiredTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "IncompleteSignature": "IncompleteSignatureException",
}
INVALID = "The security token included in the request is invalid."
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class Key(NamedTuple):
    id: str
    secret: str
    token: str | None = None


@pytest.fixture(params=["sts", "kms"])
def service(request):
    return request.param


class Call:
    """A call that is signed, then changed, then sent with ``requests``."""

    def __init__(self, service, key, region="us-east-1", scope=None, sign=SigV4Auth):
        self.service = service
        body, headers = BODIES[service]
        self.url = f"https://{service}.us-east-1.amazonaws.com/"
        asked = AWSRequest("POST", self.url, headers=dict(headers), data=body)
        if key is not None:
            sign(Credentials(key.id, key.secret, key.token), scope or service, region).add_auth(asked)
        self.headers = dict(asked.headers.items())
        self.body = body

    def change(self, header, old, new):
        self.headers[header] = self.headers[header].replace(old, new)
        return self

    def error(self):
        """Return status, code and message of the response."""
        answer = requests.post(self.url, headers=self.headers, data=self.body, timeout=9)
        if self.service == "kms":
            told = json.loads(answer.content)
            assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
            return answer.status_code, told["__type"], told["message"]
        root = ET.fromstring(answer.content)
        assert root.tag == "{https://sts.amazonaws.com/doc/2011-06-15/}ErrorResponse"
        (error,) = (each for each in root if each.tag.endswith("Error"))
        texts = {each.tag.partition("}")[2]: each.text for each in error}
        assert list(texts) == ["Type", "Code", "Message"]
        assert texts["Type"] == "Sender"
        return answer.status_code, texts["Code"], texts["Message"]


def expected(service, status, code, message):
    return (status, code, message) if service == "sts" else (400, CODES[code], message)


def test_a_valid_signature(world, key, service):
    call = Call(service, key)
    assert requests.post(call.url, headers=call.headers, data=call.body, timeout=9).status_code == 200


def test_an_unsigned_call(world, service):
    message = (
        "Request is missing Authentication Token" if service == "sts" else "Missing Authentication Token"
    )
    assert Call(service, None).error() == expected(service, 403, "MissingAuthenticationToken", message)


def test_clients_that_do_not_sign(world):
    sts = boto3.client("sts", "us-east-1", config=Config(signature_version=UNSIGNED))
    with pytest.raises(ClientError) as refused:
        sts.get_caller_identity()
    assert refused.value.response["Error"] == {
        "Type": "Sender",
        "Code": "MissingAuthenticationToken",
        "Message": "Request is missing Authentication Token",
    }
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        world.anonymous.client("sts").get_caller_identity()
    with pytest.raises(
        ClientError, match="MissingAuthenticationTokenException.*: Missing Authentication Token"
    ):
        world.anonymous.client("kms").list_aliases()


def test_an_unknown_key(clock, service):
    with mock_s3(strict=True):
        error = Call(service, Key("AKIAUNKNOWN", "secret")).error()
    assert error == expected(service, 403, "InvalidClientTokenId", INVALID)


def test_an_inactive_key(world, service):
    eve = world.account().create_user("eve")
    call = Call(service, eve.access_key)
    eve.deactivate_key()
    assert call.error() == expected(service, 403, "InvalidClientTokenId", INVALID)


def test_a_token_that_is_not_the_keys(world, key, service):
    call = Call(service, Key(key.id, key.secret, "token"))
    assert call.error() == expected(service, 403, "InvalidClientTokenId", INVALID)


def test_another_secret(world, key, service):
    call = Call(service, Key(key.id, "another"))
    assert call.error() == expected(service, 403, "SignatureDoesNotMatch", MISMATCH)


def test_expired_credentials(world, clock, service):
    session = world.account().create_user("eve").session_token(duration=900)
    clock.tick(datetime.timedelta(seconds=900))
    assert Call(service, session.access_key).error() == expected(
        service, 403, "ExpiredToken", "The security token included in the request is expired"
    )


def test_a_wrong_clock(world, key, clock, service):
    call = Call(service, key)
    clock.tick(datetime.timedelta(minutes=15, seconds=1))
    assert call.error() == expected(
        service,
        403,
        "SignatureDoesNotMatch",
        "Signature expired: 20260504T120000Z is now earlier than 20260504T120001Z (20260504T121501Z - 15 min.)",
    )
    clock.tick(datetime.timedelta(minutes=-31))
    assert call.error() == expected(
        service,
        403,
        "SignatureDoesNotMatch",
        "Signature not yet current: 20260504T120000Z is still later than 20260504T115901Z (20260504T114401Z + 15 min.)",
    )


REGION = "Credential should be scoped to a valid region. "


@pytest.mark.parametrize(
    ("region", "scope", "message"),
    [
        ("eu-west-1", None, REGION),
        ("us-east-1", "s3", "Credential should be scoped to correct service: '{service}'. "),
        ("eu-west-1", "ec2", REGION + "Credential should be scoped to correct service: '{service}'. "),
    ],
)
def test_a_scope_of_another_service_or_region(world, key, service, region, scope, message):
    call = Call(service, key, region, scope)
    assert call.error() == expected(service, 403, "SignatureDoesNotMatch", message.format(service=service))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "/20260504/",
            "/20260503/",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260503' != "
            "'20260504', from '20260504T120000Z'.",
        ),
        (
            "/aws4_request",
            "/aws5_request",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
        ),
    ],
)
def test_a_scope_that_is_wrong(world, key, service, old, new, message):
    call = Call(service, key).change("Authorization", old, new)
    assert call.error() == expected(service, 403, "SignatureDoesNotMatch", message)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "Bearer x",
            "'x' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer x'.",
        ),
        (
            "AWS4-HMAC-SHA256 SignedHeaders=host",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
            "parameter. Authorization=AWS4-HMAC-SHA256 SignedHeaders=host",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
        ),
    ],
)
def test_a_header_that_is_malformed(world, key, service, header, message):
    call = Call(service, key)
    call.headers["Authorization"] = header
    assert call.error() == expected(service, 400, "IncompleteSignature", message)


def test_no_date(world, key, service):
    call = Call(service, key)
    del call.headers["X-Amz-Date"]
    assert call.error() == expected(
        service,
        400,
        "IncompleteSignature",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        f"Authorization={call.headers['Authorization']}",
    )


def test_version_2_is_not_accepted(world, key, service):
    def version_2(credentials, scope, region):
        return HmacV1Auth(credentials)

    status, code, _ = Call(service, key, sign=version_2).error()
    assert (status, code) == expected(service, 400, "IncompleteSignature", "")[:2]


class TestPresigned:
    """Presigned URLs of GetCallerIdentity, as in tokens for Kubernetes."""

    @staticmethod
    def url(key, **changed):
        asked = AWSRequest(
            "GET", "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
        )
        SigV4QueryAuth(Credentials(key.id, key.secret), "sts", "us-east-1", expires=60).add_auth(asked)
        return asked.url

    @staticmethod
    def error(url):
        root = ET.fromstring(requests.get(url, timeout=9).content)
        return [root[0][1].text, root[0][2].text]

    def test_a_url(self, world, key, clock):
        url = self.url(key)
        assert "<Arn>arn:aws:iam::123456789012:root</Arn>" in requests.get(url, timeout=9).text
        clock.tick(
            datetime.timedelta(minutes=15)
        )  # X-Amz-Expires is ignored: valid as long as other signatures
        assert requests.get(url, timeout=9).status_code == 200
        clock.tick(datetime.timedelta(seconds=1))
        assert self.error(url) == [
            "SignatureDoesNotMatch",
            "Signature expired: 20260504T120000Z is now earlier than 20260504T120001Z (20260504T121501Z - 15 min.)",
        ]

    def test_a_parameter_is_missing(self, world, key):
        url = self.url(key).replace("X-Amz-SignedHeaders=", "X=")
        assert self.error(url) == [
            "IncompleteSignature",
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
        ]

    def test_another_action(self, world, key):
        url = self.url(key).replace("GetCallerIdentity", "GetSessionToken")
        assert self.error(url) == ["SignatureDoesNotMatch", MISMATCH]
