"""Signature Version 4 in the Authorization header: every gate error, and their order (X-31)."""

from __future__ import annotations

import datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import mock_s3

from .sending import answered, handled, request, send, signed, with_header, without_header

AUTHORIZATION = "authorization"
MALFORMED = "The authorization header is malformed; "
PARTS = (
    MALFORMED
    + "the authorization header requires three components: Credential, SignedHeaders, and Signature."
)
UNKNOWN = {
    "Status": "403",
    "Code": "InvalidAccessKeyId",
    "Message": "The AWS Access Key Id you provided does not exist in our records.",
}
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing "
    "method."
)


def malformed(world, sent):
    error = answered(world, sent).error
    assert (error["Status"], error["Code"]) == ("400", "AuthorizationHeaderMalformed")
    return error["Message"]


def test_requests_signed_by_botocore_are_accepted(world, key):
    answer = answered(world, signed(key))
    assert (answer.status, answer.body) == (200, b"body")


def test_the_date_header_is_used_without_x_amz_date(world, key):
    sent = signed(key, headers={"Date": "any"})
    assert "x-amz-date" not in sent.headers
    assert answered(world, sent).status == 200


def test_another_secret(world, key):
    """R-1."""
    error = answered(world, with_header(signed(key), AUTHORIZATION, "Signature=", "Signature=0")).error
    assert (error["Status"], error["Code"], error["Message"]) == ("403", "SignatureDoesNotMatch", MISMATCH)
    assert list(error)[3:] == [
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ]
    assert error["AWSAccessKeyId"] == key.id
    assert error["StringToSign"].startswith("AWS4-HMAC-SHA256\n20260504T120000Z\n20260504/us-east-1/s3/")
    assert bytes.fromhex(error["StringToSignBytes"]).decode() == error["StringToSign"]
    assert error["CanonicalRequest"].startswith("GET\n/data/k\n")
    assert bytes.fromhex(error["CanonicalRequestBytes"]).decode() == error["CanonicalRequest"]


def test_w218_a_bad_signature_on_a_public_object(world, key):
    """X-30."""
    world.account().create_bucket("open", ownership="ObjectWriter", public_access_block=None)
    world.client("s3").put_object(Bucket="open", Key="k", Body=b"", ACL="public-read")
    url = "https://s3.amazonaws.com/open/k"
    assert send(world, "GET", url).status == 200
    lying = with_header(signed(key, url=url), AUTHORIZATION, "Signature=", "Signature=0")
    assert answered(world, lying).error["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_wrong_clock(world, key, clock, minutes):
    sent = signed(key)
    clock.tick(datetime.timedelta(minutes=minutes))
    assert answered(world, sent).error == {
        "Status": "403",
        "Code": "RequestTimeTooSkewed",
        "Message": "The difference between the request time and the current time is too large.",
        "RequestTime": "20260504T120000Z",
        "ServerTime": "2026-05-04T11:44:00Z" if minutes < 0 else "2026-05-04T12:16:00Z",
        "MaxAllowedSkewMilliseconds": "900000",
    }


@pytest.mark.parametrize("minutes", [-15, 15])
def test_a_clock_within_the_limit(world, key, clock, minutes):
    sent = signed(key)
    clock.tick(datetime.timedelta(minutes=minutes))
    assert answered(world, sent).status == 200


@pytest.mark.parametrize(
    "date", ["", "yesterday", "20260504T126000Z", "2026-05-04T12:00:00Z", "٢٠٢٦٠٥٠٤T١٢٠٠٠٠Z"]
)
def test_no_valid_date(world, key, date):
    assert handled(world, with_header(signed(key), "x-amz-date", None, date)).error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "AWS authentication requires a valid Date or x-amz-date header",
    }


