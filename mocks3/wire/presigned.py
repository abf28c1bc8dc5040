"""Headers that a presigned URL carries in its query.

A browser that opens a link sends no headers of S3's, so signers put them into the URL: ``x-amz-acl=private`` beside
``X-Amz-Signature``. S3 reads them as if they had been sent; a header that is sent as well stands before them.

Source: "Authenticating requests: using query parameters"; RESTAuthentication, "Query string request authentication
alternative". botocore's ``HmacV1QueryAuth`` moves headers in this way, as do the newer SDKs of other languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.model.messages import WireRequest

_SIGNATURES = frozenset({"X-Amz-Signature", "Signature"})
_OF_THE_SIGNATURE = frozenset(
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
"""What Signature Version 2 covers beside ``x-amz-*``."""


def with_query_headers(request: WireRequest, query: Mapping[str, str]) -> WireRequest:
    """The request with the headers of its query among its headers; itself when it is not presigned."""
    if _SIGNATURES.isdisjoint(query):
        return request
    plain = _PLAIN if "AWSAccessKeyId" in query else frozenset()
    moved = {
        lower: value
        for name, value in query.items()
        if ((lower := name.lower()).startswith("x-amz-") and lower not in _OF_THE_SIGNATURE) or lower in plain
    }
    return request._replace(headers={**moved, **request.headers}) if moved else request
