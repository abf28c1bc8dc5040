"""Encode event streams: the ``application/vnd.amazon.eventstream`` messages of SelectObjectContent.

Rule 1: only this module builds these bytes; the tests decode them with botocore. Rule 2: an ``S3Error`` that is raised
while the events are produced becomes the last message of the stream, because S3 has already sent the status 200.

    message = total length, headers length, CRC of both | headers | payload | CRC of everything before
    header  = length of name, name, type 7 (string), length of value, value

Source: "Appendix: SelectObjectContent Response"; botocore.eventstream.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from mocks3.errors import S3Error
from mocks3.wire import xmlwrite

if TYPE_CHECKING:
    from botocore.model import Shape

    from mocks3.model.parsed import Params

_STRING = 7
Encoder = Callable[["Params"], bytes]


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one message."""
    packed = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", len(packed) + len(payload) + 16, len(packed))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return body + struct.pack(">I", zlib.crc32(body))


def _header(name: str, value: str) -> bytes:
    text = value.encode()
    return struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", _STRING, len(text)) + text


def compile_stream(shape: Shape) -> Callable[[Iterable[Params]], bytes]:
    """Return the function that encodes an iterable of ``{event: {...}}``."""
    encoders = {name: _event(name, member) for name, member in shape.members.items()}

    def encode(events: Iterable[Params]) -> bytes:
        messages = []
        try:
            for event in events:
                ((name, members),) = event.items()
                messages.append(encoders[name](members))
        except S3Error as error:
            messages.append(_error(error))
        return b"".join(messages)

    return encode


def _event(name: str, shape: Shape) -> Encoder:
    headers = {":message-type": "event", ":event-type": name}
    payload = next(
        (item for item in shape.members.items() if item[1].serialization.get("eventpayload")), None
    )
    if payload is None:
        return lambda members: message(headers, b"")
    member, member_shape = payload
    if member_shape.type_name == "blob":
        headers[":content-type"] = "application/octet-stream"
        return lambda members: message(headers, members.get(member, b""))
    headers[":content-type"] = "text/xml"
    write = xmlwrite.element(member_shape, member_shape.name)
    return lambda members: message(headers, write(members.get(member, {})).encode())


def _error(error: S3Error) -> bytes:
    headers = {":message-type": "error", ":error-code": error.code, ":error-message": error.message}
    return message(headers, b"")
