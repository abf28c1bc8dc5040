"""Values that are never changed, and cost little to make: ``@value``.

A frozen dataclass sets each field through ``object.__setattr__``, which for what every request makes dozens of adds up
to more than deciding the request. Here the type checker alone sees to it that nothing is assigned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """A dataclass with slots, compared by identity; frozen, as far as mypy goes."""
    return dataclass(slots=True, eq=False)(cls)
