"""The examples in the pages of `docs/` run, and print what the page shows."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGES = [
    page
    for page in sorted((Path(__file__).parents[2] / "docs").glob("*.md"))
    if ">>> " in page.read_text("utf-8")
]


def test_the_pages_with_examples_are_found() -> None:
    assert len(PAGES) >= 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page(page: Path) -> None:
    results = doctest.testfile(str(page), module_relative=False)
    assert results.attempted > 0
    assert results.failed == 0
