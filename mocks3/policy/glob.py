"""Patterns with `*` (zero or more characters) and `?` (exactly one character), matched in linear time.

Rule 1: no backtracking. The stars divide a pattern into chunks of fixed length. The first chunk must match at the start
of the text and the last at the end. Each other chunk is matched at its leftmost position. This is always best, because
a chunk that ends earlier leaves more text for the following chunks.
Rule 2: wildcards are already identified. A pattern is a sequence of `str` (literal text, which can contain a star) and
`Wildcard`. `tokens` makes one from text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Final, TypeAlias


class Wildcard(IntEnum):
    """The two wildcards of C-2, C-3, C-20, C-30."""

    ANY = 1
    ONE = 2


Token: TypeAlias = str | Wildcard
TextTest: TypeAlias = Callable[[str], bool]

_split: Final = re.compile(r"([*?])").split
_WILDS: Final = {"*": Wildcard.ANY, "?": Wildcard.ONE}


def tokens(pattern: str) -> tuple[Token, ...]:
    """Return the tokens of a pattern. Every `*` and `?` in it is a wildcard."""
    if "*" not in pattern and "?" not in pattern:
        return (pattern,) if pattern else ()
    return tuple([_WILDS.get(part, part) for part in _split(pattern) if part])


def glob(pattern: str) -> TextTest:
    """Return the test whether a whole text matches `pattern`. It is case-sensitive. Wildcards match newlines too."""
    return compile_tokens(tokens(pattern))


def compile_tokens(parts: Iterable[Token]) -> TextTest:
    """Return the test for a pattern given as tokens. Its time is linear in the text, for any number of stars."""
    chunks = _chunks(parts)
    first, last, middle = chunks[0], chunks[-1], tuple(c for c in chunks[1:-1] if c.length)
    if len(chunks) == 1:
        return _whole(first)
    if not middle and not last.length:
        return _prefix(first)
    shortest = sum(chunk.length for chunk in chunks)

    def matches(text: str) -> bool:
        end = len(text) - last.length
        if len(text) < shortest or not first.at(text, 0) or not last.at(text, end):
            return False
        place = first.length
        for chunk in middle:
            place = chunk.find(text, place, end)
            if place < 0:
                return False
            place += chunk.length
        return True

    return matches


@lru_cache(maxsize=1024)
def glob_of(parts: tuple[Token, ...]) -> TextTest:
    """Return `compile_tokens(parts)` from a cache: for patterns with variables, which often get the same values."""
    return compile_tokens(parts)


def _whole(chunk: _Literal | _Gapped) -> TextTest:
    if isinstance(chunk, _Literal):
        return chunk.text.__eq__
    length, at = chunk.length, chunk.at
    return lambda text: len(text) == length and at(text, 0)


def _prefix(chunk: _Literal | _Gapped) -> TextTest:
    if isinstance(chunk, _Literal):
        prefix = chunk.text
        return lambda text: text.startswith(prefix)
    length, at = chunk.length, chunk.at
    return lambda text: len(text) >= length and at(text, 0)


class _Literal:
    """A chunk without `?`. It is searched with str.find, which is linear."""

    __slots__ = ("length", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)

    def at(self, text: str, place: int) -> bool:
        return text.startswith(self.text, place)

    def find(self, text: str, start: int, end: int) -> int:
        return text.find(self.text, start, end)


class _Gapped:
    """A chunk with at least one `?`.

    `find` runs the Shift-And automaton: bit *i* of the state is set if the first *i + 1* characters of the chunk match
    the end of the text read so far. It makes one step for each character of the text.
    """

    __slots__ = ("_anything", "_pieces", "_steps", "length")

    def __init__(self, parts: list[Token]) -> None:
        self._pieces: list[tuple[int, str]] = []
        self._steps: dict[str, int] = {}
        self._anything = 0
        place = 0
        for part in parts:
            if part is Wildcard.ONE:
                self._anything |= 1 << place
                place += 1
            elif isinstance(part, str):
                self._pieces.append((place, part))
                place += len(part)
        self.length = place
        for start, literal in self._pieces:
            for offset, character in enumerate(literal, start):
                self._steps[character] = self._steps.get(character, self._anything) | 1 << offset

    def at(self, text: str, place: int) -> bool:
        return all(text.startswith(literal, place + offset) for offset, literal in self._pieces)

    def find(self, text: str, start: int, end: int) -> int:
        state, accepting = 0, 1 << (self.length - 1)
        for place in range(start, end):
            state = (state << 1 | 1) & self._steps.get(text[place], self._anything)
            if state & accepting:
                return place + 1 - self.length
        return -1


def _chunks(parts: Iterable[Token]) -> list[_Literal | _Gapped]:
    split: list[list[Token]] = [[]]
    for part in parts:
        if part is Wildcard.ANY:
            split.append([])
        else:
            split[-1].append(part)
    return [_chunk(piece) for piece in split]


def _chunk(parts: list[Token]) -> _Literal | _Gapped:
    literals = [part for part in parts if isinstance(part, str)]
    return _Literal("".join(literals)) if len(literals) == len(parts) else _Gapped(parts)
