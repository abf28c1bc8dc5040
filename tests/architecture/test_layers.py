"""Rules about imports that the contracts of import-linter in pyproject.toml cannot express."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mocks3

PACKAGE = Path(mocks3.__file__).parent


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(package: str) -> Iterator[Path]:
    """Yield the files of a package of mocks3."""
    assert (PACKAGE / package).is_dir()
    yield from sorted((PACKAGE / package).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every module that a file imports, anywhere in it, with the line. Relative names are made absolute."""
    package = ("mocks3", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            yield node.lineno, ".".join(part for part in (base, node.module) if part)


def module_name(path: Path) -> str:
    """Return the dotted name of a module of mocks3."""
    parts = ("mocks3", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported_modules(path: Path) -> set[str]:
    """Return the modules of mocks3 that a file imports, anywhere in it and also for its types only."""
    package = ("mocks3", *path.relative_to(PACKAGE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in FILES}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            base = ".".join(part for part in (base, node.module) if part)
            names = [f"{base}.{alias.name}" for alias in node.names]
            found |= {name if name in FILES else base for name in names} & FILES.keys()
    return found - {module_name(path)}


@functools.cache
def imports() -> dict[str, set[str]]:
    """Return the modules that each module of mocks3 imports."""
    return {name: imported_modules(path) for name, path in FILES.items()}


def circles(direct: dict[str, set[str]]) -> list[list[str]]:
    """Return the sets of modules that import each other, directly or through others of the set."""
    reached: dict[str, set[str]] = {}
    for name in direct:
        seen: set[str] = set()
        pending = [name]
        while pending:
            new = direct[pending.pop()] - seen
            seen |= new
            pending.extend(new)
        reached[name] = seen
    found = [sorted(other for other in reached[name] if name in reached[other]) for name in reached]
    return [circle for index, circle in enumerate(found) if circle and circle not in found[:index]]


EXPLAINED_BY = {
    "mocks3.access.decision": ("mocks3.access.explain",),
    "mocks3.access.refusal": ("mocks3.access.explain",),
    "mocks3.policy.decision": ("mocks3.policy.explanation", "mocks3.policy.suggestion"),
    "mocks3.policy.policy": ("mocks3.policy.linting",),
}
"""Classes that users hold, and the modules that are about them: ``decision.remedies()`` calls functions that read the
decision. Nothing else of mocks3 imports in a circle."""


def test_no_modules_import_each_other() -> None:
    """Imports for types count: whoever reads one module of a circle has to read them all."""
    direct = {
        name: {other for other in others if not other.startswith(EXPLAINED_BY.get(name, ("-",)))}
        for name, others in imports().items()
    }
    assert circles(direct) == []


def test_exceptions_for_circles_are_still_needed() -> None:
    in_a_circle = {name for circle in circles(imports()) for name in circle}
    assert EXPLAINED_BY.keys() <= in_a_circle


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
        for node in without_docstrings(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("s3:")
    ]
    assert named == []


def without_docstrings(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node except docstrings."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield child
            yield from without_docstrings(child)


def top_level_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the modules that a file imports when it is imported, with the line."""
    for node in tree(path).body:
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
