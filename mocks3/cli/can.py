"""``mocks3 can``: check whether a principal may make a call."""

from __future__ import annotations

import argparse
import json

from mocks3.cli import described_call

HELP = "check whether a principal may make a call: exit code 0 or 1"
DESCRIPTION = """\
Decide a call as S3 would, from the policies and settings in files. Print one line for each permission. The exit code is
0 if all are allowed, 1 if one is denied, and 2 if the files cannot be used.
"""
EPILOG = f"""\
{described_call.LAYOUT}
examples:
  mocks3 can denied/ && echo yes
  mocks3 can --identity reader.json --action s3:GetObject --bucket data --key k
  mocks3 can --identity writer.json --operation PutObject --bucket data --key k --context s3:x-amz-acl=private

An id in brackets is a rule: 'mocks3 rule X-45' prints it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that describe the call, and ``--quiet``."""
    described_call.add_arguments(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")


def run(options: argparse.Namespace) -> int:
    """Decide the call. Return 0 if it is allowed, else 1."""
    from mocks3.cli.deciding import decide

    decisions = decide(described_call.collect(options))
    if options.json:
        from mocks3.access.explain.rendering import record

        print(json.dumps([record(decision) for decision in decisions], indent=2))
    elif not options.quiet:
        for decision in decisions:
            print(decision.headline)
    return 0 if all(decision.allowed for decision in decisions) else 1
