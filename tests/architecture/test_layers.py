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


def module_name(path: Path) -> str:
    """Return the dotted name of a module of mocks3."""
    parts = ("mocks3", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported_modules(path: Path) -> set[str]:
    """Return the modules of mocks3 that a file imports, anywhere in it and also for its types only."""
    package = ("mocks3", *path.relative_to(PACKAGE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in FILES}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            base = ".".join(part for part in (base, node.module) if part)
            names = [f"{base}.{alias.name}" for alias in node.names]
            found |= {name if name in FILES else base for name in names} & FILES.keys()
    return found - {module_name(path)}


@functools.cache
def circles() -> list[set[str]]:
    """Return the sets of modules that import each other, directly or through others of the set."""
    direct = {name: imported_modules(path) for name, path in FILES.items()}
    reached: dict[str, set[str]] = {}
    for name in direct:
        seen, pending = set(), [name]
        while pending:
            new = direct[pending.pop()] - seen
            seen |= new
            pending.extend(new)
        reached[name] = seen
    found = [{other for other in reached[name] if name in reached[other]} for name in reached]
    return [circle for index, circle in enumerate(found) if circle and circle not in found[:index]]


EXPLAINS_ITSELF = {
    "mocks3.access.decision": "the methods of a decision return its report and its remedies, which read the decision",
    "mocks3.policy.decision": "the methods of a decision return its evidence and its suggestions, which read it",
    "mocks3.policy.policy": "``Policy.warnings`` calls the linter, which reads the policy",
}
"""Classes that users hold, with methods that call the modules that are about them. Each module is in one circle."""


def test_no_modules_import_each_other() -> None:
    """Imports for types count: whoever reads one module of a circle has to read them all."""
    others = [sorted(circle) for circle in circles() if circle.isdisjoint(EXPLAINS_ITSELF)]
    assert others == []


@pytest.mark.parametrize("module", EXPLAINS_ITSELF)
def test_only_explanations_are_in_a_circle(module: str) -> None:
    """A circle of such a class has modules of its own package only."""
    (circle,) = [circle for circle in circles() if module in circle]
    package = ".".join(module.split(".")[:2])
    assert [name for name in sorted(circle) if not name.startswith(f"{package}.")] == []


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
