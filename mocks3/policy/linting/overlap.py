"""Test whether a resource pattern and the ARN format of a resource type have any ARN in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache
from typing import Final, NamedTuple, TypeAlias

from mocks3.policy.glob import Wildcard
from mocks3.policy.variables import Template, template


class CharacterRun(Enum):
    """Runs of zero or more characters."""

    NAME = "without / and :"
    ANY = "any"


Symbol: TypeAlias = str | CharacterRun | None  # one character, a run, or None for any one character

_RUNS: Final = {CharacterRun.NAME: "[^/:]*", CharacterRun.ANY: ".*"}
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")


@lru_cache(maxsize=1024)
def overlaps(text: str, form: str) -> bool:
    """Return whether an ARN of the form matches the pattern. A variable in the pattern can have any value."""
    pattern = template(text, variables=True, wildcards=True)
    head, rest = "", pattern
    if pattern and isinstance(pattern[0], str):
        head, rest = pattern[0], pattern[1:]
    expressions = _expressions(form)
    if not rest:
        return expressions.whole.fullmatch(head) is not None
    if expressions.is_open and expressions.whole.fullmatch(head):
        return True
    if expressions.beginning.fullmatch(head) is None:
        return False
    if rest == (Wildcard.ANY,):
        return True
    return _meet(tuple(_of_pattern(pattern)), tuple(_of_form(form)))


class FormExpressions(NamedTuple):
    """Regular expressions of an ARN format. They decide most patterns without the search of `_meet`.

    `whole` matches its ARNs, `beginning` what one of its ARNs begins with. `is_open` is true if any text can follow an
    ARN.
    """

    whole: re.Pattern[str]
    beginning: re.Pattern[str]
    is_open: bool


@cache
def _expressions(form: str) -> FormExpressions:
    symbols = [
        _RUNS[each] if isinstance(each, CharacterRun) else re.escape(str(each)) for each in _of_form(form)
    ]
    beginning = ""
    for symbol in reversed(symbols):
        beginning = f"(?:{symbol}{beginning})?"
    return FormExpressions(
        re.compile("".join(symbols), re.DOTALL),
        re.compile(beginning, re.DOTALL),
        symbols[-1:] == [_RUNS[CharacterRun.ANY]],
    )


def _of_pattern(pattern: Template) -> Iterator[Symbol]:
    before: Symbol = ""
    for part in pattern:
        if isinstance(part, str):
            yield from part
            before = ""
        elif part is Wildcard.ONE:
            yield None
            before = None
        elif before is not CharacterRun.ANY:  # two consecutive runs are one
            yield CharacterRun.ANY
            before = CharacterRun.ANY


def _of_form(form: str) -> Iterator[Symbol]:
    place = 0
    for found in _PLACEHOLDER.finditer(form):
        yield from form[place : found.start()]
        last = found.end() == len(form) and form[found.start() - 1 : found.start()] == "/"
        yield CharacterRun.ANY if last else CharacterRun.NAME
        place = found.end()
    yield from form[place:]


def _meet(left: tuple[Symbol, ...], right: tuple[Symbol, ...]) -> bool:
    """Return whether both can end together: search the pairs of positions, each pair once."""
    pending, seen = [(0, 0)], {(0, 0)}
    while pending:
        pair = pending.pop()
        if pair == (len(left), len(right)):
            return True
        for following in _following(left, right, *pair):
            if following not in seen:
                seen.add(following)
                pending.append(following)
    return False


def _following(
    left: tuple[Symbol, ...], right: tuple[Symbol, ...], i: int, j: int
) -> Iterator[tuple[int, int]]:
    a = left[i] if i < len(left) else ""
    b = right[j] if j < len(right) else ""
    if isinstance(a, CharacterRun):
        yield i + 1, j
    if isinstance(b, CharacterRun):
        yield i, j + 1
    if a != "" and b != "" and _share_a_character(a, b):
        yield (i if isinstance(a, CharacterRun) else i + 1), (j if isinstance(b, CharacterRun) else j + 1)


def _share_a_character(a: Symbol, b: Symbol) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    for one, other in ((a, b), (b, a)):
        if one is CharacterRun.NAME and isinstance(other, str):
            return other not in "/:"
    return True
