"""Convert typed members to XML text, with a template and converters that are compiled for each shape of an output.

Rule 1: it writes text directly, without a tree: a listing of a thousand keys has nine thousand elements. Rule 2:
members are in the model's order; members that are missing or None are omitted. Rule 3: a member that is not in the
model is a TypeError. Rule 4: timestamps have milliseconds, as in S3.

How a structure is written: structures with the same members share a layout, which is the text of their elements with a
placeholder for each member, and the writers that fill the placeholders. There are few layouts. Each is built once;
then a structure is written with one ``%``. A list of structures with the same layout is written by columns: all keys
are escaped in one call, all dates are formatted in one ``map``, and the loop over the entries runs in C.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.lib import limits
from mocks3.wire import times

if TYPE_CHECKING:
    from botocore.model import Shape

_MOST_LAYOUTS = 256
_WORTH_A_TABLE = 8


TextWriter = Callable[[Any], str]
"""A function that writes a value of one shape as XML."""


class ElementWriter(NamedTuple):
    """An element with a placeholder, and the functions that fill it: for one value, and for a column of values."""

    template: str
    one: TextWriter
    many: Callable[[list[Any]], Iterable[str]]


class Layout(NamedTuple):
    """The text of structures with the same members, and the writers that fill its placeholders, by member."""

    template: str
    placeholders: tuple[tuple[str, ElementWriter], ...]


def escape(text: str) -> str:
    """Escape text between tags. S3 writes quotes as ``&quot;``, and control characters as references."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return limits.xml_text(text)


def _escape_many(texts: list[str]) -> Iterable[str]:
    """Escape every text; in one pass if none contains a line break."""
    if texts and "".join(texts).isprintable():
        return escape("\n".join(texts)).split("\n")
    return map(escape, texts)


def element(shape: Shape, tag: str) -> TextWriter:
    """Return the function that writes a value of this shape as an element with this name."""
    part = _part(shape, tag)
    return lambda value: part.template % (part.one(value),)


class Contents:
    """Write the content of a structure's element: one element for each member.

    Args:
        shape: The shape of the structure.
        skip: Members that are not written here (headers, for example).
        first: Members that are written before the others.
    """

    def __init__(self, shape: Shape, skip: Collection[str] = (), first: Collection[str] = ()) -> None:
        ordered = sorted(shape.members.items(), key=lambda item: item[0] not in first)
        placed = [
            (name, member) for name, member in ordered if name not in skip and not _is_attribute(member)
        ]
        self._parts = {name: _part(member, _tag(name, member)) for name, member in placed}
        self._known = frozenset(shape.members).union(skip)
        self._shape = shape.name
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def __call__(self, value: Any) -> str:
        """Return the text of one structure. Raises ``TypeError`` for a member that the shape does not have."""
        if None in value.values():
            value = {name: item for name, item in value.items() if item is not None}
        layout = self._layout(tuple(value))
        return layout.template % tuple([part.one(value[name]) for name, part in layout.placeholders])

    def many(self, values: Sequence[object]) -> list[str]:
        """Return the texts of many structures; by columns if all have the same members."""
        if len(values) >= _WORTH_A_TABLE:
            try:
                return self._table(values)
            except (AttributeError, KeyError, TypeError):
                pass  # an entry differs or is invalid: write one by one, which raises for the invalid one
        return [self(value) for value in values]

    def _table(self, values: Sequence[Any]) -> list[str]:
        names = tuple(values[0])
        if set(map(len, values)) != {len(names)}:
            raise KeyError
        layout = self._layout(names)
        if not layout.placeholders:
            raise KeyError
        columns = [part.many([value[name] for value in values]) for name, part in layout.placeholders]
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


def _part(shape: Shape, tag: str) -> ElementWriter:
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


def _each(template: str, one: TextWriter) -> ElementWriter:
    return ElementWriter(template, one, partial(map, one))


def _structure(shape: Shape, tag: str) -> ElementWriter:
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


def _namespace(shape: Shape) -> str:
    """Return the declaration of the namespace for a structure's attributes. The root has the default namespace."""
    namespace = shape.serialization.get("xmlNamespace")
    if not isinstance(namespace, dict) or "prefix" not in namespace:
        return ""
    return f' xmlns:{namespace["prefix"]}="{namespace["uri"]}"'


def _is_attribute(shape: Shape) -> bool:
    return bool(shape.serialization.get("xmlAttribute"))


def _tag(name: str, shape: Shape) -> str:
    traits = shape.serialization
    if shape.type_name == "list" and traits.get("flattened") and "name" in shape.member.serialization:
        traits = shape.member.serialization
    return str(traits.get("name", name))


def _list(shape: Shape, tag: str) -> ElementWriter:
    flattened = shape.serialization.get("flattened")
    item = _part(shape.member, tag if flattened else shape.member.serialization.get("name", "member"))
    fill = item.template.__mod__

    def write(values: Any) -> str:
        if len(values) == 1:
            return fill((item.one(values[0]),))
        return "".join([fill((text,)) for text in item.many(values)])

    return _each("%s" if flattened else f"<{tag}>%s</{tag}>", write)


def _map(shape: Shape, tag: str) -> ElementWriter:
    write_key = element(shape.key, shape.key.serialization.get("name", "key"))
    write_value = element(shape.value, shape.value.serialization.get("name", "value"))
    flattened = shape.serialization.get("flattened")
    entry = tag if flattened else "entry"

    def write(value: Any) -> str:
        pairs = [write_key(key) + write_value(item) for key, item in value.items()]
        return "".join([f"<{entry}>{pair}</{entry}>" for pair in pairs])

    return _each("%s" if flattened else f"<{tag}>%s</{tag}>", write)


class _Elements(dict[str, str]):
    """The complete elements of an enumeration's values. Elements of other values are made when needed."""

    def __init__(self, tag: str, values: Iterable[str]) -> None:
        self._tag = tag
        super().__init__({value: self[value] for value in values})

    def __missing__(self, value: str) -> str:
        return f"<{self._tag}>{escape(value)}</{self._tag}>"


def _text(shape: Shape, tag: str) -> ElementWriter:
    if shape.enum:
        return _each("%s", _Elements(tag, shape.enum).__getitem__)
    return ElementWriter(f"<{tag}>%s</{tag}>", escape, _escape_many)


def _scalar(shape: Shape) -> TextWriter:
    kind = shape.type_name
    if kind == "timestamp":
        return times.WRITERS[shape.serialization.get("timestampFormat", "iso8601").lower()]
    return _SCALARS[kind]


_SCALARS: dict[str, TextWriter] = {
    "boolean": {True: "true", False: "false"}.__getitem__,
    "integer": int.__repr__,
    "long": int.__repr__,
    "float": str,
    "double": str,
    "blob": lambda value: base64.b64encode(value).decode(),
}
