"""The output of an operation as botocore parses it from HTTP, without XML: compiled from botocore's own models.

Rule 1: what is parsed here is equal to what botocore's parser returns for the same answer, also in the order of the
members. Rule 2: ``as_parsed`` returns None for everything that it cannot convert for certain. Then botocore's parser
reads the answer.

Members in headers are read from the answer's headers, as botocore does. Members in XML are taken from the operation's
output: the text of XML is equal to the text that was written if it is printable.
"""

from __future__ import annotations

import datetime
import functools
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.awsrequest import AWSResponse
from botocore.endpoint import convert_to_response_dict
from botocore.httpchecksum import handle_checksum_body
from botocore.parsers import PROTOCOL_PARSERS

from mocks3.wire import times
from mocks3.wire.deviations import of

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

    from mocks3.model.parsed import Params

PROTOCOL = "rest-xml"
_ABSENT = object()
"""An empty flattened list writes no element, so that its member is missing."""

Converter = Callable[[Any], Any]


class _Other(Exception):
    """A value that botocore's parser has to read."""


class _OutputPlan(NamedTuple):
    """How the output of one operation is parsed.

    order    the position of each member in the parsed output
    headers  members and shapes, by header name in lower case
    maps     members that collect headers, by prefix in lower case
    payload  the member that is the content of the body, if there is one
    convert  makes the members of the document; None if the answer contains no document
    """

    order: Mapping[str, int]
    headers: Mapping[str, tuple[str, Shape]]
    maps: Mapping[str, str]
    payload: str | None
    convert: Converter | None


def as_parsed(
    model: OperationModel,
    output: Params,
    answer: AWSResponse,
    sent: Mapping[str, str],
    context: dict[str, Any],
) -> dict[str, Any] | None:
    """Return the parsed output of a successful call, or None if botocore's parser must read the answer.

    Args:
        model: The client's model of the operation.
        output: The members that the operation returned.
        answer: The answer, as botocore receives it.
        sent: The headers of the answer.
        context: The context of the request, which says how the body is verified.
    """
    plan = _plan(model)
    headers = {name.lower(): text for name, text in sent.items()}
    if plan is None or "expires" in headers or answer.status_code not in (200, 202, 204, 206):
        return None
    metadata = {
        "RequestId": headers["x-amz-request-id"],
        "HostId": headers["x-amz-id-2"],
        "HTTPStatusCode": answer.status_code,
        "HTTPHeaders": headers,
    }
    try:
        found = _members(plan, output, headers)
    except _Other:
        return None
    response = convert_to_response_dict(answer, model)
    handle_checksum_body(answer, response, context, model)
    if plan.payload is not None:
        body = response["body"]
        found[plan.payload] = body.decode() if isinstance(body, bytes) else body
    algorithm = response["context"].get("checksum", {}).get("response_algorithm")
    if algorithm:
        metadata["ChecksumAlgorithm"] = algorithm
    return {"ResponseMetadata": metadata, **found}


