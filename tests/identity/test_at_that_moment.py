"""F-100: a presigned URL or signed form has the permissions that its signer has when it is used."""

from __future__ import annotations

import datetime
import json

import pytest
from botocore.config import Config

from .sending import answered, request, send

READ = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"},
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
}


@pytest.fixture(params=["s3v4", "s3"])
def version(request):
    return request.param


@pytest.fixture
def dave(world):
    return world.account().create_user("dave", policies=READ)


def presigned(principal, version="s3v4", **options):
    client = principal.client("s3", config=Config(signature_version=version))
    return client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"}, **options)


def form(principal, version="s3v4"):
    client = principal.client("s3", config=Config(signature_version=version))
    return client.generate_presigned_post("data", "new")["fields"]


def post(world, fields):
    url = "https://data.s3.amazonaws.com/"
    return answered(world, request("POST", url, body=fields, files={"file": ("f", b"file")}))


def test_w209_a_permission_taken_away(world, dave, version):
    """F-100."""
    url, fields = presigned(dave, version), form(dave, version)
    assert send(world, "GET", url).status == 200
    assert post(world, fields).status == 204
    dave.delete_policy()
    sentence = f"User: {dave.arn} is not authorized to perform: {{}} on resource: "
    error = send(world, "GET", url).error
    assert (error["Status"], error["Code"]) == ("403", "AccessDenied")
    assert error["Message"].startswith(sentence.format("s3:GetObject"))
    assert error["Message"].endswith("because no identity-based policy allows the s3:GetObject action")
    assert post(world, fields).error["Message"].startswith(sentence.format("s3:PutObject"))


def test_a_permission_given_later(world, version):
    dave = world.account().create_user("dave")
    url = presigned(dave, version)
    assert send(world, "GET", url).status == 403
    dave.put_policy(READ)
    assert send(world, "GET", url).status == 200


def test_a_bucket_policy_put_later(world, dave):
    url = presigned(dave)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    client = world.client("s3")
    for condition, status in (
        ({"StringEquals": {"s3:authType": "REST-HEADER"}}, 200),
        ({"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}, 403),
        ({"StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}, 403),
        ({"StringEquals": {"s3:signatureversion": "AWS"}}, 200),
    ):
        policy = {"Version": "2012-10-17", "Statement": {**deny, "Condition": condition}}
        client.put_bucket_policy(Bucket="data", Policy=json.dumps(policy))
        assert send(world, "GET", url).status == status, condition


def test_w168_the_age_of_a_signature(world, dave, clock):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    condition = {"NumericGreaterThan": {"s3:signatureAge": "600000"}}
    policy = {"Version": "2012-10-17", "Statement": {**deny, "Condition": condition}}
    world.client("s3").put_bucket_policy(Bucket="data", Policy=json.dumps(policy))
    url = presigned(dave)
    clock.tick(datetime.timedelta(minutes=5))
    assert send(world, "GET", url).status == 200
    clock.tick(datetime.timedelta(minutes=6))
    assert send(world, "GET", url).status == 403


def test_a_deleted_signer(world, dave, version):
    url, fields = presigned(dave, version), form(dave, version)
    dave.delete()
    assert send(world, "GET", url).error["Code"] == "InvalidAccessKeyId"
    assert post(world, fields).error["Code"] == "InvalidAccessKeyId"


def test_a_key_that_was_made_inactive(world, dave, version):
    url, fields = presigned(dave, version), form(dave, version)
    record = world.iam.key(dave.access_key.id)
    world.iam.put_key(record.__class__(record.id, record.secret, record.holder, active=False))
    assert send(world, "GET", url).error["Code"] == "InvalidAccessKeyId"
    assert post(world, fields).error["Code"] == "InvalidAccessKeyId"


def test_w211_an_expired_session(world, dave, version, clock):
    """The URL is valid for a week, but not longer than the session."""
    dave.put_policy(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}},
        "assume",
    )
    role = world.account().create_role("reader", trust=TRUST, policies=READ)
    session = role.assume(by=dave, session_name="s1")
    url = presigned(session, version, ExpiresIn=604_800)
    assert send(world, "GET", url).status == 200
    clock.tick(datetime.timedelta(hours=1))
    assert send(world, "GET", url).error == {
        "Status": "400",
        "Code": "ExpiredToken",
        "Message": "The provided token has expired.",
        "Token-0": session.access_key.token,
    }
    role.delete()
    assert send(world, "GET", url).error["Code"] == "InvalidAccessKeyId"


def test_a_session_token_in_the_query(world, dave):
    session = dave.session_token()
    url = presigned(session)
    assert send(world, "GET", url).status == 200
    path, _, query = url.partition("?")
    pairs = query.split("&")
    without = "&".join(pair for pair in pairs if not pair.startswith("X-Amz-Security-Token="))
    assert send(world, "GET", f"{path}?{without}").error["Code"] == "SignatureDoesNotMatch"


def test_network_keys_are_those_of_the_user_of_the_url(world, dave):
    """F-101: condition keys of the network have the values of the one who uses the URL, not of the signer."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    condition = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    policy = {"Version": "2012-10-17", "Statement": {**deny, "Condition": condition}}
    world.client("s3").put_bucket_policy(Bucket="data", Policy=json.dumps(policy))
    url = presigned(dave)
    assert send(world, "GET", url).status == 403
