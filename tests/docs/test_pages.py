"""Pages that are made of the code's tables say what the code does."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from mocks3.operations import registered

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif("MOCKS3_OLD_BOTOCORE" in os.environ, reason="the pages are about the newest botocore")
@pytest.mark.parametrize("page", ["coverage.md", "permissions.md"])
def test_the_page_is_current(generate, page):
    made = generate.PAGES[page]()
    assert (DOCS / page).read_text("utf-8") == made, f"docs/{page} is old: python docs/generate.py"


def test_everything_that_is_played_stands_there(generate):
    names = {name for _, name in registered()}
    for page in generate.PAGES.values():
        text = page()
        assert [name for name in sorted(names) if name not in text] == []


def test_facts_about_operations_are_about_operations_that_there_are(generate):
    names = {name for service, name in registered() if service == "s3"}
    assert names >= generate.OBSERVED
    assert names >= generate.LIMITS.keys()
    assert names >= generate.configured().keys()
