"""The environment variables that a mock changes: as they were before the first mock, and what mocks3 has set.

The last mock restores them. Code of this process that must not see what mocks3 has set asks ``original``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

before_mocks: dict[str, str | None] = {}
"""The values by name; None for a variable that was not set."""

set_by_mocks: dict[str, str | None] = {}
"""The values for clients that are not intercepted; None for a variable that mocks3 has removed."""


def put(name: str, value: str | None) -> None:
    """Set a variable for clients that are not intercepted, or remove it."""
    set_by_mocks[name] = value
    if value is not None:
        os.environ[name] = value
    elif name in os.environ:
        del os.environ[name]


def original(name: str) -> str | None:
    """Return a variable without the change of mocks3. A value that the test has set meanwhile is returned."""
    present = os.environ.get(name)
    if name in set_by_mocks and present == set_by_mocks[name]:
        return before_mocks.get(name)
    return present


class Original(Mapping[str, str]):
    """The environment without the changes of mocks3 for clients that are not intercepted."""

    def __getitem__(self, name: str) -> str:
        value = original(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in {*os.environ, *before_mocks} if original(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
