"""Presigned URLs: R-80 to R-82, every gate error, and their order (X-31)."""

from __future__ import annotations

import datetime
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from .sending import NOW, answered, request, send

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing "
    "method."
)
PARSING = "Error parsing the X-Amz-Credential parameter; "


@pytest.fixture(params=["s3v4", "s3"])
def version(request):
    return request.param


@pytest.fixture
def client(world, version):
    return world.client("s3", config=Config(signature_version=version))


@pytest.fixture
def url(world):
    """Return a Version 4 URL of the object that is valid for a minute."""
    client = world.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    return client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"}, ExpiresIn=60)


@pytest.fixture
def old_url(world):
    """Return a Version 2 URL of the object."""
    client = world.client("s3", config=Config(signature_version="s3"))
    return client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"}, ExpiresIn=60)


def presign(key, method, url, headers=None, region="us-east-1", expires=60):
    asked = AWSRequest(method, url, headers=headers or {})
    credentials = Credentials(key.id, key.secret, key.token)
    S3SigV4QueryAuth(credentials, "s3", region, expires=expires).add_auth(asked)
    return asked.url


def wrong(world, url, **headers):
    error = send(world, "GET", url, headers).error
    assert (error["Status"], error["Code"]) == ("400", "AuthorizationQueryParametersError")
    return error["Message"]


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_reading_and_writing(world, version, style):
    client = world.client("s3", config=Config(signature_version=version, s3={"addressing_style": style}))
    named = {"Bucket": "data", "Key": "a b/é+%2F"}
    put = client.generate_presigned_url("put_object", named)
    assert send(world, "PUT", put, {"Content-Type": ""}, b"new").status == 200
    got = send(world, "GET", client.generate_presigned_url("get_object", named))
    assert (got.status, got.body) == (200, b"new")
    head = send(world, "HEAD", client.generate_presigned_url("head_object", named))
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "3")
    assert send(world, "DELETE", client.generate_presigned_url("delete_object", named)).status == 204
    assert send(world, "GET", client.generate_presigned_url("get_object", named)).status == 404


def test_parts_of_an_upload(world, client):
    upload = client.create_multipart_upload(Bucket="data", Key="big")["UploadId"]
    named = {"Bucket": "data", "Key": "big", "UploadId": upload}
    part = client.generate_presigned_url("upload_part", {**named, "PartNumber": 1})
    answer = send(world, "PUT", part, {"Content-Type": ""}, b"part")
    assert answer.status == 200
    parts = {"Parts": [{"PartNumber": 1, "ETag": answer.headers["ETag"]}]}
    client.complete_multipart_upload(**named, MultipartUpload=parts)
    assert client.get_object(Bucket="data", Key="big")["Body"].read() == b"part"


def test_overrides_of_the_answer(world, client):
    params = {"Bucket": "data", "Key": "k", "ResponseContentType": "text/csv", "ResponseExpires": NOW}
    answer = send(world, "GET", client.generate_presigned_url("get_object", params))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv")


def test_headers_that_were_signed_must_be_sent(world, url):
    """F-102. Version 4 names them in the URL."""
    client = world.client("s3", config=Config(signature_version="s3v4"))
    params = {"Bucket": "data", "Key": "new", "Metadata": {"a": "b"}, "ContentType": "text/csv"}
    put = client.generate_presigned_url("put_object", params)
    assert send(world, "PUT", put, {"Content-Type": "text/csv"}, b"").error["Code"] == "SignatureDoesNotMatch"
    headers = {"Content-Type": "text/csv", "x-amz-meta-a": "b"}
    assert send(world, "PUT", put, headers, b"").status == 200
    assert send(world, "PUT", put, {**headers, "x-amz-meta-a": "c"}).error["Code"] == "SignatureDoesNotMatch"
    assert client.head_object(Bucket="data", Key="new")["Metadata"] == {"a": "b"}


