"""Find problems in how a project uses mocks3, and the fix for each.

    project ─► versions, plugins, fixtures, mocks, environment, moto ─► problems

Rule 1: files are read, and nothing of the project is imported or run. Rule 2: each problem has a fix. Rule 3: no access
key or secret is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mocks3.doctor import credentials, fixtures, mocks, moto, plugins, versions
from mocks3.doctor.project import Project, ProjectProblem

CHECKS: Mapping[str, Callable[[Project], Iterator[ProjectProblem]]] = {
    "versions": versions.check,
    "plugins": plugins.check,
    "fixtures": fixtures.check,
    "open mocks": mocks.check,
    "credentials": credentials.check,
    "moto": moto.check,
}
"""The checks, in the order of the report."""
