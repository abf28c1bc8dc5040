"""Read headers from the query of a presigned URL.

A browser that opens a link sends no headers of its own, so signers add them to the URL: ``x-amz-acl=private`` or
``If-None-Match=*`` next to ``X-Amz-Signature``. S3 treats them as headers. A header that is also sent takes precedence.

Rule: a URL of Signature Version 4 covers its whole query, so every header of S3's operations may be in it (recorded:
If-None-Match). Version 2 covers only the names in ``_PLAIN`` and ``x-amz-*``.

Source: "Authenticating requests: using query parameters"; RESTAuthentication, "Query string request authentication
alternative". botocore's ``HmacV1QueryAuth`` moves headers in this way, as do the newer SDKs of other languages.
"""

from __future__ import annotations

from collections.abc import Mapping

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
_PLAIN = frozenset({"content-md5", "content-type"})
"""Headers that Signature Version 2 covers in addition to ``x-amz-*``."""
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
        if ((lower := name.lower()).startswith("x-amz-") and lower not in _SIGNATURE_PARAMETERS)
        or lower in plain
    }
    return request._replace(headers={**moved, **request.headers}) if moved else request
