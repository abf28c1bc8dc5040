"""``mocks3 demo``: three stories of AccessDenied."""

from __future__ import annotations

import argparse
import sys

HELP = "play three stories of AccessDenied through real boto3 clients, and say why"
DESCRIPTION = HELP[0].upper() + HELP[1:] + "."
EPILOG = "The exit code is 1 if a story did not end as S3's guide says."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace) -> int:
    """Play. Returns 0, or 1 when a story did not end as S3's guide says."""
    from mocks3.demo import run_examples

    return 0 if run_examples(sys.stdout) else 1
