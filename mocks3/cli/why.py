"""``mocks3 why``: reproduce a denial from files, and explain it."""

from __future__ import annotations

import argparse
import json
import sys

from mocks3.cli import case

HELP = "reproduce a denial from files, and explain it"
DESCRIPTION = """\
Decide a call as S3 would, from the policies and settings in files, and say why: the statement that decided, in its
document with the line marked; what nearly decided otherwise; the smallest changes that would, each of which was tried.
"""
EPILOG = f"""\
{case.LAYOUT}
examples:
  mocks3 why denied/
  mocks3 why denied/ --context aws:SecureTransport=true
  mocks3 why --principal arn:aws:iam::111122223333:role/reader --identity reader.json \\
             --operation GetObject --bucket data --key k --bucket-policy data.json

  aws iam get-role-policy --role-name reader --policy-name read > denied/identity.json
  aws s3api get-bucket-policy --bucket data > denied/bucket-policy.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case, and how it is shown."""
    case.add_arguments(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Explain. Returns 0, whatever was decided."""
    from mocks3.access.explain.rendering import explain, paint, record
    from mocks3.cli.asking import decide

    decisions = decide(case.collect(options))
    if options.json:
        print(json.dumps([record(decision) for decision in decisions], indent=2))
        return 0
    # What S3 answers with is the first permission that is missing.
    told = next((decision for decision in decisions if not decision.allowed), None)
    shown = decisions if told is None else [told]
    text = "\n\n".join(map(explain, shown))
    colours = options.color == "always" or (
        options.color == "auto" and sys.stdout is not None and sys.stdout.isatty()
    )
    print(paint(text) if colours else text)
    return 0
