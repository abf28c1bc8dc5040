"""``mocks3 can``: check whether a principal may make a call."""

from __future__ import annotations

import argparse
import json

from mocks3.cli import described_call

HELP = "check whether a principal may make a call: exit code 0 or 1"
DESCRIPTION = """\
Load files into an in-memory AWS, make a call there as a principal, and print one line for each permission that was
decided. The exit code is 0 if the call is allowed, 1 if it is denied, and 2 if the files or the call cannot be used.
"""
EPILOG = f"""\
{described_call.LAYOUT}
examples:
  mocks3 can infra/ --as role/reader --call 'GetObject(Bucket="data", Key="k")' && echo yes
  mocks3 can infra/ --as role/deploy -- aws s3 cp site/ s3://data/site/ --recursive --acl public-read
  mocks3 can --identity reader.json --action s3:GetObject --bucket data --key k
  mocks3 can --identity writer.json --operation PutObject --bucket data --key k --context s3:x-amz-acl=private

An id in brackets is a rule: 'mocks3 rule X-45' prints it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that describe the call, and ``--quiet``."""
    described_call.add_arguments(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")


def run(options: argparse.Namespace) -> int:
    """Make the call. Return 0 if it is allowed, else 1."""
    from mocks3.cli import report
    from mocks3.cli.answers import answer

    found = answer(described_call.collect(options))
    if options.json:
        print(json.dumps(report.records_of(found), indent=2))
    elif not options.quiet:
        for line in report.lines_of(found):
            print(line)
    return 0 if found.allowed else 1
