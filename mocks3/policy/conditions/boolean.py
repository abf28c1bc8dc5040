"""`Bool` (C-26): true or false in any case; nothing else is either."""

from __future__ import annotations

from typing import Final

from .operator import Operator, ValueTest

TRUTHS: Final = frozenset({"true", "false"})


def problem(value: str) -> str | None:
    """The reason why a policy's value is neither true nor false."""
    return None if value.lower() in TRUTHS else "bad-boolean"


def same_truth(values: tuple[str, ...], variables: bool) -> ValueTest:
    """The test that a truth value is among the policy's."""
    wanted = TRUTHS.intersection(value.lower() for value in values)
    return lambda value, request: value.lower() in wanted


OPERATORS: Final[dict[str, Operator]] = {"Bool": Operator(same_truth, problem=problem)}
