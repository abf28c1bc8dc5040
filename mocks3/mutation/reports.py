"""The reports of policy mutation: the table of the terminal with the survivors, JSON, and HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from mocks3.errors import Mocks3Error
from mocks3.lib import report_options
from mocks3.lib.report_options import Report
from mocks3.mutation.results import MutantResult, MutantResults, Status, percent, to_json, why

FILES = {"html": "mocks3-mutation.html", "json": "mocks3-mutation.json"}
"""The reports that are files, and the path of each if none is given."""


def parse(given: str, root: Path) -> list[Report]:
    """Return the reports that a text such as ``term,html:build/mutants.html`` names.

    Raises:
        Mocks3Error: One of them does not exist.
    """
    return report_options.parse(given, root, FILES, "policy mutation", "--mocks3-mutate")


def write(reports: Iterable[Report], results: MutantResults) -> list[str]:
    """Write the reports that are files. Return the lines for the terminal."""
    lines: list[str] = []
    for kind, path in reports:
        if path is None:
            lines += table(results)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(kind, results), encoding="utf-8")
        lines.append(f"The {kind.upper()} report is in {path}")
    return lines


def _text(kind: str, results: MutantResults) -> str:
    if kind == "json":
        return json.dumps(to_json(results), indent=1) + "\n"
    from mocks3.mutation.html import page

    return page(results)


def table(results: MutantResults) -> list[str]:
    """Return the lines of the report in the terminal."""
    found = results.ordered()
    if not found:
        return ["No test consults a policy."]
    titles = dict.fromkeys(each.policy for each in found)
    rows = [_row(title, [each for each in found if each.policy == title]) for title in titles]
    rows = [("Policy", "Mutants", "Noticed", "Survived", "Equivalent", "Not tried", "Score"), *rows]
    rows.append(_row("TOTAL", found))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    line = "-" * max(map(len, lines))
    lines[1:1], lines[-1:] = [line], [line, lines[-1]]
    return [*lines, *_survivors(found), *_notes(results)]


def _row(title: str, found: list[MutantResult]) -> tuple[str, ...]:
    own = MutantResults({each.key: each for each in found})
    numbers = [
        own.counted(each) for each in (Status.NOTICED, Status.SURVIVED, Status.EQUIVALENT, Status.UNTRIED)
    ]
    return (title, str(len(found)), *map(str, numbers), percent(own))


def _survivors(found: list[MutantResult]) -> Iterator[str]:
    survived = [each for each in found if each.status is Status.SURVIVED]
    if survived:
        yield ""
        yield "Survivors:"
    for each in survived:
        yield f"  {each.place}  no test notices if {each.text}"
        yield f"    {why(each)}"


def _notes(results: MutantResults) -> Iterator[str]:
    if results.failed:
        yield ""
        one = results.failed == 1
        tests = "1 test does" if one else f"{results.failed} tests do"
        yield f"{tests} not pass without a mutant, and {'is' if one else 'are'} not used."
    untried = results.counted(Status.UNTRIED)
    if untried:
        yield ""
        yield f"The time was over before {untried} mutants were tried: --mocks3-mutate-budget sets it."


def is_under(results: MutantResults, percentage: float) -> bool:
    """Return whether less than a percentage of the mutants is noticed."""
    return percentage > 0 and results.score < percentage


def under_message(results: MutantResults, percentage: float) -> str:
    """Return the line that says why the run fails."""
    return f"FAIL Required mutation score of {percentage:g}% not reached. Score: {results.score:.2f}%"


def budget_of(given: str | None) -> float | None:
    """Return a time in seconds: ``60``, ``60s``, ``5m`` or ``1h``; None if there is no limit.

    Raises:
        Mocks3Error: The text is not a time.
    """
    if given is None:
        return None
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = (given[:-1], given[-1]) if given[-1:] in units else (given, "s")
    try:
        seconds = float(number) * units[unit]
    except ValueError:
        seconds = 0
    if not 0 < seconds < 1e9:
        raise Mocks3Error(f"a time must be like 60s, 5m or 1h, not {given!r}")
    return seconds
