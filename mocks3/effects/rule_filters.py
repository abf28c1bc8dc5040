"""Which objects a rule of a configuration is about: prefix, tags, sizes.

Source: API_LifecycleRuleFilter, API_ReplicationRuleFilter, API_ReplicationRuleNotOperator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mocks3.operations.configurations.filters import exclusions, predicates

Content = Mapping[str, Any]


class RuleFilter(NamedTuple):
    """What a filter asks. An object is larger than ``above`` and smaller than ``below``, both exclusive.

    An object with one of ``other_prefixes`` or one of ``other_tags`` is excluded (API_ReplicationRuleNotOperator).
    """

    prefix: str
    tags: Mapping[str, str]
    larger_than: int | None
    smaller_than: int | None
    excluded_prefixes: tuple[str, ...]
    excluded_tags: tuple[tuple[str, str], ...]

    def covers(self, key: str, tags: Mapping[str, str], size: int) -> bool:
        """Whether an object with this key, these tags and this size is meant."""
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
        """Whether the filter speaks of sizes."""
        return self.larger_than is not None or self.smaller_than is not None


def filter_of(rule: Content) -> RuleFilter:
    """The scope of a rule, of whichever generation: its filter, or the prefix that rules used to have."""
    asked, excluded = predicates(dict(rule)), exclusions(dict(rule))
    return RuleFilter(
        asked.get("Prefix") or rule.get("Prefix") or "",
        {tag["Key"]: tag["Value"] for tag in asked.get("Tags", ())},
        asked.get("ObjectSizeGreaterThan"),
        asked.get("ObjectSizeLessThan"),
        tuple(excluded["Prefixes"]),
        tuple((tag["Key"], tag["Value"]) for tag in excluded["Tags"]),
    )
