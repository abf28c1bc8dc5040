"""The report in colours. It is the same text: painting is done where a terminal is, after everything else."""

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
        (r"(?<=^      )wants  .*$", GREEN),
        (r"(?<=^      )saw    .*$", RED),
        (r"\[[A-Z]+-\d+[^\]]*\]$", DIM),
    )
)


def paint(text: str) -> str:
    """The text with the codes that a terminal takes for colours."""
    return "\n".join(map(_paint_line, text.split("\n")))


def _paint_line(line: str) -> str:
    for pattern, style in _RULES:
        match = pattern.search(line)
        if match and match[0]:
            start, end = match.span()
            return f"{line[:start]}\x1b[{style}m{match[0]}\x1b[0m{line[end:]}"
    return line
