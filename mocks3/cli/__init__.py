"""``mocks3`` on the command line; also ``python -m mocks3``. One command a file.

    mocks3 why     reproduce a denial from files, and explain it
    mocks3 can     may this principal do this? exit code 0 or 1
    mocks3 lint    what is wrong in policy files, with file:line:column
    mocks3 rule    a rule of S3 that a report cites
    mocks3 demo    three stories of AccessDenied

Exit codes: 0 yes or nothing found, 1 no or something found, 2 what was given cannot be used. Rule: a command imports
what it needs when it runs; ``mocks3 --help`` loads nothing.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from mocks3._version import __version__
from mocks3.cli import can, demo, lint, rule, why
from mocks3.cli.faults import FileError
from mocks3.errors import Mocks3Error

COMMANDS = {"why": why, "can": can, "lint": lint, "rule": rule, "demo": demo}

EPILOG = """\
examples:
  mocks3 why denied/                        explain the denial described by the files in a folder
  mocks3 can --identity reader.json --action s3:GetObject --bucket data --key k && echo yes
  mocks3 lint policies/*.json               what is wrong in policies, with file:line:column
  mocks3 rule X-45                          the rule behind the [X-45] of a report
  mocks3 demo                               three stories of AccessDenied

'mocks3 COMMAND --help' says more.
"""


def parser() -> argparse.ArgumentParser:
    """The command line: every command with its own help."""
    whole = argparse.ArgumentParser(
        prog="mocks3",
        description="Amazon S3's permissions, decided on this machine: no network, no AWS account.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"mocks3 {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        own = commands.add_parser(
            name,
            help=module.HELP,
            description=module.DESCRIPTION,
            epilog=module.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(own)
        own.set_defaults(run=module.run)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names and keys may have characters that a terminal has not
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(parser().parse_args(arguments))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as ``head``, has seen enough
        _discard_output()
        return 0
    except OSError as error:  # the disk is full
        _discard_output()
        print(f"mocks3: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130  # as shells report a program that Ctrl-C ended


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.run(options)
    except FileError as fault:
        print(fault, file=sys.stderr)
        return 2
    except Mocks3Error as error:
        print(f"mocks3 {options.command}: {error}", file=sys.stderr)
        return 2
    return code


def _discard_output() -> None:
    """Keep Python from writing once more, at its end, what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