def _members(plan: _OutputPlan, output: Params, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the members in headers, then those in the document. Both are in the order of the model."""
    found: dict[str, Any] = {member: {} for member in plan.maps.values()}
    for name, text in headers.items():
        entry = plan.headers.get(name)
        if entry is not None:
            member, shape = entry
            found[member] = text if shape.type_name == "string" else _scalar(shape, text)
    for prefix, member in plan.maps.items():
        found[member] = {
            name[len(prefix) :]: text for name, text in headers.items() if name.startswith(prefix)
        }
    if len(found) > 1:
        found = dict(sorted(found.items(), key=lambda item: plan.order[item[0]]))
    if plan.convert is not None:
        found.update(plan.convert(output))
    return found


def _scalar(shape: Shape, text: str) -> Any:
    """Return the value of a header as botocore's parser reads it."""
    if shape.type_name == "timestamp":
        return _moment(text, time.tzname, datetime.datetime)
    return _PARSER._parse_shape(shape, text)


_PARSER: Any = PROTOCOL_PARSERS[PROTOCOL]()


@functools.lru_cache(maxsize=1024)
def _moment(text: str, zone: tuple[str, str], kind: type) -> datetime.datetime:
    """Return a timestamp as botocore parses it. ``Z`` is the local time zone if that is named UTC (``zone``).

    ``kind`` is the class of the result, which libraries that stop the clock replace.
    """
    moment: datetime.datetime = _PARSER._timestamp_parser(text)
    return moment


_plans: dict[int, tuple[object, _OutputPlan | None]] = {}
"""The plans, by the description of the operation, which the models of all clients share."""


def _plan(model: OperationModel) -> _OutputPlan | None:
    described = model._operation_model
    found = _plans.get(id(described))
    if found is None:
        found = _plans[id(described)] = described, _compile(model)
    return found[1]


def _compile(model: OperationModel) -> _OutputPlan | None:
    if model.has_event_stream_output or of("s3", model.name).bare:
        return None
    shape = model.output_shape
    if shape is None:
        return _OutputPlan({}, {}, {}, None, None)
    headers, maps, document = {}, {}, []
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location == "header":
            if _is_json(member):
                return None
            headers[member.serialization.get("name", name).lower()] = name, member
        elif location == "headers":
            maps[member.serialization.get("name", "").lower()] = name
        elif location is None:
            document.append(name)
        else:
            return None
    order = {name: at for at, name in enumerate(shape.members)}
    payload = shape.serialization.get("payload")
    if payload is None:
        convert = _structure(shape, document, frozenset(shape.members)) if document else None
        return _OutputPlan(order, headers, maps, None, convert)
    if shape.members[payload].type_name in ("string", "blob"):
        return _OutputPlan(order, headers, maps, payload, None)
    return _OutputPlan(order, headers, maps, None, _document_of(payload, shape.members[payload]))


def _is_json(shape: Shape) -> bool:
    return bool(shape.serialization.get("jsonvalue"))


def _document_of(payload: str, shape: Shape) -> Converter:
    """Convert an output whose document is one of its members. Without the member there is no document."""
    convert = _converter(shape)

    def converted(output: Params) -> dict[str, Any]:
        value = output.get(payload)
        return {payload: convert({} if value is None else value)}

    return converted


def _converter(shape: Shape) -> Converter:
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, list(shape.members), frozenset())
    if kind == "list":
        return _list(shape)
    if kind == "timestamp":
        return (
            _iso8601 if shape.serialization.get("timestampFormat", "iso8601").lower() == "iso8601" else _other
        )
    return _CONVERTERS.get(kind, _other)


def _structure(shape: Shape, names: list[str], others: frozenset[str]) -> Converter:
    """Convert a structure. ``others`` are members of the same output that are not in the document."""
    parts: dict[str, Converter] = {}
    attributes = set()
    members = {name: shape.members[name] for name in names}

    def learn() -> None:  # at the first call: a filter contains filters
        for name, member in members.items():
            if member.serialization.get("xmlAttribute"):
                attributes.add(name)
            parts[name] = _converter(member)

    layouts: dict[tuple[str, ...], list[tuple[str, Converter]]] = {}

    def layout(value: dict[str, Any]) -> list[tuple[str, Converter]]:
        if not parts:
            learn()
        unknown = value.keys() - parts.keys() - others - {"ResponseMetadata"}
        if unknown:
            raise _Other
        found = [(name, part) for name, part in parts.items() if name in value]
        layouts[tuple(value)] = found
        return found

    def converted(value: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, part in layouts.get(tuple(value)) or layout(value):
            item = value[name]
            if item is None or (name in attributes and not item):
                continue
            item = part(item)
            if item is not _ABSENT:
                found[name] = item
        return found

    return converted


def _list(shape: Shape) -> Converter:
    convert = _converter(shape.member)
    empty = _ABSENT if shape.serialization.get("flattened") else None

    def converted(values: Any) -> Any:
        if not values:
            return [] if empty is None else empty
        return [convert(value) for value in values]

    return converted


def _text(value: Any) -> str:
    if type(value) is not str or not value.isprintable():
        raise _Other
    return value


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise _Other
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _Other
    return value


def _iso8601(value: Any) -> datetime.datetime:
    zone = time.tzname
    if not isinstance(value, datetime.datetime) or ("UTC" in zone and zone != ("UTC", "UTC")):
        raise _Other
    return _iso8601_in(value, zone, datetime.datetime)


@functools.lru_cache(maxsize=16384)  # the same objects are listed many times
def _iso8601_in(value: datetime.datetime, zone: tuple[str, str], kind: type) -> datetime.datetime:
    read = datetime.datetime.fromisoformat(times.iso8601(value)[:-1])
    return read.replace(tzinfo=_moment("2000-01-01T00:00:00.000Z", zone, kind).tzinfo)


def _other(value: Any) -> Any:
    raise _Other


_CONVERTERS: dict[str, Converter] = {
    "string": _text,
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
}
