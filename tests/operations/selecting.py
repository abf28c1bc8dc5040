"""Helpers of the tests of SelectObjectContent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Select = Callable[..., list[dict[str, Any]]]
"""Takes the content, the expression and further parameters, among them CSV, JSON, Parquet; returns the events."""

USE = {"CSV": {"FileHeaderInfo": "USE"}}
LINES = {"JSON": {"Type": "LINES"}}
DOCUMENT = {"JSON": {"Type": "DOCUMENT"}}
AS_JSON = {"OutputSerialization": {"JSON": {}}}


def query(expression: str, **options: Any) -> dict[str, Any]:
    """Return the parameters of a query. Input and output are CSV, unless ``options`` has others."""
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
    """Return the text of all Records events."""
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()
