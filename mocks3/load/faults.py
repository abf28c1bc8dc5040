"""The error for files that cannot be loaded."""

from __future__ import annotations

from mocks3.errors import Mocks3Error
from mocks3.load.descriptions import FilePlace


class LoadError(Mocks3Error):
    """A file cannot be loaded: ``place`` says where, ``message`` says why and what to do."""

    def __init__(self, message: str, place: FilePlace) -> None:
        super().__init__(message, place)
        self.message, self.place = message, place

    def __str__(self) -> str:
        return f"{located(self.place)}: {self.message}"


def located(place: FilePlace) -> str:
    """Return ``file:line:column``, or the file alone if the line is not known."""
    return f"{place.file}:{place.line}:{place.column}" if place.line else place.file
