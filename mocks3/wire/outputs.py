"""Compile how each operation's output becomes headers and body, once per operation.

Rule 1: an output may have the members of the model's output shape, and ``ResponseMetadata``. Rule 2: root elements,
statuses and orders that are not in the model come from ``deviations``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.model.messages import Streamable
from mocks3.wire import deviations, models, scalars, xmlwrite
from mocks3.wire.events import compile_stream

if TYPE_CHECKING:
    from botocore.model import Shape

    from mocks3.model.parsed import Params

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = "application/xml"
ResponseBody = bytes | Streamable
BodyWriter = Callable[["Params"], ResponseBody]


class CompiledOutput(NamedTuple):
    """One operation's compiled output. ``content_type`` is the header of a body that is not empty."""

    status: int
    headers: Mapping[str, tuple[str, scalars.Writer | None]]
    maps: Mapping[str, str]
    body: BodyWriter | None
    content_type: str | None
    known: frozenset[str]


def compile_output(service: str, operation: str) -> CompiledOutput:
    """Compile an operation's output from its model and its row of ``deviations``."""
    model = models.operation_model(service, operation)
    row = deviations.of(service, operation)
    shape = model.output_shape
    members = {} if shape is None else shape.members
    headers, maps = {}, {}
    for name, member in members.items():
        location = member.serialization.get("location")
        if location == "header":
            modelled = member.serialization.get("name", name)
            headers[name] = deviations.HEADER_NAMES.get(modelled, modelled), scalars.writer(member)
        elif location == "headers":
            maps[name] = member.serialization.get("name", "")
    bound = frozenset(headers) | frozenset(maps)
    namespace = "" if row.plain else deviations.NAMESPACES[service]
    body, content_type = _body(shape, row, bound, namespace)
    status = row.status or model.http.get("responseCode", 200)
    known = frozenset(members) | {"ResponseMetadata"}
    return CompiledOutput(status, headers, maps, body, row.content_type or content_type, known)


def _body(
    shape: Shape, row: deviations.Deviation, bound: frozenset[str], namespace: str
) -> tuple[BodyWriter | None, str | None]:
    if shape is None or not shape.members.keys() - bound:
        return None, None
    payload = shape.serialization.get("payload")
    if payload is None:
        return _members_document(shape, row, bound, namespace), XML
    member = shape.members[payload]
    if member.serialization.get("eventstream"):
        encode = compile_stream(member)
        return lambda output: encode(output.get(payload, ())), "application/vnd.amazon.eventstream"
    if member.type_name == "structure":
        return _member_document(payload, member, namespace), XML
    if member.type_name == "blob":
        return _content(payload), None
    return lambda output: str(output.get(payload) or "").encode(), None


def _content(member: str) -> BodyWriter:
    def body(output: Params) -> ResponseBody:
        content: ResponseBody | None = output.get(member)
        return b"" if content is None else content

    return body


def _members_document(
    shape: Shape, row: deviations.Deviation, bound: frozenset[str], namespace: str
) -> BodyWriter:
    """Write a document whose root has the members as child elements."""
    root = row.root or shape.name
    if row.bare:
        # A newer model may add members; the first is the root's text.
        member = next(name for name in shape.members if name not in bound)
        return lambda output: document(root, namespace, xmlwrite.escape(output.get(member) or ""))
    skip = bound | {"ResponseMetadata"}
    write = xmlwrite.Contents(shape, skip)
    return lambda output: document(root, namespace, write(output))


def _member_document(member: str, shape: Shape, namespace: str) -> BodyWriter:
    """Write a document that is one member of the output. Without that member there is no body."""
    root = shape.serialization.get("name", member)
    write = xmlwrite.Contents(shape)

    def body(output: Mapping[str, object]) -> bytes:
        value = output.get(member)
        return b"" if value is None else document(root, namespace, write(value))

    return body


def document(root: str, namespace: str, inside: str) -> bytes:
    """Return a complete XML document."""
    start = f'{DECLARATION}<{root} xmlns="{namespace}"' if namespace else f"{DECLARATION}<{root}"
    return f"{start}>{inside}</{root}>".encode() if inside else f"{start}/>".encode()
