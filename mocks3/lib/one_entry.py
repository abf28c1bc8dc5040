"""Mappings with one entry. They take a quarter of the memory of a dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class OneEntry(Mapping[str, str]):
    """A mapping with one entry. It never changes."""

    __slots__ = ("_key", "_text")

    def __init__(self, key: str, text: str) -> None:
        self._key = key
        self._text = text

    def __getitem__(self, key: str) -> str:
        if key != self._key:
            raise KeyError(key)
        return self._text

    def __iter__(self) -> Iterator[str]:
        yield self._key

    def __len__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return repr({self._key: self._text})


def small(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """Return an equal mapping that takes less memory, if there is one. ``mapping`` must not change any more."""
    if len(mapping) != 1 or type(mapping) is OneEntry:
        return mapping
    ((key, text),) = mapping.items()
    return OneEntry(key, text)