def test_headers_that_the_url_carries(world):
    """Version 2 moves them into the query; S3 treats them as headers."""
    client = world.client("s3", config=Config(signature_version="s3"))
    params = {"Bucket": "data", "Key": "new", "Metadata": {"a": "b"}, "StorageClass": "STANDARD_IA"}
    put = client.generate_presigned_url("put_object", params)
    assert send(world, "PUT", put).status == 200
    found = client.head_object(Bucket="data", Key="new")
    assert (found["Metadata"], found["StorageClass"]) == ({"a": "b"}, "STANDARD_IA")


def test_headers_that_a_version_4_url_carries(world, key):
    """SDKs of other languages move x-amz-* headers into the signed query."""
    asked = "https://s3.amazonaws.com/data/new?x-amz-storage-class=STANDARD_IA&x-amz-meta-a=b"
    assert send(world, "PUT", presign(key, "PUT", asked), {}, b"new").status == 200
    found = world.client("s3").head_object(Bucket="data", Key="new")
    assert (found["Metadata"], found["StorageClass"]) == ({"a": "b"}, "STANDARD_IA")
    unsigned = "https://s3.amazonaws.com/data/new?x-amz-storage-class=STANDARD_IA"
    assert send(world, "PUT", unsigned).error["Code"] == "AccessDenied"


@pytest.mark.parametrize("algorithm", ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"])
def test_checksums_that_a_url_carries_are_ignored(world, key, algorithm):
    """aws/aws-sdk#480: the body is not compared with them, and they are not stored. In a header they are read."""
    wrong = {"x-amz-checksum-" + algorithm: "AAAAAA==", "x-amz-sdk-checksum-algorithm": algorithm.upper()}
    asked = "https://s3.amazonaws.com/data/new"
    query = "&".join(f"{name}={quote(value)}" for name, value in wrong.items())
    answer = send(world, "PUT", presign(key, "PUT", f"{asked}?{query}"), {}, b"new")
    assert answer.status == 200
    assert send(world, "GET", presign(key, "GET", asked)).body == b"new"
    found = world.client("s3").head_object(Bucket="data", Key="new", ChecksumMode="ENABLED")
    assert found["ChecksumCRC64NVME"] != "AAAAAA=="
    assert [name for name in found if name.startswith("Checksum")] == ["ChecksumCRC64NVME", "ChecksumType"]
    assert send(world, "PUT", presign(key, "PUT", asked, wrong), wrong, b"new").status == 400
    # A request for checksums is not read in the query either (boto/boto3#3465).
    mode = presign(key, "GET", f"{asked}?x-amz-checksum-mode=ENABLED")
    assert not [name for name in send(world, "GET", mode).headers if name.startswith("x-amz-checksum")]


def test_conditions_that_a_version_4_url_carries(world, key):
    """R-85: every header of S3's operations may be in the query, also those that do not begin with x-amz-."""
    new = "https://s3.amazonaws.com/data/new?If-None-Match=*"
    assert send(world, "PUT", presign(key, "PUT", new), {}, b"1").status == 200
    error = send(world, "PUT", presign(key, "PUT", new), {}, b"2").error
    assert (error["Status"], error["Code"], error["Condition"]) == (
        "412",
        "PreconditionFailed",
        "If-None-Match",
    )
    assert send(world, "PUT", new, {}, b"2").error["Code"] == "AccessDenied"
    stored = "https://s3.amazonaws.com/data/new"
    assert send(world, "GET", presign(key, "GET", f"{stored}?range=bytes%3D0-0")).status == 206
    assert send(world, "GET", presign(key, "GET", f"{stored}?If-Match=%22none%22")).status == 412
    later = "Tue,%2005%20May%202026%2012:00:00%20GMT"
    assert send(world, "GET", presign(key, "GET", f"{stored}?If-Unmodified-Since={later}")).status == 200
    before = "Sun,%2003%20May%202026%2012:00:00%20GMT"
    assert send(world, "GET", presign(key, "GET", f"{stored}?if-unmodified-since={before}")).status == 412


def test_system_metadata_that_a_version_4_url_carries(world, key):
    """R-85. A header that is sent takes precedence."""
    asked = (
        "https://s3.amazonaws.com/data/new?Content-Type=text%2Fcsv&Cache-Control=no-store&Expires=never"
        "&Content-Length=99"
    )
    sent = {"Cache-Control": "private"}
    assert send(world, "PUT", presign(key, "PUT", asked), sent, b"new").status == 200
    found = world.client("s3").head_object(Bucket="data", Key="new")
    assert (found["ContentType"], found["CacheControl"], found["ContentLength"]) == ("text/csv", "private", 3)
    assert found["ExpiresString"] == "never"


def test_version_2_covers_no_conditions_in_the_query(world):
    client = world.client("s3", config=Config(signature_version="s3"))
    url = client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"})
    assert send(world, "GET", f"{url}&If-Match=none").status == 200


def test_a_copy_source_that_the_url_carries(world, key):
    asked = "https://s3.amazonaws.com/data/copy?x-amz-copy-source=data%2Fk"
    assert send(world, "PUT", presign(key, "PUT", asked)).status == 200
    assert world.client("s3").get_object(Bucket="data", Key="copy")["Body"].read() == b"body"


def test_a_digest_that_the_url_carries(world, key):
    asked = f"https://s3.amazonaws.com/data/new?X-Amz-Content-Sha256={'0' * 64}"
    sent = AWSRequest("PUT", asked)
    # botocore uses the digest of a header; other SDKs sign the one in the URL.
    sent.headers["X-Amz-Content-SHA256"] = "0" * 64
    signer = S3SigV4QueryAuth(Credentials(key.id, key.secret), "s3", "us-east-1", expires=60)
    signer.headers_to_sign = lambda request: _host_only(request)
    signer.add_auth(sent)
    error = send(world, "PUT", sent.url, {}, b"new").error
    assert error["Code"] == "XAmzContentSHA256Mismatch"


def _host_only(request):
    from botocore.compat import HTTPHeaders

    headers = HTTPHeaders()
    headers["host"] = urlsplit(request.url).netloc
    return headers


# Signatures


def test_another_path(world, version, client):
    made = client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"})
    error = send(world, "GET", made.replace("/k?", "/l?")).error
    assert (error["Status"], error["Code"], error["Message"]) == ("403", "SignatureDoesNotMatch", MISMATCH)
    shown = ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]
    if version == "s3v4":
        shown += ["CanonicalRequest", "CanonicalRequestBytes"]
    assert list(error)[3:] == shown


