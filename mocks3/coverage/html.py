"""Policy coverage as one HTML file: each document line by line, with the tests behind each line.

Rule: the file needs nothing else. Its style and script are inside, and its Content-Security-Policy forbids requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib import resources

from mocks3._version import __version__
from mocks3.coverage.data import Coverage, CoverageMark
from mocks3.coverage.measuring import Branch, CoveredLine, DocumentFigures, Figures, lines_of, measure, total
from mocks3.coverage.terminal import missing_lines, percent

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Policy coverage: {percent}</title>
<style>
{style}</style>
<header>
<h1>Policy coverage <b class="{grade}">{percent}</b></h1>
<p>{summary}</p>
<form id="filters">
<label>Policy <input id="name" type="search" placeholder="part of a name or a line" autocomplete="off"></label>
<label>Test <input id="test" type="search" list="tests" placeholder="part of a test's name" autocomplete="off"></label>
<datalist id="tests">{options}</datalist>
<label><input id="gaps" type="checkbox"> only policies with gaps</label>
<button id="theme" type="button">Light or dark</button>
</form>
<p class="key"><span class="covered">decided</span> <span class="partial">a branch is missing</span>
<span class="missed">never decided</span> Click a line to see its tests.</p>
</header>
<main>
<table id="index">
<thead><tr><th>Policy<th class="number">Statements<th class="number">Missed<th class="number">Branches
<th class="number">Missed<th class="number">Cover<th>Missing</thead>
<tbody>
{rows}</tbody>
</table>
<p id="none" hidden>No policy matches the filters.</p>
{documents}{undecided}</main>
<footer>mocks3 {version}</footer>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</html>
"""


_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""The Content-Security-Policy of the page: the browser sends no request for it."""


def page(coverage: Coverage) -> str:
    """Return the HTML text."""
    documents = measure(coverage)
    figures = total(documents)
    names = sorted(
        {test for document in documents for test in document.document.tests}
        | {test for tests in coverage.undecided.values() for test in tests}
    )
    numbers = {name: number for number, name in enumerate(names)}
    return _PAGE.format(
        policy=_CONTENT_POLICY,
        percent=percent(figures) if documents else "nothing measured",
        grade=_grade(figures),
        style=_asset("page.css"),
        script=_asset("page.js"),
        summary=_summary(documents, figures, len(names)),
        options="".join(f"<option>{escape(name)}" for name in names),
        rows="".join(_row(number, each) for number, each in enumerate(documents)),
        documents="".join(_document(number, each, numbers) for number, each in enumerate(documents)),
        undecided=_undecided(coverage, numbers),
        version=escape(__version__),
        data=json.dumps(names).replace("<", "\\u003c"),
    )


def _asset(name: str) -> str:
    return (resources.files("mocks3.coverage") / name).read_text(encoding="utf-8")


def _summary(documents: list[DocumentFigures], figures: Figures, tests: int) -> str:
    covered = figures.statements - figures.missed_statements
    happened = figures.branches - figures.missed_branches
    return (
        f"{len(documents)} policies in {tests} tests: {covered} of {figures.statements} statements decided, "
        f"{happened} of {figures.branches} branches happened."
    )


def _grade(figures: Figures) -> str:
    if not figures.missed_statements and not figures.missed_branches:
        return "covered"
    return "missed" if figures.missed_statements else "partial"


def _row(number: int, document: DocumentFigures) -> str:
    figures = document.figures
    cells = (
        figures.statements,
        figures.missed_statements,
        figures.branches,
        figures.missed_branches,
        percent(figures),
    )
    return (
        f'<tr data-document="{number}"><td><a href="#d{number}">{escape(document.title)}</a>'
        + "".join(f'<td class="number">{cell}' for cell in cells)
        + f"<td>{escape(missing_lines(document))}\n"
    )


def _document(number: int, document: DocumentFigures, numbers: Mapping[str, int]) -> str:
    figures, lines = document.figures, lines_of(document)
    names = ", ".join(sorted(document.document.names)) or "never evaluated"
    layers = ", ".join(sorted(document.document.layers))
    gap = "yes" if figures.missed_statements or figures.missed_branches else "no"
    rows = "".join(
        _line(place, text, lines.get(place), numbers)
        for place, text in enumerate(document.text.splitlines(), 1)
    )
    return (
        f'<section id="d{number}" data-gap="{gap}" data-name="{escape(document.title.lower())}">\n'
        f'<h2>{escape(document.title)} <b class="{_grade(figures)}">{percent(figures)}</b></h2>\n'
        f"<p>{escape(names)}{f' ({escape(layers)})' if layers else ''}</p>\n<ol>\n{rows}</ol>\n</section>\n"
    )


def _line(number: int, text: str, line: CoveredLine | None, numbers: Mapping[str, int]) -> str:
    if line is None:
        return f'<li value="{number}"><code>{escape(text) or " "}</code>\n'
    tests = sorted({*line.tests, *(test for branch in line.branches for test in branch.tests)})
    known = ",".join(str(numbers[test]) for test in tests)
    notes = "".join(_notes(number, line))
    return (
        f'<li value="{number}" class="{line.state}" data-tests="{known}" tabindex="0">'
        f"<code>{escape(text)}</code>{notes}\n"
    )


def _notes(number: int, line: CoveredLine) -> Iterator[str]:
    """Yield the notes of a line: what the statement did, the results of its conditions, entries that are not used."""
    statement = line.statement
    if number == statement.line:
        if statement.covered or statement.matched:
            did = f"allowed {statement.allowed}, denied {statement.denied}"
            if statement.matched:
                did += f", matched {statement.matched} without deciding"
        else:
            did = "never matched"
        yield f"<small>{escape(statement.name)}: {did}</small>"
    results = [branch for branch in line.branches if branch.hit.mark is not CoverageMark.USED]
    if results:
        yield f"<small>{', '.join(map(_result, results))}</small>"
    unused = [
        branch.text for branch in line.branches if branch.hit.mark is CoverageMark.USED and not branch.covered
    ]
    if unused:
        yield f"<small><em>{escape(', '.join(unused))}</em></small>"


def _result(branch: Branch) -> str:
    if branch.covered:
        return f"{branch.hit.mark} {branch.happened}"
    return f"<em>never {branch.hit.mark}</em>"


def _undecided(coverage: Coverage, numbers: Mapping[str, int]) -> str:
    """Return the table of the decisions that no statement decided."""
    if not coverage.undecided:
        return ""
    rows = "".join(
        f'<tr data-tests="{_known(tests, numbers)}" tabindex="0"><td class="number">{tests.total()}'
        f"<td>{escape(each.verdict)}<td>{escape(each.by)}<td>{escape(each.action)}<td>{escape(each.operation)}\n"
        for each, tests in sorted(
            coverage.undecided.items(),
            key=lambda item: (item[0].verdict == "allowed", -item[1].total(), item[0]),
        )
    )
    return (
        '<section id="undecided"><h2>Decisions without a statement</h2>\n<table><thead>'
        '<tr><th class="number">Times<th>Verdict<th>By<th>Action<th>Operation</thead>\n<tbody>\n'
        f"{rows}</tbody></table></section>\n"
    )


def _known(tests: Iterable[str], numbers: Mapping[str, int]) -> str:
    return ",".join(str(numbers[test]) for test in sorted(tests))
