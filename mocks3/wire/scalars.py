"""Readers and writers of members that are plain text in headers, query strings and paths.

Rule 1: each type has one function, which is chosen when an operation is compiled. Rule 2: ``None`` in place of a
function means that the text is the value. Rule 3: a text of the wrong type is InvalidArgument, with the argument.

Source: Smithy "HTTP protocol bindings"; botocore's serialisers and parsers for the other direction.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3 import errors
from mocks3.lib import limits
from mocks3.wire import deviations, times

if TYPE_CHECKING:
    from botocore.model import Shape

Reader = Callable[[str], Any]
Writer = Callable[[Any], str]

_INTEGER = re.compile(r"(-?)0*([0-9]{1,19})")
_LIMITS = {"integer": 1 << 31, "long": 1 << 63}
_LIST_ITEM = re.compile(r'(?:^|,)\s*(?:"((?:[^"\\]|\\.)*)"\s*(?=,|$)|([^,]*))')


def argument_error(name: str, text: str, message: str) -> errors.S3Error:
    """Return InvalidArgument for one header or query parameter."""
    return errors.INVALID_ARGUMENT(message=message, ArgumentName=name, ArgumentValue=text)


def reader(shape: Shape, name: str, member: str) -> Reader | None:
    """Return the function that converts the text of the header or query parameter ``name`` to a value."""
    traits = shape.serialization
    kind = shape.type_name
    if traits.get("jsonvalue"):
        return _json_reader(name)
    if kind in _LIMITS:
        return _integer_reader(name, _LIMITS[kind])
    if kind == "boolean":
        return (lambda text: text == "true") if name in deviations.EXACT_BOOLEANS else _boolean_reader(name)
    if kind == "timestamp":
        return _timestamp_reader(name, member)
    if kind == "list":
        return _list_reader(reader(shape.member, name, member))
    if kind in ("float", "double"):
        return _float_reader(name)
    if name in deviations.IGNORED_IF_EMPTY:
        return lambda text: text or None
    if shape.enum and shape.name in deviations.ANY_CASE:
        return _any_case_reader(shape.enum)
    if shape.enum and name.startswith(deviations.FORWARDED):
        return _enumeration_reader(member, shape.enum)
    return _blob_reader(name) if kind == "blob" else None


def _any_case_reader(values: list[str]) -> Reader:
    """Return a reader that changes a value to the model's spelling. Other texts remain as they are."""
    spellings = {value.lower(): value for value in values}
    return lambda text: spellings.get(text.lower(), text)


def _enumeration_reader(member: str, values: list[str]) -> Reader:
    place = member[:1].lower() + member[1:]

    def read(text: str) -> str:
        if text not in values:
            raise errors.VALIDATION_ERROR(
                reason=f"1 validation error detected: Value '{text}' at '{place}' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(values)}]"
            )
        return text

    return read


def _integer_reader(name: str, limit: int) -> Reader:
    sentence = deviations.INTEGER_SENTENCES.get(name, errors.NOT_AN_INTEGER.message.format(name=name))

    def read(text: str) -> int | None:
        match = _INTEGER.fullmatch(text)
        if match and -limit <= (number := int(match[1] + match[2])) < limit:
            return number
        if (not text and name not in deviations.INTEGER_SENTENCES) or name in deviations.IGNORED_NUMBERS:
            return None
        if name in deviations.INVALID_VALUES:
            raise errors.INVALID_REQUEST(message=f"Value for {name} header is invalid: '{text}'")
        raise argument_error(name, text, sentence)

    return read


def _boolean_reader(name: str) -> Reader:
    def read(text: str) -> bool:
        value = {"true": True, "false": False}.get(text.strip().lower())
        if value is None:
            raise argument_error(name, text, f"Argument {name} must be true or false")
        return value

    return read


def _timestamp_reader(name: str, member: str) -> Reader:
    keep = member in deviations.ANY_TEXT
    ignore = name in deviations.IGNORED_DATES
    sentence = deviations.DATE_SENTENCES.get(name, f"Argument {name} is not a valid timestamp")
    parse = times.read_http_date if ignore else times.read

    def read(text: str) -> datetime.datetime | str | None:
        try:
            return parse(text)
        except ValueError:
            if keep:
                return text
            if ignore:
                return None
            raise argument_error(name, text, sentence) from None

    return read


def _list_reader(item: Reader | None) -> Reader:
    def read(text: str) -> list[Any]:
        values = split_list(text)
        return values if item is None else [item(value) for value in values]

    return read


def split_list(text: str) -> list[str]:
    """Return the items of a comma-separated header. An item in double quotes may contain commas."""
    values = []
    for match in _LIST_ITEM.finditer(text):
        quoted, plain = match.groups()
        values.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain.strip())
    return values


def _json_reader(name: str) -> Reader:
    def read(text: str) -> Any:
        try:
            return limits.json_value(base64.b64decode(text, validate=True))
        except ValueError:
            raise argument_error(name, text, f"Argument {name} is not base64-encoded JSON") from None

    return read


def _float_reader(name: str) -> Reader:
    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise argument_error(name, text, f"Argument {name} is not a number") from None

    return read


def _blob_reader(name: str) -> Reader:
    def read(text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except ValueError:
            raise argument_error(name, text, f"Argument {name} is not base64") from None

    return read


def writer(shape: Shape) -> Writer | None:
    """Return the function that converts a member of an output to the text of a header."""
    traits = shape.serialization
    kind = shape.type_name
    if traits.get("jsonvalue"):
        return lambda value: base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()
    if kind == "boolean":
        return lambda value: "true" if value else "false"
    if kind == "timestamp":
        return times.WRITERS[traits.get("timestampFormat", "rfc822").lower()]
    if kind == "list":
        item = writer(shape.member)
        return lambda values: ",".join(values if item is None else map(item, values))
    if kind == "blob":
        return lambda value: base64.b64encode(value).decode()
    return None if kind in ("string", "character") else str
