"""``mocks3`` on the command line; also ``python -m mocks3``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0, or 1 when a story did not end as S3's guide says."""
    parser = argparse.ArgumentParser(
        prog="mocks3", description="Amazon S3 inside this process, with its permissions."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "demo", help="play three stories of AccessDenied through real boto3 clients, and say why"
    )
    parser.parse_args(arguments)
    from mocks3.demo import play

    try:
        return 0 if play(sys.stdout) else 1
    except BrokenPipeError:  # the reader, such as ``head``, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
