"""Convert the value of an option to the shape of its parameter: text, JSON, shorthand, ``file://``."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocks3.calls.command_line.shorthand import read_shorthand
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from botocore.model import Shape

_COMPLEX = ("structure", "list", "map")


def read_values(option: str, shape: Shape, texts: list[str]) -> Any:
    """Return the parameter of an option with one or several values.

    Args:
        option: The option, for messages.
        shape: botocore's shape of the parameter.
        texts: The words after the option.

    Raises:
        Mocks3Error: The value does not fit the shape, or its file cannot be read.
    """
    if shape.type_name == "list" and not _is_json(texts):
        return [_convert(option, shape.member, _shaped(option, shape.member, each)) for each in texts]
    if len(texts) != 1:
        raise Mocks3Error(f"{option} takes one value, not {texts!r}")
    return _convert(option, shape, _shaped(option, shape, texts[0]))


def read_text(option: str, text: str) -> str:
    """Return the text of a value, from its file if it is ``file://PATH`` or ``fileb://PATH``."""
    for prefix in ("file://", "fileb://"):
        if text.startswith(prefix):
            path = Path(text.removeprefix(prefix)).expanduser()
            try:
                return path.read_text("utf-8" if prefix == "file://" else "latin-1")
            except (OSError, ValueError) as error:
                raise Mocks3Error(f"{option}: the file {path} cannot be read: {error}") from None
    return text


def _is_json(texts: list[str]) -> bool:
    return len(texts) == 1 and texts[0].lstrip().startswith(("[", "file://"))


def _shaped(option: str, shape: Shape, text: str) -> Any:
    """Return the value as JSON or shorthand says it."""
    text = read_text(option, text)
    if shape.type_name not in _COMPLEX:
        return text
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError as error:
            raise Mocks3Error(f"{option} is not valid JSON: {error}") from None
        except RecursionError:
            raise Mocks3Error(f"{option} is nested too deeply") from None
    if shape.type_name == "list":
        return [text]
    try:
        return read_shorthand(text)
    except Mocks3Error as error:
        raise Mocks3Error(f"{option}: {error}") from None


def _convert(option: str, shape: Shape, value: Any) -> Any:
    """Return the value with the types of its shape. botocore checks the rest."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        return {
            name: _convert(f"{option} {name}", shape.members[name], each) if name in shape.members else each
            for name, each in value.items()
        }
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [_convert(option, shape.member, each) for each in items]
    if kind == "map" and isinstance(value, dict):
        return {name: _convert(f"{option} {name}", shape.value, each) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    try:
        return _scalar(kind, value)
    except (ValueError, binascii.Error):
        raise Mocks3Error(f"{option} must be of type {kind}, not {value!r}") from None


def _scalar(kind: str, text: str) -> Any:
    if kind in ("integer", "long"):
        return int(text)
    if kind in ("float", "double"):
        return float(text)
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(text)
        return text.lower() == "true"
    if kind == "blob":
        return base64.b64decode(text, validate=True)
    if kind == "timestamp":
        if text.isdigit():
            return datetime.datetime.fromtimestamp(int(text), datetime.UTC)
        moment = datetime.datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return text
