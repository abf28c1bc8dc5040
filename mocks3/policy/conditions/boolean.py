"""`Bool` (C-26): true or false, case-insensitive. No other value is a boolean."""

from __future__ import annotations

from typing import Final

from .operator import Operator, ValueTest

TRUTHS: Final = frozenset({"true", "false"})


def problem(value: str) -> str | None:
    """Return the reason why a value of a policy is not a boolean, or None if it is one."""
    return None if value.lower() in TRUTHS else "bad-boolean"


def same_truth(values: tuple[str, ...], variables: bool) -> ValueTest:
    """Return the test that a boolean is among the policy's values."""
    wanted = TRUTHS.intersection(value.lower() for value in values)
    return lambda value, request: value.lower() in wanted


OPERATORS: Final[dict[str, Operator]] = {"Bool": Operator(same_truth, problem=problem)}