def test_another_method(world, client):
    made = client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"})
    assert send(world, "PUT", made).error["Code"] == "SignatureDoesNotMatch"
    assert send(world, "HEAD", made).status == 403


def test_version_2_and_headers(world, old_url):
    assert send(world, "GET", old_url, {"x-amz-meta-a": "b"}).error["Code"] == "SignatureDoesNotMatch"
    assert send(world, "GET", old_url, {"Content-Type": "text/csv"}).error["Code"] == "SignatureDoesNotMatch"
    assert send(world, "GET", old_url, {"Range": "bytes=0-1"}).body == b"bo"


def test_another_key_id(world, url, old_url):
    eve = world.account().create_user("eve").access_key
    root = world.account().root.access_key
    assert send(world, "GET", url.replace(root.id, eve.id)).error["Code"] == "SignatureDoesNotMatch"
    assert send(world, "GET", old_url.replace(root.id, eve.id)).error["Code"] == "SignatureDoesNotMatch"


def test_unsigned_headers(world, url):
    """R-80: every x-amz-* header that the URL does not list as signed, in the order of the headers."""
    headers = {"x-amz-date": "20260504T120000Z", "x-amz-decoded-content-length": "4"}
    assert send(world, "GET", url, headers).error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "There were headers present in the request which were not signed",
        "HeadersNotSigned": "x-amz-date, x-amz-decoded-content-length",
    }
    assert send(world, "GET", url, {"x-amz-expires": "60"}).error["HeadersNotSigned"] == "x-amz-expires"
    assert send(world, "GET", url, {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}).status == 200


# Time


def test_w210_expired(world, url, clock):
    """R-82."""
    clock.tick(datetime.timedelta(seconds=60))
    assert send(world, "GET", url).status == 200
    clock.tick(datetime.timedelta(seconds=1))
    assert send(world, "GET", url).error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "Request has expired",
        "X-Amz-Expires": "60",
        "Expires": "2026-05-04T12:01:00Z",
        "ServerTime": "2026-05-04T12:01:01Z",
    }


