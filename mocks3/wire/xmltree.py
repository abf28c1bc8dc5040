"""Parse XML into dicts and strings, safely.

Rule 1: text is not changed: the spaces of a key are part of it. Rule 2: a document type is rejected, so there are no
user-defined entities; elements that are nested more deeply than in any body of S3 are rejected. Rule 3: every fault is
a ``ValueError``. The operation determines the S3 error.

An element is None (empty), its text, or a dict of its attributes (``@xsi:type``), children by local name (a list
where one repeats) and text (``#text``). Prefixes are removed: S3 accepts elements of any namespace.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

Tree = dict[str, Any] | str | None

_DEEPEST = 32


class _Expat:
    """The replacement of the expat module for xmltodict: its parsers reject a document type."""

    ExpatError = expat.ExpatError

    @staticmethod
    def ParserCreate(encoding: str | None, separator: str | None) -> Any:
        parser = expat.ParserCreate(encoding, separator)
        parser.StartDoctypeDeclHandler = _refuse
        return parser


def _refuse(*_: object) -> None:
    raise ValueError("a document type is not accepted")


def _local(path: list[Any], key: str, value: Any) -> tuple[str, Any]:
    if len(path) > _DEEPEST:
        raise ValueError("elements are nested too deeply")
    if ":" in key and key[0] != "@":
        key = key.rpartition(":")[2]
    return key, value


def parse(body: bytes) -> tuple[str, Tree]:
    """Return the root's local name and content. Raises ``ValueError`` if the text is not well-formed XML."""
    import xmltodict

    try:
        tree = xmltodict.parse(
            body, encoding="utf-8", expat=_Expat, strip_whitespace=False, postprocessor=_local
        )
    except expat.ExpatError as fault:
        raise ValueError(str(fault)) from fault
    ((name, root),) = tree.items()
    return name, root
