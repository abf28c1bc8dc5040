"""Read the attributes of one resource, or of one nested block.

Rule: an attribute that no one read, and that is not empty, is in ``unread`` (:meth:`Block.report_rest`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mocks3.load.descriptions import FilePlace, Json
from mocks3.load.terraform.document import TerraformResource, Unknown
from mocks3.load.terraform.reader import Terraform
from mocks3.policy import PolicySyntaxError
from mocks3.policy.reading import escaped, read

NOT_MODELLED = "mocks3 does not read this attribute"


class Block:
    """The values of a resource, or of a block in it. ``path`` is its address, ``pointer`` its place in the file."""

    def __init__(
        self,
        terraform: Terraform,
        resource: TerraformResource,
        values: Mapping[str, Any],
        path: str,
        pointer: str,
    ) -> None:
        self.terraform, self.resource = terraform, resource
        self.values, self.path, self.pointer = values, path, pointer
        self.taken: set[str] = set()
        self._inner: dict[str, list[Block]] = {}

    @property
    def place(self) -> FilePlace:
        """The place of the resource or block in the file."""
        return self.terraform.place(self.pointer)

    def pointer_of(self, name: str) -> str:
        """Return the JSON pointer of an attribute."""
        return f"{self.pointer}/{escaped(name)}"

    def not_read(self, name: str, reason: str) -> None:
        """Record an attribute that was not understood."""
        self.terraform.not_read(f"{self.path}.{name}", self.pointer_of(name), reason)

    def take(self, name: str) -> Any:
        """Return the value of an attribute as it is. It counts as read."""
        self.taken.add(name)
        given = self.terraform.options.values.get(f"{self.path}.{name}")
        return self.values.get(name) if given is None else given

    def text(self, name: str) -> str | None:
        """Return a text; None if it is missing, empty or unknown."""
        return self.checked_text(name, self.known(name))

    def checked_text(self, name: str, value: object) -> str | None:
        """Return a value that must be a text. An empty one is None."""
        if value is None or isinstance(value, str):
            return value or None
        self.not_read(name, "the value must be a text")
        return None

    def reference(self, name: str) -> str | None:
        """Return a text that names another resource, such as the ARN of a key.

        If it is unknown and its expression refers to one attribute only, it is that attribute.
        """
        return self.checked_text(name, self.known(name, refers=True))

    def references(self, name: str) -> tuple[str, ...]:
        """Return a list of texts that each name another resource."""
        return self.texts(name, refers=True)

    def flag(self, name: str) -> bool | None:
        """Return true or false; None if it is missing or unknown."""
        value = self.known(name)
        if value is None or isinstance(value, bool):
            return value
        self.not_read(name, "the value must be true or false")
        return None

    def number(self, name: str) -> int | None:
        """Return a whole number; None if it is missing or unknown."""
        value = self.known(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.not_read(name, "the value must be a whole number")
        return None

    def texts(self, name: str, *, refers: bool = False) -> tuple[str, ...]:
        """Return a list of texts. Items that are unknown are recorded and left out."""
        value = self.take(name)
        if isinstance(value, Unknown) and refers:
            value = self._all_referred(value)
        value = self.known_value(value, name, refers=False)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        found = [self.known_value(each, name, refers=refers) for each in listed]
        if not all(each is None or isinstance(each, str) for each in found):
            self.not_read(name, "the value must be a list of texts")
            return ()
        return tuple(each for each in found if each)

    def tags(self) -> dict[str, str] | None:
        """Return the tags of the resource, with those of its provider."""
        found: dict[str, str] = {}
        for name in ("tags", "tags_all"):
            value = self.take(name)
            if isinstance(value, Mapping):
                found.update((key, each) for key, each in value.items() if isinstance(each, str))
        return found or None

    def blocks(self, name: str) -> list[Block]:
        """Return the nested blocks with a name. A single block can be an object instead of a list."""
        if name not in self._inner:
            self._inner[name] = self._blocks(name)
        return self._inner[name]

    def _blocks(self, name: str) -> list[Block]:
        value = self.known(name)
        pointer, path = self.pointer_of(name), f"{self.path}.{name}"
        if isinstance(value, Mapping):
            return [self._nested(value, path, pointer)]
        if value is not None and not isinstance(value, list):
            self.not_read(name, "the value must be a list of blocks")
            return []
        found = []
        for number, each in enumerate(value or ()):
            if isinstance(each, Mapping):
                found.append(self._nested(each, f"{path}[{number}]", f"{pointer}/{number}"))
            elif isinstance(each, Unknown):
                self.terraform.missing(each, self.resource, f"{pointer}/{number}")
            elif each is not None:
                self.not_read(name, "the value must be a list of blocks")
        return found

    def block(self, name: str) -> Block | None:
        """Return the only nested block with a name, or None."""
        return next(iter(self.blocks(name)), None)

    def referred(self, name: str, types: Iterable[str], attribute: str) -> str | None:
        """Return the name or id of another resource, such as the bucket of a bucket policy.

        An attribute that must be the name of a resource of one of ``types``, and that refers to exactly one of them, is
        the name of that one.
        """
        value = self.take(name)
        if not isinstance(value, Unknown):
            return self.checked_text(name, value)
        wanted = tuple(types)
        targets, _ = self.terraform.targets(value, self.resource)
        found = {each.address: each for each, _ in targets if each.type in wanted}
        if len(found) == 1:
            known = self.terraform.attribute(next(iter(found.values())), attribute)
            if isinstance(known, str):
                return known
        self.terraform.missing(value, self.resource, self.pointer_of(name))
        return None

    def known(self, name: str, *, refers: bool = False) -> Any:
        """Return the value of an attribute; None if it is unknown, which is recorded."""
        return self.known_value(self.take(name), name, refers=refers)

    def known_value(self, value: object, name: str, *, refers: bool = False) -> Any:
        """Return a value of an attribute. An unknown one is recorded, unless it is what it refers to (``refers``)."""
        if not isinstance(value, Unknown):
            return value
        if refers:
            targets, others = self.terraform.targets(value, self.resource)
            if len(targets) == 1 and not others:
                known = self.terraform.attribute(*targets[0])
                if known is not None and not isinstance(known, Unknown):
                    return known
        self.terraform.missing(value, self.resource, self.pointer_of(name))
        return None

    def _all_referred(self, value: Unknown) -> object:
        """Return the attributes that a list of references contains, or the unknown value if one is unknown."""
        targets, others = self.terraform.targets(value, self.resource)
        found = [self.terraform.attribute(*each) for each in targets]
        return found if targets and not others and all(isinstance(each, str) for each in found) else value

    def json_object(self, name: str, text: str) -> Json | None:
        """Return the object in a JSON text. A text that has none is recorded."""
        try:
            value = read(text)
        except PolicySyntaxError as error:
            self.not_read(name, f"the text is not JSON: {error.reason}")
            return None
        if not isinstance(value, Mapping):
            self.not_read(name, "the JSON text must be an object")
            return None
        return value

    def report_rest(self, without_effect: Collection[str]) -> None:
        """Record the attributes of this block and its inner blocks that nothing read and that are not empty."""
        for name, value in self.values.items():
            if name in self.taken or name in without_effect or _is_empty(value):
                continue
            self.not_read(name, NOT_MODELLED)
        for each in itertools.chain(*self._inner.values()):
            each.report_rest(())

    def ignore(self) -> None:
        """Count all attributes as read."""
        self.taken |= set(self.values)
        self._inner.clear()

    def _nested(self, values: Mapping[str, Any], path: str, pointer: str) -> Block:
        return Block(self.terraform, self.resource, values, path, pointer)


def _is_empty(value: object) -> bool:
    """Return whether a value says nothing: missing, false, zero, empty, unknown, or made of such values only."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return not value
