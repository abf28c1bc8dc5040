"""Convert XML trees to typed members, with a reader that is compiled for each shape of a request body.

Rule 1: elements that are not in the model are ignored. Rule 2: an element of the model must have the right type, a
value of its enumeration and its required members; otherwise the body "did not validate against our published schema":
``ValueError``. Rule 3: shapes are only looked at when an operation is compiled, not when a request is read.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3.wire import deviations, times
from mocks3.wire.xmltree import Tree

if TYPE_CHECKING:
    from botocore.model import Shape

Reader = Callable[[Any], Any]

_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,19}\s*")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def reader(shape: Shape) -> Reader:
    """Return the function that reads an element of this shape."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape)
    if kind == "list":
        return _list(shape)
    if kind == "map":
        return _map(shape)
    if kind == "string" and shape.enum and shape.name not in deviations.OPEN_ENUMS:
        return _enumeration(frozenset(shape.enum))
    return SCALARS[kind]


def _structure(shape: Shape) -> Reader:
    placed = [
        (name, *_place(name, member), member)
        for name, member in shape.members.items()
        if "location" not in member.serialization
    ]
    lists = {element for _, element, several, _ in placed if several}
    members = tuple(
        (name, element, several, reader(member))
        for name, element, several, member in placed
        if several or element not in lists  # the older scalar form of a member that is now a list
    )
    required = tuple(
        name for name in shape.required_members if "location" not in shape.members[name].serialization
    )

    def read(tree: Tree) -> dict[str, Any]:
        children = _children(tree)
        found = {}
        for name, element, several, read_member in members:
            if element in children:
                child = children[element]
                found[name] = read_member(as_list(child) if several else child)
        for name in required:
            if name not in found:
                raise ValueError(f"{name} is missing")
        return found

    return read


def _place(name: str, shape: Shape) -> tuple[str, bool]:
    """Return the key of a member in the tree, and whether its element is repeated."""
    element = shape.serialization.get("name", name)
    if shape.serialization.get("xmlAttribute"):
        return "@" + element, False
    return element, shape.type_name in ("list", "map") and bool(shape.serialization.get("flattened"))


def _children(tree: Any) -> dict[str, Any]:
    if tree is None:
        return {}
    if isinstance(tree, list):
        raise ValueError("expected one element, not several")
    text = tree.get("#text") if isinstance(tree, dict) else tree
    if text and not text.isspace():
        raise ValueError("expected elements, not text")
    return tree if isinstance(tree, dict) else {}


def as_list(child: object) -> list[Any]:
    """Return the elements of one name as a list."""
    return child if isinstance(child, list) else [child]


def _list(shape: Shape) -> Reader:
    read_item = reader(shape.member)
    if shape.serialization.get("flattened"):
        return lambda items: [read_item(item) for item in items]
    element = shape.member.serialization.get("name", "member")

    def read(tree: Tree) -> list[Any]:
        children = _children(tree)
        return [read_item(item) for item in as_list(children[element])] if element in children else []

    return read


def _map(shape: Shape) -> Reader:
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    read_key, read_value = reader(shape.key), reader(shape.value)
    flattened = shape.serialization.get("flattened")

    def read(tree: Any) -> dict[str, Any]:
        entries = tree if flattened else as_list(_children(tree).get("entry", []))
        pairs = [_children(entry) for entry in entries]
        if not all(key_name in pair and value_name in pair for pair in pairs):
            raise ValueError("an entry without key or value")
        return {read_key(pair[key_name]): read_value(pair[value_name]) for pair in pairs}

    return read


def text_of(tree: object) -> str:
    """Return an element's text. Raises ``ValueError`` if it contains elements, or if there are several."""
    if tree is None:
        return ""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict) and all(key[0] in "@#" for key in tree):
        return str(tree.get("#text") or "")
    raise ValueError("expected text, not elements")


def _enumeration(values: frozenset[str]) -> Reader:
    def read(tree: Tree) -> str:
        text = text_of(tree)
        if text not in values:
            raise ValueError(f"{text!r} is not a value of the enumeration")
        return text

    return read


def _integer(tree: Tree) -> int:
    text = text_of(tree)
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    return int(text)


def _boolean(tree: Tree) -> bool:
    value = _BOOLEANS.get(text_of(tree).strip().lower())
    if value is None:
        raise ValueError("not a boolean")
    return value


SCALARS: dict[str, Reader] = {
    "string": text_of,
    "character": text_of,
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
    "float": lambda tree: float(text_of(tree)),
    "double": lambda tree: float(text_of(tree)),
    "timestamp": lambda tree: times.read(text_of(tree)),
    "blob": lambda tree: base64.b64decode(text_of(tree), validate=True),
}
