"""The file of a template: the places of its values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from mocks3.load.descriptions import FilePlace
from mocks3.load.yaml_text import YamlPlaces
from mocks3.policy.reading import JsonPositions


class TemplateSource:
    """A template's file.

    Args:
        file: Its name, as the caller of the load gave it.
        text: Its text, JSON or YAML. Empty: places have no line.
        origin: Returns the pointer in the file from which a transform made the value at a pointer.
    """

    def __init__(self, file: str, text: str, origin: Callable[[str], str] = str) -> None:
        self.file, self._text, self._origin = file, text, origin

    def place(self, pointer: str) -> FilePlace:
        """Return the place of the value at a JSON pointer; that of the innermost existing value if it is missing."""
        pointer = self._origin(pointer)
        if self._places is None:
            return FilePlace(self.file, pointer)
        return FilePlace(self.file, pointer, *self._places.locate(pointer))

    def made_by(self, origin: Callable[[str], str]) -> TemplateSource:
        """Return the places of a value that was made from the one in this file.

        Args:
            origin: Returns the pointer in this source from which the value at a pointer was made.
        """
        return TemplateSource(self.file, self._text, lambda pointer: self._origin(origin(pointer)))

    @cached_property
    def _places(self) -> JsonPositions | YamlPlaces | None:
        start = self._text.lstrip("\ufeff \t\r\n")[:1]
        if not start:
            return None
        return JsonPositions(self._text) if start in "{[" else YamlPlaces(self._text)
