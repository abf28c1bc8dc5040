"""Signature Version 4A of AWS's own signer (awscrt, which botocore uses)."""

from __future__ import annotations

import hashlib
import sys

import pytest
import requests
from botocore.awsrequest import AWSRequest
from botocore.compat import HAS_CRT
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from mocks3 import NotSupported, mock_s3
from mocks3.identity import ecdsa
from mocks3.lib import checksum
from mocks3.storage.iam import AccessKeyRecord

from .sending import answered, request, with_header, without_header

pytest.importorskip("awscrt")
from botocore.crt.auth import CrtS3SigV4AsymAuth, CrtS3SigV4AsymQueryAuth

EMPTY = hashlib.sha256(b"").hexdigest()


def signed(
    key, method="GET", url="https://s3.amazonaws.com/data/k", headers=None, body=b"", regions="us-east-1"
):
    asked = AWSRequest(method, url, headers=dict(headers or {}), data=body)
    CrtS3SigV4AsymAuth(Credentials(key.id, key.secret, key.token), "s3", regions).add_auth(asked)
    return request(method, url, {name: str(value) for name, value in asked.headers.items()}, body)


def presigned(key, url="https://s3.amazonaws.com/data/k", regions="us-east-1"):
    asked = AWSRequest("GET", url)
    CrtS3SigV4AsymQueryAuth(Credentials(key.id, key.secret, key.token), "s3", regions, 60).add_auth(asked)
    return request("GET", asked.url)


# Clients use botocore's own signers if awscrt is disabled, as in the tests with the oldest botocore.
of_clients = pytest.mark.skipif(not HAS_CRT, reason="botocore was told to leave awscrt alone")


def client(key, region="us-east-1"):
    import boto3

    return boto3.client(
        "s3",
        region_name=region,
        aws_access_key_id=key.id,
        aws_secret_access_key=key.secret,
        aws_session_token=key.token,
        config=Config(signature_version="s3v4a"),
    )


def test_the_published_key():
    """The public key of AWS's example credentials, which aws-c-auth publishes (``public-key.json``)."""
    private = ecdsa.private_key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    public = ec.derive_private_key(private, ec.SECP256R1()).public_key().public_numbers()
    assert f"{public.x:x}" == "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"
    assert f"{public.y:x}" == "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"


@of_clients
def test_a_client(world):
    user = world.account().create_user(
        "eve",
        policies={
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "s3:signatureversion": "AWS4-ECDSA-P256-SHA256",
                        "s3:authType": ["REST-HEADER", "REST-QUERY-STRING"],
                    }
                },
            },
        },
    )
    s3 = client(user.access_key)
    s3.put_object(Bucket="data", Key="a b/ü+%", Body=b"body", Metadata={"m": "v"})
    assert s3.get_object(Bucket="data", Key="a b/ü+%")["Metadata"] == {"m": "v"}
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "a b/ü+%"})
    assert "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256" in url
    assert requests.get(url, timeout=9).content == b"body"
    with pytest.raises(ClientError, match="AccessDenied"):
        user.client("s3").get_object(Bucket="data", Key="k")


@of_clients
def test_a_session(world):
    role = world.account().create_role(
        "r",
        policies={
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
        },
    )
    session = role.assume(
        by=world.account().create_user(
            "u",
            policies={
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role.arn},
            },
        )
    )
    assert client(session.access_key).get_object(Bucket="data", Key="k")["Body"].read() == b"body"
    assert answered(world, presigned(session.access_key)).body == b"body"


def test_another_secret(world, key):
    liar = AccessKeyRecord(key.id, "another", key.id)
    sent = signed(liar)
    error = answered(world, sent).error
    assert list(error) == [
        "Status",
        "Code",
        "Message",
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ]
    assert (error["Status"], error["Code"]) == ("403", "SignatureDoesNotMatch")
    assert error["StringToSign"].startswith(
        "AWS4-ECDSA-P256-SHA256\n20260504T120000Z\n20260504/s3/aws4_request\n"
    )
    assert "x-amz-region-set:us-east-1" in error["CanonicalRequest"]


