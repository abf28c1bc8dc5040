"""Generated pages are up to date, and facts about operations are about operations that exist."""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import mocks3
from mocks3.operations import registered
from mocks3.operations.configurations import DOCUMENTS, document, identified

DOCS = Path(__file__).parents[2] / "docs"
SOURCES = Path(mocks3.__file__).parent
GENERAL = (document.__file__, identified.__file__)
"""Modules that create the operations of many configurations."""


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.compares_with_the_model
@pytest.mark.parametrize(
    "page", ["coverage.md", "permissions.md", "iam.md", "organizations.md", "s3control.md"]
)
def test_the_page_is_current(generate, page):
    made = generate.PAGES[page]()
    assert (DOCS / page).read_text("utf-8") == made, f"docs/{page} is old: python docs/generate.py"


def test_the_tables_inside_pages_are_current(generate):
    for part, (file, made) in generate.TABLES.items():
        text = (DOCS / file).read_text("utf-8")
        found = generate.between_comments(part).findall(text)
        assert found == [made()], f"docs/{file} is old: python docs/generate.py"


def test_every_supported_operation_is_on_the_pages(generate):
    for file, page in generate.PAGES.items():
        own = file.removesuffix(".md")
        shown = (
            {own} if own in generate.OWN_PAGES else {each for each, _ in registered()} - {*generate.OWN_PAGES}
        )
        names = {name for service, name in registered() if service in shown}
        text = page()
        assert [name for name in sorted(names) if name not in text] == []


def test_facts_about_operations_are_about_operations_that_exist(generate):
    names = {name for service, name in registered() if service == "s3"}
    witnesses = generate.WITNESSES
    assert names >= set(witnesses["observed"])
    for kind in ("reported", "inferred"):
        assert names >= {name for about in witnesses[kind].values() for name in about}
    assert names >= generate.LIMITS.keys()
    assert names >= generate.configured().keys()


def test_open_questions_that_the_code_answers_are_inferred(generate):
    """Every open question (OQ-n) that the code cites is in ``docs/witnesses.json``."""
    sources = [path.read_text("utf-8") for path in SOURCES.rglob("*.py")]
    cited = {question for text in sources for question in re.findall(r"OQ-\d+", text)}
    listed = set(re.findall(r"OQ-\d+", json.dumps(generate.WITNESSES)))
    assert cited
    assert sorted(cited - listed) == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [("inferred", "inferred"), ("users report", "reported"), ("callers' reports", "reported")],
)
def test_a_witness_that_an_operations_source_names_is_on_the_page(generate, word, kind):
    about = {name for names in generate.WITNESSES[kind].values() for name in names}
    saying = {
        name
        for (service, name), operation in registered().items()
        if service == "s3" and word in Path(inspect.getsourcefile(operation.run) or "").read_text("utf-8")
    }
    for row in DOCUMENTS:
        if word in Path(inspect.getsourcefile(row.check) or "").read_text("utf-8"):
            saying |= {"".join(map(str.capitalize, put.split("_"))) for put in row.put}
    general = {name for name in saying if inspect.getsourcefile(registered()["s3", name].run) in GENERAL}
    assert sorted(saying - general - about) == []


def test_the_glossary_is_short_and_has_each_word_once():
    page = (DOCS / "glossary.md").read_text("utf-8")
    words = [line.split("**")[1] for line in page.splitlines() if line.startswith("| **")]
    assert len(words) == len(set(words)) <= 40
