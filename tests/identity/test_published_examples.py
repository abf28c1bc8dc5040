"""The examples that AWS publishes with their signatures, each verified unchanged.

Source: "Authenticating requests: using the Authorization header" (transferring the payload in a single chunk, in
several, with trailing headers), "… using query parameters", "Example: browser-based upload using HTTP POST",
RESTAuthentication; and the SigV4 test suite.
"""

from __future__ import annotations

import hashlib

import pytest
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.errors import S3Error
from mocks3.identity import scope, sigv4
from mocks3.model.messages import WireRequest
from mocks3.storage.iam import AccessKeyRecord

from . import suite
from .sending import answered, request

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
WELCOME = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
SCOPE = f"{KEY}/20130524/us-east-1/s3/aws4_request"
HOST = "https://examplebucket.s3.amazonaws.com"


@pytest.fixture
def aws():
    with freeze_time("2013-05-24"), mock_s3() as world:
        world.iam.put_key(AccessKeyRecord(KEY, SECRET, world.settings.account))
        world.client("s3").create_bucket(Bucket="examplebucket")
        world.client("s3").put_object(Bucket="examplebucket", Key="test.txt", Body=b"0123456789abc")
        yield world


def authorization(headers, signature):
    return f"AWS4-HMAC-SHA256 Credential={SCOPE},SignedHeaders={headers},Signature={signature}"


def proven(aws, sent):
    """Return the response to a request, after checking that another signature is rejected."""
    answer = answered(aws, sent)
    assert b"SignatureDoesNotMatch" not in answer.body
    header = sent.headers["authorization"]
    lie = header[:-1] + ("0" if header[-1] != "0" else "1")
    lied = answered(aws, sent._replace(headers={**sent.headers, "authorization": lie}))
    assert lied.error["Code"] == "SignatureDoesNotMatch"
    return answer