@pytest.mark.parametrize(
    ("regions", "covered"),
    [
        ("us-east-1", True),
        ("*", True),
        ("us-*", True),
        ("eu-west-1,us-east-1", True),
        ("eu-west-1, us-east-1", True),
        ("us-west-2", False),
        ("eu-*,us-west-2", False),
        ("us-east-11", False),
        ("us-east", False),
    ],
)
@pytest.mark.parametrize("sign", [signed, presigned])
def test_the_set_of_regions(world, key, sign, regions, covered):
    answer = answered(world, sign(key, url="https://s3.us-east-1.amazonaws.com/data/k", regions=regions))
    if covered:
        assert (answer.status, answer.body) == (200, b"body")
        return
    header = sign is signed
    reason = f"the region '{regions}' is wrong; expecting 'us-east-1'"
    assert answer.error == {
        "Status": "400",
        "Code": "AuthorizationHeaderMalformed" if header else "AuthorizationQueryParametersError",
        "Message": f"The authorization header is malformed; {reason}"
        if header
        else f"Error parsing the X-Amz-Credential parameter; {reason}",
        "Region": "us-east-1",
    }


@pytest.mark.parametrize("sign", [signed, presigned])
def test_a_bucket_of_another_region(world, key, sign):
    world.account().create_bucket("far", region="eu-central-1", objects={"k": b"far"})
    url = "https://s3.amazonaws.com/far/k"
    assert answered(world, sign(key, url=url, regions="us-east-1,eu-central-1")).body == b"far"
    assert answered(world, sign(key, url=url, regions="us-east-1")).status == 400


def test_without_a_set_of_regions(world, key):
    sent = without_header(signed(key), "x-amz-region-set")
    assert answered(world, sent).error == {
        "Status": "400",
        "Code": "InvalidRequest",
        "Message": "Missing required header for this request: x-amz-region-set",
    }
    sent = presigned(key)
    sent = sent._replace(query=sent.query.replace("X-Amz-Region-Set=us-east-1&", ""))
    assert answered(world, sent).error["Code"] == "AuthorizationQueryParametersError"


def test_a_credential_with_a_region(world, key):
    sent = with_header(signed(key), "authorization", "/s3/aws4_request", "/aws4_request")
    assert answered(world, sent).error["Message"] == (
        "The authorization header is malformed; the Credential is mal-formed; expecting "
        '"<YOUR-AKID>/YYYYMMDD/SERVICE/aws4_request".'
    )


