"""Parse requests of the ``query`` protocol (STS, IAM): a form whose dotted names make a tree.

Rule 1: the form names the action, so the form is parsed to find the operation; its values are converted when
``Parsed.params`` is first read. Rule 2: names that are not in the model are ignored. Values that have the wrong type
or violate the model's constraints are a ValidationError.

    Action=CreateRole&Version=2010-05-08&RoleName=r&Tags.member.1.Key=k&Tags.member.1.Value=v

Source: Smithy "AWS query protocol".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3 import errors
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Params
from mocks3.wire import constraints, query, xmlread
from mocks3.wire.bodies import verified_body

if TYPE_CHECKING:
    from botocore.model import Shape

Reader = Callable[[Any], Any]
_MEMBERS = "member"
_ENTRIES = "entry"
_TEXT = "."
"""The key of a node's own text in its dict. No child has this name."""


def fields(request: WireRequest) -> dict[str, str]:
    """Return the form of a request: its body, or its query string if it has no body. Raises InvalidURI."""
    body = verified_body(request)
    if not body:
        return query.first_values(query.pairs(request.query))
    try:
        return query.first_values(query.pairs(body.decode("ascii")))
    except UnicodeError:
        raise _invalid("the form is not ASCII") from None


def compile_form(service: str, input_shape: Shape) -> Callable[[dict[str, str]], Params]:
    """Return the function that converts a form into an operation's input."""
    if input_shape is None:
        return lambda form: {}
    compile_check = constraints.compile_iam_check if service == "iam" else constraints.compile_check
    read_root, check = _reader(input_shape), compile_check(input_shape)

    def read(form: dict[str, str]) -> Params:
        try:
            params: Params = read_root(_tree(form))
        except ValueError as fault:
            raise _invalid(str(fault)) from fault
        wrong = check(params)
        if wrong is not None:
            raise _invalid(wrong)
        return params

    return read


def _invalid(reason: str) -> errors.S3Error:
    return errors.VALIDATION_ERROR(reason=reason)


def _tree(form: dict[str, str]) -> dict[str, Any]:
    """Return nested dicts. A node's own text has the key ``_TEXT``."""
    root: dict[str, Any] = {}
    for name, value in form.items():
        node = root
        for part in name.split("."):
            node = node.setdefault(part, {})
        node[_TEXT] = value
    return root


def _reader(shape: Shape) -> Reader:
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape)
    if kind == "list":
        return _list(shape)
    if kind == "map":
        return _map(shape)
    read_text = xmlread.SCALARS[kind]
    return lambda node: read_text(node.get(_TEXT, ""))


def _structure(shape: Shape) -> Reader:
    members = tuple((name, _name(name, member), _reader(member)) for name, member in shape.members.items())

    def read(node: dict[str, object]) -> dict[str, Any]:
        return {name: read_member(node[key]) for name, key, read_member in members if key in node}

    return read


def _name(member: str, shape: Shape) -> str:
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        member = shape.member.serialization.get("name", member)
    return str(shape.serialization.get("name", member))


def _list(shape: Shape) -> Reader:
    read_item = _reader(shape.member)
    within = (
        None if shape.serialization.get("flattened") else shape.member.serialization.get("name", _MEMBERS)
    )

    def read(node: dict[str, object]) -> list[Any]:
        return [read_item(item) for item in _numbered(node, within)]

    return read


def _map(shape: Shape) -> Reader:
    read_key, read_value = _reader(shape.key), _reader(shape.value)
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    within = None if shape.serialization.get("flattened") else _ENTRIES

    def read(node: dict[str, object]) -> dict[str, Any]:
        entries = _numbered(node, within)
        return {read_key(entry.get(key_name, {})): read_value(entry.get(value_name, {})) for entry in entries}

    return read


def _numbered(node: dict[str, Any], within: str | None) -> list[Any]:
    items = node if within is None else node.get(within, {})
    return [items[number] for number in sorted((key for key in items if key.isdigit()), key=int)]
