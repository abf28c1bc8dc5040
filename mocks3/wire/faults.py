"""From an error to the answer on the wire: ``serialize_error``.

Rule 1: an error's text is escaped and its elements stand in the order given; outside S3 what XML cannot hold becomes
U+FFFD. Rule 2: HEAD and 304 have no body,
whatever went wrong. Rule 3: the ids in the body are those of the headers.

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
from mocks3.wire.answers import DECLARATION, XML
from mocks3.wire.xmlwrite import escape

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold, not even by reference (XML 1.0, "Characters")."""


def serialize_error(source: Parsed | WireRequest, error: S3Error) -> WireResponse:
    """The answer of failure to a request, parsed or not.

    An error whose status is 200 is answered with 200 and an error body: what S3 does when CopyObject or
    CompleteMultipartUpload fails after the headers went out.

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
    # Recorded: S3 does not say how long an error is.
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
    told = {name: _UNWRITABLE.sub("\ufffd", text or "") for name, text in _elements(error).items()}
    text = f"<{root}><Error>{kind}{_tags(told)}</Error>{_tags(own)}</ErrorResponse>"
    return _respond(error, headers, text)


def _elements(error: S3Error) -> dict[str, str | None]:
    return {"Code": error.code, "Message": error.message, **error.extra}


def _tags(values: Mapping[str, str | None]) -> str:
    return "".join(f"<{name}>{escape(text or '')}</{name}>" for name, text in values.items())


def _respond(error: S3Error, headers: dict[str, str], text: str) -> WireResponse:
    body = text.encode()
    headers["Content-Length"] = str(len(body))
    return WireResponse(error.status, headers, body)
