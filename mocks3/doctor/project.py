"""The files of a project: its Python code as syntax trees, its settings, and the names of mocks3's fixtures in it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

SETTINGS = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""The files in which pytest looks for its options."""
IGNORED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "env"})
LARGEST = 2 * 1024 * 1024
"""Files with more bytes are not read."""

FIXTURES = frozenset(
    {
        "aws",
        "aws_seed",
        "s3",
        "s3_account",
        "s3_anonymous",
        "s3_bucket",
        "s3_clock",
        "s3_group",
        "s3_policy",
        "s3_role",
        "s3_server",
        "s3_user",
    }
)
"""The fixtures of the pytest plugin of mocks3."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class ProjectProblem(NamedTuple):
    """A problem: where it is (``file:line``, or empty), what it is, and the fix."""

    place: str
    what: str
    fix: str


class PythonFile(NamedTuple):
    """A Python file: its path from the folder of the project, and its syntax tree."""

    path: Path
    tree: ast.Module

    def place(self, node: ast.AST) -> str:
        """Return ``file:line`` of a part of the tree."""
        return f"{self.path.as_posix()}:{getattr(node, 'lineno', 1)}"


class Project:
    """A project.

    Args:
        root: Its folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files, in the order of their paths. Hidden folders and installed packages are left out."""
        return tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = [
                each
                for each in folders
                if each not in IGNORED
                and (not each.startswith(".") or each == ".github")
                and not Path(folder, each, "pyvenv.cfg").exists()
            ]
            yield from (Path(folder, name) for name in names)

    @cached_property
    def sources(self) -> tuple[PythonFile, ...]:
        """The Python files that can be parsed."""
        return tuple(self._parsed())

    def _parsed(self) -> Iterator[PythonFile]:
        for path in self.files:
            if path.suffix == ".py":
                try:
                    tree = ast.parse(self.text(path))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue  # Python itself reports it
                yield PythonFile(path.relative_to(self.root), tree)

    def text(self, path: Path) -> str:
        """Return the text of a file; an empty text if it cannot be read."""
        try:
            return "" if path.stat().st_size > LARGEST else path.read_text("utf-8", errors="replace")
        except OSError:
            return ""

    @cached_property
    def settings(self) -> str:
        """The texts of pytest's settings."""
        return "\n".join(self.text(self.root / name) for name in SETTINGS)

    @cached_property
    def fixtures(self) -> frozenset[str]:
        """The names of mocks3's fixtures in this project: with the ini option ``mocks3_fixture_prefix``."""
        found = re.search(r"^\s*mocks3_fixture_prefix\s*=\s*[\"']?(\w*)", self.settings, re.MULTILINE)
        prefix = "" if found is None else found[1]
        return frozenset(f"{prefix}{name}" for name in FIXTURES)


def functions(tree: ast.AST) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    """Yield the functions of a module and the methods of its classes, each with its class."""
    pending: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    while pending:
        node, owner = pending.pop(0)
        for each in ast.iter_child_nodes(node):
            if isinstance(each, Function):
                yield each, owner
            elif isinstance(each, ast.ClassDef):
                pending.append((each, each))
            elif isinstance(each, ast.If | ast.Try):
                pending.append((each, owner))


def parameters(function: Function) -> tuple[str, ...]:
    """Return the names of the parameters of a function: the fixtures that it requests."""
    given = function.args
    return tuple(each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def called(node: ast.expr) -> str:
    """Return the dotted name of a decorator or of a call, such as ``pytest.fixture``; an empty text for others."""
    if isinstance(node, ast.Call):
        return called(node.func)
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def fixture_name(function: Function) -> str | None:
    """Return the name of the fixture that a function defines; None if it is no fixture."""
    for decorator in function.decorator_list:
        if called(decorator).rpartition(".")[2] == "fixture":
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
            return function.name
    return None


def is_autouse(function: Function) -> bool:
    """Return whether every test of its scope uses a fixture."""
    return any(
        keyword.arg == "autouse" and isinstance(keyword.value, ast.Constant) and bool(keyword.value.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    )
