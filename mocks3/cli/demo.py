"""``mocks3 demo``: run three examples of AccessDenied."""

from __future__ import annotations

import argparse
import sys

HELP = "run three examples of AccessDenied with real boto3 clients, and explain them"
DESCRIPTION = HELP[0].upper() + HELP[1:] + "."
EPILOG = "The exit code is 1 if a call was not answered as S3's user guide says."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no arguments."""


def run(options: argparse.Namespace) -> int:
    """Run the examples. Return 0, or 1 if a call was not answered as S3's user guide says."""
    from mocks3.demo import run_examples

    return 0 if run_examples(sys.stdout) else 1
