"""``python -m benchmarks``: print the whole table, with the floor, moto and mocks3."""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import re
import sys
import textwrap
from importlib import metadata
from pathlib import Path

from benchmarks.rows import FULL, GROUPS, QUICK
from benchmarks.table import Row, text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=f"only these of: {', '.join(GROUPS)}")
    parser.add_argument(
        "--quick", action="store_true", help="run everything once, with small data; the figures mean nothing"
    )
    parser.add_argument("--big", action="store_true", help="with upload_file of 256 MiB")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is missed")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    wanted = options.groups or [name for name in GROUPS if name != "upload" or options.big or options.quick]

    print(f"Python {platform.python_version()}, {', '.join(versions())}")
    rows: list[Row] = []
    for name in wanted:
        for row in GROUPS[name](QUICK if options.quick else FULL):
            print(f"measured: {row.work}: {row.mocks3}", file=sys.stderr, flush=True)
            rows.append(dataclasses.replace(row, met=None) if options.quick else row)
    print(text(rows))
    if options.write:
        PAGE.write_text(written(PAGE.read_text("utf-8"), rows), "utf-8")
    missed = [row.work for row in rows if row.met is False]
    return 1 if options.check and missed else 0


PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "benchmarks.md"
TABLE = re.compile(r"(?<=<!-- benchmarks -->\n).*(?=\n<!-- end of benchmarks -->)", re.DOTALL)


def written(page: str, rows: list[Row]) -> str:
    """Return the page with the table, and with what it was measured on, between its two comments."""
    measured = f"This is one run on {os.cpu_count()} cores, with Python {platform.python_version()}, "
    lines = textwrap.wrap(f"{measured}{', '.join(versions())}:", 120)
    return TABLE.sub(lambda _: "\n".join([*lines, "", text(rows)]), page, count=1)


def versions() -> list[str]:
    installed = []
    for name in ("botocore", "boto3", "moto", "mocks3"):
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            installed.append(f"{name} not installed")
    return installed


if __name__ == "__main__":
    sys.exit(main())
