"""What a policy says, as plain values: the read-only view of a document's statements.

Nothing is decided here. `grammar` makes these from JSON, `compiling` makes tests from them, and whoever wants to know
what a policy says (a validator, a "public policy" test, a linter) reads them instead of the JSON with its scalars that
may be lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, NamedTuple


class Effect(StrEnum):
    """What a statement does when it applies. Case counts (V-10)."""

    ALLOW = "Allow"
    DENY = "Deny"


class Quantifier(StrEnum):
    """The prefix of a condition operator (C-34, C-35)."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


class PrincipalElement(NamedTuple):
    """`Principal` or `NotPrincipal` (PE-1, PE-17). `everyone` is the bare `"*"`; `{"AWS": "*"}` is a `"*"` in `aws`."""

    everyone: bool = False
    aws: tuple[str, ...] = ()
    canonical: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()

    @property
    def names_everyone(self) -> bool:
        """Whether any form of `*` is among the principals."""
        return self.everyone or "*" in self.aws

    @property
    def listed(self) -> tuple[str, ...]:
        """Every principal as it is written, whatever its kind."""
        return (("*",) if self.everyone else ()) + self.aws + self.canonical + self.service + self.federated


class Condition(NamedTuple):
    """One key under one operator: `{"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}}`.

    `values` are text: numbers and booleans of the document are spelt as JSON spells them. `base` is the operator
    without its prefix and without `IfExists`.
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
    """One statement. `negations` names the elements that were written as NotPrincipal, NotAction, NotResource.

    `position` counts from 0. `principal` is None where there is none (identity policies), `resources` where there is
    none (trust policies).
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
        """The element's name in the document: `NotAction` when it is negated."""
        return f"Not{element}" if element in self.negations else element

    def conditions_on(self, key: str) -> Iterator[Condition]:
        """The conditions on a key, whatever the case of its name (C-45)."""
        return (condition for condition in self.conditions if condition.key.lower() == key.lower())