def test_expired_in_version_2(world, old_url, clock):
    """R-82."""
    clock.tick(datetime.timedelta(seconds=60))
    assert send(world, "GET", old_url).status == 200
    clock.tick(datetime.timedelta(seconds=1))
    assert send(world, "GET", old_url).error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "Request has expired",
        "Expires": "2026-05-04T12:01:00Z",
        "ServerTime": "2026-05-04T12:01:01Z",
    }


def test_a_week_is_the_longest(world, key, clock):
    week = presign(key, "GET", "https://s3.amazonaws.com/data/k", expires=604_800)
    clock.tick(datetime.timedelta(days=7))
    assert send(world, "GET", week).status == 200
    longer = presign(key, "GET", "https://s3.amazonaws.com/data/k", expires=604_801)
    assert wrong(world, longer) == (
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
        "604800 seconds"
    )


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("-1", "X-Amz-Expires must be non-negative"),
        ("soon", "X-Amz-Expires should be a number"),
        ("1.5", "X-Amz-Expires should be a number"),
        ("9" * 40, "X-Amz-Expires should be a number"),
    ],
)
def test_invalid_expiries(world, url, expires, message):
    assert wrong(world, url.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}")) == message


def test_signed_in_the_future(world, url, clock):
    clock.move_to(NOW - datetime.timedelta(minutes=15))
    assert send(world, "GET", url).status == 200
    clock.move_to(NOW - datetime.timedelta(minutes=16))
    error = send(world, "GET", url).error
    assert (error["Status"], error["Code"], error["Message"]) == (
        "403",
        "AccessDenied",
        "Request is not valid yet",
    )


@pytest.mark.parametrize("expires", ["soon", "", "1e9", "-1", "1_0", "9" * 40])
def test_invalid_expiries_of_version_2(world, old_url, expires):
    stated = urlsplit(old_url).query.rpartition("Expires=")[2]
    error = send(world, "GET", old_url.replace(f"Expires={stated}", f"Expires={expires}")).error
    assert (error["Status"], error["Code"]) == ("403", "AccessDenied")
    missing = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    assert error["Message"] == (
        f"Invalid date (should be seconds since epoch): {expires}" if expires else missing
    )


# Parameters


@pytest.mark.parametrize(
    "name",
    [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    ],
)
def test_a_parameter_of_version_4_is_missing(world, url, name):
    """R-81."""
    path, _, query = url.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not pair.startswith(name + "="))
    assert wrong(world, f"{path}?{kept}") == (
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
    )


@pytest.mark.parametrize("name", ["AWSAccessKeyId", "Signature", "Expires"])
def test_a_parameter_of_version_2_is_missing(world, old_url, name):
    """R-81."""
    path, _, query = old_url.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not pair.startswith(name + "="))
    assert send(world, "GET", f"{path}?{kept}").error == {
        "Status": "403",
        "Code": "AccessDenied",
        "Message": "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    }


def test_a_credential_encoded_twice(world, url):
    """R-81."""
    credential = url.partition("X-Amz-Credential=")[2].partition("&")[0]
    assert wrong(world, url.replace(credential, quote(credential))) == (
        PARSING
        + 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"'),
        (
            "X-Amz-Date=20260504T120000Z",
            "X-Amz-Date=2026-05-04",
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        ),
        (
            "%2F20260504%2F",
            "%2F20260503%2F",
            'Invalid credential date "20260503". This date is not the same as X-Amz-Date: "20260504".',
        ),
        (
            "%2F20260504%2F",
            "%2F26%2F",
            PARSING
            + 'incorrect date format "26". This date in the credential must be in the format "yyyyMMdd".',
        ),
        ("%2Fs3%2F", "%2Fec2%2F", PARSING + 'incorrect service "ec2". This endpoint belongs to "s3".'),
        (
            "aws4_request",
            "aws4",
            PARSING + 'incorrect terminal "aws4". This endpoint uses "aws4_request".',
        ),
        (
            "%2Fus-east-1%2F",
            "%2Feu-west-1%2F",
            PARSING + "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
        ),
    ],
)
def test_parameters_that_are_wrong(world, url, old, new, message):
    assert wrong(world, url.replace(old, new)) == message


