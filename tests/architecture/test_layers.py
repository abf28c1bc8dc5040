"""Rules about imports that the contracts of import-linter in pyproject.toml cannot express."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mocks3

PACKAGE = Path(mocks3.__file__).parent


def modules(package: str) -> Iterator[Path]:
    """Yield the files of a package of mocks3."""
    assert (PACKAGE / package).is_dir()
    yield from sorted((PACKAGE / package).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every module that a file imports, anywhere in it, with the line. Relative names are made absolute."""
    package = ("mocks3", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            yield node.lineno, ".".join(part for part in (base, node.module) if part)


def test_policy_imports_the_standard_library_alone() -> None:
    """The policy engine is a library of its own."""
    others = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for path in modules("policy")
        for line, name in imported(path)
        if not name.startswith("mocks3.policy") and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert others == []


def test_policy_names_no_aws_service() -> None:
    """Only ``access`` knows S3. Docstrings may have examples of S3, code may not."""
    named = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.value!r}"
        for path in modules("policy")
        for node in without_docstrings(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("s3:")
    ]
    assert named == []


def without_docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node except docstrings."""
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield child
            yield from without_docstrings(child)


def top_level_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the modules that a file imports when it is imported, with the line."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module


@pytest.mark.parametrize("library", ["moto", "pytest", "hypothesis", "aiobotocore"])
def test_no_module_needs_what_is_not_a_dependency(library: str) -> None:
    """The interceptor of a library is an exception: it is imported after the library."""
    needed = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "interceptors" / f"{library}.py"
        for line, name in top_level_imports(path)
        if name.partition(".")[0] == library
    ]
    assert needed == []
