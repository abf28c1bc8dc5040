"""ARN operators (C-30, C-31): six parts between colons. Each part is matched alone, with `*` and `?`, case-sensitively.

`ArnEquals` is the same as `ArnLike`. The sixth part includes all further colons. A text with fewer parts is not an ARN
and matches nothing (C-40). Variables are replaced before the text is split, so one variable can be a whole ARN (C-60).
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from mocks3.policy.glob import TextTest, Token, compile_tokens
from mocks3.policy.variables import resolve, split

from .operator import Operator, ValueTest

if TYPE_CHECKING:
    from mocks3.policy.request import Request

PARTS: Final = 6
ArnTest: TypeAlias = tuple[TextTest, ...]


def _like(values: tuple[str, ...], variables: bool) -> ValueTest:
    constant, changing = split(values, variables=variables, wildcards=True)
    tests = [test for test in map(_compile, constant) if test is not None]

    def matches(value: str, request: Request) -> bool:
        seen = value.split(":", PARTS - 1)
        if len(seen) < PARTS:
            return False
        for test in tests:
            if _matches(test, seen):
                return True
        for parts in changing:
            resolved = resolve(parts, request)
            late = None if resolved is None else _compile(resolved)
            if late is not None and _matches(late, seen):
                return True
        return False

    return matches


def _matches(test: ArnTest, seen: list[str]) -> bool:
    for part_test, part in zip(test, seen, strict=True):
        if not part_test(part):
            return False
    return True


def _compile(pattern: tuple[Token, ...]) -> ArnTest | None:
    """Return one test for each part, or None if the pattern is not an ARN."""
    parts: list[list[Token]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        pieces = token.split(":", PARTS - len(parts))
        parts[-1].append(pieces[0])
        parts.extend([piece] for piece in pieces[1:])
    return tuple(map(compile_tokens, parts)) if len(parts) == PARTS else None


def _problem(value: str) -> str | None:
    # The value of a variable is known only in a request.
    return None if "${" in value or value.count(":") >= PARTS - 1 else "bad-arn"


OPERATORS: Final[dict[str, Operator]] = {
    "ArnEquals": Operator(_like, problem=_problem),
    "ArnLike": Operator(_like, problem=_problem),
    "ArnNotEquals": Operator(_like, negated=True, problem=_problem),
    "ArnNotLike": Operator(_like, negated=True, problem=_problem),
}
