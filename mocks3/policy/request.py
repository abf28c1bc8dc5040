"""A request: a principal, an action, a resource and the request context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from .principals import RequestPrincipal

Values: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A request to decide.

    Args:
        principal: The caller.
        action: "service:Name".
        resource: An ARN with the real names (no encoding, no wildcards), or "*" for calls on no resource.
        resource_account: The account that owns the resource.
        context: The values of the condition keys: see below.
        multivalued: The keys that are declared as lists, with any number of values. They cannot be variables (C-67).

    A plain dict as `context` is copied, with its keys in lower case. Its values can be lists or single values: text,
    booleans or numbers. Any other Mapping is used without a copy, and can compute its values: only `get` is called,
    only for the keys in the policies, always in lower case. It must return a sequence of str, or None, and must return
    the same values while the decision is explained. An empty sequence is a missing key.
    """

    principal: RequestPrincipal
    action: str
    resource: str
    resource_account: str | None
    context: Mapping[str, Values]
    multivalued: frozenset[str] = frozenset()
    values: Callable[[str], Values | None] = field(init=False, repr=False)
    """The values of a key given in lower case, or None."""

    def __post_init__(self) -> None:
        if isinstance(self.context, dict):
            object.__setattr__(self, "context", _normalised(self.context))
        if self.multivalued:
            object.__setattr__(self, "multivalued", _lowered(frozenset(self.multivalued)))
        object.__setattr__(self, "values", self.context.get)

    def variable(self, key: str) -> str | None:
        """Return the value of the variable `${key}`: the only value of the key, or None (C-61, C-67)."""
        if key in self.multivalued:
            return None
        values = self.values(key)
        return values[0] if values and len(values) == 1 else None


def _normalised(context: Mapping[str, object]) -> dict[str, Values]:
    return {key.lower(): _as_values(value) for key, value in context.items()}


def _as_values(value: object) -> Values:
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple([item if type(item) is str else _as_text(item) for item in value])
    return () if value is None else (_as_text(value),)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@lru_cache(maxsize=256)
def _lowered(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key.lower() for key in keys)
