"""Policy coverage as an lcov tracefile, which editors and CI services show as they show the coverage of code.

A policy in a file is a source file: ``DA`` says how often the statement of a line decided, ``BRDA`` whether each branch
happened. Policies from code have no file, so they are not in the tracefile. Format: geninfo(1).
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.coverage.data import Coverage
from mocks3.coverage.measuring import DocumentFigures, lines_of, measure

TEST_NAME = "mocks3"


def tracefile(coverage: Coverage) -> str:
    """Return the tracefile. Paths are relative to the root of the run."""
    records = (_record(each) for each in measure(coverage) if each.has_own_lines)
    return "".join(f"{line}\n" for record in records for line in record)


def _record(document: DocumentFigures) -> Iterator[str]:
    lines = lines_of(document)
    yield f"TN:{TEST_NAME}"
    yield f"SF:{document.document.place.file}"
    for block, statement in enumerate(document.statements):
        reached = statement.matched or statement.covered or any(each.covered for each in statement.branches)
        for number, branch in enumerate(statement.branches):
            yield f"BRDA:{branch.line},{block},{number},{branch.happened if reached else '-'}"
    yield f"BRF:{document.figures.branches}"
    yield f"BRH:{document.figures.branches - document.figures.missed_branches}"
    for number, line in sorted(lines.items()):
        yield f"DA:{number},{line.happened}"
    yield f"LF:{len(lines)}"
    yield f"LH:{sum(line.happened > 0 for line in lines.values())}"
    yield "end_of_record"
