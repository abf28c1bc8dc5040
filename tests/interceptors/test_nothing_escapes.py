"""Whatever comes through a door of an HTTP library: S3 answers it, or refuses it, or says that it is not played.

The requests are made of what S3 knows (its hosts, subresources, headers, documents) and of what nobody would send, as
bytes that stand on the wire. They are asked by nobody in particular, and by root, so that they get past the gate.
"""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import pytest
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from mocks3 import MockAWS, NotSupported, mock_s3
from mocks3.interceptors.http_answers import answer, lower_case_headers
from mocks3.wire import models

from .conftest import EVERYTHING_TO_EVERYBODY
from .raw import by_root, read
from .unfit import DATES, NUMBERS, TEXTS
from .unfit import HOSTS as HOSTS_THAT_ARE_NONE
from .unfit import METHODS as METHODS_THAT_ARE_NONE

AWS = MockAWS()
AWS.account().create_bucket(
    "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello", "ü/k": b""}
)
AWS.account().create_bucket("locked", versioning="Enabled", objects={"k": b"1"})
AWS.client().put_bucket_website(
    Bucket="open",
    WebsiteConfiguration={"IndexDocument": {"Suffix": "k"}, "ErrorDocument": {"Key": "ü/k"}},
)
AWS.client().put_bucket_cors(
    Bucket="open", CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
)
FILLED = AWS.snapshot()


def members(location: str) -> list[str]:
    """The names that S3's model has in one place of its requests."""
    found = set()
    for name in models.service_model("s3").operation_names:
        model = models.operation_model("s3", name)
        if location == "querystring":
            literals = model.http["requestUri"].partition("?")[2]
            found |= {part.partition("=")[0] for part in literals.split("&")}
        for member, shape in (model.input_shape.members if model.input_shape else {}).items():
            if shape.serialization.get("location") == location:
                found.add(shape.serialization.get("name", member))
    return sorted(found - {""})


def roots() -> list[str]:
    """The documents that S3's model has in requests."""
    shapes = (
        models.operation_model("s3", name).input_shape for name in models.service_model("s3").operation_names
    )
    found = set()
    for shape in shapes:
        payload = shape and shape.serialization.get("payload")
        if payload:
            found.add(shape.members[payload].serialization.get("name", payload))
    return sorted(found)


ODD = [
    b"", b"0", b"-1", b"1", b"99999999999999999999", b"true", b"null", b"*", b"/", b"open/k", b"locked/k?versionId=x",
    b"%00", b"%", b"%zz", b"%FF", b"\xff", b"\xc3\xbc", b"=?UTF-8?Q?x?=", b"a,b", b'"', b"bytes=0-1", b"bytes=5-1",
    b"bytes=-0", b"Enabled", b"COMPLIANCE", b"aws:kms", b"AES256", b"STANDARD", b"chunked", b"gzip", b"aws-chunked",
    b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", b"STREAMING-UNSIGNED-PAYLOAD-TRAILER", b"UNSIGNED-PAYLOAD", b"x" * 3000,
    b"Sat, 21 Nov 2026 20:00:00 GMT", b"20261121T200000Z", b"99991231T235959Z", b"00000000T000000Z", b"1e9",
    b"arn:aws:kms:us-east-1:123456789012:key/x", b"id=1", b"uri=x", b"k=v&k=w", b"AWS4-HMAC-SHA256", b"AWS x:y",
    b"AWS4-HMAC-SHA256 Credential=x", b"AWS4-ECDSA-P256-SHA256 x", b"Basic eDp5", b"123456789012", b"crc32", b"CRC32",
    b"multipart/form-data; boundary=b", b"multipart/form-data", b"application/xml", b"\t", b"2020-01-01T00:00:00Z",
]  # fmt: skip
UNFIT = [
    text.encode("utf-8", "surrogateescape")
    for text in (*TEXTS, *NUMBERS, *DATES)
    if not {"\r", "\n", "\0"} & set(text)
]
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(UNFIT),
    st.binary(max_size=12).filter(lambda text: not {10, 13, 0} & set(text)),
)
TOKENS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "FOO", *METHODS_THAT_ARE_NONE]
HOSTS = [
    b"open.s3.amazonaws.com", b"s3.amazonaws.com", b"locked.s3.us-east-1.amazonaws.com", b"s3.eu-west-1.amazonaws.com",
    b"open.s3-website-us-east-1.amazonaws.com", b"x-123456789012.s3-accesspoint.us-east-1.amazonaws.com",
    b"open.s3.amazonaws.com:99999", b".s3.amazonaws.com", b"..s3.amazonaws.com", b"\xff.s3.amazonaws.com", b"",
    b"open.s3.amazonaws.com,evil", b"s3-website-us-east-1.amazonaws.com", b"www.example.com", b"sts.amazonaws.com",
    b"kms.us-east-1.amazonaws.com", *(host.encode("latin-1") for host in HOSTS_THAT_ARE_NONE),
]  # fmt: skip
PIECES = st.sampled_from(
    [
        "",
        "k",
        "open",
        "locked",
        "none",
        "%00",
        "%",
        "%2F",
        "%C3%BC",
        "%FF",
        "..",
        ".",
        ";a=b",
        "+",
        "~",
        "%zz",
        "é",
        "*",
    ]
)
PATHS = st.lists(PIECES, max_size=5).map(lambda pieces: "/" + "/".join(pieces))
QUERY_NAMES = st.sampled_from(
    [*members("querystring"), "X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
     "X-Amz-SignedHeaders", "X-Amz-Security-Token", "Signature", "Expires", "AWSAccessKeyId", "Action", "x", ""]
)  # fmt: skip
QUERIES = st.lists(st.tuples(QUERY_NAMES, VALUES), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value.decode('latin-1')}" for name, value in pairs)
)
HEADER_NAMES = st.sampled_from(
    [name.lower() for name in members("header")]
    + ["x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer", "content-md5", "transfer-encoding",
       "authorization", "x-amz-date", "date", "origin", "access-control-request-method", "x-amz-meta-x", "expect",
       "access-control-request-headers", "x-amz-security-token", "if-modified-since", "connection", "cookie"]
)  # fmt: skip
HEADERS = st.lists(st.tuples(HEADER_NAMES.map(str.encode), VALUES), max_size=6)
CHUNKS = [
    b"5\r\nhello\r\n0\r\n\r\n", b"5;chunk-signature=x\r\nhello\r\n0;chunk-signature=x\r\n\r\n", b"ffffffff\r\nhello",
    b"-1\r\nhello", b"5\r\nhel", b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", b"zz\r\n", b"5\r\nhello\r\n", b"\r\n",
]  # fmt: skip
FORMS = [
    b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${filename}', b"--b--", b"--b\r\n\r\n\r\n--b",
]  # fmt: skip
DOCUMENTS = st.builds(
    lambda root, inside: f"<{root}>{inside}</{root}>".encode(),
    st.sampled_from(roots()),
    st.sampled_from(["", "<a/>", "x", "<Rule><ID>1</ID></Rule>", "<Status>Enabled</Status>", "<Quiet>x</Quiet>",
                     "<Object><Key>k</Key></Object>", "<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>",
                     "<Part><PartNumber>x</PartNumber></Part>", "<![CDATA[", "&x;", "<a>" * 200]),
)  # fmt: skip
BODIES = st.one_of(st.sampled_from([b"", b"hello", *CHUNKS, *FORMS]), DOCUMENTS, st.binary(max_size=20))


