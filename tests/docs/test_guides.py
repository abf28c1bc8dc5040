"""The code of the tutorial and of the how-to guides runs, and prints what the pages show."""

from __future__ import annotations

import os
from pathlib import Path

from . import guides


def test_each_guide_is_short_and_has_code_that_runs() -> None:
    for page in guides.guides():
        assert page.tests or page.shown("console"), page.title
        assert sum(block.text.count("\n") for block in page.blocks) <= 120, page.title


def test_the_guides_do_what_they_show(tmp_path: Path) -> None:
    """Pages about a library that is not installed are left out, except in ``tox run -e docs``."""
    everything = guides.guides()
    assert len(everything) >= 31
    complete = "MOCKS3_DOCS" in os.environ
    pages = [page for page in everything if complete or not page.missing]
    assert not (complete and [page.title for page in pages if page.missing])
    assert "\n\n".join(guides.faults(pages, tmp_path)) == ""
