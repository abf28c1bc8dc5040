"""Requests and answers as bytes on a wire, for tests that send what no library would."""

from __future__ import annotations

import re

from mocks3 import MockAWS
from mocks3.model.messages import WireResponse

Headers = list[tuple[bytes, bytes]]


def by_root(aws: MockAWS, headers: Headers) -> Headers:
    """Headers, and what makes a request root's: a key that nobody knows, of whose signature nothing is asked.

    What a request says by headers of AWS's own must be among what is signed, whoever signs.
    """
    now = aws.clock.now().strftime("%Y%m%dT%H%M%SZ").encode()
    said = [(b"x-amz-date", now), (b"x-amz-content-sha256", b"UNSIGNED-PAYLOAD")]
    given = {name for name, _ in headers}
    all_of_them = [*(pair for pair in said if pair[0] not in given), *headers]
    signed = b";".join(sorted({name for name, _ in all_of_them} | {b"host"}))
    scope = b"AKIANOBODYKNOWS/%s/us-east-1/s3/aws4_request" % now[:8]
    authorization = b"AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=00" % (scope, signed)
    return [(b"authorization", authorization), *all_of_them]


def read(method: str, found: WireResponse) -> None:
    """See that an answer can be sent, and be read."""
    body = (
        found.body if isinstance(found.body, bytes) else b"".join(bytes(each) for each in found.body.chunks())
    )
    assert 200 <= found.status < 600
    assert found.status != 500 or b"<Code>InternalError</Code>" in body
    for name, value in found.headers.items():
        assert name.isascii()
        assert value.encode("utf-8", "surrogateescape") is not None
        assert not {"\r", "\n", "\0"} & set(value), (name, value)
    if method == "HEAD" or found.status in (204, 304):
        assert body == b""
    elif "Content-Length" in found.headers:
        assert int(found.headers["Content-Length"]) == len(body)
    if found.status >= 400 and found.headers.get("Content-Type") == "application/xml" and body:
        # Read as text: what XML 1.0 has no way to write, S3 writes all the same (&#x0;).
        assert re.search(rb"<Error><(Type>\w+</Type><)?Code>[\w.]+</Code><Message>", body)
