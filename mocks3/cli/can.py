"""``mocks3 can``: whether a principal may do something."""

from __future__ import annotations

import argparse
import json

from mocks3.cli import case

HELP = "may this principal do this? exit code 0 or 1"
DESCRIPTION = """\
Decide a call as S3 would, from the policies and settings in files. Prints one line a permission; the exit code is 0 if
all are allowed, 1 if not, 2 if the files cannot be used.
"""
EPILOG = f"""\
{case.LAYOUT}
examples:
  mocks3 can denied/ && echo yes
  mocks3 can --identity reader.json --action s3:GetObject --bucket data --key k
  mocks3 can --identity writer.json --operation PutObject --bucket data --key k --context s3:x-amz-acl=private

An id in brackets is a rule: 'mocks3 rule X-45' prints it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case, and whether to say anything."""
    case.add_arguments(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")


def run(options: argparse.Namespace) -> int:
    """Answer. Returns 0 for yes, 1 for no."""
    from mocks3.cli.asking import decide

    decisions = decide(case.collect(options))
    if options.json:
        from mocks3.access.explain.rendering import record

        print(json.dumps([record(decision) for decision in decisions], indent=2))
    elif not options.quiet:
        for decision in decisions:
            print(decision.headline)
    return 0 if all(decision.allowed for decision in decisions) else 1
