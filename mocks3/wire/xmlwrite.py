"""Typed members to XML text: a template and converters, compiled for each shape of an answer.

Rule 1: text is built, not a tree: a listing of a thousand keys is nine thousand elements. Rule 2: members come in
the model's order, absent ones (and those that are None) are left out. Rule 3: a member that the model does not
know is a mistake of ours, and said so. Rule 4: timestamps are to the millisecond, as S3 writes them.

How a structure is written. Those that have the same members share a layout: their elements' text with a blank for
each member, and what fills the blanks. There are few layouts, so each is found out once, and writing is one ``%``.
A list of structures of one layout is written by columns: all keys are escaped in one go, all dates formatted in
one ``map``, and the loop over the entries is C's.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from mocks3.lib import limits
from mocks3.wire import times

_MOST_LAYOUTS = 256
_WORTH_A_TABLE = 8


class ElementWriter(NamedTuple):
    """An element with a blank, and what fills it: for one value, and for a column of them."""

    template: str
    one: Callable[[Any], str]
    many: Callable[[list[Any]], Iterable[str]]


class Layout(NamedTuple):
    """Structures with the same members: their text, and the parts that fill its blanks, by member."""

    template: str
    blanks: tuple[tuple[str, ElementWriter], ...]


def escape(text: str) -> str:
    """Text as it may stand between tags. S3 writes quotes as ``&quot;``, and control characters as references."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return limits.xml_text(text)


def _escape_many(texts: list[str]) -> Iterable[str]:
    """Every text escaped; at once where none holds what the join would confuse."""
    if texts and "".join(texts).isprintable():
        return escape("\n".join(texts)).split("\n")
    return map(escape, texts)


def element(shape: Any, tag: str) -> Callable[[Any], str]:
    """The function that writes a value of this shape as an element of this name."""
    part = _part(shape, tag)
    return lambda value: part.template % (part.one(value),)


class Contents:
    """Writes what stands inside a structure's element: its members that are elements, one after the other.

    Args: ``skip`` are members that stand elsewhere, ``first`` those that come before the others.
    """

    def __init__(self, shape: Any, skip: Collection[str] = (), first: Collection[str] = ()) -> None:
        ordered = sorted(shape.members.items(), key=lambda item: item[0] not in first)
        placed = [
            (name, member) for name, member in ordered if name not in skip and not _is_attribute(member)
        ]
        self._parts = {name: _part(member, _tag(name, member)) for name, member in placed}
        self._known = frozenset(shape.members).union(skip)
        self._shape = shape.name
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def __call__(self, value: Any) -> str:
        """The text for one structure. Raises ``TypeError`` for a member that the shape does not have."""
        if None in value.values():
            value = {name: item for name, item in value.items() if item is not None}
        layout = self._layout(tuple(value))
        return layout.template % tuple([part.one(value[name]) for name, part in layout.blanks])

    def many(self, values: Sequence[Any]) -> list[str]:
        """The texts for many; by columns where all are alike."""
        if len(values) >= _WORTH_A_TABLE:
            try:
                return self._table(values)
            except (AttributeError, KeyError, TypeError):
                pass  # an entry differs from the others, or is wrong: one by one, then, and let the wrong one say so
        return [self(value) for value in values]

    def _table(self, values: Sequence[Any]) -> list[str]:
        names = tuple(values[0])
        if set(map(len, values)) != {len(names)}:
            raise KeyError
        layout = self._layout(names)
        if not layout.blanks:
            raise KeyError
        columns = [part.many([value[name] for value in values]) for name, part in layout.blanks]
        return list(map(layout.template.__mod__, zip(*columns, strict=True)))

    def _layout(self, names: tuple[str, ...]) -> Layout:
        found = self._layouts.get(names)
        return self._learn(names) if found is None else found

    def _learn(self, names: tuple[str, ...]) -> Layout:
        if not self._known.issuperset(names):
            raise TypeError(f"{self._shape} has no member {', '.join(sorted(set(names) - self._known))}")
        if len(self._layouts) >= _MOST_LAYOUTS:
            self._layouts.clear()
        blanks = tuple((name, part) for name, part in self._parts.items() if name in names)
        template = "".join(part.template for _, part in blanks)
        found = self._layouts[names] = Layout(template, blanks)
        return found


def _part(shape: Any, tag: str) -> ElementWriter:
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, tag)
    if kind == "list":
        return _list(shape, tag)
    if kind == "map":
        return _map(shape, tag)
    if kind in ("string", "character"):
        return _text(shape, tag)
    return _each(f"<{tag}>%s</{tag}>", _scalar(shape))


def _each(template: str, one: Callable[[Any], str]) -> ElementWriter:
    return ElementWriter(template, one, partial(map, one))


def _structure(shape: Any, tag: str) -> ElementWriter:
    write = Contents(shape)
    attributes = [
        (name, member.serialization["name"])
        for name, member in shape.members.items()
        if _is_attribute(member)
    ]
    if not attributes:
        return ElementWriter(f"<{tag}>%s</{tag}>", write, write.many)
    start = f"<{tag}{_namespace(shape)}"

    def with_attributes(value: Any) -> str:
        marks = "".join(f' {mark}="{escape(value[name])}"' for name, mark in attributes if value.get(name))
        return f"{start}{marks}>{write(value)}</{tag}>"

    return _each("%s", with_attributes)


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


def _list(shape: Any, tag: str) -> ElementWriter:
    flattened = shape.serialization.get("flattened")
    item = _part(shape.member, tag if flattened else shape.member.serialization.get("name", "member"))
    fill = item.template.__mod__

    def write(values: Any) -> str:
        if len(values) == 1:
            return fill((item.one(values[0]),))
        return "".join([fill((text,)) for text in item.many(values)])

    return _each("%s" if flattened else f"<{tag}>%s</{tag}>", write)


def _map(shape: Any, tag: str) -> ElementWriter:
    write_key = element(shape.key, shape.key.serialization.get("name", "key"))
    write_value = element(shape.value, shape.value.serialization.get("name", "value"))
    flattened = shape.serialization.get("flattened")
    entry = tag if flattened else "entry"

    def write(value: Any) -> str:
        pairs = [write_key(key) + write_value(item) for key, item in value.items()]
        return "".join([f"<{entry}>{pair}</{entry}>" for pair in pairs])

    return _each("%s" if flattened else f"<{tag}>%s</{tag}>", write)


class _Elements(dict[str, str]):
    """The whole elements of an enumeration's values; those of others are made as they come."""

    def __init__(self, tag: str, values: Iterable[str]) -> None:
        self._tag = tag
        super().__init__({value: self[value] for value in values})

    def __missing__(self, value: str) -> str:
        return f"<{self._tag}>{escape(value)}</{self._tag}>"


def _text(shape: Any, tag: str) -> ElementWriter:
    if shape.enum:
        return _each("%s", _Elements(tag, shape.enum).__getitem__)
    return ElementWriter(f"<{tag}>%s</{tag}>", escape, _escape_many)


def _scalar(shape: Any) -> Callable[[Any], str]:
    kind = shape.type_name
    if kind == "timestamp":
        return times.WRITERS[shape.serialization.get("timestampFormat", "iso8601").lower()]
    return _SCALARS[kind]


_SCALARS: dict[str, Callable[[Any], str]] = {
    "boolean": {True: "true", False: "false"}.__getitem__,
    "integer": int.__repr__,
    "long": int.__repr__,
    "float": str,
    "double": str,
    "blob": lambda value: base64.b64encode(value).decode(),
}
