"""argparse with errors of mocks3, and the options that every command of the AWS CLI has."""

from __future__ import annotations

import argparse
from typing import NoReturn

from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion

WITH_VALUE = (
    "--region",
    "--profile",
    "--endpoint-url",
    "--output",
    "--query",
    "--color",
    "--ca-bundle",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--cli-binary-format",
)
WITHOUT_VALUE = (
    "--no-sign-request",
    "--debug",
    "--no-verify-ssl",
    "--no-paginate",
    "--no-cli-pager",
    "--cli-auto-prompt",
    "--no-cli-auto-prompt",
)
"""Options of all commands (AWS CLI user guide, "Command line options"). Only two matter for permissions."""


class Parser(argparse.ArgumentParser):
    """A parser that raises Mocks3Error."""

    def __init__(self, command: str) -> None:
        super().__init__(prog=f"aws {command}", add_help=False, allow_abbrev=False)
        for name in WITH_VALUE:
            self.add_argument(name)
        for name in WITHOUT_VALUE:
            self.add_argument(name, action="store_true")

    def error(self, message: str) -> NoReturn:
        """Raise Mocks3Error."""
        raise Mocks3Error(f"{self.prog}: {message}")

    def read(self, words: list[str]) -> argparse.Namespace:
        """Return the options. Raise Mocks3Error for an unknown one."""
        found, unknown = self.parse_known_args(words)
        if unknown:
            options = [each for action in self._actions for each in action.option_strings]
            name = unknown[0].partition("=")[0]
            hint = suggestion(name, options) if name.startswith("-") else ""
            raise Mocks3Error(
                f"{self.prog} has no {'option' if hint or name[:1] == '-' else 'argument'} {name!r}{hint}"
            )
        return found