def test_no_date_at_all(world, key):
    error = answered(world, without_header(signed(key), "x-amz-date")).error
    assert error["Message"] == "AWS authentication requires a valid Date or x-amz-date header"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Credential=", "Credentials=", PARTS),
        ("SignedHeaders=", "SignedHeader=", PARTS),
        (", Signature=", ", Sig=", PARTS),
        (", Signature=", ", Extra=1, Signature=", PARTS),
        (
            "/us-east-1/",
            "/",
            MALFORMED
            + 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        ),
        (
            "/20260504/",
            "/202605/",
            MALFORMED
            + 'incorrect date format "202605". This date in the credential must be in the format "yyyyMMdd".',
        ),
        (
            "/20260504/",
            "/20260503/",
            MALFORMED
            + 'Invalid credential date "20260503". This date is not the same as X-Amz-Date: "20260504".',
        ),
        ("/s3/", "/ec2/", MALFORMED + 'incorrect service "ec2". This endpoint belongs to "s3".'),
        (
            "aws4_request",
            "aws4",
            MALFORMED + 'incorrect terminal "aws4". This endpoint uses "aws4_request".',
        ),
    ],
)
def test_a_malformed_header(world, key, old, new, message):
    assert malformed(world, with_header(signed(key), AUTHORIZATION, old, new)) == message


def test_a_repeated_header(world, key):
    """Interceptors join repeated headers with commas."""
    sent = signed(key)
    twice = with_header(sent, AUTHORIZATION, None, ",".join([sent.headers[AUTHORIZATION]] * 2))
    assert malformed(world, twice) == PARTS


@pytest.mark.parametrize(
    "header", ["", "Bearer token", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA512 Credential=a"]
)
def test_another_kind_of_authorization(world, header):
    assert send(world, "GET", "https://s3.amazonaws.com/data/k", {"Authorization": header}).error == {
        "Status": "400",
        "Code": "InvalidArgument",
        "Message": "Unsupported Authorization Type",
        "ArgumentName": "Authorization",
        "ArgumentValue": header,
    }


def test_w219_another_region(world, key):
    world.account().create_bucket("ireland", region="eu-west-1")
    at_home = answered(world, signed(key, url="https://s3.eu-west-1.amazonaws.com/ireland/k"))
    assert at_home.error == {
        "Status": "400",
        "Code": "AuthorizationHeaderMalformed",
        "Message": MALFORMED + "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
        "Region": "eu-west-1",
    }
    assert at_home.headers["x-amz-bucket-region"] == "eu-west-1"
    globally = answered(world, signed(key, url="https://s3.amazonaws.com/ireland/k"))
    assert globally.error == at_home.error
    elsewhere = answered(world, signed(key, url="https://s3.us-east-1.amazonaws.com/ireland/k"))
    assert elsewhere.error == {
        "Status": "301",
        "Code": "PermanentRedirect",
        "Message": "The bucket you are attempting to access must be addressed using the specified endpoint. Please "
        "send all future requests to this endpoint.",
        "Endpoint": "ireland.s3.eu-west-1.amazonaws.com",
        "Bucket": "ireland",
    }


@pytest.mark.parametrize("part", [False, True])
@pytest.mark.parametrize("host", ["s3.amazonaws.com", "s3.us-east-1.amazonaws.com"])
def test_copies_from_another_region(world, key, host, part):
    """API_CopyObject: the source may be in any Region; the signature is for the Region of the copy."""
    world.account().create_bucket("far", region="eu-central-1", objects={"k": b"far"})
    query = "?partNumber=1&uploadId="
    if part:
        query += world.client("s3").create_multipart_upload(Bucket="data", Key="c")["UploadId"]
    url = f"https://{host}/data/c{query if part else ''}"
    sent = signed(key, "PUT", url, {"x-amz-copy-source": "far/k"})
    assert answered(world, sent).status == 200
    if not part:
        assert world.client("s3").get_object(Bucket="data", Key="c")["Body"].read() == b"far"


def test_a_presigned_copy_from_another_region(world):
    world.account().create_bucket("far", region="eu-central-1", objects={"k": b"far"})
    s3 = world.client("s3")
    url = s3.generate_presigned_url(
        "copy_object", Params={"Bucket": "data", "Key": "c", "CopySource": "far/k"}
    )
    assert send(world, "PUT", url, {"x-amz-copy-source": "far/k"}).status == 200


def test_transfer_acceleration_does_not_copy_from_another_region(world):
    world.account().create_bucket("far", region="eu-central-1", objects={"k": b"far"})
    s3 = world.client("s3", config=Config(s3={"use_accelerate_endpoint": True}))
    world.client("s3").put_bucket_accelerate_configuration(
        Bucket="data", AccelerateConfiguration={"Status": "Enabled"}
    )
    assert s3.copy_object(Bucket="data", Key="c", CopySource="data/k")["CopyObjectResult"]
    with pytest.raises(ClientError, match="InvalidRequest.*does not support cross-Region copies"):
        s3.copy_object(Bucket="data", Key="c", CopySource="far/k")


def test_create_bucket_with_a_signature_for_another_region(world, key):
    sent = signed(key, "PUT", "https://s3.amazonaws.com/new", region="aws-global")
    assert answered(world, sent).error["Message"] == (
        MALFORMED + "the region 'aws-global' is wrong; expecting 'us-east-1'"
    )


def test_custom_endpoints_accept_any_region(world, key):
    assert handled(world, signed(key, url="http://localhost:9000/data/k", region="mars-1")).status == 200


def test_headers_that_were_not_signed(world, key):
    sent = with_header(signed(key), "x-amz-meta-a", None, "1")
    assert answered(world, with_header(sent, "x-amz-acl", None, "private")).error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "There were headers present in the request which were not signed",
        "HeadersNotSigned": "x-amz-meta-a, x-amz-acl",
    }


