"""Evaluate an expression over bytes, without HTTP."""

from __future__ import annotations

from typing import Any

from mocks3 import select


def answer(content: bytes, expression: str, *, output: dict[str, Any] | None = None, **source: Any) -> str:
    """Return the result as text. Input and output are CSV by default."""
    request = select.parse_request(
        {
            "Expression": expression,
            "ExpressionType": "SQL",
            "InputSerialization": source or {"CSV": {}},
            "OutputSerialization": output or {"CSV": {}},
        }
    )
    return b"".join(select.Selection(request, content).records()).decode()


def value(expression: str) -> str:
    """Return the value of one expression as JSON, or ``{}`` if it is MISSING."""
    found = answer(
        b"{}", f"select {expression} as v from s3object", output={"JSON": {}}, JSON={"Type": "LINES"}
    )
    return found.strip() if found == "{}\n" else found.strip().removeprefix('{"v":').removesuffix("}")
