"""The reports of policy coverage: which of them a run writes, where, and whether enough is covered."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from mocks3.coverage.data import Coverage, from_json, to_json
from mocks3.coverage.measuring import measure, total
from mocks3.errors import Mocks3Error
from mocks3.lib import report_options
from mocks3.lib.report_options import Report

FILES = {"html": "mocks3-coverage.html", "json": "mocks3-coverage.json", "lcov": "mocks3-coverage.info"}
"""The reports that are files, and the path of each if none is given."""


def parse(given: str, root: str | os.PathLike[str] = ".") -> list[Report]:
    """Return the reports that a text such as ``term,html:build/policies.html`` names.

    Args:
        given: The text.
        root: The folder of paths that are relative.

    Raises:
        Mocks3Error: One of them does not exist.
    """
    return report_options.parse(given, root, FILES, "policy coverage", "--mocks3-coverage")


def text_of(kind: str, coverage: Coverage, root: str | os.PathLike[str] = ".") -> str:
    """Return the text of a report.

    Args:
        kind: ``term``, ``html``, ``json`` or ``lcov``.
        coverage: The data.
        root: The folder of the run, in which the files with policies are.
    """
    if kind == "html":
        from mocks3.coverage.html import page

        return page(coverage)
    if kind == "lcov":
        from mocks3.coverage.lcov import tracefile

        return tracefile(coverage, Path(root))
    if kind == "json":
        return json.dumps(to_json(coverage), indent=1) + "\n"
    from mocks3.coverage.terminal import table

    return "\n".join(table(coverage)) + "\n"


def write(reports: Iterable[Report], coverage: Coverage, root: str | os.PathLike[str] = ".") -> None:
    """Write the reports that are files. ``root`` is the folder of the run."""
    for kind, path in reports:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text_of(kind, coverage, root), encoding="utf-8")


def lines(reports: Iterable[Report], coverage: Coverage) -> list[str]:
    """Return the lines for the terminal: the table, and a line for each file."""
    found: list[str] = []
    for kind, path in reports:
        if path is None:
            found += text_of(kind, coverage).splitlines()
        else:
            found.append(f"The {kind.upper() if kind != 'lcov' else kind} report is in {shown(path)}")
    return found


def shown(path: Path) -> str:
    """Return a path as messages show it: relative, if it is in the current folder."""
    inside = path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd()) if inside else path)


def read(path: str | os.PathLike[str]) -> Coverage:
    """Return the data of a JSON report.

    Raises:
        Mocks3Error: The file cannot be read, or is not a JSON report of this version.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Mocks3Error(f"{os.fspath(path)} cannot be read: {error}") from None
    return from_json(values, os.fspath(path))


def earlier(reports: Iterable[Report], root: str | os.PathLike[str]) -> Coverage:
    """Return the data of the JSON report of an earlier run, or no data if there is none.

    Raises:
        Mocks3Error: The file is not a JSON report.
    """
    path = next((each.path for each in reports if each.kind == "json"), Path(root, FILES["json"]))
    assert path is not None
    return read(path) if path.exists() else Coverage()


def is_under(coverage: Coverage, percentage: float) -> bool:
    """Return whether less than a percentage is covered. A run without policies covers nothing."""
    documents = measure(coverage)
    return percentage > 0 and (not documents or total(documents).percent < percentage)


def under_message(coverage: Coverage, percentage: float) -> str:
    """Return the line that says why the run fails."""
    documents = measure(coverage)
    found = total(documents).percent if documents else 0.0
    return f"FAIL Required policy coverage of {percentage:g}% not reached. Total coverage: {found:.2f}%"
