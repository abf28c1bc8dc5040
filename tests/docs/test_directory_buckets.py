"""The examples of `docs/directory_buckets.md` do what they say."""

from __future__ import annotations

import doctest
from pathlib import Path


def test_the_examples() -> None:
    page = Path(__file__).parents[2] / "docs" / "directory_buckets.md"
    results = doctest.testfile(str(page), module_relative=False)
    assert results.attempted
    assert not results.failed
