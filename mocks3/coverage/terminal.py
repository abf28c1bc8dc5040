"""The table of policy coverage in a terminal, in the style of coverage.py, and the statements that have a gap."""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.coverage.data import Coverage, Undecided
from mocks3.coverage.measuring import DocumentFigures, Figures, describe, has_gap, measure, total

MOST_UNDECIDED = 20
"""How many kinds of decisions without a statement are listed."""


def table(coverage: Coverage) -> list[str]:
    """Return the lines of the report."""
    documents = measure(coverage)
    if not documents:
        return ["No policy was stored in this run."]
    rows = [_row(each.title, each.figures, missing_lines(each)) for each in documents]
    rows.append(_row("TOTAL", total(documents), ""))
    head = ("Policy", "Stmts", "Miss", "Branch", "BrMiss", "Cover", "Missing")
    lines = _aligned([head, *rows])
    width = max(map(len, lines[:-1]))
    lines[1:1] = ["-" * width]
    lines[-1:-1] = ["-" * width]
    return [*lines, *_section("Gaps", _gaps(documents)), *_undecided(coverage)]


def percent(figures: Figures) -> str:
    """Return the share as coverage.py prints it: 100% only if nothing is missing, 0% only if all is."""
    rounded = round(figures.percent)
    if 0 < figures.percent < 100:
        rounded = min(99, max(1, rounded))
    return f"{rounded}%"


def missing_lines(document: DocumentFigures) -> str:
    """Return where the gaps are: lines of a file, numbers of statements of a policy from code."""
    if not document.document.evaluated:
        return "never evaluated"
    if not document.has_own_lines:
        return ", ".join(each.name for each in document.statements if has_gap(each))
    lines: set[int] = set()
    for each in document.statements:
        if not each.covered:
            lines.add(each.line)
        else:
            lines |= {branch.line for branch in each.missing}
    return ", ".join(map(str, sorted(lines)))


def _row(name: str, figures: Figures, missing: str) -> tuple[str, ...]:
    return (
        name,
        str(figures.statements),
        str(figures.missed_statements),
        str(figures.branches),
        str(figures.missed_branches),
        percent(figures),
        missing,
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows with columns of equal width: the first and the last to the left, the numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)),
                row[-1],
            ]
        ).rstrip()
        for row in rows
    ]


def _section(title: str, lines: Iterator[str]) -> list[str]:
    found = list(lines)
    return ["", f"{title}:", *found] if found else []


def _gaps(documents: list[DocumentFigures]) -> Iterator[str]:
    for document in documents:
        if not document.document.evaluated:
            yield f"  {document.title}  never evaluated"
            continue
        for each in document.statements:
            if has_gap(each):
                yield f"  {document.place_of(each.line)}  {each.name}  {describe(each)}"


def _call(undecided: Undecided) -> str:
    """Return the action, and the operation if it has another name, such as ListObjectsV2."""
    action, operation = undecided.action, undecided.operation
    same = not operation or action.partition(":")[2] == operation
    return action if same else f"{action} ({operation})"


def _undecided(coverage: Coverage) -> list[str]:
    """Return the decisions that no statement decided, the most frequent first."""
    counted = sorted(
        ((sum(tests.values()), undecided) for undecided, tests in coverage.undecided.items()),
        key=lambda each: (-each[0], each[1]),
    )
    denied = [each for each in counted if each[1].verdict != "allowed"]
    allowed = [each for each in counted if each[1].verdict == "allowed"]
    lines: list[str] = []
    for title, found in (
        ("Denied because no statement allows it", denied),
        ("Allowed without a statement of a policy", allowed),
    ):
        shown = [f"  {count} × {_call(each)}  by {each.by}" for count, each in found[:MOST_UNDECIDED]]
        if len(found) > MOST_UNDECIDED:
            shown.append(f"  and {len(found) - MOST_UNDECIDED} others")
        lines += _section(title, iter(shown))
    return lines
