"""Read the members of one output of the AWS CLI, so that none is dropped in silence.

Rule 1: a reader asks for each member by its name and type. A member of another type is a :class:`LoadError` with its
place. Rule 2: :meth:`Fields.done` names the members that decide nothing. Every other member that was not asked for is
unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote

from mocks3.load.descriptions import Description, FileContents, FilePlace, Json, Options, Unread
from mocks3.load.documents import WrittenDocument
from mocks3.load.faults import LoadError
from mocks3.load.looks import is_json
from mocks3.load.yaml_text import YamlPlaces
from mocks3.policy import PolicySyntaxError
from mocks3.policy.reading import JsonPositions, escaped, read

T = TypeVar("T")


class CliOutput:
    """One document while it is read: its file and text, and what was found."""

    def __init__(self, text: str, file: str, options: Options) -> None:
        self.text, self.file, self.options = text, file, options
        self.descriptions: list[Description] = []
        self.unread: list[Unread] = []
        self.caller: str | None = None

    @cached_property
    def _places(self) -> JsonPositions | YamlPlaces:
        return JsonPositions(self.text) if is_json(self.text) else YamlPlaces(self.text)

    def written(self, document: Json, pointer: str) -> Json:
        """Return a policy document with its text, if the file is one JSON value."""
        if isinstance(self._places, YamlPlaces):
            return document
        return WrittenDocument(document, self._places.cut(pointer) if pointer else self.text)

    def place(self, pointer: str = "") -> FilePlace:
        """Return the place of a value."""
        return FilePlace(self.file, pointer, *self._places.locate(pointer))

    def fault(self, message: str, pointer: str = "") -> LoadError:
        """Return the error for a place of the document."""
        return LoadError(message, self.place(pointer))

    def add(self, *descriptions: Description) -> None:
        """Add what the document says."""
        self.descriptions += descriptions

    def skip(self, what: str, pointer: str, reason: str) -> None:
        """Add something that was not understood."""
        self.unread.append(Unread(what, self.place(pointer), reason))

    def reading(self) -> FileContents:
        """Return everything that was found."""
        return FileContents(tuple(self.descriptions), tuple(self.unread), self.caller)


class Fields:
    """The members of one JSON object."""

    def __init__(self, output: CliOutput, value: object, pointer: str = "") -> None:
        if not isinstance(value, Mapping):
            raise output.fault(f"a JSON object is expected here, not {shown(value)}", pointer)
        self.output, self.pointer = output, pointer
        self.value: Mapping[str, Any] = value
        self._asked: set[str] = set()

    @property
    def place(self) -> FilePlace:
        """The place of the object."""
        return self.output.place(self.pointer)

    def at(self, name: str) -> str:
        """Return the JSON pointer of a member."""
        return f"{self.pointer}/{escaped(name)}"

    def has(self, *names: str) -> bool:
        """Return whether the object has one of the members, with a value other than null."""
        return any(self.value.get(name) is not None for name in names)

    def done(self, *decide_nothing: str) -> None:
        """Report the members that were not asked for, except those that decide nothing."""
        for name in self.value:
            if name not in self._asked and name not in decide_nothing:
                self.output.skip(name, self.at(name), "mocks3 does not know this member")
        self._asked.update(self.value)

    def raw(self, name: str) -> Any:
        """Return the value of a member, or None."""
        self._asked.add(name)
        return self.value.get(name)

    def _typed(self, name: str, kind: type[T], called: str) -> T | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, kind):
            raise self.output.fault(f"{name} must be {called}, not {shown(value)}", self.at(name))
        return value

    def text(self, name: str) -> str | None:
        """Return a text, or None."""
        return self._typed(name, str, "text")

    def required(self, name: str) -> str:
        """Return a text. Raise LoadError if it is missing."""
        value = self.text(name)
        if value is None:
            raise self.output.fault(f"the member {name} is missing", self.pointer)
        return value

    def flag(self, name: str) -> bool | None:
        """Return true, false or None."""
        return self._typed(name, bool, "true or false")

    def number(self, name: str) -> int | None:
        """Return a whole number, or None."""
        return self._typed(name, int, "a whole number")

    def inside(self, name: str) -> Fields | None:
        """Return the members of an object, or None."""
        value = self.raw(name)
        return None if value is None else Fields(self.output, value, self.at(name))

    def _list(self, name: str) -> list[Any]:
        return self._typed(name, list, "a list") or []

    def each(self, name: str) -> Iterator[Fields]:
        """Yield the objects of a list. A missing list has none."""
        for index, value in enumerate(self._list(name)):
            yield Fields(self.output, value, f"{self.at(name)}/{index}")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list. A missing list has none."""
        values = self._list(name)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.output.fault(
                    f"{name} must be a list of texts, not of {shown(value)}", f"{self.at(name)}/{index}"
                )
        return tuple(values)

    def tags(self, name: str) -> dict[str, str] | None:
        """Return a list of Key and Value as a dict, or None if it is missing."""
        if self.raw(name) is None:
            return None
        return {
            each.required(key): each.text(value) or ""
            for each in self.each(name)
            for key, value in (("Key", "Value") if "Key" in each.value else ("TagKey", "TagValue"),)
        }

    def policy(self, name: str) -> Json | None:
        """Return a policy document, which the CLI prints as an object or as JSON text."""
        value = self.raw(name)
        return None if value is None else policy_of(self.output, value, self.at(name))


def policy_of(output: CliOutput, value: object, pointer: str) -> Json:
    """Return a policy document: an object, or its JSON text, which the API of IAM encodes like a URL (RFC 3986).

    Raises:
        LoadError: It is neither.
    """
    if isinstance(value, str):
        text = unquote(value) if value[:1] == "%" else value
        try:
            value = read(text)
        except PolicySyntaxError as error:
            raise output.fault(f"the text of this policy cannot be read: {error.detail}", pointer) from None
        return _object(output, value, pointer)
    return output.written(_object(output, value, pointer), pointer)


def _object(output: CliOutput, value: object, pointer: str) -> Json:
    if not isinstance(value, Mapping):
        raise output.fault(f"a policy must be a JSON object, not {shown(value)}", pointer)
    return value


def shown(value: object) -> str:
    """Return a short text for a value in a message."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
