"""String operators (C-20, C-21). In `StringEquals` a `*` is literal. Only `StringLike` has wildcards (C-48)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from mocks3.policy.glob import compile_tokens, glob_of
from mocks3.policy.variables import Template, resolve, split, text_of

from .operator import Operator, ValueTest

if TYPE_CHECKING:
    from mocks3.policy.request import Request

Fold: TypeAlias = Callable[[str], str]


def _equal(fold: Fold) -> Callable[[tuple[str, ...], bool], ValueTest]:
    """Return the compiler of an operator that compares texts after `fold`."""

    def compile_values(values: tuple[str, ...], variables: bool) -> ValueTest:
        constant, changing = split(values, variables=variables, wildcards=False)
        fixed = frozenset(fold(text_of(parts)) for parts in constant)
        if changing:
            return _equal_to_any(fixed, changing, fold)
        if fold is str:
            return lambda value, request: value in fixed
        return lambda value, request: fold(value) in fixed

    return compile_values


def _equal_to_any(fixed: frozenset[str], changing: list[Template], fold: Fold) -> ValueTest:
    def matches(value: str, request: Request) -> bool:
        seen = fold(value)
        if seen in fixed:
            return True
        for parts in changing:
            resolved = resolve(parts, request)
            if resolved is not None and seen == fold(text_of(resolved)):
                return True
        return False

    return matches


def _like(values: tuple[str, ...], variables: bool) -> ValueTest:
    constant, changing = split(values, variables=variables, wildcards=True)
    tests = [compile_tokens(parts) for parts in constant]
    if len(tests) == 1 and not changing:
        only = tests[0]
        return lambda value, request: only(value)

    def matches(value: str, request: Request) -> bool:
        for test in tests:
            if test(value):
                return True
        for parts in changing:
            resolved = resolve(parts, request)
            if resolved is not None and glob_of(resolved)(value):
                return True
        return False

    return matches


_exactly = _equal(str)
_ignoring_case = _equal(str.lower)

OPERATORS: Final[dict[str, Operator]] = {
    "StringEquals": Operator(_exactly),
    "StringNotEquals": Operator(_exactly, negated=True),
    "StringEqualsIgnoreCase": Operator(_ignoring_case),
    "StringNotEqualsIgnoreCase": Operator(_ignoring_case, negated=True),
    "StringLike": Operator(_like),
    "StringNotLike": Operator(_like, negated=True),
}
