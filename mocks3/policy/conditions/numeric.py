"""Numeric operators (C-22, C-23): integers and decimals of any size, compared exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from .comparing import ordered_family
from .operator import Operator

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


@lru_cache(maxsize=1024)
def number(text: str) -> Decimal | None:
    """Return the number of `text`, or None. It cannot have exponents or blanks."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


OPERATORS: Final[dict[str, Operator]] = ordered_family("Numeric", number, "bad-number")
