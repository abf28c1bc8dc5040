"""What counts as public (docs/rules/block-public-access.md; user guide, "The meaning of public").

A policy is public unless every Allow of it reaches fixed principals only: by its ``Principal``, or by a condition
that asks one of the keys below for fixed values. What Deny takes away again does not count (B-45).
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mocks3.policy import Effect, Policy, Quantifier

if TYPE_CHECKING:
    from mocks3.policy import Condition, Statement

_FIXING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
"""Keys whose fixed values narrow a statement down to somebody (B-40, OQ-7)."""

_POSITIVE = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}
)
"""Operators that can (B-44: negated ones, ``Null`` and the rest never do)."""

_ANY_SESSION = re.compile(r"A[A-Z]{3}[A-Z0-9]+:\*", re.ASCII)
_ANY_ACCESS_POINT = re.compile(r"arn:aws[a-z-]*:s3:[a-z0-9-]*:\d{12}:accesspoint/.*", re.ASCII)
_WIDEST = {4: 8, 6: 32}
"""Prefix lengths below which a range of addresses is everybody's (B-42)."""


_OF_BUCKETS = frozenset({"s3:dataaccesspointaccount", "s3:dataaccesspointarn"})
"""Those that narrow nothing down in an access point's own policy (B-43)."""


@lru_cache(maxsize=256)
def is_public(text: str, of_access_point: bool = False) -> bool:
    """Whether a bucket's policy, or an access point's, is public: one public statement is enough (B-41).

    The document is known to be well formed.
    """
    keys = _FIXING_KEYS - _OF_BUCKETS if of_access_point else _FIXING_KEYS
    allows = (each for each in Policy.parse(text).statements if each.effect is Effect.ALLOW)
    return any(_is_open(statement, keys) for statement in allows)


def _is_open(statement: Statement, keys: frozenset[str]) -> bool:
    principal = statement.principal
    assert principal is not None
    if "Principal" not in statement.negations and not principal.names_everyone:
        return False
    return not any(_narrows(condition, keys) for condition in statement.conditions)


def _narrows(condition: Condition, keys: frozenset[str]) -> bool:
    key = condition.key.lower()
    if key not in keys or condition.base not in _POSITIVE or condition.if_exists:
        return False
    if condition.quantifier is Quantifier.FOR_ALL_VALUES:
        return False
    return bool(condition.values) and all(_is_fixed(key, value) for value in condition.values)


def _is_fixed(key: str, value: str) -> bool:
    """Whether a value means somebody in particular: no wildcard, no variable (B-46), no range for half the world."""
    if key == "aws:sourceip":
        return _is_narrow(value)
    if key == "aws:userid" and _ANY_SESSION.fullmatch(value):
        return True
    if key == "s3:dataaccesspointarn" and _ANY_ACCESS_POINT.fullmatch(value) and "${" not in value:
        return True  # B-43
    return bool(value) and not any(sign in value for sign in ("*", "?", "${"))


def _is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]
