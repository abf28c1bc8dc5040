"""CORS preflight requests and CORS headers of other responses, through real HTTP requests."""

from __future__ import annotations

import re

import pytest
import requests

from mocks3 import mock_s3

HOST = "https://shared.s3.amazonaws.com"
RULES = [
    {
        "AllowedOrigins": ["http://www.example.com", "https://*.example.org"],
        "AllowedMethods": ["PUT", "POST"],
        "AllowedHeaders": ["Content-*", "x-amz-date"],
        "ExposeHeaders": ["ETag", "x-amz-request-id"],
        "MaxAgeSeconds": 3000,
    },
    {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]},
]
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


@pytest.fixture
def aws():
    with mock_s3() as world:
        account = world.account()
        anybody = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::shared/*",
        }
        policy = {"Version": "2012-10-17", "Statement": anybody}
        account.create_bucket("shared", policy=policy, public_access_block=None, objects={"k": b"hello"})
        account.create_bucket("alone")
        world.client().put_bucket_cors(Bucket="shared", CORSConfiguration={"CORSRules": RULES})
        yield world


def preflight(url, origin=None, method=None, headers=None):
    sent = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    return requests.options(
        url, headers={name: text for name, text in sent.items() if text is not None}, timeout=1
    )


def error_of(got):
    return dict(re.findall(r"<(\w+)>([^<]*)</", got.text))


def test_an_allowed_preflight(aws):
    """F-163."""
    got = preflight(f"{HOST}/new", "http://www.example.com", "PUT", "Content-Type, X-Amz-Date")
    assert (got.status_code, got.content) == (200, b"")
    assert got.headers["Access-Control-Allow-Origin"] == "http://www.example.com"
    assert got.headers["Access-Control-Allow-Methods"] == "PUT, POST"
    assert got.headers["Access-Control-Allow-Headers"] == "content-type, x-amz-date"
    assert got.headers["Access-Control-Expose-Headers"] == "ETag, x-amz-request-id"
    assert got.headers["Access-Control-Max-Age"] == "3000"
    assert got.headers["Access-Control-Allow-Credentials"] == "true"
    assert got.headers["Vary"] == VARY
    assert got.headers["Content-Length"] == "0"
    assert got.headers["Server"] == "AmazonS3"
    assert got.headers["x-amz-request-id"]
    assert [(call.operation, call.principal) for call in aws.calls[1:]] == [("PreflightRequest", "anonymous")]
    assert aws.calls[-1].params == {"Bucket": "shared", "Key": "new"}


def test_any_origin(aws):
    got = preflight(HOST, "null", "GET")
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert got.headers["Access-Control-Allow-Methods"] == "GET"
    assert "Access-Control-Allow-Credentials" not in got.headers
    assert "Access-Control-Allow-Headers" not in got.headers


@pytest.mark.parametrize("origin", ["https://a.example.org", "https://a.b.example.org"])
def test_wildcards(aws, origin):
    assert preflight(HOST, origin, "POST").headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        ("http://other.example.com", "PUT", None),
        ("https://www.example.com", "PUT", None),
        ("http://www.example.com:80", "PUT", None),
        ("https://example.org", "PUT", None),
        ("http://www.example.com", "DELETE", None),
        ("http://www.example.com", "HEAD", None),
        ("http://www.example.com", "PUT", "x-amz-acl"),
        ("http://www.example.com", "PUT", "content-type, x-amz-acl"),
        ("http://www.example.com", "GET", "content-type"),
    ],
)
def test_preflights_that_no_rule_matches(aws, origin, method, headers):
    """F-163, R-90."""
    for url, kind in ((HOST, "BUCKET"), (f"{HOST}/", "BUCKET"), (f"{HOST}/k", "OBJECT")):
        got = preflight(url, origin, method, headers)
        assert got.status_code == 403
        assert got.headers["Content-Type"] == "application/xml"
        assert got.headers["Transfer-Encoding"] == "chunked"
        assert not [name for name in got.headers if name.lower().startswith("access-control")]
        found = error_of(got)
        assert found["Code"] == "AccessForbidden"
        assert found["Message"] == (
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request "
            "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the "
            "resource's CORS spec."
        )
        assert (found["Method"], found["ResourceType"]) == (method, kind)


def test_without_an_origin(aws):
    """R-90."""
    for url in (f"{HOST}/k", "https://nowhere.s3.amazonaws.com/k", "https://s3.amazonaws.com/"):
        got = requests.options(url, headers={"Referer": "http://www.example.com"}, timeout=1)
        assert got.status_code == 400
        assert got.headers["Connection"] == "close"
        assert error_of(got)["Code"] == "BadRequest"
        assert error_of(got)["Message"] == "Insufficient information. Origin request header needed."
    empty = preflight(f"{HOST}/k", "", "GET")
    assert error_of(empty)["Message"] == "Insufficient information. Origin request header needed."


@pytest.mark.parametrize(("bucket", "sentence"), [
    ("nowhere", "CORSResponse: Bucket not found"),
    ("alone", "CORSResponse: CORS is not enabled for this bucket."),
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PATCH", "", None])
def test_without_rules(aws, bucket, sentence, method):
    """R-90."""
    found = error_of(preflight(f"https://{bucket}.s3.amazonaws.com/k", "http://a", method))
    assert (found["Code"], found["Message"]) == ("AccessForbidden", sentence)
    assert (found["Method"], found["ResourceType"]) == (method or "OPTIONS", "BUCKET")


@pytest.mark.parametrize("method", [None, "", "get", "TRACE"])
def test_methods_that_preflights_cannot_name(aws, method):
    """R-90: the bucket is not looked up."""
    got = preflight(f"{HOST}/k", "http://www.example.com", method)
    assert got.status_code == 400
    assert error_of(got)["Message"] == f"Invalid Access-Control-Request-Method: {method or 'null'}"
    if method:
        other = preflight("https://nowhere.s3.amazonaws.com/k", "http://www.example.com", method)
        assert error_of(other)["Message"] == error_of(got)["Message"]


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH"])
def test_methods_that_no_rule_can_have(aws, method):
    """R-90."""
    got = preflight(f"{HOST}/k", "http://www.example.com", method)
    assert (got.status_code, error_of(got)["Code"]) == (403, "AccessForbidden")
    assert (error_of(got)["Method"], error_of(got)["ResourceType"]) == (method, "OBJECT")


def test_cors_headers_of_responses(aws):
    got = requests.get(f"{HOST}/k", headers={"Origin": "http://anywhere"}, timeout=1)
    assert got.content == b"hello"
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert got.headers["Access-Control-Allow-Methods"] == "GET"
    assert got.headers["Vary"] == VARY


def test_errors_have_cors_headers_and_nothing_is_granted(aws):
    """F-163."""
    got = requests.put(f"{HOST}/k", data=b"x", headers={"Origin": "http://www.example.com"}, timeout=1)
    assert got.status_code == 403
    assert got.headers["Access-Control-Allow-Origin"] == "http://www.example.com"
    assert got.headers["Access-Control-Expose-Headers"] == "ETag, x-amz-request-id"
    assert "Access-Control-Allow-Headers" not in got.headers


@pytest.mark.parametrize(
    ("url", "method"),
    [(f"{HOST}/k", "HEAD"), (f"{HOST}/k", "DELETE"), ("https://alone.s3.amazonaws.com/k", "GET")],
)
def test_responses_that_no_rule_matches_have_no_cors_headers(aws, url, method):
    got = requests.request(method, url, headers={"Origin": "http://www.example.com"}, timeout=1)
    assert not [name for name in got.headers if name.lower().startswith("access-control")]
    assert "Vary" not in got.headers


def test_no_cors_headers_without_an_origin(aws):
    assert "Access-Control-Allow-Origin" not in requests.get(f"{HOST}/k", timeout=1).headers


def test_path_style_and_a_key_that_is_not_utf_8(aws):
    got = preflight("https://s3.amazonaws.com/shared/k", "http://a", "GET")
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    for method in ("OPTIONS", "GET"):
        got = requests.request(method, f"{HOST}/%FF", headers={"Origin": "http://a"}, timeout=1)
        assert (got.status_code, error_of(got)["Code"]) == (400, "InvalidURI")


def test_the_first_rule_that_matches(aws):
    rules = [
        {"AllowedOrigins": ["http://*"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 1},
        {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 2},
    ]
    aws.client().put_bucket_cors(Bucket="shared", CORSConfiguration={"CORSRules": rules})
    assert preflight(HOST, "http://a", "GET").headers["Access-Control-Max-Age"] == "1"
    assert preflight(HOST, "https://a", "GET").headers["Access-Control-Max-Age"] == "2"
    aws.client().delete_bucket_cors(Bucket="shared")
    assert preflight(HOST, "http://a", "GET").status_code == 403


def ask_with_preflight_headers(method=None, headers=None, origin="http://www.example.com"):
    sent = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    got = requests.get(
        f"{HOST}/k", headers={name: text for name, text in sent.items() if text is not None}, timeout=1
    )
    assert got.content == b"hello"
    return {name: text for name, text in got.headers.items() if name.startswith("Access-Control-")}


def test_preflight_headers_of_an_actual_request_replace_its_method(aws):
    """F-163: the rule that allows GET does not count if the request says PUT or DELETE."""
    assert ask_with_preflight_headers()["Access-Control-Allow-Methods"] == "GET"
    assert ask_with_preflight_headers("GET")["Access-Control-Allow-Methods"] == "GET"
    assert ask_with_preflight_headers("PUT")["Access-Control-Allow-Methods"] == "PUT, POST"
    assert ask_with_preflight_headers("DELETE") == {}
    assert ask_with_preflight_headers("PUT", origin="http://elsewhere") == {}


def test_preflight_headers_of_an_actual_request_must_be_allowed(aws):
    """F-163."""
    assert ask_with_preflight_headers("GET", "content-type") == {}
    found = ask_with_preflight_headers("PUT", "Content-Type")
    assert found["Access-Control-Allow-Headers"] == "content-type"
