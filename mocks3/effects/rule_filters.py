"""Which objects a rule of a configuration is about: prefix, tags, sizes.

Source: API_LifecycleRuleFilter, API_ReplicationRuleFilter, API_ReplicationRuleNotOperator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mocks3.operations.configurations.filters import exclusions, predicates

Content = Mapping[str, Any]


class Scope(NamedTuple):
    """What a filter asks. An object is larger than ``above`` and smaller than ``below``, both exclusive.

    An object with one of ``other_prefixes`` or one of ``other_tags`` is excluded (API_ReplicationRuleNotOperator).
    """

    prefix: str
    tags: Mapping[str, str]
    above: int | None
    below: int | None
    other_prefixes: tuple[str, ...]
    other_tags: tuple[tuple[str, str], ...]

    def covers(self, key: str, tags: Mapping[str, str], size: int) -> bool:
        """Whether an object with this key, these tags and this size is meant."""
        if not key.startswith(self.prefix) or key.startswith(self.other_prefixes):
            return False
        if any(tags.get(name) == value for name, value in self.other_tags):
            return False
        if self.above is not None and size <= self.above:
            return False
        if self.below is not None and size >= self.below:
            return False
        return all(tags.get(name) == value for name, value in self.tags.items())

    @property
    def sizes_given(self) -> bool:
        """Whether the filter speaks of sizes."""
        return self.above is not None or self.below is not None


def scope(rule: Content) -> Scope:
    """The scope of a rule, of whichever generation: its filter, or the prefix that rules used to have."""
    asked, excluded = predicates(dict(rule)), exclusions(dict(rule))
    return Scope(
        asked.get("Prefix") or rule.get("Prefix") or "",
        {tag["Key"]: tag["Value"] for tag in asked.get("Tags", ())},
        asked.get("ObjectSizeGreaterThan"),
        asked.get("ObjectSizeLessThan"),
        tuple(excluded["Prefixes"]),
        tuple((tag["Key"], tag["Value"]) for tag in excluded["Tags"]),
    )
