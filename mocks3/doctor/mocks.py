"""Find tests in which two mocks of S3 are open. The inner one begins empty, without the buckets of the outer one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from mocks3.doctor.project import (
    Function,
    Project,
    ProjectProblem,
    called,
    fixture_name,
    functions,
    is_autouse,
    parameters,
)

MOCKS = frozenset({"mock_s3", "mock_aws"})
"""The functions that open a mock of S3: mocks3's, moto's, and those of moto 4."""
_MARKERS = frozenset({"mocks3", "s3_world", "s3_principal"})


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the tests in which more than one mock is open. All markers and fixtures of mocks3 together open one."""
    every = list(_fixtures(project))
    for source in project.sources:
        visible = {name: autouse for name, path, autouse in every if _sees(source.path, path)}
        for function, owner in functions(source.tree):
            if not function.name.startswith("test"):
                continue
            opened = list(dict.fromkeys(_opened(function, owner, visible, project)))
            if len(opened) > 1:
                yield ProjectProblem(
                    source.place(function),
                    f"{function.name} opens {len(opened)} mocks of S3: {', '.join(opened)}; the inner one begins "
                    "empty",
                    "keep one of them; or pass nested='join' to the inner one, so that it uses the S3 of the outer one",
                )


def _fixtures(project: Project) -> Iterator[tuple[str, Path, bool]]:
    """Yield the fixtures of the project that open a mock: the name, the file, and whether each test uses it."""
    for source in project.sources:
        for function, _ in functions(source.tree):
            name = fixture_name(function)
            if name is not None and any(_blocks(function)):
                yield name, source.path, is_autouse(function)


def _opened(
    function: Function, owner: ast.ClassDef | None, visible: Mapping[str, bool], project: Project
) -> Iterator[str]:
    """Yield what opens a mock for a test. ``visible`` are the project's fixtures that do; True for autouse."""
    for decorator in (*(owner.decorator_list if owner else ()), *function.decorator_list):
        if called(decorator).rpartition(".")[2] in MOCKS:
            yield f"the decorator {called(decorator)}"
    requested = set(parameters(function))
    own = sorted(requested & project.fixtures) or [
        called(each) for each in function.decorator_list if called(each).rpartition(".")[2] in _MARKERS
    ]
    if own and visible.keys().isdisjoint(own):
        yield f"mocks3's fixture or marker {own[0]}"
    for name, autouse in visible.items():
        if autouse or name in requested:
            yield f"the fixture {name}"
    for block in _blocks(function):
        yield f"the block with {block}()"


def _sees(test: Path, fixture: Path) -> bool:
    """Return whether a test can request the fixtures of a file: its own, or a conftest above it."""
    return test == fixture or (fixture.name == "conftest.py" and test.is_relative_to(fixture.parent))


def _blocks(function: Function) -> Iterator[str]:
    """Yield the mocks that a function opens with ``with``."""
    for node in ast.walk(function):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if called(item.context_expr).rpartition(".")[2] in MOCKS:
                    yield called(item.context_expr)
