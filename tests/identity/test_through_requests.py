"""Uploads with ``requests``, and authentication errors as clients see them (X-30, X-31)."""

from __future__ import annotations

import datetime

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import mock_s3


def test_a_form(world):
    client = boto3.client("s3", region_name="us-east-1")
    form = client.generate_presigned_post(
        "data", "up/${filename}", Conditions=[["content-length-range", 1, 4]]
    )
    with requests.Session() as session:
        done = session.post(form["url"], data=form["fields"], files={"file": ("é.txt", b"file")})
        assert (done.status_code, done.content) == (204, b"")
        large = session.post(form["url"], data=form["fields"], files={"file": ("f", b"large")})
        assert (large.status_code, "EntityTooLarge" in large.text) == (400, True)
        other = session.post(form["url"], data=form["fields"])
        assert other.status_code == 412
        got = session.get(client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "up/é.txt"}))
        assert (got.status_code, got.content) == (200, b"file")


def test_urls_of_both_versions(world):
    for version in ("s3v4", "s3"):
        client = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=version))
        named = {"Bucket": "data", "Key": "a b"}
        assert (
            requests.put(client.generate_presigned_url("put_object", named), data=b"new").status_code == 200
        )
        url = client.generate_presigned_url("get_object", named)
        assert requests.get(url).content == b"new"
        assert requests.get(url, headers={"Range": "bytes=0-0"}).content == b"n"
        assert requests.get(url, headers={"x-amz-meta-a": "b"}).status_code == 403
        assert requests.delete(url).status_code == 403
        assert requests.delete(client.generate_presigned_url("delete_object", named)).status_code == 204


def client(key, region="us-east-1", secret=None, token=None, **config):
    return boto3.client(
        "s3",
        region_name=region,
        aws_access_key_id=key.id,
        aws_secret_access_key=secret or key.secret,
        aws_session_token=token or key.token,
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def error_of(call, **params):
    """Return the status and the elements of ``<Error>`` of a client's error."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    answer = refused.value.response
    return {"Status": answer["ResponseMetadata"]["HTTPStatusCode"], **answer["Error"]}


UNKNOWN = {
    "Status": 403,
    "Code": "InvalidAccessKeyId",
    "Message": "The AWS Access Key Id you provided does not exist in our records.",
}


class TestClients:
    """Each signature error that a boto3 client can get."""

    def test_an_unknown_key(self, clock):
        with mock_s3(strict=True) as aws:
            key = aws.account().root.access_key
            stranger = boto3.client(
                "s3", "us-east-1", aws_access_key_id="AKIASTRANGER", aws_secret_access_key=key.secret
            )
            assert error_of(stranger.list_buckets) == {**UNKNOWN, "AWSAccessKeyId": "AKIA" + "*" * 16}

    def test_an_inactive_key_or_deleted_user(self, world):
        eve = world.account().create_user("eve")
        s3 = client(eve.access_key)
        expected = {**UNKNOWN, "AWSAccessKeyId": eve.access_key.id}
        eve.deactivate_key()
        assert error_of(s3.list_buckets) == expected
        eve.activate_key()
        eve.delete()
        assert error_of(s3.list_buckets) == expected

    @pytest.mark.parametrize("version", ["s3v4", "s3"])
    def test_another_secret(self, world, key, version):
        error = error_of(client(key, secret="another", signature_version=version).list_buckets)
        assert (error["Status"], error["Code"], error["Message"]) == (
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            "method.",
        )
        shown = {"AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"}
        canonical = {"CanonicalRequest", "CanonicalRequestBytes"} if version == "s3v4" else set()
        assert error.keys() == {"Status", "Code", "Message"} | shown | canonical

    def test_a_wrong_clock(self, world, key, clock):
        s3 = client(key)
        late = datetime.timedelta(minutes=16)
        s3.meta.events.register_last(
            "request-created.s3", lambda **_: clock.tick(late)
        )  # the request is already signed here
        assert error_of(s3.list_buckets) == {
            "Status": 403,
            "Code": "RequestTimeTooSkewed",
            "Message": "The difference between the request time and the current time is too large.",
            "RequestTime": "20260504T120000Z",
            "ServerTime": "2026-05-04T12:16:00Z",
            "MaxAllowedSkewMilliseconds": "900000",
        }

    def test_an_expired_session(self, world, clock):
        session = world.account().create_user("eve").session_token(duration=900)
        s3 = client(session.access_key)
        clock.tick(datetime.timedelta(seconds=900))
        assert error_of(s3.list_buckets) == {
            "Status": 400,
            "Code": "ExpiredToken",
            "Message": "The provided token has expired.",
            "Token-0": session.access_key.token,
        }

    def test_another_token(self, world):
        session = world.account().create_user("eve").session_token()
        assert error_of(client(session.access_key, token="another").list_buckets) == {
            "Status": 400,
            "Code": "InvalidToken",
            "Message": "The provided token is malformed or otherwise invalid.",
            "Token-0": "another",
        }

    def test_another_region(self, world, key):
        elsewhere = boto3.client(
            "s3",
            region_name="eu-west-1",
            endpoint_url="https://s3.us-east-1.amazonaws.com",
            aws_access_key_id=key.id,
            aws_secret_access_key=key.secret,
            config=Config(s3={"addressing_style": "path"}),
        )
        assert error_of(elsewhere.list_buckets) == {
            "Status": 400,
            "Code": "AuthorizationHeaderMalformed",
            "Message": "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
            "Region": "us-east-1",
        }

    def test_version_2_in_a_newer_region(self, world, key):
        world.account().create_bucket("new", region="eu-central-1")
        assert error_of(
            client(key, "eu-central-1", signature_version="s3").list_objects_v2, Bucket="new"
        ) == {
            "Status": 400,
            "Code": "InvalidRequest",
            "Message": "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        }