def test_it_is_not_version_4(world, key):
    """The same scope with the name of the other algorithm is another signature."""
    sent = signed(key)
    header = sent.headers["authorization"].replace("AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256")
    header = header.replace("/s3/", "/us-east-1/s3/")
    sent = sent._replace(headers={**sent.headers, "authorization": header})
    assert answered(world, sent).error["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("signature", ["", "zz", "00", "3045", "0" * 64])
def test_invalid_signatures(world, key, signature):
    sent = signed(key)
    header = sent.headers["authorization"].partition("Signature=")[0] + "Signature=" + (signature or "-")
    answer = answered(world, sent._replace(headers={**sent.headers, "authorization": header}))
    assert answer.error["Code"] == "SignatureDoesNotMatch"


class Chunks:
    """A payload in signed chunks as in aws-c-auth: signatures are padded to 144 digits with asterisks."""

    def __init__(self, key, trailer=b""):
        headers = {
            "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": "8200",
            "x-amz-region-set": "us-east-1",
            "x-amz-content-sha256": "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
            + ("-TRAILER" if trailer else ""),
            "x-amz-date": "20260504T120000Z",
            "host": "s3.amazonaws.com",
        }
        if trailer:
            headers["x-amz-trailer"] = trailer.decode().partition(":")[0]
        self.private = ec.derive_private_key(ecdsa.private_key(key.id, key.secret), ec.SECP256R1())
        names = sorted(name.lower() for name in headers)
        lowered = {name.lower(): value for name, value in headers.items()}
        canonical = "\n".join(
            (
                "PUT",
                "/data/chunked",
                "",
                *(f"{name}:{lowered[name]}" for name in names),
                "",
                ";".join(names),
                lowered["x-amz-content-sha256"],
            )
        )
        self.previous = self.sign("", hashlib.sha256(canonical.encode()).hexdigest())
        headers["Authorization"] = (
            f"AWS4-ECDSA-P256-SHA256 Credential={key.id}/20260504/s3/aws4_request, "
            f"SignedHeaders={';'.join(names)}, Signature={self.previous}"
        )
        body = b"".join(self.chunk(content) for content in (b"a" * 8192, b"b" * 8, b""))
        if trailer:
            body = body[:-2] + trailer + b"\r\nx-amz-trailer-signature:" + self.trailer(trailer) + b"\r\n\r\n"
        self.sent = request("PUT", "https://s3.amazonaws.com/data/chunked", headers, body)

    def sign(self, kind, *lines):
        to_sign = "\n".join(
            ("AWS4-ECDSA-P256-SHA256" + kind, "20260504T120000Z", "20260504/s3/aws4_request", *lines)
        )
        return self.private.sign(to_sign.encode(), ec.ECDSA(SHA256())).hex()

    def chunk(self, content):
        self.previous = self.sign("-PAYLOAD", self.previous, EMPTY, hashlib.sha256(content).hexdigest())
        return b"%x;chunk-signature=%s\r\n%s\r\n" % (
            len(content),
            self.previous.ljust(144, "*").encode(),
            content,
        )

    def trailer(self, text):
        signature = self.sign("-TRAILER", self.previous, hashlib.sha256(text + b"\n").hexdigest())
        return signature.ljust(144, "*").encode()


@pytest.mark.parametrize("trailer", [b"", b"x-amz-checksum-crc32c:AAAAAA=="])
def test_signed_chunks(world, key, trailer):
    content = b"a" * 8192 + b"b" * 8
    if trailer:
        trailer = b"x-amz-checksum-crc32c:" + checksum.b64("crc32c", content).encode()
    sent = Chunks(key, trailer).sent
    lie = sent._replace(body=sent.body.replace(b"bbbb", b"bbbc", 1))
    assert answered(world, lie).error["Code"] == "SignatureDoesNotMatch"
    forged = sent._replace(body=sent.body.replace(b"chunk-signature=30", b"chunk-signature=31", 1))
    assert answered(world, forged).error["Code"] == "SignatureDoesNotMatch"
    unsigned = sent._replace(body=sent.body.replace(b";chunk-signature=", b";x=", 1))
    assert answered(world, unsigned).error["Code"] == "SignatureDoesNotMatch"
    assert answered(world, sent).status == 200
    assert world.client("s3").get_object(Bucket="data", Key="chunked")["Body"].read() == content


def test_chunks_need_the_algorithm_of_the_request(world, key):
    """The chunks must be signed with the algorithm of the request."""
    sent = with_header(signed(key, "PUT"), "x-amz-content-sha256", None, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    answer = answered(world, sent)
    assert (answer.error["Code"], answer.error["ArgumentName"]) == ("InvalidArgument", "x-amz-content-sha256")


def test_cryptography_is_not_installed(world, key, monkeypatch):
    ecdsa.verifier.cache_clear()
    sent = signed(key)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
        with pytest.raises(NotSupported, match=r"pip install mocks3\[sigv4a\]"):
            answered(world, sent)
    assert answered(world, sent).status == 200


def test_other_services_do_not_accept_it(world, key):
    sent = signed(
        key, "POST", "https://sts.amazonaws.com/", body=b"Action=GetCallerIdentity&Version=2011-06-15"
    )
    with pytest.raises(NotSupported, match="4A.*sts"):
        answered(world, sent._replace(service="sts"))


@of_clients
def test_the_clock_of_the_mock():
    with mock_s3() as aws:
        s3 = aws.client("s3", config=Config(signature_version="s3v4a"))
        s3.create_bucket(Bucket="data")
        aws.clock.advance(days=1)
        with pytest.raises(NotSupported, match="CrtS3SigV4AsymAuth.*freezegun"):
            s3.list_buckets()


def test_another_set_is_another_request(world, key):
    sent = with_header(signed(key), "x-amz-region-set", None, "*")
    assert answered(world, sent).error["Code"] == "SignatureDoesNotMatch"
