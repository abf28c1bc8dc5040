"""The content of a policy as plain values: a read-only view of the statements of a document.

Nothing is decided here. `grammar` makes these values from JSON, and `compiling` makes tests from them. Other code that
reads policies (a validator, a test for public policies, a linter) uses them instead of the JSON, in which each list can
also be a scalar.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, NamedTuple


class Effect(StrEnum):
    """The effect of a statement that applies. It is case-sensitive (V-10)."""

    ALLOW = "Allow"
    DENY = "Deny"


class Quantifier(StrEnum):
    """The prefix of a condition operator (C-34, C-35)."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


class PrincipalElement(NamedTuple):
    """`Principal` or `NotPrincipal` (PE-1, PE-17). `everyone` means `"*"`; `{"AWS": "*"}` is a `"*"` in `aws`."""

    everyone: bool = False
    aws: tuple[str, ...] = ()
    canonical: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()

    @property
    def names_everyone(self) -> bool:
        """Return whether any form of `*` is among the principals."""
        return self.everyone or "*" in self.aws

    @property
    def listed(self) -> tuple[str, ...]:
        """Return the principals of all kinds as they are written."""
        return (("*",) if self.everyone else ()) + self.aws + self.canonical + self.service + self.federated


class Condition(NamedTuple):
    """One key under one operator: `{"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}}`.

    `values` are text: numbers and booleans are written as in JSON. `base` is the operator without its prefix and
    without `IfExists`. `pointer` is the JSON pointer of the condition.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    base: str
    quantifier: Quantifier | None
    if_exists: bool
    pointer: str


Negatable = Literal["Principal", "Action", "Resource"]


class Statement(NamedTuple):
    """One statement. `negations` contains the elements that are written as NotPrincipal, NotAction or NotResource.

    `position` counts from 0. `principal` is None in identity policies, `resources` is None in trust policies.
    """

    position: int
    pointer: str
    sid: str | None
    effect: Effect
    principal: PrincipalElement | None
    actions: tuple[str, ...]
    resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    negations: frozenset[Negatable]

    def spelling(self, element: Negatable) -> str:
        """Return the name of the element in the document: `NotAction` if it is negated."""
        return f"Not{element}" if element in self.negations else element

    def conditions_on(self, key: str) -> Iterator[Condition]:
        """Yield the conditions on a key. The name of the key is case-insensitive (C-45)."""
        return (condition for condition in self.conditions if condition.key.lower() == key.lower())