def check(method: str, host: bytes, target: str, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    AWS.restore(FILLED)
    with contextlib.suppress(NotSupported):
        read(
            method,
            answer(AWS, method, "https", target, lower_case_headers([(b"Host", host), *headers]), body),
        )


METHODS = st.sampled_from(TOKENS)


@given(METHODS, st.sampled_from(HOSTS), PATHS, QUERIES, HEADERS, BODIES)
@example("GET", b"open.s3.amazonaws.com", "/%00", "", [], b"")
@example("PUT", b"open.s3.amazonaws.com", "/a//b;c", "", [(b"content-length", b"9" * 30)], b"x")
def test_asked_by_anybody(method: str, host: bytes, path: str, query: str, headers: Any, body: bytes) -> None:
    check(method, host, f"{path}?{query}" if query else path, headers, body)


class Shaped(NamedTuple):
    """A request that is nearly one to an operation."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


@st.composite
def shaped(draw: Any) -> Shaped:
    """Requests to some operation: its path, its literal query, and some of its members with odd values."""
    model = models.operation_model(
        "s3", draw(st.sampled_from(sorted(models.service_model("s3").operation_names)))
    )
    path, _, literal = model.http["requestUri"].partition("?")
    bucket, key = (
        draw(st.sampled_from(["open", "open", "locked", "locked", "new"])),
        draw(st.sampled_from(["k", "new", "ü"])),
    )
    query, headers = [literal] if literal else [], []
    members = model.input_shape.members if model.input_shape else {}
    for member, shape in members.items():
        name = shape.serialization.get("name", member)
        place = shape.serialization.get("location")
        if place in ("querystring", "header") and (
            member in model.input_shape.required_members or draw(RARELY)
        ):
            known = getattr(shape, "enum", None)
            value = draw(st.sampled_from(known).map(str.encode) if known and draw(OFTEN) else VALUES)
            if place == "header":
                headers.append((name.lower().encode(), value))
            else:
                query.append(f"{name}={value.decode('latin-1')}")
    target = (
        path.replace("{Bucket}", bucket).replace("{Key+}", key) + ("?" if query else "") + "&".join(query)
    )
    return Shaped(model.http["method"], target, headers, draw(BODIES))


RARELY = st.integers(0, 9).map(lambda number: number == 0)
OFTEN = st.integers(0, 9).map(lambda number: number < 7)


@given(shaped(), st.booleans())
def test_asked_of_an_operation(asked: Shaped, signed: bool) -> None:
    headers = by_root(AWS, asked.headers) if signed else asked.headers
    if not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", b"%d" % len(asked.body)))
    check(asked.method, b"s3.amazonaws.com", asked.target, headers, asked.body)


@pytest.fixture(scope="module")
def pools():
    with mock_s3() as aws, urllib3.PoolManager() as made:
        aws.account().create_bucket("open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None)
        yield made


WHAT_URLLIB3_REFUSES = (ValueError, TypeError, urllib3.exceptions.HTTPError, UnicodeError)
"""What is no HTTP never becomes a request; that is the library's own doing, with or without a mock."""


@given(METHODS, PATHS, QUERIES, HEADERS, BODIES)
def test_through_a_library(pools: Any, method: str, path: str, query: str, headers: Any, body: bytes) -> None:
    sent = {name.decode(): value.decode("latin-1") for name, value in headers}
    with contextlib.suppress(NotSupported, *WHAT_URLLIB3_REFUSES):
        got = pools.request(
            method, f"https://open.s3.amazonaws.com{path}?{query}", body=body, headers=sent, retries=False
        )
        assert 200 <= got.status < 600
