"""The check of a replication configuration. Source: API_PutBucketReplication; error messages as recorded.

The messages about priorities, delete markers, destinations, metrics and keys are known from users' reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML, NotSupported
from mocks3.operations.configurations.document import Content, given_members
from mocks3.operations.configurations.filters import check_filter, exclusions, predicates
from mocks3.operations.configurations.ids import first_repeated, with_ids
from mocks3.storage import ENABLED

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

MOST_RULES = 1000
LONGEST_ID = 255
MINUTES = 15
"""The only threshold that AWS supports (API_ReplicationTimeValue)."""

_BUCKET = "arn:aws:s3:::"
_GUIDE = "Please refer to S3 Developer Guide for more information."
_NEWER = (
    "{element} must be specified for this version of Cross Region Replication configuration schema. " + _GUIDE
)
_OLDER = (
    "{element} cannot be used for this version of Cross Region Replication configuration schema. " + _GUIDE
)


def check(call: Authorized, content: Content) -> Content:
    """Check the rules, and that the source and all destinations have versioning enabled.

    Rules with a filter need a unique priority and a setting for delete markers.
    """
    rules = content.get("Rules", [])
    if not 1 <= len(rules) <= MOST_RULES or not content["Role"]:
        raise MALFORMED_XML()  # inferred for an empty role
    for rule in rules:
        _check_rule(rule)
        _check_times(rule["Destination"])
        _check_keys_and_owners(rule)
    _check_together(rules)
    if call.bucket.versioning != ENABLED:
        raise INVALID_REQUEST(
            message="Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        )
    for rule in rules:
        _check_destination(call, rule["Destination"])
    return {**content, "Rules": with_ids(call.bucket.name, rules)}


def _check_rule(rule: Content) -> None:
    """Check the members that each generation of rules may have. ``ExistingObjectReplication`` is refused (reported)."""
    if "ExistingObjectReplication" in rule:
        raise MALFORMED_XML()
    if len(rule.get("ID", "")) > LONGEST_ID:
        raise INVALID_ARGUMENT(message=f"ID length should not exceed allowed limit of {LONGEST_ID}")
    if "Filter" not in rule:
        if "Prefix" not in rule:
            raise MALFORMED_XML()  # reported: hashicorp/terraform #19295, aws/aws-cli #7220
        older = given_members(rule, "Priority", "DeleteMarkerReplication")
        older += given_members(rule.get("SourceSelectionCriteria") or {}, "ReplicaModifications")
        if older:
            raise INVALID_REQUEST(message=_OLDER.format(element=older[0]))
        return
    if "Prefix" in rule:
        raise MALFORMED_XML()
    check_filter(rule["Filter"])
    for element in ("Priority", "DeleteMarkerReplication"):
        if element not in rule:
            raise INVALID_REQUEST(message=_NEWER.format(element=element))
    if "Status" not in rule["DeleteMarkerReplication"]:
        raise MALFORMED_XML()  # inferred
    tags = predicates(rule).get("Tags") or exclusions(rule)["Tags"]  # API_DeleteMarkerReplication
    if tags and rule["DeleteMarkerReplication"].get("Status") == "Enabled":
        raise INVALID_REQUEST(
            message=f"Delete marker replication is not supported if any Tag filter is specified. {_GUIDE}"
        )


def _check_times(destination: Content) -> None:
    """Check that Replication Time Control has metrics, and that metrics without it have no threshold (reported)."""
    control, metrics = destination.get("ReplicationTime") or {}, destination.get("Metrics") or {}
    timed = control.get("Status") == "Enabled"
    threshold = metrics.get("EventThreshold")
    if threshold is not None and not timed:
        raise INVALID_ARGUMENT(
            message="Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled"
        )
    if timed and metrics.get("Status") != "Enabled":
        raise INVALID_REQUEST(message=f"ReplicationTime and Metrics must have same status. {_GUIDE}")
    for name, value in (("ReplicationTime:Time", control.get("Time")), ("Metrics:EventThreshold", threshold)):
        if value is not None and value.get("Minutes") != MINUTES:
            raise INVALID_ARGUMENT(message=f"{name}:Minutes can only have {MINUTES} as a valid value.")


def _check_keys_and_owners(rule: Content) -> None:
    """Check KMS keys and replica owners (API_Destination). Only the first message is known; the others are inferred."""
    destination = rule["Destination"]
    related = (destination.get("EncryptionConfiguration") or {}).get("UseSourceMultiRegionKey") or {}
    if related.get("Status") == "Enabled":
        raise NotSupported(
            "mocks3 does not support UseSourceMultiRegionKey of s3:PutBucketReplication: it has no multi-Region keys. "
            "Leave it out and set ReplicaKmsKeyID."
        )
    encrypted = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects")
    if "EncryptionConfiguration" in destination and encrypted is None:
        raise INVALID_REQUEST(
            message="SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."
        )
    selected = encrypted is not None and encrypted.get("Status") == "Enabled"
    if selected and "ReplicaKmsKeyID" not in (destination.get("EncryptionConfiguration") or {}):
        raise INVALID_REQUEST(
            message="EncryptionConfiguration must be specified if SseKmsEncryptedObjects is present."
        )
    if "AccessControlTranslation" in destination and "Account" not in destination:
        raise INVALID_REQUEST(message="Account must be specified if AccessControlTranslation is present.")


def _check_together(rules: list[Content]) -> None:
    """Check for repeated priorities and ids, and that rules without a filter have only one destination."""
    repeated = first_repeated(rule["Priority"] for rule in rules if "Priority" in rule)
    if repeated is not None:
        raise INVALID_REQUEST(message=f"Found duplicate priority {repeated}")
    if first_repeated(rule["ID"] for rule in rules if rule.get("ID")) is not None:
        raise INVALID_ARGUMENT(message="Rule Id must be unique. Found same Id for more than one rule")
    destinations = {rule["Destination"]["Bucket"] for rule in rules}
    if len(destinations) > 1 and not all("Filter" in rule for rule in rules):
        raise INVALID_REQUEST(message="Number of distinct destination bucket ARNs cannot exceed 1")


def _check_destination(call: Authorized, destination: Content) -> None:
    arn = destination["Bucket"]
    if not arn.startswith(_BUCKET):
        raise INVALID_ARGUMENT(message="Invalid bucket ARN")
    target = call.store.bucket(arn.removeprefix(_BUCKET))
    if target is None or target.versioning != ENABLED:
        raise INVALID_REQUEST(message="Destination bucket must have versioning enabled.")
