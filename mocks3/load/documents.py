"""Policy documents as values: their statements, whatever else is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mocks3.load.descriptions import Json


class WrittenDocument(dict[str, Any]):
    """A policy document with its text as it stands in a JSON file.

    ``text`` has the lines and columns of the file, so that explanations show the file's line numbers.
    """

    def __init__(self, value: Json, text: str) -> None:
        super().__init__(value)
        self.text = text


def document_text(document: Json) -> str:
    """Return the text of a document: as its file has it, or else indented."""
    return document.text if isinstance(document, WrittenDocument) else json.dumps(document, indent=2)


def statements(document: Json) -> Iterator[Json]:
    """Yield the statements of a policy document, as far as they are objects."""
    listed = document.get("Statement")
    for each in listed if isinstance(listed, list) else [listed]:
        if isinstance(each, Mapping):
            yield each


def texts(value: object) -> Iterator[str]:
    """Yield a text, or the texts in a list."""
    yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def elements(document: Json, *names: str) -> Iterator[str]:
    """Yield the texts of elements of all statements, such as ``Resource``."""
    for statement in statements(document):
        for name in names:
            yield from texts(statement.get(name))
