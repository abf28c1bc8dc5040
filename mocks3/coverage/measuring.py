"""The figures of policy coverage: what each policy has, and what of it decided nothing.

A policy has *statements* and *branches*. A statement is covered if it decided. The branches of a statement are:

    the results of each condition       true, false, and "missing" if a request can lack the key
    the entries of lists                each action, resource, principal and condition value of a list of at least two

Rule: the figures follow from the document and the data alone, so that several runs can be combined.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from mocks3.access.context.table import ROWS
from mocks3.coverage.data import Coverage, CoverageMark, CoveredPolicy, Hit, Tests
from mocks3.coverage.probes import entries_of
from mocks3.policy import Effect, Policy, Statement
from mocks3.policy.conditions import OPERATORS
from mocks3.policy.reading import JsonPositions


class Branch(NamedTuple):
    """One way in which a statement can decide.

    Attributes:
        hit: The part of the document and what it should do.
        line: Its line.
        text: What a report says if it never happened, such as ``aws:SecureTransport never false``.
        happened: How often it happened.
        tests: The tests in which it happened.
    """

    hit: Hit
    line: int
    text: str
    happened: int
    tests: tuple[str, ...]

    @property
    def covered(self) -> bool:
        """Whether it happened in any test."""
        return self.happened > 0


@dataclass(frozen=True)
class StatementFigures:
    """What one statement did.

    Attributes:
        statement: The statement.
        line: Its first line.
        last_line: Its last line.
        allowed: How many calls it allowed.
        denied: How many calls it denied.
        matched: How often it matched without deciding.
        tests: The tests in which it decided.
        branches: Its branches.
    """

    statement: Statement
    line: int
    last_line: int
    allowed: int
    denied: int
    matched: int
    tests: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def name(self) -> str:
        """The Sid, or ``statement N``, counted from 1."""
        return self.statement.sid or f"statement {self.statement.position + 1}"

    @property
    def covered(self) -> bool:
        """Whether it decided."""
        return self.allowed + self.denied > 0

    @property
    def state(self) -> str:
        """``allowed``, ``denied``, ``matched`` (it never decided) or ``never matched``."""
        if self.covered:
            return "denied" if self.denied else "allowed"
        return "matched" if self.matched else "never matched"

    @property
    def missing(self) -> tuple[Branch, ...]:
        """The branches that never happened."""
        return tuple(branch for branch in self.branches if not branch.covered)


@dataclass(frozen=True)
class Figures:
    """Numbers of statements and branches."""

    statements: int
    missed_statements: int
    branches: int
    missed_branches: int

    @property
    def percent(self) -> float:
        """The covered share of statements and branches together, from 0 to 100. 100 if there are none."""
        total = self.statements + self.branches
        missed = self.missed_statements + self.missed_branches
        return 100.0 * (total - missed) / total if total else 100.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.statements + other.statements,
            self.missed_statements + other.missed_statements,
            self.branches + other.branches,
            self.missed_branches + other.missed_branches,
        )


NOTHING = Figures(0, 0, 0, 0)
NO_TESTS: Tests = Counter()


class DocumentFigures:
    """What one policy did.

    Attributes:
        document: The policy.
        text: Its text with line breaks: the file's, or the JSON with an indent of two.
        statements: What its statements did.
    """

    def __init__(self, document: CoveredPolicy) -> None:
        self.document = document
        self.text = (
            document.text if document.place.is_file else json.dumps(json.loads(document.text), indent=2)
        )
        self.statements = tuple(_statements(self))

    @cached_property
    def figures(self) -> Figures:
        """The numbers of its statements and branches."""
        branches = [branch for each in self.statements for branch in each.branches]
        return Figures(
            len(self.statements),
            sum(not each.covered for each in self.statements),
            len(branches),
            sum(not branch.covered for branch in branches),
        )

    @property
    def has_own_lines(self) -> bool:
        """Whether lines of the text are lines of the file."""
        return self.document.place.is_file

    @property
    def title(self) -> str:
        """The place; for a policy from code, also the first name of what it was attached to."""
        if self.has_own_lines:
            return self.document.place.file
        names = sorted(self.document.names)
        return f"{self.document.place} {names[0]}" if names else str(self.document.place)

    def place_of(self, line: int) -> str:
        """Return the place of a line of the text as ``file:line``, or the place of the policy in code."""
        return f"{self.document.place.file}:{line}" if self.has_own_lines else str(self.document.place)


def measure(coverage: Coverage) -> list[DocumentFigures]:
    """Return what each policy did, in the order of their places."""
    return [
        DocumentFigures(document)
        for document in sorted(coverage.documents.values(), key=lambda each: (each.place, each.text))
    ]


def total(documents: Iterable[DocumentFigures]) -> Figures:
    """Return the numbers of all policies together."""
    return sum((each.figures for each in documents), NOTHING)


def _statements(figures: DocumentFigures) -> Iterator[StatementFigures]:
    document = figures.document
    places = JsonPositions(figures.text)
    written: Any = json.loads(figures.text)["Statement"]
    for statement in _parsed(document.text):
        values = written[statement.position] if isinstance(written, list) else written
        allowed, denied, matched = (
            document.hits.get(Hit(statement.pointer, mark), NO_TESTS)
            for mark in (CoverageMark.ALLOWED, CoverageMark.DENIED, CoverageMark.MATCHED)
        )
        line = places.locate(statement.pointer)[0]
        yield StatementFigures(
            statement,
            line,
            line + _lines_of(figures.text, places, statement.pointer) - 1,
            allowed.total(),
            denied.total(),
            matched.total(),
            tuple(sorted({*allowed, *denied})),
            tuple(_branch(document, places, hit, text) for hit, text in _expected(statement, values)),
        )


def _parsed(text: str) -> tuple[Statement, ...]:
    """Return the statements. A trust policy has no Resource, which only a policy of that kind may lack."""
    document = json.loads(text)
    written = document["Statement"]
    for statement in written if isinstance(written, list) else [written]:
        if "Resource" not in statement and "NotResource" not in statement:
            statement["Resource"] = "*"
    return Policy.parse(document).statements


def _lines_of(text: str, places: JsonPositions, pointer: str) -> int:
    """Return the number of lines of the value at a pointer."""
    line, column = places.locate(pointer)
    start = sum(len(each) for each in text.splitlines(keepends=True)[: line - 1]) + column - 1
    end = json.JSONDecoder().raw_decode(text, start)[1]
    return text.count("\n", start, end) + 1


def _branch(document: CoveredPolicy, places: JsonPositions, hit: Hit, text: str) -> Branch:
    tests = document.hits.get(hit, NO_TESTS)
    line = places.locate(hit.pointer)[0]
    return Branch(hit, line, text, tests.total(), tuple(sorted(tests)))


def _expected(statement: Statement, written: dict[str, Any]) -> Iterator[tuple[Hit, str]]:
    """Yield the branches of a statement, each with what a report says if it never happened."""
    for element in ("Principal", "Action", "Resource"):
        for name in (element, f"Not{element}"):
            for pointer, text in entries_of(f"{statement.pointer}/{name}", written.get(name, "")):
                yield (
                    Hit(pointer, CoverageMark.USED),
                    f"{text} never {'used' if name == element else 'excluded'}",
                )
    for condition in statement.conditions:
        operator, key = OPERATORS[condition.base], condition.key
        yield Hit(condition.pointer, CoverageMark.TRUE), f"{key} never true"
        yield Hit(condition.pointer, CoverageMark.FALSE), f"{key} never false"
        if not operator.presence and can_be_missing(key):
            yield Hit(condition.pointer, CoverageMark.MISSING), f"{key} never missing"
        values = _value_at(written["Condition"], condition.operator, key)
        for pointer, text in entries_of(condition.pointer, values):
            yield (
                Hit(pointer, CoverageMark.USED),
                f"{key} {text} never {'excluded' if operator.negated else 'used'}",
            )


def _value_at(block: dict[str, Any], operator: str, key: str) -> Any:
    return block[operator][key]


def can_be_missing(key: str) -> bool:
    """Return whether a request can lack a condition key. Some keys, such as aws:SecureTransport, are always there."""
    row = ROWS.get(key.lower())
    return row is None or bool(row.missing)


class CoveredLine(NamedTuple):
    """What a line of a document did.

    Attributes:
        statement: The statement that it is a part of.
        happened: How often it decided: the statement, or the entry of a list that is alone on the line.
        tests: The tests in which it did.
        branches: The branches of the line.
    """

    statement: StatementFigures
    happened: int
    tests: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def state(self) -> str:
        """``covered``, ``partial`` (a branch never happened) or ``missed``."""
        if not self.happened:
            return "missed"
        return "covered" if all(branch.covered for branch in self.branches) else "partial"


def lines_of(document: DocumentFigures) -> dict[int, CoveredLine]:
    """Return the lines of a document that belong to a statement."""
    found = {}
    for statement in document.statements:
        decided = statement.allowed + statement.denied
        for number in range(statement.line, statement.last_line + 1):
            branches = tuple(branch for branch in statement.branches if branch.line == number)
            entry = branches[0] if len(branches) == 1 and branches[0].hit.mark is CoverageMark.USED else None
            if entry is None or number == statement.line:
                found[number] = CoveredLine(statement, decided, statement.tests, branches)
            else:
                found[number] = CoveredLine(statement, entry.happened, entry.tests, branches)
    return found


def describe(statement: StatementFigures) -> str:
    """Return what a statement did, in one line: its counts, and the branches that never happened."""
    counts = f"allowed {statement.allowed}  denied {statement.denied}"
    if statement.matched:
        counts += f"  matched {statement.matched}"
    missing = ", ".join(branch.text for branch in statement.missing)
    if not statement.covered:
        missing = "never decided" if statement.matched else "never matched"
    return f"{counts}  {missing}".rstrip()


def has_gap(statement: StatementFigures) -> bool:
    """Return whether a statement or one of its branches is not covered."""
    return not statement.covered or bool(statement.missing)


def effect_of(statement: StatementFigures) -> Effect:
    """Return the effect of a statement."""
    return statement.statement.effect
