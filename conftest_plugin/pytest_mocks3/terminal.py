"""Colours and GitHub log groups for the sections of mocks3, added before the terminal shows the reports.

Rule: this runs in every session with a failed test, so mocks3 is imported only if a report has one of the sections.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

TITLE = "why S3 denied this"
TITLE_OF_ALL = "what S3 decided"


def decorate(session: pytest.Session) -> None:
    """Add colours or GitHub log groups to the sections of the reports that the terminal will show."""
    terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    for report in (*terminal.stats.get("failed", ()), *terminal.stats.get("error", ())):
        sections = getattr(report.longrepr, "sections", None)
        if sections is not None:
            sections[:] = [
                (name, _decorated(name, text, report.nodeid, terminal.hasmarkup), sign)
                for name, text, sign in sections
            ]


def _decorated(name: str, text: str, nodeid: str, colours: bool) -> str:
    if name not in (TITLE, TITLE_OF_ALL):
        return text
    if colours:
        from mocks3.access.explain.rendering import paint

        text = paint(text)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        text = f"::group::{name}: {nodeid}\n{text}\n::endgroup::"
    return text
