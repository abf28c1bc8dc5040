"""Add terminal colours to a report. The text stays the same. This is the last step, and only for terminals."""

from __future__ import annotations

import re

RED, GREEN, YELLOW, CYAN, BOLD, DIM = "31", "32", "33", "36", "1", "2"

_RULES = tuple(
    (re.compile(pattern), style)
    for pattern, style in (
        (r"^DENIED\b", f"{BOLD};{RED}"),
        (r"^ALLOWED\b", f"{BOLD};{GREEN}"),
        (r"^(Call|Asked|Because|Note|By|Rules)\b", BOLD),
        (r"^(Nearly (allowed|denied) by|What would allow it.*)$", f"{BOLD};{CYAN}"),
        (r"^  > .*$", f"{BOLD};{YELLOW}"),
        (r"^ +\d+  .*$", DIM),
        (r"(?<=      )wants  .*$", GREEN),
        (r"(?<=      )saw    .*$", RED),
        (r"\[[A-Z]+-\d+[^\]]*\]$", DIM),
    )
)


def paint(text: str) -> str:
    """Return the text with ANSI colour codes."""
    return "\n".join(map(_paint_line, text.split("\n")))


def _paint_line(line: str) -> str:
    for pattern, style in _RULES:
        match = pattern.search(line)
        if match and match[0]:
            start, end = match.span()
            return f"{line[:start]}\x1b[{style}m{match[0]}\x1b[0m{line[end:]}"
    return line
