"""Answers that no operation's model describes: to preflights, and what the website endpoint says to people.

<html><head><title>404 Not Found</title>… <li>Code: NoSuchKey</li><li>Message: …</li>…
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from http import HTTPStatus

from mocks3.errors import S3Error
from mocks3.lib import limits
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.wire import ids

HTML = "text/html; charset=utf-8"


def with_valid_headers(answer: WireResponse) -> WireResponse:
    """Return the answer with headers that HTTP can hold.

    Requests that would store a line break are refused, but a header may also echo what a request or a configuration
    says: the host name of a redirect, an origin, an id.
    """
    if "".join(answer.headers.values()).isprintable():
        return answer
    headers = {name: limits.header_value(text) for name, text in answer.headers.items()}
    return answer._replace(headers=headers)


def empty_response(headers: Mapping[str, str], status: int = 200) -> WireResponse:
    """An answer that is all head."""
    return WireResponse(status, {**ids.s3_headers(), **headers, "Content-Length": "0"})


def serialize_error_page(request: WireRequest, error: S3Error, second: S3Error | None = None) -> WireResponse:
    """The website endpoint's answer of failure.

    Args: ``second`` why the custom error document could not be shown either. Its text is recorded; that the head tells
    of the error as well is known from callers.
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
    """What the head of a website's answer says of an error; what cannot stand in a head is left out."""
    said = {
        "x-amz-error-code": error.code,
        "x-amz-error-message": error.message,
        **{f"x-amz-error-detail-{name}": text or "" for name, text in error.extra.items()},
    }
    return {name: text for name, text in said.items() if text.isascii() and text.isprintable()}


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
    told = {"Code": error.code, "Message": error.message, **error.extra, **own}
    items = "".join(
        f"<li>{name}: {html.escape(text or '', quote=False)}</li>\n" for name, text in told.items()
    )
    return f"<ul>\n{items}</ul>\n"