def test_get_object(aws):
    headers = {
        "Range": "bytes=0-9",
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        "Authorization": authorization(
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
    }
    answer = proven(aws, request("GET", f"{HOST}/test.txt", headers))
    assert (answer.status, answer.body) == (206, b"0123456789")


def test_put_object(aws):
    headers = {
        "Date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": WELCOME,
        "Authorization": authorization(
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    }
    sent = request("PUT", f"{HOST}/test%24file.text", headers, b"Welcome to Amazon S3.")
    assert proven(aws, sent).status == 200
    assert aws.client("s3").head_object(Bucket="examplebucket", Key="test$file.text")["ContentLength"] == 21


@pytest.mark.parametrize(
    ("query", "signature", "status"),
    [
        ("lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", 404),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", 200),
    ],
)
def test_get_of_a_bucket(aws, query, signature, status):
    headers = {
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        "Authorization": authorization("host;x-amz-content-sha256;x-amz-date", signature),
    }
    # requests sends "?lifecycle" unchanged; the canonical query has an equals sign.
    assert proven(aws, request("GET", f"{HOST}/?{query}", headers)).status == status


def test_presigned(aws):
    url = (
        f"{HOST}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE.replace('/', '%2F')}"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    assert answered(aws, request("GET", url)).status == 200
    assert answered(aws, request("GET", url[:-1] + "5")).error["Code"] == "SignatureDoesNotMatch"


def chunk(content, signature):
    return b"%x;chunk-signature=%s\r\n%s\r\n" % (len(content), signature.encode(), content)


CHUNKS = [
    chunk(b"a" * 65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    chunk(b"a" * 1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    chunk(b"", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
]
CHUNKED = {
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "Content-Encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
}
URL = "https://s3.amazonaws.com/examplebucket/chunkObject.txt"


def chunked(aws, chunks):
    headers = CHUNKED | {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "Content-Length": "66824",
        "Authorization": authorization(
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
            "x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        ),
    }
    return request("PUT", URL, headers)._replace(body=b"".join(chunks))


def test_chunks(aws):
    assert len(b"".join(CHUNKS)) == 66824
    assert proven(aws, chunked(aws, CHUNKS)).status == 200
    stored = aws.client("s3").get_object(Bucket="examplebucket", Key="chunkObject.txt")
    assert stored["Body"].read() == b"a" * 66560


@pytest.mark.parametrize(
    "changed",
    [
        [CHUNKS[0].replace(b"aa", b"ab", 1), *CHUNKS[1:]],
        [CHUNKS[0], CHUNKS[1].replace(b"ature=0", b"ature=1"), CHUNKS[2]],
        [*CHUNKS[:2], CHUNKS[2].replace(b"ature=b", b"ature=c")],
        [CHUNKS[0], chunk(b"a" * 1024, "")[:3] + b"\r\n" + b"a" * 1024 + b"\r\n", CHUNKS[2]],
    ],
    ids=["content", "signature", "last", "unsigned"],
)
def test_a_changed_chunk(aws, changed):
    error = answered(aws, chunked(aws, changed)).error
    assert error["Code"] == "SignatureDoesNotMatch"
    assert error["StringToSign"].startswith(
        "AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n20130524/us-east-1/s3/"
    )
    assert aws.client("s3").list_objects_v2(Bucket="examplebucket")["KeyCount"] == 1


def trailed(aws, trailer, signature="d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"):
    headers = CHUNKED | {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "x-amz-trailer": "x-amz-checksum-crc32c",
        "Authorization": authorization(
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
            "x-amz-storage-class;x-amz-trailer",
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        ),
    }
    body = (
        chunk(b"a" * 65536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        + chunk(b"a" * 1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        + chunk(b"", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")[:-2]
        + trailer
        + b"x-amz-trailer-signature:"
        + signature.encode()
        + b"\r\n\r\n"
    )
    return request("PUT", URL, headers)._replace(body=body)


def test_a_trailer(aws):
    assert proven(aws, trailed(aws, b"x-amz-checksum-crc32c:sOO8/Q==\r\n")).status == 200
    stored = aws.client("s3").get_object(
        Bucket="examplebucket", Key="chunkObject.txt", ChecksumMode="ENABLED"
    )
    assert stored["ChecksumCRC32C"] == "sOO8/Q=="


def test_a_changed_trailer(aws):
    for sent in (
        trailed(aws, b"x-amz-checksum-crc32c:AOO8/Q==\r\n"),
        trailed(aws, b"x-amz-checksum-crc32c:sOO8/Q==\r\n", "0" * 64),
    ):
        error = answered(aws, sent).error
        assert error["Code"] == "SignatureDoesNotMatch"
        assert error["StringToSign"].startswith("AWS4-HMAC-SHA256-TRAILER\n")


def test_version_2():
    with freeze_time("2007-03-27 19:36:42"), mock_s3() as world:
        world.iam.put_key(AccessKeyRecord(KEY, SECRET, world.settings.account))
        world.account().create_bucket("awsexamplebucket1", region="us-west-1")
        headers = {
            "Date": "Tue, 27 Mar 2007 19:36:42 +0000",
            "Authorization": f"AWS {KEY}:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
        }
        url = "https://awsexamplebucket1.s3.us-west-1.amazonaws.com/photos/puppy.jpg"
        assert proven(world, request("GET", url, headers)).error["Code"] == "NoSuchKey"


POLICY = (
    "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2"
    "NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMt"
    "cmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29t"
    "L3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4"
    "LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0s"
    "DQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZP"
    "RE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1B"
    "Qy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9"
)


def test_a_form():
    fields = {
        "key": "user/user1/${filename}",
        "acl": "public-read",
        "success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
        "Content-Type": "image/jpeg",
        "x-amz-meta-uuid": "14365123651274",
        "x-amz-server-side-encryption": "AES256",
        "X-Amz-Credential": f"{KEY}/20151229/us-east-1/s3/aws4_request",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": "20151229T000000Z",
        "x-amz-meta-tag": "",
        "Policy": POLICY,
        "X-Amz-Signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
    }
    with freeze_time("2015-12-29"), mock_s3() as world:
        world.iam.put_key(AccessKeyRecord(KEY, SECRET, world.settings.account))
        world.account().create_bucket(
            "sigv4examplebucket", ownership="ObjectWriter", public_access_block=None
        )
        url = "http://sigv4examplebucket.s3.amazonaws.com/"
        sent = request("POST", url, body=fields, files={"file": ("a.jpg", b"jpeg")})
        answer = answered(world, sent)
        assert answer.status == 303
        assert answer.headers["Location"].startswith(
            "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html?bucket=sigv4examplebucket"
            "&key=user%2Fuser1%2Fa.jpg&etag=%22"
        )
        stored = world.client("s3").get_object(Bucket="sigv4examplebucket", Key="user/user1/a.jpg")
        assert (stored["ContentType"], stored["Metadata"]["uuid"]) == ("image/jpeg", "14365123651274")


EXAMPLE = scope.CredentialScope(suite.KEY, "20150830", "us-east-1", "service")


def sent_in_the_suite(row, further=""):
    path, _, query = row.target.partition("?")
    query = "&".join(filter(None, (query, further)))
    headers = {"host": suite.HOST, "x-amz-date": suite.TIMESTAMP, **row.headers}
    return WireRequest(row.method, "https", suite.HOST, path, query, headers, row.body)


def proof(row, sent, signed_headers):
    return sigv4.SignatureParts(EXAMPLE, suite.TIMESTAMP, signed_headers, row.signature, sent.url, None)


def verify(sent, proof):
    """Check that it verifies, but not with another secret, another time, or one header less."""
    sigv4.verify(sent, proof, suite.SECRET)
    for secret, lie in (
        (suite.SECRET + "x", proof),
        (suite.SECRET, proof._replace(timestamp="20150830T123601Z")),
        (suite.SECRET, proof._replace(signed_headers=proof.signed_headers[1:])),
    ):
        with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
            sigv4.verify(sent, lie, secret)


@pytest.mark.parametrize("row", [*suite.PLAIN, *suite.NORMALIZED], ids=lambda row: row.name)
def test_the_suite(row):
    """For another service than S3: paths are normalized, and the payload is hashed."""
    sent = sent_in_the_suite(row)
    verify(sent, proof(row, sent, tuple(sorted(sent.headers))))


@pytest.mark.parametrize("row", suite.PRESIGNED, ids=lambda row: row.name)
def test_the_suite_in_query_strings(row):
    signed_headers = tuple(sorted(("host", *row.headers)))
    further = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request"
        f"&X-Amz-Date={suite.TIMESTAMP}&X-Amz-Expires=3600&X-Amz-SignedHeaders={'%3B'.join(signed_headers)}"
    )
    sent = sent_in_the_suite(row, further)
    verify(sent, proof(row, sent, signed_headers))


@pytest.fixture
def as_s3(monkeypatch):
    """Use S3's rules for paths with the suite's service."""
    sigv4.signer.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(sigv4, "S3_SERVICES", frozenset({"service"}))
        yield
    sigv4.signer.cache_clear()


@pytest.mark.parametrize(
    "row",
    # S3 only differs in paths: these are all rows of the suite except the normalized paths.
    [*suite.PLAIN, *suite.UNNORMALIZED],
    ids=lambda row: row.name,
)
@pytest.mark.usefixtures("as_s3")
def test_the_suite_as_s3_signs(row):
    sent = sent_in_the_suite(row)
    body = hashlib.sha256(row.body).hexdigest()
    verify(sent, proof(row, sent, tuple(sorted(sent.headers)))._replace(payload=body))


@pytest.mark.parametrize("row", suite.NORMALIZED, ids=lambda row: row.name)
@pytest.mark.usefixtures("as_s3")
def test_s3_does_not_normalize_paths(row):
    sent = sent_in_the_suite(row)
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        sigv4.verify(sent, proof(row, sent, ("host", "x-amz-date")), suite.SECRET)
