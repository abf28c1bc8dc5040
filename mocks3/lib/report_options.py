"""The option that selects reports: ``term,html:build/report.html``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mocks3.errors import Mocks3Error

TERMINAL = "term"
"""The kind of the report in the terminal. It has no file."""


class Report(NamedTuple):
    """A report, and the path of its file; None for the table in the terminal."""

    kind: str
    path: Path | None


def parse(
    given: str, root: str | os.PathLike[str], files: Mapping[str, str], about: str, option: str
) -> list[Report]:
    """Return the reports that a text such as ``term,html:build/policies.html`` names.

    Args:
        given: The text.
        root: The folder of paths that are relative.
        files: The reports that are files, and the path of each if none is given.
        about: What the reports are about, for the message: ``policy coverage``.
        option: The option that takes the text, for the message.

    Raises:
        Mocks3Error: One of them does not exist.
    """
    found = []
    for each in given.split(","):
        kind, colon, path = each.strip().partition(":")
        if kind == TERMINAL and not colon:
            found.append(Report(kind, None))
        elif kind in files and (path or not colon):
            found.append(Report(kind, Path(root, path or files[kind])))
        else:
            raise Mocks3Error(
                f"{each!r} is not a report of {about}: write {option}={','.join([TERMINAL, *files])} with one or "
                "several of them, and a path after a colon, such as html:build/policies.html"
            )
    return found
