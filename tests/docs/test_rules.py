"""Every rule that is cited is in the rule book, and every rule in it has a test that exists."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mocks3.cli import rulebook

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs" / "rules"
UNCITING = (Path(__file__), ROOT / "tests" / "cli" / "test_rule.py")
"""This test, and the test that uses rules that do not exist."""
CITING = ("mocks3", "conftest_plugin", "tests", "docs", "examples", "benchmarks")
TEXTS = frozenset({".py", ".md", ".txt", ".json", ".jsonl", ".toml"})
RULES = rulebook.rules()
IN_NAMES = re.compile(r"(?:^|_)(pe|oq|[peabmxfvcwr])_?(\d{1,3}[a-z]?)(?=_|$)", re.IGNORECASE)
"""Ids in the names of tests: ``test_x_45_...``, ``test_oq22_...``."""
FILES_OUTSIDE = ("authorization" + ".md", "answers" + ".md")
"""Names of files that are not in the repository, written in two parts so that this file does not match itself."""


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every file that can cite rules, except the book itself and two tests."""
    for top in CITING:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in TEXTS and BOOK not in path.parents and path not in UNCITING:
                yield path.relative_to(ROOT), path.read_text("utf-8")
    for name in ("README.md", "CONTRIBUTING.md"):
        yield Path(name), (ROOT / name).read_text("utf-8")


@functools.cache
def defined_in(file: str) -> dict[str, str]:
    """Return the tests of a file by their pytest names, with their source; none if the file does not exist."""
    if not (ROOT / file).is_file():
        return {}
    text = (ROOT / file).read_text("utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        named = [("", node)]
        if isinstance(node, ast.ClassDef):
            named += [(f"{node.name}::", each) for each in node.body]
        for prefix, each in named:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
                while first > 1 and lines[first - 2].lstrip().startswith("#"):
                    first -= 1
                found[prefix + each.name] = "\n".join(lines[first - 1 : each.end_lineno])
    return {
        name: says for name, says in found.items() if name.rpartition("::")[2].startswith(("test", "Test"))
    }


def ids_in(text: str) -> set[str]:
    """Return the ids that a text cites; ``C-20 to C-22`` are three."""
    found = set(rulebook.ID.findall(text))
    for first, last in re.findall(rf"({rulebook.ID.pattern}) to ({rulebook.ID.pattern})", text):
        family, _, number = first.partition("-")
        if last.startswith(f"{family}-") and number.isdigit():
            found |= {f"{family}-{each}" for each in range(int(number), int(re.sub(r"\D", "", last)))}
    return found


def ids_of_name(name: str) -> set[str]:
    return {f"{family.upper()}-{number.lower()}" for family, number in IN_NAMES.findall(name)}


def all_tests() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        file = str(path.relative_to(ROOT))
        yield from ((file, name) for name in defined_in(file))


def test_every_rule_that_is_cited_is_in_the_book() -> None:
    cited = {(id, path) for path, text in texts() for id in rulebook.ID.findall(text)}
    assert len(cited) > 500
    assert sorted(f"{path}: {id}" for id, path in cited if id not in RULES) == []


def test_every_rule_in_the_name_of_a_test_is_in_the_book() -> None:
    named = {(id, f"{file}::{name}") for file, name in all_tests() for id in ids_of_name(name)}
    assert len(named) > 100
    assert sorted(f"{where}: {id}" for id, where in named if id not in RULES) == []


def names_it(id: str, reference: str) -> bool:
    """Return whether a test names the rule in its name, its docstring or its parameters."""
    file, _, name = reference.partition("::")
    if name.endswith(f"[{id}]"):
        return True
    name = name.partition("[")[0]
    return id in ids_of_name(name) | ids_in(defined_in(file)[name])


def exists(reference: str) -> bool:
    """Return whether the test exists. For a parametrized test the file must contain the id of the parameters."""
    file, _, name = reference.partition("::")
    name, _, row = name.removesuffix("]").partition("[")
    return name in defined_in(file) and (not row or f'"{row}"' in (ROOT / file).read_text("utf-8"))


def test_the_tests_of_every_rule_exist() -> None:
    missing = [f"{rule.id}: {each}" for rule in RULES.values() for each in rule.tests if not exists(each)]
    assert missing == []


def test_a_test_of_a_rule_names_it() -> None:
    """A test of a worked example (W-n) needs only the id of the example."""
    silent = [
        f"{rule.id}: {each}"
        for rule in RULES.values()
        for each in rule.tests
        if not re.search(r"\[W-\d+\]$", each) and not names_it(rule.id, each)
    ]
    assert silent == []


def test_a_rule_has_one_place_and_a_known_witness() -> None:
    places = [rule.id for chapter in rulebook.chapters().values() for rule in chapter.rules.values()]
    headings = sum(path.read_text("utf-8").count("\n### ") for path in BOOK.glob("*.md"))
    assert len(places) == len(set(places)) == headings
    assert {rule.witness for rule in RULES.values()} == set(rulebook.WITNESSES)


def test_the_index_names_every_chapter() -> None:
    index = (BOOK / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\(([\w-]+)\.md\)", index)) == sorted(rulebook.chapters())


LINK = re.compile(rf"\[({rulebook.ID.pattern})\]\(([^)#]*)#([^)]+)\)")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_ids_in_the_docs_are_links_to_their_rules(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for id, file, anchor in LINK.findall(prose):
        target = (page.parent / file).resolve() if file else page
        assert (target, anchor) == (BOOK / f"{RULES[id].chapter}.md", id.lower()), f"{page.name}: {id}"
    rest = re.sub(r"^#.*$", "", LINK.sub("", prose), flags=re.MULTILINE)
    if page.name != "README.md":  # its table of chapters has the first and last ids of each
        assert rulebook.ID.findall(rest) == []


def test_no_file_outside_the_repository_is_cited() -> None:
    assert sorted(f"{path}: {name}" for path, text in texts() for name in FILES_OUTSIDE if name in text) == []
