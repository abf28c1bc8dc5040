"""Documents and empty bodies that are sent in signed chunks: they are decoded and verified, or the request is refused.

S3 refuses unsigned chunks for all operations but uploads. No page and no report says that of signed chunks, which
"Transferring payload in multiple chunks" describes for any payload. Clients do not send documents in this way.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mocks3.handles.mock_aws import MockAWS
from mocks3.lib import checksum

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
CRC32 = f"x-amz-checksum-crc32:{checksum.b64('crc32', TAGS)}"
EMPTY = hashlib.sha256(b"").hexdigest()


class Chunks(NamedTuple):
    """A body in chunks, and how the request declares it. ``raw`` replaces the body after it was signed."""

    content: bytes = TAGS
    trailer: str = ""
    length: str | None = None
    signature: str | None = None
    raw: bytes | None = None

    def headers(self) -> dict[str, str]:
        found = {"content-encoding": "aws-chunked"}
        if self.trailer:
            found["x-amz-trailer"] = self.trailer.partition(":")[0]
        if self.length != "":
            found["x-amz-decoded-content-length"] = self.length or str(len(self.content))
        return found


class Signer(S3SigV4Auth):
    """Signs the type of the payload instead of its digest, and then the chunks."""

    def payload(self, request: AWSRequest) -> str:
        return f"{SIGNED}-TRAILER" if "x-amz-trailer" in request.headers else SIGNED

    def body(self, request: AWSRequest, chunks: Chunks) -> bytes:
        previous = request.headers["Authorization"].rpartition("=")[2]
        framed = b""
        for content in (chunks.content, b"") if chunks.content else (b"",):
            digest = hashlib.sha256(content).hexdigest()
            previous = chunks.signature or self.sign(request, "PAYLOAD", previous, EMPTY, digest)
            framed += b"%x;chunk-signature=%s\r\n" % (len(content), previous.encode())
            framed += content + b"\r\n" if content else b""
        if chunks.trailer:
            digest = hashlib.sha256(f"{chunks.trailer}\n".encode()).hexdigest()
            signature = self.sign(request, "TRAILER", previous, digest)
            framed += f"{chunks.trailer}\r\nx-amz-trailer-signature:{signature}\r\n".encode()
        return framed + b"\r\n"

    def sign(self, request: AWSRequest, kind: str, *lines: str) -> str:
        start = (f"AWS4-HMAC-SHA256-{kind}", request.context["timestamp"], self.credential_scope(request))
        return str(self.signature("\n".join((*start, *lines)), request))


def send(
    aws: MockAWS, chunks: Chunks, method: str = "PUT", path: str = "/amzn-data/k?tagging"
) -> requests.Response:
    """Send a request of the root user."""
    request = AWSRequest(method, f"https://s3.us-east-1.amazonaws.com{path}", headers=chunks.headers())
    signer = Signer(Credentials(aws.ambient_key.id, aws.ambient_key.secret), "s3", "us-east-1")
    signer.add_auth(request)
    body = signer.body(request, chunks) if chunks.raw is None else chunks.raw
    return requests.request(method, request.url, headers=dict(request.headers.items()), data=body, timeout=5)


@pytest.fixture(autouse=True)
def data(aws: MockAWS) -> None:
    aws.account().create_bucket("amzn-data", objects={"k": b"x"})


@pytest.mark.parametrize("chunks", [Chunks(), Chunks(trailer=CRC32)], ids=["chunks", "trailer"])
def test_a_document_in_signed_chunks(aws: MockAWS, s3: Any, chunks: Chunks) -> None:
    """X-30, R-122: the document is what the chunks contain."""
    assert send(aws, chunks).status_code == 200
    assert s3.get_object_tagging(Bucket="amzn-data", Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("chunks", "status", "code"),
    [
        (Chunks(signature="0" * 64), 403, "SignatureDoesNotMatch"),
        (Chunks(raw=TAGS), 400, "IncompleteBody"),
        (Chunks(raw=b""), 400, "IncompleteBody"),
        (Chunks(raw=b"4b\r\n%s\r\n0\r\n\r\n" % TAGS), 403, "SignatureDoesNotMatch"),
        (Chunks(length="3"), 400, "IncompleteBody"),
        (Chunks(length=""), 411, "MissingContentLength"),
        (Chunks(length="many"), 411, "MissingContentLength"),
        (Chunks(trailer="x-amz-checksum-crc32:AAAAAA=="), 400, "BadDigest"),
        (Chunks(trailer="x-amz-meta-a:b"), 400, "InvalidRequest"),
        (Chunks(content=b"<Tagging>"), 400, "MalformedXML"),
        (Chunks(content=b""), 400, "MissingRequestBodyError"),
    ],
)  # fmt: skip
def test_chunks_that_are_refused(aws: MockAWS, s3: Any, chunks: Chunks, status: int, code: str) -> None:
    """X-30, R-122: nothing is stored."""
    found = send(aws, chunks)
    assert (found.status_code, re.findall("<Code>(.*?)</Code>", found.text)) == (status, [code])
    assert s3.get_object_tagging(Bucket="amzn-data", Key="k")["TagSet"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/amzn-data?list-type=2", 200),
        ("GET", "/amzn-data/k", 200),
        ("PUT", "/amzn-new", 200),
        ("DELETE", "/amzn-data/k", 204),
    ],
)
def test_operations_without_a_document(aws: MockAWS, method: str, path: str, status: int) -> None:
    """R-122: the signature of the request is verified; there is nothing else to decode."""
    assert send(aws, Chunks(content=b""), method, path).status_code == status
