"""The ``mocks3`` command line, also ``python -m mocks3``. Each command has a file.

    mocks3 why       reproduce a denial from files, and explain it
    mocks3 can       check whether a principal may make a call: exit code 0 or 1
    mocks3 replay    make the calls of CloudTrail events again, and compare the decisions
    mocks3 matrix    print who may do what, and what a change opens and closes
    mocks3 lint      report errors in policy files, with file:line:column
    mocks3 rule      print a rule of S3 that a report cites
    mocks3 serve     serve an in-memory AWS over HTTP, for programs and other languages
    mocks3 coverage  combine and report the policy coverage of test runs
    mocks3 show      read the decisions that a test run recorded
    mocks3 watch     show the decisions of a test run while it runs
    mocks3 mutate    run tests, and report changes of policies that no test notices
    mocks3 minimize  write the smallest policies that allow what was allowed
    mocks3 migrate   change tests that were written for moto, LocalStack or MinIO
    mocks3 doctor    check a project, and print the fix for each problem
    mocks3 demo      run three examples of AccessDenied

Exit codes: 0 for yes or no findings, 1 for no or findings, 2 for unusable input. Rule: a command imports what it needs
when it runs; ``mocks3 --help`` imports none of it.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from mocks3._version import __version__
from mocks3.cli import (
    can,
    coverage,
    demo,
    doctor,
    lint,
    matrix,
    migrate,
    minimize,
    mutate,
    replay,
    rule,
    serve,
    show,
    watch,
    why,
)
from mocks3.cli.file_errors import FileError
from mocks3.errors import Mocks3Error

COMMANDS = {
    "why": why,
    "can": can,
    "replay": replay,
    "matrix": matrix,
    "lint": lint,
    "rule": rule,
    "serve": serve,
    "coverage": coverage,
    "show": show,
    "watch": watch,
    "mutate": mutate,
    "minimize": minimize,
    "migrate": migrate,
    "doctor": doctor,
    "demo": demo,
}

EPILOG = """\
examples:
  mocks3 why denied/                        explain the denial that the files in a folder describe
  mocks3 can infra/ --as role/reader --call 'GetObject(Bucket="data", Key="k")' && echo yes
  mocks3 replay event.json infra/           was the call of a CloudTrail event decided as in AWS
  mocks3 matrix infra/                      who may do what in all buckets
  mocks3 lint policies/*.json               report errors in policies, with file:line:column
  mocks3 rule X-45                          the rule behind the [X-45] of a report
  mocks3 serve --port 9400                  serve an empty S3 at http://127.0.0.1:9400 until Ctrl-C
  mocks3 coverage report                    report what the policies of a test run decided
  mocks3 show run.jsonl --denied            list the denied calls that a test run recorded
  mocks3 mutate -- pytest tests/            change policies, and report what no test notices
  mocks3 minimize infra/ events.json        write the smallest policies that allow what the events were allowed
  mocks3 migrate tests/                     print what a move from moto changes in these files
  mocks3 doctor                             check how this project uses mocks3
  mocks3 demo                               run three examples of AccessDenied

'mocks3 COMMAND --help' prints the help of a command.
"""


def parser() -> argparse.ArgumentParser:
    """Return the argument parser, with a subparser for each command."""
    whole = argparse.ArgumentParser(
        prog="mocks3",
        description="Decide Amazon S3's permissions on this machine, without a network and without an AWS account.",
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
    """Run a command.

    Args:
        arguments: The command line arguments. Default: ``sys.argv[1:]``.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may not be able to print all characters of keys
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(_parsed(sys.argv[1:] if arguments is None else arguments))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as ``head``, has closed the pipe
        _discard_output()
        return 0
    except OSError as error:  # the disk is full
        _discard_output()
        print(f"mocks3: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130  # the exit code that shells report after Ctrl-C


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options. The words after ``--`` are a command of the AWS CLI, for the commands that take one."""
    own, words = list(arguments), []
    if arguments and arguments[0] in ("why", "can") and "--" in own:
        position = own.index("--")
        own, words = own[:position], own[position + 1 :]
    options = parser().parse_args(own)
    options.words = words
    return options


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.run(options)
    except FileError as fault:
        print(fault, file=sys.stderr)
        return 2
    except Mocks3Error as error:
        place = getattr(error, "place", None)  # the error of a file begins with its place
        print(error if place is not None else f"mocks3 {options.command}: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # of a path that the system does not accept, for example one that is too long
        if error.filename is None:
            raise
        print(f"mocks3 {options.command}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return code


def _discard_output() -> None:
    """Keep Python from writing the output that failed a second time when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
