"""Immutable values that are cheap to create: ``@value``.

A frozen dataclass sets each field through ``object.__setattr__``. Each request creates dozens of values, so that would
cost more time than the decision itself. Here only the type checker reports assignments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """Make a class a dataclass with slots that is compared by identity and that mypy treats as frozen."""
    return dataclass(slots=True, eq=False)(cls)
