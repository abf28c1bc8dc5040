"""``mocks3 migrate``: change tests that were written for moto, LocalStack or MinIO, so that they use mocks3.

    migrated = migrate(content, "tests/test_upload.py")
    migrated.content, migrated.left

    moto          imports become imports of ``mocks3.compat.moto``; a fixture that starts ``ThreadedMotoServer`` uses
                  the fixture ``s3_server``
    containers    fixtures of LocalStack and MinIO are found, and the fixture that replaces each is shown

Rule 1: a change keeps the meaning of the test. All other uses are in ``left``, with the line and the reason.
Rule 2: a file that was migrated is not changed again. Comments, quotes and line ends stay as they are.
Rule 3: libcst is imported when a file is migrated.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from mocks3.errors import Mocks3Error
from mocks3.migration.notes import Migrated, Note

__all__ = ["Migrated", "Note", "files", "migrate"]

SKIPPED = {".git", ".tox", ".nox", ".venv", "venv", "node_modules", "site-packages", "build", "dist"}
"""Folders whose files are not the project's own."""
COMPOSE = re.compile(r"(docker-)?compose.*\.ya?ml")
IMAGE = re.compile(
    r"^\s*-?\s*image:\s*[\"']?\S*?(?P<name>localstack/localstack\S*?|minio/minio)(?=[:@\"'\s]|$)"
)


def migrate(content: bytes, name: str) -> Migrated:
    """Return a file as it is after the migration, and the list of what is left to the user.

    Args:
        content: The content of a Python file, or of a file of Docker Compose.
        name: Its name or path. It decides which of the two it is.

    Raises:
        Mocks3Error: libcst is missing, or the file is not valid Python.
    """
    if not name.endswith(".py"):
        return Migrated(content, list(_of_compose(content)))
    if not re.search(rb"moto|localstack|minio|4566|:9000", content, re.IGNORECASE):
        return Migrated(content, [])
    try:
        import libcst
    except ModuleNotFoundError:
        raise Mocks3Error("mocks3 migrate needs libcst: pip install 'mocks3[migrate]'") from None
    from mocks3.migration import rewriting

    try:
        with warnings.catch_warnings(action="ignore"):  # about the escapes of the file
            ast.parse(content)  # it refuses what would overflow the stack of libcst's parser
            return rewriting.migrate(content)
    except libcst.ParserSyntaxError as error:
        line, column, message = error.raw_line, error.raw_column + 1, error.message
    except SyntaxError as error:
        line, column, message = max(1, error.lineno or 1), max(1, error.offset or 1), error.msg
    except (
        ValueError,
        RecursionError,
        MemoryError,
    ) as error:  # the encoding, or an expression that is too deep
        line, column, message = 1, 1, str(error)
    raise Mocks3Error(f"{name}:{line}:{column}: cannot be read as Python: {message}")


def _of_compose(content: bytes) -> Iterator[Note]:
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), 1):
        found = IMAGE.match(line)
        if found:
            yield Note(
                number,
                f"a service with the image {found['name']}",
                "tests need no container: the fixture aws answers in the process, s3_server answers other programs",
            )


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files at the paths, and the Python and Compose files in the folders, sorted.

    Raises:
        Mocks3Error: A path does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = (
                each for each in sorted(path.rglob("*")) if not SKIPPED & set(each.parts[len(path.parts) :])
            )
            yield from (each for each in inside if each.is_file() and _is_meant(each))
        elif path.exists():
            yield path
        else:
            raise Mocks3Error(f"{path} does not exist")


def _is_meant(path: Path) -> bool:
    return path.suffix == ".py" or COMPOSE.fullmatch(path.name) is not None
