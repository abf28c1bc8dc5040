"""Decide whether a policy is public (docs/rules/block-public-access.md; user guide, "The meaning of public").

A policy is public unless every Allow statement is limited to fixed principals: by its ``Principal``, or by a condition
with fixed values for one of the keys below. A ``Federated`` principal is not fixed, because anyone can sign in with an
identity provider (B-40). Deny statements are ignored (B-45).
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
"""Condition keys whose fixed values limit a statement to fixed principals (B-40, OQ-7)."""

_POSITIVE = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}
)
"""Operators that can limit a statement in this way (B-44: negated operators, ``Null`` and all others cannot)."""

_ANY_SESSION = re.compile(r"A[A-Z]{3}[A-Z0-9]+:\*", re.ASCII)
_ANY_ACCESS_POINT = re.compile(r"arn:aws[a-z-]*:s3:[a-z0-9-]*:\d{12}:accesspoint/.*", re.ASCII)
_SHORTEST_PREFIX = {4: 8, 6: 32}
"""The shortest prefix of an address range that is not public, by IP version (B-42)."""
_OF_BUCKETS = frozenset({"s3:dataaccesspointaccount", "s3:dataaccesspointarn"})
"""Keys that do not limit a statement in an access point's own policy (B-43)."""


@lru_cache(maxsize=256)
def is_public(text: str, of_access_point: bool = False) -> bool:
    """Return whether a bucket's or an access point's policy is public: one public statement is enough (B-41).

    The policy must be valid.
    """
    keys = _FIXING_KEYS - _OF_BUCKETS if of_access_point else _FIXING_KEYS
    allows = (each for each in Policy.parse(text).statements if each.effect is Effect.ALLOW)
    return any(_is_open(statement, keys) for statement in allows)


def _is_open(statement: Statement, keys: frozenset[str]) -> bool:
    principal = statement.principal
    assert principal is not None
    everyone = principal.names_everyone or bool(principal.federated)  # B-40
    if "Principal" not in statement.negations and not everyone:
        return False
    return not any(_limits(condition, keys) for condition in statement.conditions)


def _limits(condition: Condition, keys: frozenset[str]) -> bool:
    key = condition.key.lower()
    if key not in keys or condition.base not in _POSITIVE or condition.if_exists:
        return False
    if condition.quantifier is Quantifier.FOR_ALL_VALUES:
        return False
    return bool(condition.values) and all(_is_fixed(key, value) for value in condition.values)


def _is_fixed(key: str, value: str) -> bool:
    """Return whether a value is fixed: it has no wildcard, no policy variable (B-46) and no very large IP range."""
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
    return network.prefixlen >= _SHORTEST_PREFIX[network.version]
