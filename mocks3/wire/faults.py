"""Turn an error into a response: ``serialize_error``.

Rule 1: the text of an error is escaped, and its elements are in the order given. Other services than S3 replace
characters that are not valid in XML with U+FFFD. Rule 2: responses to HEAD and with status 304 have no body.
Rule 3: the request ids in the body are those in the headers.

    <Error><Code/><Message/>extra…<RequestId/><HostId/></Error>                               s3
    <ErrorResponse><Error><Type/><Code/><Message/>extra…</Error><RequestId/></ErrorResponse>  sts, iam, s3control
    {"__type": Code, "message": Message, extra…}                                              kms
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mocks3.errors import S3Error
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.parsed import Parsed
from mocks3.wire import deviations, ids, json, models
from mocks3.wire.outputs import DECLARATION, XML
from mocks3.wire.xmlwrite import escape

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are not valid in XML, not even as a reference (XML 1.0, "Characters")."""


def serialize_error(source: Parsed | WireRequest, error: S3Error) -> WireResponse:
    """Return the error response to a request, parsed or not.

    If the status of an error is 200, the response has the status 200 and an error body: S3 does this if CopyObject or
    CompleteMultipartUpload fails after it has sent the headers.

    Source: ErrorResponses ("REST error responses"); API_CopyObject and API_CompleteMultipartUpload for the 200s.
    """
    request = source.request if isinstance(source, Parsed) else source
    if request.service == "s3":
        return _s3(request, error)
    if models.service_model(request.service).metadata["protocol"] == "json":
        return json.serialize_error(request, error)
    return _wrapped(request, error)


def _s3(request: WireRequest, error: S3Error) -> WireResponse:
    headers = ids.s3_headers()
    headers.update(error.headers)
    if error.status == 304:
        return WireResponse(304, headers)
    headers["Content-Type"] = XML
    if request.method == "HEAD":
        return WireResponse(error.status, headers)
    own = {"RequestId": headers["x-amz-request-id"], "HostId": headers["x-amz-id-2"]}
    text = f"{DECLARATION}<Error>{_tags(_elements(error))}{_tags(own)}</Error>"
    # Recorded: S3 sends errors without Content-Length.
    headers["Transfer-Encoding"] = "chunked"
    return WireResponse(error.status, headers, text.encode())


def _wrapped(request: WireRequest, error: S3Error) -> WireResponse:
    metadata = models.service_model(request.service).metadata
    query = metadata["protocol"] == "query"
    headers = ids.query_headers() if query else ids.s3_headers() | {"Content-Type": XML}
    headers.update(error.headers)
    own = {"RequestId": headers["x-amzn-RequestId" if query else "x-amz-request-id"]}
    kind = _tags({"Type": "Sender" if error.status < 500 else "Receiver"}) if query else ""
    namespace = metadata["xmlNamespace"] if query else deviations.NAMESPACES[request.service]
    root = f'ErrorResponse xmlns="{namespace}"'
    elements = {name: _UNWRITABLE.sub("\ufffd", text or "") for name, text in _elements(error).items()}
    text = f"<{root}><Error>{kind}{_tags(elements)}</Error>{_tags(own)}</ErrorResponse>"
    return _respond(error, headers, text)


def _elements(error: S3Error) -> dict[str, str | None]:
    return {"Code": error.code, "Message": error.message, **error.extra}


def _tags(values: Mapping[str, str | None]) -> str:
    return "".join(f"<{name}>{escape(text or '')}</{name}>" for name, text in values.items())


def _respond(error: S3Error, headers: dict[str, str], text: str) -> WireResponse:
    body = text.encode()
    headers["Content-Length"] = str(len(body))
    return WireResponse(error.status, headers, body)
