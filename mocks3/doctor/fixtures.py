"""Find fixtures of a project that replace fixtures of mocks3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mocks3.doctor.project import (
    Function,
    Project,
    ProjectProblem,
    PythonFile,
    fixture_name,
    functions,
    parameters,
)

WORLDS = ("aws", "aws_seed")
"""The fixtures that a project may replace by another in-memory AWS: the other fixtures then use that one."""


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the fixtures that shadow one of mocks3's. One that requests the fixture itself extends it."""
    for source in project.sources:
        for function, _ in functions(source.tree):
            name = fixture_name(function)
            if name not in project.fixtures or name in parameters(function):
                continue
            if name.endswith(WORLDS) and _uses_mocks3(function, source):
                continue
            yield ProjectProblem(
                source.place(function),
                f"the fixture {name} replaces the fixture {name} of mocks3, also in mocks3's other fixtures",
                f"request {name} in it to extend it; or rename it; or set mocks3_fixture_prefix = mocks3_ in "
                "pytest's settings: mocks3's fixtures then have names such as mocks3_aws and mocks3_s3",
            )


def _uses_mocks3(function: Function, source: PythonFile) -> bool:
    """Return whether a function uses a name that its file imports from mocks3."""
    own = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        and (getattr(node, "module", None) or node.names[0].name).partition(".")[0] == "mocks3"
        for alias in node.names
    }
    return any(isinstance(node, ast.Name) and node.id in own for node in ast.walk(function))
