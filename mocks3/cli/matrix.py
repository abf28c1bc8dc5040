"""``mocks3 matrix``: who may do what; and what a change of infrastructure opens and closes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.matrix import Changes, Matrix

HELP = "print who may do what in all buckets; --diff prints what a change opens and closes"
DESCRIPTION = """\
Make every call of every principal on every bucket in an in-memory AWS that is created from files, and print which calls
are allowed, and what denies the others. With --diff, compare two states, such as two folders of templates.
"""
EPILOG = """\
By default, the principals are every user and role of the files, the anonymous caller, and a user of another account who
has all permissions there. The keys are one for each prefix that a policy names, and one without a prefix.

exit codes: 0 done; with --diff, 1 if something is opened and --allow-opening is not given; 2 the files cannot be used

examples:
  mocks3 matrix infra/
  mocks3 matrix infra/ --principals 'role/*' --operations 'Get*' --buckets data
  mocks3 matrix infra/ --format html > permissions.html
  mocks3 matrix --diff before/ after/ --format markdown > comment.md
"""
FORMATS = ("table", "csv", "html", "markdown", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="files and folders that describe the accounts and buckets",
    )
    parser.add_argument(
        "--diff", nargs=2, type=Path, metavar=("OLD", "NEW"), help="compare two files or folders"
    )
    parser.add_argument(
        "--allow-opening", action="store_true", help="with --diff: exit with 0 also if something is opened"
    )
    parser.add_argument("--principals", nargs="+", metavar="NAME", help="ARNs or names, such as 'role/*'")
    parser.add_argument(
        "--operations", nargs="+", metavar="NAME", help="operations, such as 'Get*'; '*' for all"
    )
    parser.add_argument("--buckets", nargs="+", metavar="NAME", help="names of buckets")
    parser.add_argument("--keys", nargs="+", metavar="KEY", help="keys of objects")
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a condition key of all requests, such as aws:SourceVpce=vpce-1; may be repeated",
    )
    parser.add_argument("--format", choices=FORMATS, default="table")


def run(options: argparse.Namespace) -> int:
    """Print the matrix or the changes. Return the exit code."""
    from mocks3.errors import Mocks3Error

    if options.diff is not None:
        if options.files:
            raise Mocks3Error("--diff takes exactly two files or folders: --diff OLD NEW")
        return _print_changes(options)
    if not options.files:
        raise Mocks3Error(
            "name files or folders that describe the accounts and buckets, or use --diff OLD NEW"
        )
    from mocks3.cli.loading import world_of
    from mocks3.matrix import axes_of, matrix_of

    aws = world_of(options.files)
    axes = axes_of(aws, **_named(options))
    print(_written(matrix_of(aws, axes=axes, context=_keys(options), progress=_progress()), options), end="")
    return 0


def _print_changes(options: argparse.Namespace) -> int:
    from mocks3.cli.loading import world_of
    from mocks3.errors import Mocks3Error
    from mocks3.matrix import axes_of, matrix_of, union

    if options.format in ("csv", "html"):
        raise Mocks3Error("--diff has the formats table, markdown and json")
    old, new = (world_of([path]) for path in options.diff)
    axes = union(axes_of(old, **_named(options)), axes_of(new, **_named(options)))
    matrices = [matrix_of(aws, axes=axes, context=_keys(options), progress=_progress()) for aws in (old, new)]
    changes = matrices[0].diff(matrices[1])
    print(_changes_written(changes, options.format))
    return 1 if changes.opened and not options.allow_opening else 0


def _named(options: argparse.Namespace) -> dict[str, list[str] | None]:
    return {name: getattr(options, name) for name in ("principals", "operations", "buckets", "keys")}


def _keys(options: argparse.Namespace) -> dict[str, list[str]]:
    from mocks3.cli.loading import condition_keys_of

    return condition_keys_of(options.context)


def _written(matrix: Matrix, options: argparse.Namespace) -> str:
    if options.format == "csv":
        return matrix.csv()
    if options.format == "html":
        return matrix.html(f"S3 permissions of {_shown(options.files)}")
    if options.format == "markdown":
        return f"{matrix.markdown()}\n"
    if options.format == "json":
        return json.dumps([row.record() for row in matrix.rows], indent=2) + "\n"
    return f"{matrix}\n"


def _shown(files: Iterable[Path]) -> str:
    return ", ".join(path.name or str(path) for path in files)


def _changes_written(changes: Changes, form: str) -> str:
    from mocks3.matrix.text import changes_markdown, changes_of

    if form == "markdown":
        return changes_markdown(changes)
    if form == "table":
        return changes_of(changes)
    record = {
        name: [
            {"before": change.before, "after": change.after, "row": change.row.record()} for change in listed
        ]
        for name, listed in (("opened", changes.opened), ("closed", changes.closed))
    }
    return json.dumps(record, indent=2)


def _progress() -> Callable[[int, int], None] | None:
    """Return a function that draws a bar on the terminal, or None if there is no terminal."""
    if not sys.stderr.isatty():
        return None
    width = 30

    def draw(done: int, total: int) -> None:
        if done != total and done % max(1, total // 200):
            return
        bar = "#" * (width * done // total)
        end = "\r\033[K" if done == total else ""
        print(f"\r[{bar:<{width}}] {done} of {total} calls{end}", end="", file=sys.stderr, flush=True)

    return draw
