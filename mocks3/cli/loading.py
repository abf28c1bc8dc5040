"""Create the in-memory AWS of a command from its files, and report what was not understood."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS


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
    for each in loaded.unread:
        place = each.place
        line = f":{place.line}:{place.column}" if place.line else ""
        print(f"{place.file}{line}: not used: {each.what}: {each.reason}", file=sys.stderr)
    for sentence in loaded.assumed:
        print(f"assumed: {sentence}", file=sys.stderr)
    return loaded.aws
