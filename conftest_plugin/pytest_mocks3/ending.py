"""What is put round our sections at the end, where the terminal is: colours, and the groups of GitHub's logs.

Rule: runs in every session in which something failed, so mocks3 is imported only if one of our sections is there.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

TITLE = "why S3 denied this"
TITLE_OF_ALL = "what S3 decided"


def decorate(session: pytest.Session) -> None:
    """Put colours, or GitHub's groups, round the sections of the reports that the terminal is about to show."""
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
