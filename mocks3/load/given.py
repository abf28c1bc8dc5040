"""The values that the caller of a load gives by name, and the names that the files ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mocks3.handles.cli_output import suggestion


class GivenValues(Mapping[str, Any]):
    """Values by name. It records each name that a reader asks for, so that a misspelt name is found.

    Args:
        values: The values.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self._asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        self._asked.add(str(name))
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def not_asked(self) -> Iterator[tuple[str, str]]:
        """Yield the values that no reader asked for: the name, and the reason with a name that is similar."""
        for name in self._values:
            if name not in self._asked:
                hint = suggestion(name, sorted(self._asked))
                yield name, f"no file asks for a value of this name{hint}"