def test_a_host_that_was_not_signed(world, key):
    error = answered(world, with_header(signed(key), AUTHORIZATION, "=host;", "=")).error
    assert error["HeadersNotSigned"] == "host"


def test_other_headers_need_not_be_signed(world, key):
    assert answered(world, with_header(signed(key), "range", None, "bytes=0-1")).body == b"bo"


def test_no_digest_of_the_payload(world, key):
    assert answered(world, without_header(signed(key), "x-amz-content-sha256")).error == {
        "Status": "400",
        "Code": "InvalidRequest",
        "Message": "Missing required header for this request: x-amz-content-sha256",
    }


def test_an_invalid_digest(world, key):
    error = answered(world, with_header(signed(key), "x-amz-content-sha256", None, "SIGNED")).error
    assert (error["Status"], error["Code"]) == ("400", "InvalidArgument")
    assert error["Message"].startswith("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-")
    assert (error["ArgumentName"], error["ArgumentValue"]) == ("x-amz-content-sha256", "SIGNED")


def test_a_digest_of_another_payload(world, key):
    sent = signed(key, "PUT", body=b"one")._replace(body=b"two")
    assert answered(world, sent).error["Code"] == "XAmzContentSHA256Mismatch"
    assert world.client("s3").get_object(Bucket="data", Key="k")["Body"].read() == b"body"


def test_an_unsigned_payload(world, key):
    sent = signed(key, "PUT", body=b"one", payload_signed=False)
    assert sent.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert answered(world, sent._replace(body=b"two")).status == 200


def test_two_mechanisms(world, key):
    sent = signed(key)
    for query in ("X-Amz-Signature=0", "X-Amz-Algorithm=AWS4-HMAC-SHA256", "Signature=0", "AWSAccessKeyId=a"):
        assert answered(world, sent._replace(query=query)).error == {
            "Status": "400",
            "Code": "InvalidArgument",
            "Message": "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
            "string parameter or the Authorization header should be specified",
            "ArgumentName": "Authorization",
            "ArgumentValue": sent.headers[AUTHORIZATION],
        }


# Keys


