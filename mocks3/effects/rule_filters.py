"""The objects that a rule of a configuration applies to: prefix, tags, sizes.

Source: API_LifecycleRuleFilter, API_ReplicationRuleFilter, API_ReplicationRuleNotOperator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mocks3.operations.configurations.filters import exclusions, predicates

Content = Mapping[str, Any]


class RuleFilter(NamedTuple):
    """The conditions of a filter. ``larger_than`` and ``smaller_than`` are in bytes and exclusive.

    Objects with one of ``excluded_prefixes`` or ``excluded_tags`` do not match (API_ReplicationRuleNotOperator).
    """

    prefix: str
    tags: Mapping[str, str]
    larger_than: int | None
    smaller_than: int | None
    excluded_prefixes: tuple[str, ...]
    excluded_tags: tuple[tuple[str, str], ...]

    def covers(self, key: str, tags: Mapping[str, str], size: int) -> bool:
        """Return whether an object with this key, these tags and this size matches."""
        if not key.startswith(self.prefix) or key.startswith(self.excluded_prefixes):
            return False
        if any(tags.get(name) == value for name, value in self.excluded_tags):
            return False
        if self.larger_than is not None and size <= self.larger_than:
            return False
        if self.smaller_than is not None and size >= self.smaller_than:
            return False
        return all(tags.get(name) == value for name, value in self.tags.items())

    @property
    def sizes_given(self) -> bool:
        """Whether the filter has a size condition."""
        return self.larger_than is not None or self.smaller_than is not None


def filter_of(rule: Content) -> RuleFilter:
    """Return the filter of a rule. Rules of the first generation have only a prefix."""
    wanted, excluded = predicates(dict(rule)), exclusions(dict(rule))
    return RuleFilter(
        wanted.get("Prefix") or rule.get("Prefix") or "",
        {tag["Key"]: tag["Value"] for tag in wanted.get("Tags", ())},
        wanted.get("ObjectSizeGreaterThan"),
        wanted.get("ObjectSizeLessThan"),
        tuple(excluded["Prefixes"]),
        tuple((tag["Key"], tag["Value"]) for tag in excluded["Tags"]),
    )
