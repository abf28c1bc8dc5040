"""Turn an operation's output into a response: ``serialize``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mocks3.model.messages import WireResponse
from mocks3.model.parsed import Parsed
from mocks3.wire import ids, json, models, xmlwrite
from mocks3.wire.outputs import CompiledOutput, compile_output

if TYPE_CHECKING:
    from mocks3.model.parsed import Params

_BODILESS = (204, 304)


@functools.cache
def compiled(service: str, operation: str) -> CompiledOutput:
    """Return an operation's compiled output. It is compiled at the first response."""
    return compile_output(service, operation)


def serialize(parsed: Parsed, output: Params) -> WireResponse:
    """Return the response of a successful operation.

    Source: the HTTP traits of botocore's models; ``deviations`` where the service differs.

    Args:
        parsed: The request.
        output: The members, with the names and types of boto3. ``ResponseMetadata`` may override the status and add
            headers that are not in the model: ``{"HTTPStatusCode": 200, "HTTPHeaders": {...}}``. Streaming members
            are bytes or a ``Streamable``; event streams are iterables of ``{event: {...}}``.

    Raises:
        TypeError: The operation's output does not have such a member.
    """
    protocol = models.service_model(parsed.service).metadata["protocol"]
    if protocol == "json":
        return json.serialize(parsed, output)
    if protocol == "query":
        return _serialize_query(parsed, output)
    entry = compiled(parsed.service, parsed.operation)
    if not entry.known.issuperset(output):
        unknown = ", ".join(sorted(output.keys() - entry.known))
        raise TypeError(f"the output of {parsed.operation} has no member {unknown}")
    headers = ids.s3_headers()
    _put_headers(entry, output, headers)
    status = 206 if output.get("ContentRange") else entry.status
    metadata = output.get("ResponseMetadata")
    if metadata:
        status = metadata.get("HTTPStatusCode", status)
        headers.update(metadata.get("HTTPHeaders", {}))
    if parsed.request.method == "HEAD" or status in _BODILESS:
        return WireResponse(status, headers)
    body = entry.body(output) if entry.body is not None else b""
    headers["Content-Length"] = str(len(body))
    if entry.content_type is not None and len(body):
        headers.setdefault("Content-Type", entry.content_type)
    return WireResponse(status, headers, body)


def _put_headers(entry: CompiledOutput, output: Params, headers: dict[str, str]) -> None:
    table = entry.headers
    for member, value in output.items():
        if value is None:
            continue
        bound = table.get(member)
        if bound is not None:
            name, write = bound
            headers[name] = value if write is None else write(value)
        elif member in entry.maps:
            prefix = entry.maps[member]
            headers.update({prefix + name: text for name, text in value.items()})


@functools.cache
def _result(service: str, operation: str) -> Callable[[Params], str]:
    """Return the function that writes the result element of a query operation."""
    shape = models.operation_model(service, operation).output_shape
    if shape is None:
        return lambda output: ""
    wrapper = shape.serialization.get("resultWrapper", f"{operation}Result")
    return xmlwrite.element(shape, wrapper)


def _serialize_query(parsed: Parsed, output: Mapping[str, object]) -> WireResponse:
    """Return the response of a query operation. Source: Smithy "AWS query protocol", response serialization."""
    headers = ids.query_headers()
    namespace = models.service_model(parsed.service).metadata["xmlNamespace"]
    name = f"{parsed.operation}Response"
    members = {member: value for member, value in output.items() if member != "ResponseMetadata"}
    result = _result(parsed.service, parsed.operation)(members)
    request_id = f"<RequestId>{headers['x-amzn-RequestId']}</RequestId>"
    metadata = f"<ResponseMetadata>{request_id}</ResponseMetadata>"
    body = f'<{name} xmlns="{namespace}">{result}{metadata}</{name}>'.encode()
    headers["Content-Length"] = str(len(body))
    return WireResponse(200, headers, body)
