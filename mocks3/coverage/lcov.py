"""Policy coverage as an lcov tracefile, which editors and CI services show as they show the coverage of code.

A policy in a file is a source file: ``DA`` says how often the statement of a line decided, ``BRDA`` whether each branch
happened. The policies in one template, or in one output of the AWS CLI, are in one source file: their lines are those
of the statements, entries and conditions. Policies from code have no lines, so they are not in the tracefile.
Format: geninfo(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.coverage.data import Coverage, CoverageMark
from mocks3.coverage.measuring import DocumentFigures, StatementFigures, lines_of, measure
from mocks3.policy.reading import JsonPositions

if TYPE_CHECKING:
    from mocks3.load.yaml_text import YamlPlaces

TEST_NAME = "mocks3"


@dataclass
class _SourceFile:
    """The lines of a file, each with how often it decided, and the branches: line, block and number of each."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: list[tuple[int, int, int, int | None]] = field(default_factory=list)
    blocks: int = 0

    def add_line(self, number: int, happened: int) -> None:
        self.lines[number] = max(happened, self.lines.get(number, 0))

    def add_branches(self, statement: StatementFigures, lines: list[int]) -> None:
        """Add the branches of a statement. One that was never reached has no number of times."""
        branches = statement.branches
        reached = statement.matched or statement.covered or any(each.covered for each in branches)
        for number, (line, branch) in enumerate(zip(lines, branches, strict=True)):
            self.branches.append((line, self.blocks, number, branch.happened if reached else None))
        self.blocks += 1


def tracefile(coverage: Coverage, root: Path) -> str:
    """Return the tracefile.

    Args:
        coverage: The data.
        root: The folder of the run. Paths are relative to it, and templates are read there.
    """
    files: dict[str, _SourceFile] = {}
    texts: dict[str, JsonPositions | YamlPlaces | None] = {}
    for document in measure(coverage):
        place = document.document.place
        if document.has_own_lines:
            _add_whole(files.setdefault(place.file, _SourceFile()), document)
        elif place.pointer:
            if place.file not in texts:
                texts[place.file] = _places(root / place.file)
            found = texts[place.file]
            if found is not None:
                _add_part(files.setdefault(place.file, _SourceFile()), document, found)
    return "".join(f"{line}\n" for path, file in files.items() for line in _record(path, file))


def _places(path: Path) -> JsonPositions | YamlPlaces | None:
    """Return the places of the values in a file; None if it is not there any more, or changed to something else."""
    from mocks3.errors import Mocks3Error
    from mocks3.policy.reading import read

    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.lstrip()[:1] in ("{", "["):
            read(text)
            return JsonPositions(text)
        from mocks3.load.yaml_text import YamlPlaces

        return YamlPlaces(text)
    except (OSError, ValueError, Mocks3Error):
        return None


def _add_whole(file: _SourceFile, document: DocumentFigures) -> None:
    for statement in document.statements:
        file.add_branches(statement, [each.line for each in statement.branches])
    for number, line in lines_of(document).items():
        file.add_line(number, line.happened)


def _add_part(file: _SourceFile, document: DocumentFigures, places: JsonPositions | YamlPlaces) -> None:
    base = document.document.place.pointer
    for statement in document.statements:
        decided = statement.allowed + statement.denied
        file.add_line(places.locate(base + statement.statement.pointer)[0], decided)
        lines = [places.locate(base + each.hit.pointer)[0] for each in statement.branches]
        for line, branch in zip(lines, statement.branches, strict=True):
            file.add_line(line, branch.happened if branch.hit.mark is CoverageMark.USED else decided)
        file.add_branches(statement, lines)


def _record(path: str, file: _SourceFile) -> Iterator[str]:
    yield f"TN:{TEST_NAME}"
    yield f"SF:{path}"
    for line, block, number, happened in file.branches:
        yield f"BRDA:{line},{block},{number},{'-' if happened is None else happened}"
    yield f"BRF:{len(file.branches)}"
    yield f"BRH:{sum(bool(happened) for *_, happened in file.branches)}"
    for number, count in sorted(file.lines.items()):
        yield f"DA:{number},{count}"
    yield f"LF:{len(file.lines)}"
    yield f"LH:{sum(count > 0 for count in file.lines.values())}"
    yield "end_of_record"
