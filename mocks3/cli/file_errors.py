"""The error for a file that cannot be used: ``file:line:column: message``."""

from __future__ import annotations

from pathlib import Path


class FileError(Exception):
    """A file of a command has an error. ``line`` and ``column`` start at 1."""

    def __init__(self, path: Path, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(path, message, line, column)
        self.path, self.message, self.line, self.column = path, message, line, column

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
