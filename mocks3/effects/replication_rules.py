"""The rules of a replication configuration: the versions they apply to, and their destinations.

Source: API_ReplicationRule; user guide, "What does Amazon S3 replicate?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3.effects.rule_filters import Content, RuleFilter, filter_of
from mocks3.rules import archive

if TYPE_CHECKING:
    from mocks3.storage import Version

DOCUMENT: Final = "replication"


class ReplicationRule(NamedTuple):
    """An enabled rule. ``destination`` is a bucket's name."""

    id: str
    priority: int
    filter: RuleFilter
    destination: str
    content: Content

    @property
    def copies_delete_markers(self) -> bool:
        """Whether delete markers are copied. Rules of the first generation always copy them."""
        if "Filter" not in self.content:
            return True
        return bool((self.content.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled")

    @property
    def has_time_control(self) -> bool:
        """Whether Replication Time Control is on, and with it the events about late copies."""
        return self._has("ReplicationTime")

    @property
    def has_metrics(self) -> bool:
        """Whether replication metrics are on, and with them the events about failures."""
        return self._has("Metrics")

    def _has(self, member: str) -> bool:
        return bool((self.content["Destination"].get(member) or {}).get("Status") == "Enabled")

    def selects(self, member: str) -> bool:
        """Return whether ``SourceSelectionCriteria`` enables a member.

        The members are ``SseKmsEncryptedObjects`` and ``ReplicaModifications``.
        """
        criteria = self.content.get("SourceSelectionCriteria") or {}
        return bool((criteria.get(member) or {}).get("Status") == "Enabled")

    def covers(self, version: Version) -> bool:
        """Return whether the rule applies to a new version. An object written to an archive class is never copied."""
        if not self.filter.covers(version.key, version.tags, version.size):
            return False
        if version.is_delete_marker:
            return self.copies_delete_markers
        if version.storage_class in archive.RESTORE_DURATIONS:
            return False
        return version.encryption.kms_key is None or self.selects("SseKmsEncryptedObjects")


def rules_for(content: Content, version: Version) -> list[ReplicationRule]:
    """Return the rules by which a version is copied: one for each destination."""
    chosen: dict[str, ReplicationRule] = {}
    for each in content["Rules"]:
        destination = each["Destination"]["Bucket"].rpartition(":")[2]
        rule = ReplicationRule(each["ID"], each.get("Priority", 0), filter_of(each), destination, each)
        if each["Status"] == "Enabled" and rule.covers(version):
            before = chosen.get(destination)
            if before is None or rule.priority > before.priority:
                chosen[destination] = rule
    return list(chosen.values())
