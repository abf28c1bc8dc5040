"""The rule book as values: the chapters of ``docs/rules``, which the wheel contains as ``mocks3/rulebook``.

A chapter is a Markdown file. It begins with a title, and each of its rules has this form:

    ### X-45

    One sentence or two.

    - Source: where AWS says so, ``recorded``, or the rules that it follows from
    - Witness: observed, documented, reported or inferred
    - Test: `tests/access/test_report.py::test_what_is_said`

Rule: the Markdown files are the only copy. The tests read them with this module too.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

WITNESSES = ("observed", "documented", "reported", "inferred")
ID = re.compile(r"\b(?:PE|OQ|[PEABMXFVCWR])-\d+[a-z]?\b")
"""A rule's id: the letters of its family and its number."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_FACT = re.compile(r"^- (Source|Witness|Test): (.+)$", re.MULTILINE)


class Rule(NamedTuple):
    """One rule of S3."""

    id: str
    chapter: str
    text: str
    source: str
    witness: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        tests = "\n        ".join(self.tests)
        return (
            f"{self.id}  ({self.chapter})\n\n{self.text}\n\n"
            f"Source  {self.source}\nWitness {self.witness}\nTest    {tests}"
        )


class Chapter(NamedTuple):
    """A file of the book: its name, such as ``multipart``, its title, its whole text and its rules by id."""

    name: str
    title: str
    text: str
    rules: dict[str, Rule]


def folder() -> Path:
    """Return the folder of the chapters: inside the installed package, or ``docs/rules`` of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "rulebook"
    return installed if installed.is_dir() else package.parent / "docs" / "rules"


def chapters() -> dict[str, Chapter]:
    """Return the chapters by name.

    Raises:
        ValueError: A rule does not have the form that this module's docstring shows.
    """
    files = sorted(path for path in folder().glob("*.md") if path.name != "README.md")
    return {path.stem: _read(path.stem, path.read_text("utf-8")) for path in files}


def rules() -> dict[str, Rule]:
    """Return every rule by id."""
    return {rule.id: rule for chapter in chapters().values() for rule in chapter.rules.values()}


def near(asked: str, known: list[str]) -> list[str]:
    """Return ids and chapters similar to ``asked``: the nearest numbers of the same family, else similar spellings."""
    family, _, number = asked.upper().partition("-")
    numbered = [each for each in known if re.fullmatch(rf"{re.escape(family)}-\d+", each)]
    if number.isdigit() and numbered:
        return sorted(numbered, key=lambda each: abs(int(each.rpartition("-")[2]) - int(number)))[:3]
    return get_close_matches(asked.upper(), known, n=3) + get_close_matches(asked.lower(), known, n=3)


def plain(text: str) -> str:
    """Return Markdown without its links."""
    return _LINK.sub(r"\1", text)


def _read(name: str, text: str) -> Chapter:
    title, *sections = re.split(r"^### ", text, flags=re.MULTILINE)
    heading = title.partition("\n")[0].removeprefix("# ")
    found = [_rule(name, section) for section in sections]
    return Chapter(name, heading, text, {rule.id: rule for rule in found})


def _rule(chapter: str, section: str) -> Rule:
    id, _, rest = section.partition("\n")
    text, _, facts = rest.partition("\n- ")
    # The text after the facts, up to the next rule, is the heading and introduction of the next section.
    given = dict(_FACT.findall("- " + facts.partition("\n\n")[0]))
    tests = tuple(re.findall(r"`([^`]+)`", given.get("Test", "")))
    if not ID.fullmatch(id) or set(given) != {"Source", "Witness", "Test"} or not tests or not text.strip():
        raise ValueError(f"docs/rules/{chapter}.md: rule {id!r} does not have the form of the rule book")
    return Rule(id, chapter, plain(text.strip()), plain(given["Source"]), given["Witness"], tests)