@pytest.fixture
def eve(world):
    return world.account().create_user(
        "eve",
        policies={"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    )


def test_an_inactive_key(world, eve):
    key = eve.access_key
    sent = signed(key)
    assert answered(world, sent).status == 200
    record = world.iam.key(key.id)
    world.iam.put_key(record.__class__(record.id, record.secret, record.holder, active=False))
    assert answered(world, sent).error == {**UNKNOWN, "AWSAccessKeyId": key.id}


def test_a_key_of_a_deleted_user(world, eve):
    sent = signed(eve.access_key)
    eve.delete()
    assert answered(world, sent).error["Code"] == "InvalidAccessKeyId"


def test_an_unknown_key_is_ambient_unless_strict(world, key):
    sent = with_header(signed(key), AUTHORIZATION, key.id, "AKIASOMEBODYELSE0000")
    assert answered(world, sent).status == 200
    with mock_s3(strict=True) as strict:
        strict.client("s3").create_bucket(Bucket="data")
        assert answered(strict, sent).error == {**UNKNOWN, "AWSAccessKeyId": "AKIA" + "*" * 16}


def test_an_unknown_token(world, key):
    lent = key._replace(token="made-up") if hasattr(key, "_replace") else None
    if lent is None:
        lent = type("Lent", (), {"id": key.id, "secret": key.secret, "token": "made-up"})
    assert answered(world, signed(lent)).error == {
        "Status": "400",
        "Code": "InvalidToken",
        "Message": "The provided token is malformed or otherwise invalid.",
        "Token-0": "made-up",
    }


@pytest.mark.parametrize("token", [None, "another"])
def test_a_session_without_its_token(world, eve, token):
    temporary = eve.session_token().access_key
    lent = type("Lent", (), {"id": temporary.id, "secret": temporary.secret, "token": token})
    error = answered(world, signed(lent)).error
    assert (error["Code"], error["Token-0"]) == ("InvalidToken", token or "")


# which error it is when there are several


def test_the_order_for_static_keys(world, key, clock):
    """X-31."""
    strange = with_header(signed(key), AUTHORIZATION, key.id, "AKIASOMEBODYELSE0000")
    lying = with_header(signed(key), AUTHORIZATION, "Signature=", "Signature=0")
    lying_token = with_header(
        with_header(lying, "x-amz-security-token", None, "t"),
        AUTHORIZATION,
        "=host;",
        "=host;x-amz-security-token;",
    )
    other_region = with_header(lying, AUTHORIZATION, "/us-east-1/", "/eu-west-1/")
    with mock_s3(strict=True) as strict:
        strict.client("s3").create_bucket(Bucket="data")
        elsewhere = with_header(strange, AUTHORIZATION, "/us-east-1/", "/eu-west-1/")
        assert (
            answered(strict, elsewhere).error["Code"] == "AuthorizationHeaderMalformed"
        )  # before the unknown key
        assert (
            answered(strict, with_header(strange, AUTHORIZATION, "Signature=", "Signature=0")).error["Code"]
            == "InvalidAccessKeyId"
        )
    assert answered(world, other_region).error["Code"] == "AuthorizationHeaderMalformed"
    assert (
        answered(world, lying_token).error["Code"] == "SignatureDoesNotMatch"
    )  # before the unexpected token
    clock.tick(datetime.timedelta(hours=1))
    assert answered(world, other_region).error["Code"] == "RequestTimeTooSkewed"  # before everything


def test_the_order_for_temporary_keys(world, clock, eve):
    """X-31."""
    role = world.account().create_role(
        "reader",
        trust={
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        },
    )
    held = role.assume(by=eve, session_name="s1").access_key
    clock.tick(datetime.timedelta(hours=2))
    lying = with_header(signed(held), AUTHORIZATION, "Signature=", "Signature=0")
    assert answered(world, lying).error == {
        "Status": "400",
        "Code": "ExpiredToken",
        "Message": "The provided token has expired.",
        "Token-0": held.token,
    }
    role.delete()
    assert answered(world, lying).error["Code"] == "InvalidAccessKeyId"


def test_a_request_without_any_signature_is_anonymous(world):
    error = send(world, "GET", "https://s3.amazonaws.com/data/k").error
    assert (error["Code"], error["Message"]) == ("AccessDenied", "Access Denied")
    assert request("GET", "https://s3.amazonaws.com/data/k").headers.get(AUTHORIZATION) is None


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u202f"])
def test_only_ascii_white_space_is_replaced_in_signed_headers(world, key, space, monkeypatch):
    """A client may keep a no-break space, and may not replace it (jshttp/content-disposition #25)."""
    value = f"Screenshot  at 10{space}AM"
    url, kept = "https://s3.amazonaws.com/data/new", value.replace("  ", " ")

    def put(signed_as):
        monkeypatch.setattr(
            S3SigV4Auth, "_header_value", lambda _, each: signed_as if each == value else each.strip()
        )
        sent = signed(key, "PUT", url, headers={"x-amz-meta-title": value})
        return handled(world, with_header(sent, "x-amz-meta-title", None, value.encode().decode("latin-1")))

    assert put(kept).status == 200
    assert put(" ".join(value.split())).error["Code"] == "SignatureDoesNotMatch"
    assert put(value).error["Code"] == "SignatureDoesNotMatch"
