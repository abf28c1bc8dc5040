"""``mocks3 minimize``: write the smallest identity policies that allow what was allowed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "write the smallest policies that allow what was allowed"
DESCRIPTION = """\
Take the calls of CloudTrail events, or the record of a test run, and decide them with the present policies. For each
user and role, print the smallest policy that allows the calls that were allowed, as a difference to the present one,
and what the present one grants but no call used. The result is verified: the calls are allowed again, and nothing more
than before is allowed.
"""
EPILOG = """\
examples:
  mocks3 minimize infra/ trail/
  mocks3 minimize infra/ run.jsonl --out smaller/ --format terraform

FOLDER has the present policies: see 'mocks3 replay --help'. 'pytest --mocks3-record run.jsonl' writes a record.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files, the folder of the policies, and their format."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the folder or file with the present policies"
    )
    parser.add_argument(
        "events",
        type=Path,
        nargs="+",
        metavar="EVENTS",
        help="files and folders of CloudTrail events, and records of test runs",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the policies to this folder")
    parser.add_argument(
        "--format",
        choices=("json", "terraform", "cloudformation"),
        default="json",
        help="the form of the files (default: json)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the report, and write the policies. Return 0, or 1 if no call could be used."""
    from mocks3.cli.loading import world_of
    from mocks3.leastprivilege.reports import lines, smaller, write
    from mocks3.leastprivilege.sources import usage_of

    usage, notes = usage_of(world_of([options.folder]), options.events)
    for note in notes:
        print(note, file=sys.stderr)
    found = smaller(usage)
    for line in lines(found):
        print(line)
    if options.out is not None:
        for path in write(found, options.out, options.format):
            print(f"written: {path}")
    return 0 if found else 1
