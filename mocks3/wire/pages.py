"""Responses that are not in the model of an operation: to preflight requests, and the website endpoint's error pages.

<html><head><title>404 Not Found</title>… <li>Code: NoSuchKey</li><li>Message: …</li>…
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from http import HTTPStatus

from mocks3.errors import S3Error
from mocks3.lib import limits
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.wire import ids, query

HTML = "text/html; charset=utf-8"


def with_valid_headers(response: WireResponse) -> WireResponse:
    """Return the response with headers as clients read them: Latin-1, without characters that are not valid there.

    Requests that would store a line break are rejected. But a header may also contain a text of a request or of a
    configuration: an origin, an id. Text beyond Latin-1 is sent as UTF-8 (``query.as_header``).
    """
    joined = "".join(response.headers.values())
    if joined.isascii() and joined.isprintable():
        return response
    return response._replace(
        headers={name: _header_text(limits.header_value(text)) for name, text in response.headers.items()}
    )


def _header_text(text: str) -> str:
    return query.as_header(text) if max(text, default="") > "\xff" else text


def empty_response(headers: Mapping[str, str], status: int = 200) -> WireResponse:
    """Return a response without a body."""
    return WireResponse(status, {**ids.s3_headers(), **headers, "Content-Length": "0"})


def serialize_error_page(request: WireRequest, error: S3Error, second: S3Error | None = None) -> WireResponse:
    """Return the website endpoint's error response. Its text is recorded; its headers are reported by users.

    Args:
        request: The request.
        error: The error.
        second: Why the custom error document could not be read, if there is one.
    """
    headers = {**ids.s3_headers(), **error_headers(error), **error.headers}
    if error.status == 304:
        return WireResponse(304, {**ids.s3_headers(), **error.headers})
    headers["Content-Type"] = HTML
    own = {"RequestId": headers["x-amz-request-id"], "HostId": headers["x-amz-id-2"]}
    body = _page(error, own, second).encode()
    headers["Content-Length"] = str(len(body))
    return WireResponse(error.status, headers, b"" if request.method == "HEAD" else body)


def error_headers(error: S3Error) -> dict[str, str]:
    """Return the headers that describe an error of the website endpoint, without those that are not valid."""
    headers = {
        "x-amz-error-code": error.code,
        "x-amz-error-message": error.message,
        **{f"x-amz-error-detail-{name}": text or "" for name, text in error.extra.items()},
    }
    return {name: text for name, text in headers.items() if text.isascii() and text.isprintable()}


def _page(error: S3Error, own: Mapping[str, str], second: S3Error | None) -> str:
    title = f"{error.status} {HTTPStatus(error.status).phrase}"
    more = ""
    if second is not None:
        heading = "An Error Occurred While Attempting to Retrieve a Custom Error Document"
        more = f"<h3>{heading}</h3>\n{_list(second, {})}"
    return (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n"
        f"{_list(error, own)}{more}<hr/>\n</body>\n</html>\n"
    )


def _list(error: S3Error, own: Mapping[str, str]) -> str:
    items = {"Code": error.code, "Message": error.message, **error.extra, **own}
    lines = "".join(
        f"<li>{name}: {html.escape(text or '', quote=False)}</li>\n" for name, text in items.items()
    )
    return f"<ul>\n{lines}</ul>\n"
