"""The shape that every family of operators has."""

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

    `compile(values, variables)` makes the test from the policy's values; `variables` says that the document has them.
    `negated` is for the Not operators: same test, opposite sense (C-21). `presence` is for `Null` alone (C-32).
    `problem(value)` is a reason of `errors.REASONS` if a policy's value does not parse; such a value matches nothing
    at evaluation, but whoever stores policies may want to refuse it (V-18).
    """

    compile: Callable[[tuple[str, ...], bool], ValueTest]
    negated: bool = False
    presence: bool = False
    problem: Callable[[str], str | None] = lambda _: None


class OperatorName(NamedTuple):
    """A written operator, taken apart."""

    base: str
    quantifier: Quantifier | None
    if_exists: bool
    operator: Operator
