"""XML text to plain dicts and strings, and nothing dangerous on the way.

Rule 1: text comes back untouched: a key's spaces are part of it. Rule 2: no document type, so no entities of
anybody's making; no nesting deeper than any body of S3's. Rule 3: what is wrong is ``ValueError``, whatever
library found it; which S3 error that is depends on the operation.

An element is None (empty), its text, or a dict of its attributes (``@xsi:type``), children by local name (a list
where one repeats) and text (``#text``). Prefixes are dropped: S3 takes elements of any namespace.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

Tree = dict[str, Any] | str | None

_DEEPEST = 32


class _Expat:
    """What xmltodict takes for the expat module: parsers that refuse a document type."""

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
    """The root's local name, and what is in it. Raises ``ValueError`` for anything but well-formed XML."""
    import xmltodict

    try:
        tree = xmltodict.parse(
            body, encoding="utf-8", expat=_Expat, strip_whitespace=False, postprocessor=_local
        )
    except expat.ExpatError as fault:
        raise ValueError(str(fault)) from fault
    ((name, root),) = tree.items()
    return name, root
