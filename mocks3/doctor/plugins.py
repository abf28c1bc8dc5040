"""Find plugins of pytest that collide with mocks3's: their fixtures have the same names, or they block sockets."""

from __future__ import annotations

import ast
import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

from mocks3.doctor.project import Project, ProjectProblem, fixture_name, functions

OWN = "pytest_mocks3.plugin"
_GROUP = "pytest11"


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the plugins that are installed and collide."""
    for entry in sorted(importlib.metadata.entry_points(group=_GROUP), key=lambda each: each.name):
        if entry.value != OWN:
            yield from _same_fixtures(entry, project)
    yield from _turned_off(project)
    yield from _without_sockets(project)


def _same_fixtures(entry: importlib.metadata.EntryPoint, project: Project) -> Iterator[ProjectProblem]:
    path = _file_of(entry)
    if path is None:
        return
    try:
        tree = ast.parse(path.read_text("utf-8", errors="replace"))
    except (OSError, SyntaxError, ValueError):
        return
    found = [name for each, _ in functions(tree) if (name := fixture_name(each)) in project.fixtures]
    if found:
        yield ProjectProblem(
            "",
            f"the plugin {entry.name} has fixtures with the names of mocks3's: {', '.join(map(str, found))}; which of "
            "them a test gets depends on the order of the plugins",
            "set mocks3_fixture_prefix = mocks3_ in pytest's settings and request mocks3_s3, or add "
            f"-p no:{entry.name} to addopts",
        )


def _file_of(entry: importlib.metadata.EntryPoint) -> Path | None:
    """Return the file of a plugin's module, without importing it; None if it is not in the files of its package."""
    parts = entry.module.split(".")
    names = {"/".join(parts) + ".py", "/".join(parts) + "/__init__.py"}
    files = None if entry.dist is None else entry.dist.files
    found = next((each for each in files or () if each.as_posix() in names), None)
    return None if found is None else Path(str(found.locate()))


def _turned_off(project: Project) -> Iterator[ProjectProblem]:
    if re.search(r"-p[ \"',]*no:mocks3\b", project.settings):
        yield ProjectProblem(
            "",
            "pytest's settings turn off the plugin of mocks3 (-p no:mocks3)",
            "remove -p no:mocks3 from addopts",
        )


def _without_sockets(project: Project) -> Iterator[ProjectProblem]:
    """Yield a problem if pytest-socket blocks the sockets of ``s3_server``. Other clients use no sockets."""
    settings = project.settings
    if "--disable-socket" in settings and "--allow-hosts" not in settings:
        users = [
            source.place(function)
            for source in project.sources
            for function, _ in functions(source.tree)
            if any(each.arg.endswith("s3_server") for each in function.args.args)
        ]
        if users:
            yield ProjectProblem(
                users[0],
                "s3_server listens on 127.0.0.1, and --disable-socket of pytest-socket blocks it",
                "add --allow-hosts=127.0.0.1,::1 to addopts",
            )
