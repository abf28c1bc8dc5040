"""``mocks3 why``: reproduce a denial from files, and explain it."""

from __future__ import annotations

import argparse
import json
import sys

from mocks3.cli import described_call

HELP = "reproduce a denial from files, and explain it"
DESCRIPTION = """\
Decide a call as S3 would, from the policies and settings in files, and explain the decision: the statement that
decided, in its document with the line marked; the near misses; and the smallest changes that would change the decision,
each of which was tried.
"""
EPILOG = f"""\
{described_call.LAYOUT}
examples:
  mocks3 why denied/
  mocks3 why denied/ --context aws:SecureTransport=true
  mocks3 why --principal arn:aws:iam::111122223333:role/reader --identity reader.json \\
             --operation GetObject --bucket data --key k --bucket-policy data.json

  aws iam get-role-policy --role-name reader --policy-name read > denied/identity.json
  aws s3api get-bucket-policy --bucket data > denied/bucket-policy.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that describe the call, and ``--color``."""
    described_call.add_arguments(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Explain the decision. Return 0, whether it is allowed or denied."""
    from mocks3.access.explain.rendering import explain, paint, record
    from mocks3.cli.deciding import decide

    decisions = decide(described_call.collect(options))
    if options.json:
        print(json.dumps([record(decision) for decision in decisions], indent=2))
        return 0
    # S3's error names the first permission that is missing.
    denied = next((decision for decision in decisions if not decision.allowed), None)
    shown = decisions if denied is None else [denied]
    text = "\n\n".join(map(explain, shown))
    colours = options.color == "always" or (
        options.color == "auto" and sys.stdout is not None and sys.stdout.isatty()
    )
    print(paint(text) if colours else text)
    return 0
