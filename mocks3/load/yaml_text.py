"""Read YAML: templates of CloudFormation, and what the AWS CLI prints with ``--output yaml``.

Rule 1: a scalar means what CloudFormation takes it for. Dates such as ``2012-10-17``, and numbers that begin with 0,
such as account ids, are texts.
Rule 2: a short form of CloudFormation, such as ``!Sub``, becomes its long form, ``Fn::Sub``. Other documents have none.
Rule 3: for every text the result is a value that JSON can have, or a LoadError. Two equal keys are an error.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.load.descriptions import FilePlace
from mocks3.load.faults import LoadError
from mocks3.policy.reading import unescaped

MOST_VALUES = 1_000_000
"""How many values a document can have after its aliases are replaced."""

_TAG = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_TAGS = frozenset({"bool", "float", "int", "map", "null", "seq", "str", "timestamp", "value"})
_TRUE = frozenset({"yes", "true", "on"})


def read_yaml(text: str, file: str) -> Any:
    """Return the value of a YAML text. Short forms such as ``!Sub`` become their long forms, such as ``Fn::Sub``.

    Raises:
        LoadError: The text is not YAML, or its value is not one that JSON can have.
        Mocks3Error: PyYAML is not installed.
    """
    node = _composed(text, file)
    try:
        return _Values(file).of(node) if node is not None else None
    except RecursionError:
        raise LoadError("the YAML is nested too deep, or an alias contains itself", FilePlace(file)) from None


class YamlPlaces:
    """The positions of values in a YAML text, by the JSON pointer of the value that :func:`read_yaml` returns."""

    def __init__(self, text: str) -> None:
        self._root = _composed(text, "")

    def locate(self, pointer: str) -> tuple[int, int]:
        """Return line and column of a value, which count from 1; of the innermost that exists if it is missing.

        If the value begins in a line after its key, it is the position of the key.
        """
        node = shown = self._root
        for step in map(unescaped, pointer.split("/")[1:]):
            if node is None:
                break
            if node.tag.startswith("!") and step == _long_form(node.tag):
                continue
            found = next((each for each in _members(node) if each.name == step), None)
            if found is None:
                break
            node = found.value
            shown = node if found.key.start_mark.line == node.start_mark.line else found.key
        if shown is None:
            return 1, 1
        return shown.start_mark.line + 1, shown.start_mark.column + 1


def _yaml() -> ModuleType:
    try:
        module: ModuleType = importlib.import_module("yaml")
    except ImportError:
        raise Mocks3Error("reading YAML needs PyYAML: pip install 'mocks3[load]'") from None
    return module


def _composed(text: str, file: str) -> Any:
    """Return PyYAML's tree of nodes. libyaml's parser is used if PyYAML has it: it is ten times as fast."""
    yaml = _yaml()
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        place = FilePlace(file, "", mark.line + 1, mark.column + 1) if mark is not None else FilePlace(file)
        raise LoadError(f"this is not YAML: {reason}", place) from None
    except RecursionError:
        raise LoadError("the YAML is nested too deep", FilePlace(file)) from None
    except ValueError as error:
        raise LoadError(f"this is not YAML: {error}", FilePlace(file)) from None


def _long_form(tag: str) -> str:
    name = tag[1:]
    return name if name in ("Ref", "Condition") else f"Fn::{name}"


class _Member(NamedTuple):
    """A member of a mapping with the node of its key, or an item of a list."""

    name: str
    key: Any
    value: Any


def _members(node: Any) -> Iterator[_Member]:
    if node.id == "mapping":
        yield from (_Member(str(key.value), key, value) for key, value in node.value)
    elif node.id == "sequence":
        yield from (_Member(str(index), value, value) for index, value in enumerate(node.value))


class _Values:
    """Converts nodes of PyYAML to values. ``file`` is named in errors."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def of(self, node: Any) -> Any:
        """Return the value of one node and of all in it."""
        self._count += 1
        if self._count > MOST_VALUES:
            raise self._error(node, f"the document has more than {MOST_VALUES} values")
        if not node.tag.startswith("!") or node.tag == "!":
            return self._plain(node)
        name = _long_form(node.tag)
        value = self._plain(node)
        if name == "Fn::GetAtt" and isinstance(value, str):
            # `!GetAtt name.attribute`: the logical id has no dot, the attribute can have some.
            return {name: value.split(".", 1)}
        return {name: value}

    def _plain(self, node: Any) -> Any:
        tag = node.tag
        if not tag.startswith("!") and tag.removeprefix(_TAG) not in _TAGS:
            raise self._error(node, f"the tag {tag.replace(_TAG, '!!')} is not supported")
        if node.id == "mapping":
            return self._mapping(node)
        if node.id == "sequence":
            return [self.of(each) for each in node.value]
        return self._scalar(node)

    def _mapping(self, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == f"{_TAG}merge":
                merged |= self._merge(value)
            elif key.id != "scalar":
                raise self._error(key, "a key must be a text")
            elif key.value in found:
                raise self._error(key, f"the key {key.value!r} appears twice")
            else:
                found[key.value] = self.of(value)
        return merged | found

    def _merge(self, node: Any) -> dict[str, Any]:
        values = [self.of(each) for each in (node.value if node.id == "sequence" else [node])]
        merged: dict[str, Any] = {}
        for each in reversed(values):
            if not isinstance(each, dict):
                raise self._error(node, "<< merges mappings only")
            merged |= each
        return merged

    def _scalar(self, node: Any) -> Any:
        text, tag = node.value, node.tag
        if tag == f"{_TAG}null":
            return None
        if tag == f"{_TAG}bool":
            return text.lower() in _TRUE
        if tag == f"{_TAG}int" and _WHOLE.fullmatch(text) and len(text) < 4000:
            return int(text)
        if tag == f"{_TAG}float" and ":" not in text:
            try:
                number = float(text.replace("_", ""))
            except ValueError:  # .inf and .nan
                return text
            return number if math.isfinite(number) else text
        if not text.isascii():
            try:
                text.encode()
            except UnicodeError:
                raise self._error(node, "the text contains a lone surrogate") from None
        return text

    def _error(self, node: Any, message: str) -> LoadError:
        return LoadError(
            message, FilePlace(self._file, "", node.start_mark.line + 1, node.start_mark.column + 1)
        )
