"""Create the in-memory AWS of a command from its files, and report what was not understood."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.load import Loaded


def world_of(files: Sequence[Path]) -> MockAWS:
    """Return an in-memory AWS with what the files describe. Print to stderr what was not understood.

    Raises:
        Mocks3Error: A file cannot be used.
    """
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.load import world

    if not files:
        return MockAWS()
    loaded = world(files)
    print_unread(loaded)
    return loaded.aws


def print_unread(loaded: Loaded[MockAWS]) -> None:
    """Print to stderr what was not understood, and what was assumed."""
    from mocks3.load.faults import located

    for each in loaded.unread:
        print(f"{located(each.place)}: not used: {each.what}: {each.reason}", file=sys.stderr)
    for sentence in loaded.assumed:
        print(f"assumed: {sentence}", file=sys.stderr)


def condition_keys_of(given: Iterable[str]) -> dict[str, list[str]]:
    """Return the condition keys of ``--context``. A key that is given several times has several values.

    Raises:
        Mocks3Error: A value is not ``KEY=VALUE``.
    """
    from mocks3.errors import Mocks3Error

    keys: dict[str, list[str]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or ":" not in name:
            raise Mocks3Error(f"--context takes KEY=VALUE, such as aws:PrincipalTag/team=data, not {each!r}")
        keys.setdefault(name, []).append(value)
    return keys
