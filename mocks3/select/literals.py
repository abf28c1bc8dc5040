"""Parse the literals of an expression: numbers, and Ion scalars between backticks.

Source: user guide, SQL reference for S3 Select, "Data types"; "Date functions", whose examples are Ion timestamps.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from mocks3.select import timestamps
from mocks3.select.faults import LEXER_INVALID_ION_LITERAL
from mocks3.select.values import Value, parse_integer

_NAMED: dict[str, Value] = {"null": None, "true": True, "false": False}


def number(text: str) -> int | Decimal:
    """Return an integer, or a decimal if there is a point or an exponent. Raises ``IntegerOverflow``."""
    return parse_integer(text) if text.isdecimal() else Decimal(text)


def ion(text: str) -> Value:
    """Return the value of an Ion scalar. Raises ``LexerInvalidIONLiteral`` if it is invalid."""
    if text in _NAMED:
        return _NAMED[text]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    try:
        return timestamps.parse(text)
    except ValueError:
        pass
    try:
        return -number(text[1:]) if text.startswith("-") else number(text)
    except InvalidOperation:
        raise LEXER_INVALID_ION_LITERAL(text=text) from None
