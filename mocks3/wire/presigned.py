"""Read headers from the query of a presigned URL.

A browser that opens a link sends no ``x-amz-*`` headers, so signers add them to the URL: ``x-amz-acl=private`` next to
``X-Amz-Signature``. S3 treats them as headers. A header that is also sent takes precedence.

Source: "Authenticating requests: using query parameters"; RESTAuthentication, "Query string request authentication
alternative". botocore's ``HmacV1QueryAuth`` moves headers in this way, as do the newer SDKs of other languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.model.messages import WireRequest

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


def with_query_headers(request: WireRequest, query: Mapping[str, str]) -> WireRequest:
    """Return the request with the headers of its query added; the same request if it is not presigned."""
    if _SIGNATURE_NAMES.isdisjoint(query):
        return request
    plain = _PLAIN if "AWSAccessKeyId" in query else frozenset()
    moved = {
        lower: value
        for name, value in query.items()
        if ((lower := name.lower()).startswith("x-amz-") and lower not in _SIGNATURE_PARAMETERS)
        or lower in plain
    }
    return request._replace(headers={**moved, **request.headers}) if moved else request
