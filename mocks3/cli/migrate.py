"""``mocks3 migrate``: change tests that were written for moto, LocalStack or MinIO, so that they use mocks3."""

from __future__ import annotations

import argparse
import difflib
import io
import sys
import textwrap
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.migration import Note

HELP = "change tests that were written for moto, LocalStack or MinIO"
DESCRIPTION = """\
Change the imports of moto to those of mocks3.compat.moto, and fixtures that start moto's server to the fixture
s3_server. Print what is left to you, with the line and the reason. Fixtures that start LocalStack or MinIO are found,
and the fixture that replaces each is printed. Needs libcst: pip install 'mocks3[migrate]'.
"""
EPILOG = """\
Without --write no file is changed. Exit codes: 0 if there is nothing to do, 1 if there are changes to write or
something is left to you, 2 if a file cannot be read.

examples:
  mocks3 migrate tests/             print the changes as a diff
  mocks3 migrate --write tests/     change the files
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the paths and the mode."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files, and folders with tests")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--diff", action="store_true", help="print the changes (the default)")
    mode.add_argument("--write", action="store_true", help="change the files")


def run(options: argparse.Namespace) -> int:
    """Migrate the files. A file that cannot be read does not stop the others.

    Returns:
        1 if changes were not written or something is left to the user; 2 if a file could not be read; else 0.
    """
    from mocks3.migration import files, migrate

    left: list[str] = []
    changed = unread = 0
    for path in files(options.paths):
        try:
            content = path.read_bytes()
            migrated = migrate(content, str(path))
        except (Mocks3Error, OSError) as error:
            print(f"mocks3 migrate: {error}", file=sys.stderr)
            unread += 1
            continue
        if migrated.content != content:
            changed += 1
            if options.write:
                path.write_bytes(migrated.content)
                print(f"changed {path}")
            else:
                print("".join(_diff(path, content, migrated.content)), end="")
        left += [_described(path, note) for note in migrated.left]
    if left:
        print(f"\nLeft to you ({len(left)}):" if changed else f"Left to you ({len(left)}):")
        print("\n".join(left))
    if unread:
        return 2
    if not changed and not left:
        print("nothing to change")
    return 1 if left or (changed and not options.write) else 0


def _diff(path: Path, before: bytes, after: bytes) -> Iterator[str]:
    encoding = tokenize.detect_encoding(io.BytesIO(before).readline)[0]
    old, new = (each.decode(encoding).splitlines(keepends=True) for each in (before, after))
    for line in difflib.unified_diff(old, new, fromfile=str(path), tofile=str(path)):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _described(path: Path, note: Note) -> str:
    text = f"  {path}:{note.line}: {note.what}: {note.why}"
    return f"{text}\n{textwrap.indent(note.instead, '      ')}" if note.instead else text