def test_the_window_comes_before_the_day(world, url, clock):
    """X-31."""
    clock.tick(datetime.timedelta(hours=1))
    error = send(world, "GET", url.replace("%2F20260504%2F", "%2F20260503%2F")).error
    assert error["Message"] == "Request has expired"


def test_a_url_and_a_header(world, url, old_url):
    for made in (url, old_url):
        error = send(world, "GET", made, {"Authorization": "AWS a:b"}).error
        assert error["Message"].startswith("Only one auth mechanism allowed")
        assert error["ArgumentValue"] == "AWS a:b"


# Version 2 in the header


def test_older_regions_accept_version_2(world):
    client = world.client("s3", config=Config(signature_version="s3"))
    client.put_object(Bucket="data", Key="a b", Body=b"old", Metadata={"a": "b  c"})
    assert client.get_object(Bucket="data", Key="a b")["Body"].read() == b"old"
    assert client.list_objects_v2(Bucket="data", Prefix="a")["KeyCount"] == 1
    client.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert client.get_bucket_tagging(Bucket="data")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_newer_regions_do_not_accept_version_2(world):
    world.account().create_bucket("frankfurt", region="eu-central-1")
    refusal = {
        "Status": "400",
        "Code": "InvalidRequest",
        "Message": "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    }
    client = world.client("s3", region_name="eu-central-1", config=Config(signature_version="s3"))
    made = client.generate_presigned_url("get_object", {"Bucket": "frankfurt", "Key": "k"})
    assert send(world, "GET", made).error == refusal
    headers = {"Authorization": "AWS AKIA:c2ln", "Date": "Mon, 04 May 2026 12:00:00 GMT"}
    assert send(world, "GET", "https://s3.eu-central-1.amazonaws.com/frankfurt/k", headers).error == refusal


@pytest.mark.parametrize("header", ["AWS ", "AWS AKIA", "AWS :c2ln", "AWS AKIA:"])
def test_a_malformed_header_of_version_2(world, header):
    error = send(world, "GET", "https://s3.amazonaws.com/data/k", {"Authorization": header}).error
    assert (error["Status"], error["Code"]) == ("400", "InvalidArgument")
    assert error["Message"] == "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature"
    assert error["ArgumentName"] == "Authorization"


def test_the_date_of_version_2(world, key):
    from .sending import signed_v2, with_header, without_header

    sent = signed_v2(key)
    assert answered(world, sent).status == 200
    assert answered(world, with_header(sent, "date", None, "never")).error["Message"] == (
        "AWS authentication requires a valid Date or x-amz-date header"
    )
    assert answered(world, without_header(sent, "date")).error["Code"] == "AccessDenied"
    late = with_header(sent, "date", None, "Mon, 04 May 2026 12:16:00 GMT")
    assert answered(world, late).error["Code"] == "RequestTimeTooSkewed"
    off = with_header(sent, "date", None, "Mon, 04 May 2026 12:01:00 GMT")
    assert "CanonicalRequest" not in answered(world, off).error


def test_version_2_does_not_do_for_kms(world):
    """X-65: SSE-KMS requires Version 4."""
    world.client("s3").put_object(Bucket="data", Key="kms", Body=b"", ServerSideEncryption="aws:kms")
    client = world.client("s3", config=Config(signature_version="s3"))
    made = client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "kms"})
    assert send(world, "GET", made).error == {
        "Status": "400",
        "Code": "InvalidArgument",
        "Message": "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature "
        "Version 4.",
        "ArgumentName": "Authorization",
        "ArgumentValue": "null",
    }


def test_similar_parameters_are_not_a_signature(world):
    """Parameters that look like those of a signature."""
    assert send(world, "GET", "https://s3.amazonaws.com/data/k?Expires=1").error["Code"] == "AccessDenied"
    assert request("GET", "https://s3.amazonaws.com/data/k?x=Signature=").query == "x=Signature="
    assert (
        send(world, "GET", "https://s3.amazonaws.com/data/k?x=Signature=").error["Message"] == "Access Denied"
    )
