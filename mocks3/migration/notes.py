"""The places that a migration leaves to the user."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Note:
    """One use that was not changed.

    Args:
        line: The line in the file as it was, from 1.
        what: What was found.
        why: Why it was not changed, and what to do.
        instead: The code that replaces it; empty if there is none.
    """

    line: int
    what: str
    why: str
    instead: str = ""


@dataclass
class Migrated:
    """A file after its migration."""

    content: bytes
    left: list[Note]
