"""How tests ask SelectObjectContent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Select = Callable[..., list[dict[str, Any]]]
"""Content and expression to the events of the answer; the rest are parameters, and CSV, JSON and so on of the input."""

USE = {"CSV": {"FileHeaderInfo": "USE"}}
LINES = {"JSON": {"Type": "LINES"}}
DOCUMENT = {"JSON": {"Type": "DOCUMENT"}}
AS_JSON = {"OutputSerialization": {"JSON": {}}}


def query(expression: str, **options: Any) -> dict[str, Any]:
    """The parameters of a query: CSV in and out, unless ``options`` say otherwise."""
    source = {
        name: options.pop(name) for name in ("CSV", "JSON", "Parquet", "CompressionType") if name in options
    }
    if not source.keys() & {"CSV", "JSON", "Parquet"}:
        source["CSV"] = {}
    return {
        "Expression": expression,
        "ExpressionType": "SQL",
        "InputSerialization": source,
        "OutputSerialization": {"CSV": {}},
        **options,
    }


def text(events: list[dict[str, Any]]) -> str:
    """What the Records events carry."""
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()
