"""The maximum size of a file and of a function.

The median file should have about 150 lines. A file that is one table of facts can be longer: TABLES names it, and why.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mocks3
import pytest_mocks3

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60

TABLES: dict[str, str] = {}

FILES = [
    (f"{package.__name__}/{path.relative_to(root).as_posix()}", path)
    for package in (mocks3, pytest_mocks3)
    for root in map(Path, package.__path__)
    for path in sorted(root.rglob("*.py"))
]


@pytest.mark.parametrize(("name", "path"), FILES, ids=[name for name, _ in FILES])
def test_files_and_functions_can_be_held_in_mind(name: str, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    lines = len(source.splitlines())
    assert lines <= LINES_OF_A_FILE or name in TABLES, (
        f"{name} has {lines} lines: what second idea has moved in?"
    )
    long = [
        f"{node.name} ({length} lines)"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]
    assert long == [], f"{name}: {', '.join(long)}"


def test_exceptions_are_still_needed() -> None:
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES}
    assert [name for name in TABLES if sizes.get(name, 0) <= LINES_OF_A_FILE] == []
