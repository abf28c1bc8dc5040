"""What stands round an answer's body, letter by letter: as recorded of the service, whichever library reads it.

Each row is a request, its status, and every header of the answer but those that all answers have, in order.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from mocks3 import mock_s3

from .conftest import EVERYTHING_TO_EVERYBODY

OPEN = "https://open.s3.amazonaws.com"
ALL = ["x-amz-id-2", "x-amz-request-id", "Date", "Server"]
OBJECT = [
    "Accept-Ranges",
    "Last-Modified",
    "Content-Length",
    "ETag",
    "x-amz-server-side-encryption",
    "Content-Type",
]
XML = ["Content-Length", "Content-Type"]
ERROR = ["Content-Type", "Transfer-Encoding"]
STORED = [
    "ETag",
    "x-amz-checksum-type",
    "x-amz-checksum-crc64nvme",
    "x-amz-server-side-encryption",
    "Content-Length",
]
DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d GMT"


class Row(NamedTuple):
    asked: str
    status: int
    names: list[str]
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody writes on it
    body: bytes | None = None


ROWS = [
    Row("GET /k", 200, OBJECT),
    Row("HEAD /k", 200, OBJECT),
    Row("GET /k", 206, [*OBJECT, "Content-Range"], {"Range": "bytes=0-1"}),
    Row("HEAD /k", 206, [*OBJECT, "Content-Range"], {"Range": "bytes=0-1"}),
    Row("GET /k", 304, ["ETag", "Last-Modified"], {"If-None-Match": '"5d41402abc4b2a76b9719d911017c592"'}),
    Row("HEAD /k", 304, ["ETag", "Last-Modified"], {"If-None-Match": '"5d41402abc4b2a76b9719d911017c592"'}),
    Row("GET /k", 412, ERROR, {"If-Match": '"x"'}),
    Row("HEAD /k", 412, ["Content-Type"], {"If-Match": '"x"'}),
    Row("GET /k", 416, ERROR, {"Range": "bytes=9-"}),
    Row("GET /none", 404, ERROR),
    Row("HEAD /none", 404, ["Content-Type"]),
    Row("PATCH /k", 405, ["Allow", *ERROR]),  # R-124; RFC 9110, 15.5.6: a 405 has Allow
    Row("PUT /new", 200, STORED, body=b"x"),
    Row("PUT /k", 412, ERROR, {"If-None-Match": "*"}, b"x"),
    Row("DELETE /k", 204, []),
    Row("DELETE /none", 204, []),
    Row("PUT /k?tagging", 200, ["Content-Length"], body=b"<Tagging><TagSet/></Tagging>"),
    Row("GET /k?tagging", 200, XML),
    Row("DELETE /k?tagging", 204, []),
    Row("GET /?list-type=2", 200, ["x-amz-bucket-region", *XML]),
    Row("GET /?location", 200, XML),
    Row("GET /?acl", 200, XML),
    Row("HEAD /", 200, ["x-amz-bucket-arn", "x-amz-bucket-region", "x-amz-access-point-alias"]),
    Row("OPTIONS /k", 400, ["Connection", *ERROR]),
]


@pytest.fixture(scope="module")
def aws():
    with mock_s3() as world:
        world.account().create_bucket(
            "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello"}
        )
        yield world


def lines_of(headers):
    """Names and values; httpx has names in lower case by itself."""
    raw = getattr(headers, "raw", None)
    if raw is None:
        return list(headers.items())
    return [(name.decode(), value.decode()) for name, value in raw]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.asked} {row.status}")
def test_heads(aws, send, row):
    mark = aws.snapshot()
    method, _, target = row.asked.partition(" ")
    got = send(method, OPEN + target, data=row.body, headers=row.headers)
    lines = lines_of(got.headers)
    names = [name for name, _ in lines]
    assert (got.status, names) == (row.status, [*ALL, *row.names])
    found = dict(lines)
    assert re.fullmatch(r"[0-9A-F]{16}", found["x-amz-request-id"])
    assert re.fullmatch(r"[A-Za-z0-9+/=]{76}", found["x-amz-id-2"])
    assert re.fullmatch(DATE, found["Date"])
    assert found["Server"] == "AmazonS3"
    if method == "HEAD" or row.status in (204, 304):
        assert got.body == b""
    elif "Content-Length" in found:
        assert int(found["Content-Length"]) == len(got.body)
    if row.names in (ERROR, XML):
        assert found["Content-Type"] == "application/xml"
        assert got.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<')
    aws.restore(mark)


@pytest.mark.parametrize("row", [row for row in ROWS if row.status >= 400 and row.names[-1] == ERROR[-1]])
def test_errors_name_the_request_that_they_are_of(aws, send, row):
    method, _, target = row.asked.partition(" ")
    got = send(method, OPEN + target, data=row.body, headers=row.headers)
    request_id, host_id = got.headers["x-amz-request-id"], got.headers["x-amz-id-2"]
    assert got.text.endswith(f"<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>")
