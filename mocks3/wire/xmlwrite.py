"""Typed members to XML text: a writer compiled for each shape of an answer.

Rule 1: text is built, not a tree: a listing of a thousand keys is nine thousand elements. Rule 2: members come in
the model's order, absent ones (and those that are None) are left out. Rule 3: a member that the model does not
know is a mistake of ours, and said so. Rule 4: timestamps are to the millisecond, as S3 writes them.

A writer takes a value and answers the whole element.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from mocks3.wire import times

Writer = Callable[[Any], str]

_SPECIAL = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f]')


def escape(text: str) -> str:
    """Text as it may stand between tags. S3 writes quotes as ``&quot;``, and control characters as references."""
    return _SPECIAL.sub(_reference, text) if _SPECIAL.search(text) else text


_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _reference(match: re.Match[str]) -> str:
    sign = match[0]
    return _NAMED.get(sign) or f"&#{ord(sign)};"


def writer(shape: Any, tag: str) -> Writer:
    """The function that writes an element of this shape."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, tag)
    if kind == "list":
        return _list(shape, tag)
    if kind == "map":
        return _map(shape, tag)
    if kind == "timestamp":
        return _timestamp(shape, tag)
    if kind == "string" and shape.enum:
        return _enumeration(shape.enum, tag)
    return _SCALARS.get(kind, _number)(tag)


def element(shape: Any, tag: str) -> Writer:
    """A structure's element under a name of the caller's choice."""
    write = contents(shape)
    return lambda value: f"<{tag}>{write(value)}</{tag}>"


def contents(shape: Any, skip: frozenset[str] = frozenset(), first: tuple[str, ...] = ()) -> Writer:
    """What stands inside a structure's element: its members that are elements, one after the other."""
    ordered = sorted(shape.members.items(), key=lambda item: item[0] not in first)
    placed = [(name, member) for name, member in ordered if name not in skip and not _is_attribute(member)]
    members = tuple((name, writer(member, _tag(name, member))) for name, member in placed)
    known = frozenset(shape.members)

    def write(value: Any) -> str:
        if not known.issuperset(value):
            raise TypeError(f"{shape.name} has no member {', '.join(sorted(value.keys() - known))}")
        text = ""
        for name, write_member in members:
            if name in value and (item := value[name]) is not None:
                text += write_member(item)
        return text

    return write


def _structure(shape: Any, tag: str) -> Writer:
    write_contents = contents(shape)
    attributes = tuple(
        (name, member.serialization["name"])
        for name, member in shape.members.items()
        if _is_attribute(member)
    )
    start, end = f"<{tag}{_namespace(shape)}", f"</{tag}>"

    def write_with_attributes(value: Any) -> str:
        marks = "".join(f' {mark}="{escape(value[name])}"' for name, mark in attributes if name in value)
        return f"{start}{marks}>{write_contents(value)}{end}"

    return write_with_attributes if attributes else lambda value: f"{start}>{write_contents(value)}{end}"


def _namespace(shape: Any) -> str:
    """The prefixed namespace that a structure declares for its attributes; the default one stands in the root."""
    namespace = shape.serialization.get("xmlNamespace")
    if not isinstance(namespace, dict) or "prefix" not in namespace:
        return ""
    return f' xmlns:{namespace["prefix"]}="{namespace["uri"]}"'


def _is_attribute(shape: Any) -> bool:
    return bool(shape.serialization.get("xmlAttribute"))


def _tag(name: str, shape: Any) -> str:
    traits = shape.serialization
    if shape.type_name == "list" and traits.get("flattened") and "name" in shape.member.serialization:
        traits = shape.member.serialization
    return str(traits.get("name", name))


def _list(shape: Any, tag: str) -> Writer:
    if shape.serialization.get("flattened"):
        write_item = writer(shape.member, tag)
        return lambda items: "".join([write_item(item) for item in items])
    write_item = writer(shape.member, shape.member.serialization.get("name", "member"))
    return lambda items: f"<{tag}>{''.join([write_item(item) for item in items])}</{tag}>"


def _map(shape: Any, tag: str) -> Writer:
    write_key = writer(shape.key, shape.key.serialization.get("name", "key"))
    write_value = writer(shape.value, shape.value.serialization.get("name", "value"))
    flattened = shape.serialization.get("flattened")
    entry = tag if flattened else "entry"

    def write(value: Any) -> str:
        text = "".join(
            f"<{entry}>{write_key(key)}{write_value(item)}</{entry}>" for key, item in value.items()
        )
        return text if flattened else f"<{tag}>{text}</{tag}>"

    return write


def _enumeration(values: list[str], tag: str) -> Writer:
    """Few values, so each one's element is ready."""
    ready = {value: f"<{tag}>{escape(value)}</{tag}>" for value in values}
    return lambda value: ready.get(value) or f"<{tag}>{escape(value)}</{tag}>"


def _timestamp(shape: Any, tag: str) -> Writer:
    write = times.WRITERS[shape.serialization.get("timestampFormat", "iso8601").lower()]
    return lambda value: f"<{tag}>{value if isinstance(value, str) else write(value)}</{tag}>"


def _number(tag: str) -> Writer:
    return lambda value: f"<{tag}>{value}</{tag}>"


_SCALARS: dict[str, Callable[[str], Writer]] = {
    "string": lambda tag: lambda value: f"<{tag}>{escape(value)}</{tag}>",
    "character": lambda tag: lambda value: f"<{tag}>{escape(value)}</{tag}>",
    "boolean": lambda tag: lambda value: f"<{tag}>{'true' if value else 'false'}</{tag}>",
    "blob": lambda tag: lambda value: f"<{tag}>{base64.b64encode(value).decode()}</{tag}>",
}
