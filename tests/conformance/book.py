"""The worked examples of a section, each a test of its own: ``pytest -k W-73``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .lacking import LACKING

Row = Callable[[Any], None]


class Book:
    """A section's rows, by number.

    row = Book()

    @row("W-3")
    def _(w): example_1(w).get_object("k").gives("200 [RP]")

    @pytest.mark.parametrize("example", row.rows)
    def test_walkthroughs(example, w): example(w)
    """

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def __call__(self, name: str) -> Callable[[Row], Row]:
        """Put the decorated function into the book; what is missing for it stands in ``lacking.py``."""
        lack = LACKING.get(name)
        marks = (
            [] if lack is None else [pytest.mark.xfail(strict=True, raises=lack.raises, reason=lack.reason)]
        )

        def add(row: Row) -> Row:
            self.rows.append(pytest.param(row, id=name, marks=marks))
            return row

        return add
