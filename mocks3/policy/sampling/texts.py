"""One text for each combination of patterns that a text can match.

The patterns are run together, as one automaton whose state is the tuple of their states. A breadth-first search visits
each reachable state once, so that the first text of a combination is a shortest one. States are bit masks: bit *i* is
set if the first *i* symbols of the pattern can match the text read so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from mocks3.policy.glob import Token, Wildcard

MOST_STATES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Run:
    """Zero or more characters, none of them in ``excluded``."""

    excluded: str = ""


@dataclass(frozen=True, slots=True)
class One:
    """One character that is not in ``excluded``."""

    excluded: str = ""


Symbol: TypeAlias = str | Run | One
Pattern: TypeAlias = tuple[Symbol, ...]


def pattern_of(tokens: Iterable[Token], excluded: str = "") -> Pattern:
    """Return the symbols of the tokens of a glob. Its wildcards match no character of ``excluded``."""
    found: list[Symbol] = []
    for token in tokens:
        if isinstance(token, str):
            found.extend(token)
        elif token is Wildcard.ONE:
            found.append(One(excluded))
        elif found[-1:] != [Run(excluded)]:
            found.append(Run(excluded))
    return tuple(found)


@lru_cache(maxsize=512)
def sample_texts(patterns: tuple[Pattern, ...], form: Pattern | None = None) -> tuple[str, ...] | None:
    """Return a text for each combination of patterns that a text can match, the shortest texts first.

    Args:
        patterns: The patterns.
        form: A pattern that every text must match. Default: any text.

    Returns:
        The texts, or None if the search takes too many states.
    """
    automata = [_Automaton(each) for each in (form or (Run(),), *patterns)]
    alphabet = _alphabet([*(form or ()), *(symbol for each in patterns for symbol in each)])
    start = tuple(each.start for each in automata)
    reached: dict[tuple[int, ...], str] = {start: ""}
    pending = [start]
    found: dict[tuple[bool, ...], str] = {}
    while pending:
        following: list[tuple[int, ...]] = []
        for state in pending:
            text = reached[state]
            matched = tuple(one & each.end > 0 for one, each in zip(state, automata, strict=True))
            if matched[0]:
                found.setdefault(matched, text)
            for character in alphabet:
                new = tuple(each.step(one, character) for one, each in zip(state, automata, strict=True))
                if new[0] and new not in reached:
                    reached[new] = text + character
                    following.append(new)
        if len(reached) > MOST_STATES:
            return None
        pending = following
    return tuple(found.values())


def _alphabet(symbols: Sequence[Symbol]) -> list[str]:
    """Return the characters that patterns tell apart, and first one that none of them names."""
    named = {
        character for each in symbols for character in (each if isinstance(each, str) else each.excluded)
    }
    other = next(
        each for each in map(chr, (*range(ord("x"), ord("{")), *range(ord("a"), 0x3000))) if each not in named
    )
    return [other, *sorted(named)]


class _Automaton:
    """The automaton of one pattern."""

    __slots__ = ("_runs", "_steps", "_symbols", "end", "start")

    def __init__(self, symbols: Pattern) -> None:
        self._symbols = symbols
        self._runs = sum(1 << place for place, each in enumerate(symbols) if isinstance(each, Run))
        self._steps: dict[str, tuple[int, int]] = {}
        self.start: Final = self._closed(1)
        self.end: Final = 1 << len(symbols)

    def step(self, state: int, character: str) -> int:
        """Return the state after one more character."""
        masks = self._steps.get(character)
        if masks is None:
            masks = self._steps[character] = self._masks(character)
        return self._closed((state & masks[0]) | ((state & masks[1]) << 1))

    def _masks(self, character: str) -> tuple[int, int]:
        """Return the positions that stay with a character, and those that advance."""
        stay = advance = 0
        for place, each in enumerate(self._symbols):
            if isinstance(each, Run):
                stay |= (character not in each.excluded) << place
            elif each == character or (isinstance(each, One) and character not in each.excluded):
                advance |= 1 << place
        return stay, advance

    def _closed(self, state: int) -> int:
        """Return the state with the positions after its runs, which can match no character."""
        while True:
            wider = state | (state & self._runs) << 1
            if wider == state:
                return state
            state = wider
