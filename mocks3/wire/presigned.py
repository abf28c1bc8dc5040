"""Read headers from the query of a presigned URL.

A browser that opens a link sends no headers of its own, so signers add them to the URL: ``x-amz-acl=private`` or
``If-None-Match=*`` next to ``X-Amz-Signature``. S3 treats them as headers. A header that is also sent takes precedence.

Rule 1: a URL of Signature Version 4 covers its whole query, so every header of S3's operations may be in it (recorded:
If-None-Match). Version 2 covers only the names in ``_PLAIN`` and ``x-amz-*``.

Rule 2: S3 ignores checksums in a URL. They are signed, but the body is not compared with them, and they are not stored.
The SDK for JavaScript adds the checksum of an empty body to each URL of PutObject, and uploads with it succeed. Source:
threads aws/aws-sdk#480, aws/aws-sdk-go-v2#2610 and #3522 (checksums "need to be send as headers and not as query
parameters"); boto/boto3#3465 for x-amz-checksum-mode.

Source: "Authenticating requests: using query parameters"; RESTAuthentication, "Query string request authentication
alternative". botocore's ``HmacV1QueryAuth`` moves headers in this way, as do the newer SDKs of other languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.lib import checksum
from mocks3.model.messages import WireRequest
from mocks3.wire import models
from mocks3.wire.query import header_of_field

_SIGNATURE_NAMES = frozenset({"X-Amz-Signature", "Signature"})
_SIGNATURE_PARAMETERS = frozenset(
    {
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-region-set",
        "x-amz-signature",
        "x-amz-signedheaders",
    }
)
_CHECKSUMS = frozenset(
    {
        "x-amz-sdk-checksum-algorithm",
        "x-amz-checksum-mode",
        *(f"x-amz-checksum-{each}" for each in checksum.SIZES),
    }
)
"""Headers about checksums, which S3 reads only as headers."""
_PLAIN = frozenset({"content-md5", "content-type"})
"""Headers that Signature Version 2 covers in addition to ``x-amz-*``."""
_NOT_READ = _SIGNATURE_PARAMETERS | _CHECKSUMS
_OF_MESSAGE = frozenset({"content-length"})
"""Headers about the body that is sent, which a URL cannot know."""


def with_query_headers(request: WireRequest, query: Mapping[str, str]) -> WireRequest:
    """Return the request with the headers of its query added; the same request if it is not presigned."""
    if _SIGNATURE_NAMES.isdisjoint(query):
        return request
    plain = _PLAIN if "AWSAccessKeyId" in query else models.header_names("s3") - _OF_MESSAGE
    moved = {
        lower: header_of_field(lower, value)
        for name, value in query.items()
        if ((lower := name.lower()).startswith("x-amz-") and lower not in _NOT_READ)
        or (lower in plain and lower not in _NOT_READ)
    }
    return request._replace(headers={**moved, **request.headers}) if moved else request
