"""`BinaryEquals` (C-27): both sides are base64, and their bytes are compared."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from .operator import Operator, ValueTest


def content(text: str) -> bytes | None:
    """Return the bytes of a base64 text, or None if it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _same_bytes(values: tuple[str, ...], variables: bool) -> ValueTest:
    wanted = frozenset(map(content, values)) - {None}
    return lambda value, request: content(value) in wanted


def _problem(value: str) -> str | None:
    return "bad-binary" if content(value) is None else None


OPERATORS: Final[dict[str, Operator]] = {"BinaryEquals": Operator(_same_bytes, problem=_problem)}
