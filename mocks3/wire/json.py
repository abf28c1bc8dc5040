"""Parse and serialize the ``json`` protocol (KMS): JSON documents, and the operation in a header.

    X-Amz-Target: TrentService.CreateKey          {"Description": "…"}
    {"KeyMetadata": {"CreationDate": 1.7e9, …}}   {"__type": "NotFoundException", "message": "…"}

Rule 1: a member that is not in the model is ignored in a request, and a TypeError in an output. A member that is in the
model but unknown to mocks3 is rejected by name (``known``). Rule 2: dates are seconds since 1970, bytes are base64.

Source: Smithy "AWS JSON 1.1 protocol".
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Row, S3Error
from mocks3.lib import limits
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.parsed import Params, Parsed
from mocks3.wire import constraints, ids, known, models
from mocks3.wire.address import service_address
from mocks3.wire.bodies import verified_body

if TYPE_CHECKING:
    from botocore.model import Shape

SERIALIZATION = Row("SerializationException", 400, "{reason}")
VALIDATION = Row("ValidationException", 400, "{reason}")
UNKNOWN_OPERATION = Row("UnknownOperationException", 400, "")


def parse(request: WireRequest) -> Parsed:
    """Return the operation that the header names. Its input is read when ``Parsed.params`` is first read."""
    prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
    model = models.service_model(request.service)
    if prefix != model.metadata["targetPrefix"] or operation not in model.operation_names:
        raise UNKNOWN_OPERATION()
    read = compiled(request.service, operation)
    return Parsed(request, request.service, operation, service_address(request), {}, lambda _: read(request))


def serialize(parsed: Parsed, output: Mapping[str, object]) -> WireResponse:
    """Return the response of a successful operation."""
    shape = models.operation_model(parsed.service, parsed.operation).output_shape
    if shape is None:
        return _respond(parsed.service, 200, b"", {})
    return _respond(parsed.service, 200, json.dumps(_written(shape, output)).encode(), {})


def serialize_error(request: WireRequest, error: S3Error) -> WireResponse:
    """Return the error response."""
    body = {"__type": error.code, "message": error.message, **error.extra}
    return _respond(request.service, error.status, json.dumps(body).encode(), error.headers)


def _respond(service: str, status: int, body: bytes, headers: Mapping[str, str]) -> WireResponse:
    version = models.service_model(service).metadata["jsonVersion"]
    own = ids.query_headers() | {"Content-Type": f"application/x-amz-json-{version}"}
    return WireResponse(status, {**own, **headers, "Content-Length": str(len(body))}, body)


@functools.cache
def compiled(service: str, operation: str) -> Callable[[WireRequest], Params]:
    """Return the function that reads an operation's input, compiled at its first call.

    That function raises ``SerializationException``, ``ValidationException``.
    """
    shape = models.operation_model(service, operation).input_shape
    check = constraints.compile_check(shape)

    def read(request: WireRequest) -> Params:
        try:
            document = limits.json_value(verified_body(request) or b"{}")
            members: Params = {} if shape is None else _read(shape, document)
        except ValueError as fault:
            raise SERIALIZATION(reason=str(fault)) from fault
        wrong = check(members)
        if wrong is not None:
            raise VALIDATION(reason=wrong)
        return members

    return known.refuse_additions(service, operation, read)


def _read(shape: Shape, value: Any) -> Any:
    """Convert a value to its boto3 type. Raises ``ValueError`` for a wrong type or a value out of range."""
    kind = shape.type_name
    if type(value) not in _TYPES[kind]:
        raise ValueError(f"{type(value).__name__} is not a valid {kind}")
    if kind in _LIMITS and not -_LIMITS[kind] <= value < _LIMITS[kind]:
        raise ValueError(f"{value} is not a valid {kind}")
    if kind == "structure":
        members = shape.members
        return {
            name: _read(members[name], item)
            for name, item in value.items()
            if name in members and item is not None
        }
    if kind == "list":
        return [_read(shape.member, item) for item in value]
    if kind == "map":
        return {key: _read(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return limits.from_epoch(float(value))
    if kind == "blob":
        return base64.b64decode(value, validate=True)
    return value


_LIMITS = {"integer": 1 << 31, "long": 1 << 63}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "list": (list,),
    "map": (dict,),
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}
"""The Python types that JSON values may have, for each type of the model."""


def _written(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        unknown = sorted(value.keys() - shape.members.keys() - {"ResponseMetadata"})
        if unknown:
            raise TypeError(f"{shape.name} has no member {', '.join(unknown)}")
        given = {name: item for name, item in value.items() if item is not None and name in shape.members}
        return {name: _written(shape.members[name], item) for name, item in given.items()}
    if kind == "list":
        return [_written(shape.member, item) for item in value]
    if kind == "map":
        return {key: _written(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return value.timestamp()
    return base64.b64encode(value).decode() if kind == "blob" else value
