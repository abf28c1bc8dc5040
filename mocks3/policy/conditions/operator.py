"""The structure that all families of operators have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mocks3.policy.elements import Quantifier

if TYPE_CHECKING:
    from mocks3.policy.request import Request

# Whether one value of the request matches any of the policy's values. A value that does not parse matches none (C-40).
ValueTest: TypeAlias = Callable[[str, "Request"], bool]


class Operator(NamedTuple):
    """A condition operator.

    `compile(values, variables)` makes the test from the policy's values. `variables` is true if the document can have
    variables. `negated` is for the Not operators: same test, opposite result (C-21). `presence` is only for `Null`
    (C-32). `problem(value)` returns a reason of `errors.REASONS` if a policy's value cannot be parsed, else None.
    Evaluation accepts such a value, and it matches nothing. A service may reject it when it stores a policy (V-18).
    """

    compile: Callable[[tuple[str, ...], bool], ValueTest]
    negated: bool = False
    presence: bool = False
    problem: Callable[[str], str | None] = lambda _: None


class OperatorName(NamedTuple):
    """The parts of an operator as written."""

    base: str
    quantifier: Quantifier | None
    if_exists: bool
    operator: Operator
