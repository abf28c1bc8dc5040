"""Links and file names in the pages lead to files of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
    *sorted((ROOT / "examples").rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:mocks3|tests|docs|examples|benchmarks|tools|locks|conftest_plugin)/[^\s`:]*)")
"""The path at the start of a code span: ``tests/cli/test_rule.py::test_x`` is found without the name of the test."""

WILDCARDS = re.compile(r"\*|[A-Z]{5,}|^docs/_build")
"""The folder that Sphinx writes, and names for many files, such as ``tests/access/test_keys_*.py``."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = set(PATH.findall(page.read_text("utf-8")))
    assert sorted(name for name in named if not WILDCARDS.search(name) and not (ROOT / name).exists()) == []
