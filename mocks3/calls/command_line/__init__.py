"""Read a command line of the AWS CLI as the calls that it makes: ``aws s3api put-object --bucket data ...``.

    service     aws SERVICE OPERATION: names and values of options, from botocore's models
    shorthand   the AWS CLI's shorthand syntax            values   one option's value, for the shape of its parameter
    s3          aws s3 cp, mv, sync, ls, rm, mb, rb, presign, website: the calls that each makes
    parsing     argparse, with errors of mocks3

Source: AWS CLI Command Reference; AWS CLI user guide, "Using shorthand syntax", "Load a parameter from a file".
Rule: only the arguments are read, and the files that they name with ``file://``. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from mocks3.calls.command_line.command import Command
from mocks3.calls.command_line.s3 import read_s3_command
from mocks3.calls.command_line.service import read_service_command
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.operations.registry import SERVICES

__all__ = ["Command", "read_command"]

EXAMPLE = "aws s3api get-object --bucket data --key k out.txt"
_NAMES = {"s3api": "s3", **{name: name for name in SERVICES if name != "s3"}}
"""botocore's names of services by those of the AWS CLI."""


def read_command(arguments: Sequence[str]) -> Command:
    """Return the calls of a command of the AWS CLI.

    Args:
        arguments: The words of the command line. The first one may be ``aws``.

    Raises:
        Mocks3Error: The command is not valid, or mocks3 does not have the service.
    """
    words = list(arguments[1:] if arguments and arguments[0] == "aws" else arguments)
    before, words = _global_options(words)
    if len(words) < 2 and words[:1] != ["s3"]:
        raise Mocks3Error(f"a command of the AWS CLI must be written as in {EXAMPLE}")
    service, rest = words[0], words[1:]
    if service == "s3":
        return read_s3_command([*rest, *before])
    if service not in _NAMES:
        known = [*_NAMES, "s3"]
        raise Mocks3Error(f"mocks3 has no service {service!r} of the AWS CLI{suggestion(service, known)}")
    return read_service_command(_NAMES[service], rest[0], [*rest[1:], *before])


def _global_options(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the options before the name of the service, and the other words."""
    position = 0
    while position < len(words) and words[position].startswith("--"):
        alone = "=" in words[position] or words[position] in (
            "--no-sign-request",
            "--debug",
            "--no-verify-ssl",
        )
        position += 1 if alone else 2
    return words[:position], words[position:]
