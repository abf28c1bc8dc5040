"""``mocks3 doctor``: check how a project uses mocks3, and print the fix for each problem."""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.doctor.project import ProjectProblem

HELP = "check a project: versions, plugins, fixtures, open mocks, credentials, and what remains of moto"
DESCRIPTION = """\
Read the files of a project and the environment, and report problems, each with its fix. Nothing of the project is run.
The exit code is 1 if there are problems.
"""
EPILOG = """\
examples:
  mocks3 doctor
  mocks3 doctor path/to/project --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the project (the current folder)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Check the project. Return 1 if there are problems, else 0."""
    from mocks3.doctor import CHECKS
    from mocks3.doctor.project import Project
    from mocks3.doctor.versions import installed

    if not options.folder.is_dir():
        raise Mocks3Error(f"{options.folder} is not a folder")
    project = Project(options.folder)
    found = {name: list(check(project)) for name, check in CHECKS.items()}
    versions = {"Python": platform.python_version(), **dict(installed())}
    if options.json:
        listed = [{"check": name, **each._asdict()} for name, problems in found.items() for each in problems]
        print(json.dumps({"versions": versions, "problems": listed}, indent=2))
    else:
        print(", ".join(f"{name} {version}" for name, version in versions.items()))
        for name, problems in found.items():
            _print(name, problems)
    return 1 if any(found.values()) else 0


def _print(name: str, problems: list[ProjectProblem]) -> None:
    counted = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    print(f"{name}: {counted if problems else 'ok'}")
    for each in problems:
        print(f"  {each.place}: {each.what}" if each.place else f"  {each.what}")
        print(f"    fix: {each.fix}")
