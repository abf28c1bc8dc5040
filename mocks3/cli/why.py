"""``mocks3 why``: reproduce a denial from files or from its message, and explain it."""

from __future__ import annotations

import argparse
import json
import sys

from mocks3.cli import described_call

HELP = "reproduce a denial from files, and explain it"
DESCRIPTION = """\
Load files into an in-memory AWS, make a call there as a principal, and explain what decided: the statement, in its
document with the line marked; the near misses; and the smallest changes that would change the decision, each of which
was tried. What the call needs and no file describes is created, and named in the answer.
"""
EPILOG = f"""\
{described_call.LAYOUT}
examples:
  mocks3 why infra/ --as role/reader --call 'GetObject(Bucket="data", Key="k")'
  mocks3 why infra/ --as role/deploy -- aws s3api put-object --bucket data --key k --acl public-read
  mocks3 why denied/                       a folder with call.json
  mocks3 why --message 'User: arn:aws:iam::111122223333:user/dave is not authorized to perform: s3:GetObject on ...'
  mocks3 why --as arn:aws:iam::111122223333:role/reader --identity reader.json \\
             --operation GetObject --bucket data --key k --bucket-policy data.json

  aws iam get-account-authorization-details > infra/iam.json
  aws s3api get-bucket-policy --bucket data > infra/data-bucket-policy.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that describe the call, ``--message`` and ``--color``."""
    described_call.add_arguments(parser)
    parser.add_argument("--message", metavar="TEXT", help="the message of a denial, as AWS printed it")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Explain the decision. Return 0, whether it is allowed or denied."""
    from mocks3.access.explain.rendering import paint
    from mocks3.cli import report
    from mocks3.cli.answers import answer

    found = answer(described_call.collect(options))
    if options.json:
        print(json.dumps(report.records_of(found), indent=2))
        return 0
    text = report.text_of(found)
    colours = options.color == "always" or (
        options.color == "auto" and sys.stdout is not None and sys.stdout.isatty()
    )
    print(paint(text) if colours else text)
    return 0
