"""The replication configuration. Source: API_PutBucketReplication; sentences as recorded.

The sentences about priorities and delete markers are known from callers' reports of the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.filters import check_filter
from mocks3.operations.configurations.ids import first_repeated, with_ids
from mocks3.storage import ENABLED

if TYPE_CHECKING:
    from mocks3.call import Authorized

MOST_RULES = 1000
_BUCKET = "arn:aws:s3:::"
_NEWER = (
    "{element} must be specified for this version of Cross Region Replication configuration schema. Please refer to "
    "S3 Developer Guide for more information."
)


def check(call: Authorized, content: Content) -> Content:
    """Both sides have versioning; rules with a filter have a priority of their own and speak of delete markers."""
    rules = content.get("Rules", [])
    if not 1 <= len(rules) <= MOST_RULES:
        raise MALFORMED_XML()
    for rule in rules:
        _check_rule(rule)
    priorities = [rule["Priority"] for rule in rules if "Priority" in rule]
    repeated = first_repeated(priorities)
    if repeated is not None:
        raise INVALID_REQUEST(message=f"Found duplicate priority {repeated}")
    if call.bucket.versioning != ENABLED:
        raise INVALID_REQUEST(
            message="Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        )
    for rule in rules:
        _check_destination(call, rule["Destination"])
    return {**content, "Rules": with_ids(call.bucket.name, rules)}


def _check_rule(rule: Content) -> None:
    if "Filter" not in rule:
        return
    if "Prefix" in rule:
        raise MALFORMED_XML()
    check_filter(rule["Filter"])
    for element in ("Priority", "DeleteMarkerReplication"):
        if element not in rule:
            raise INVALID_REQUEST(message=_NEWER.format(element=element))


def _check_destination(call: Authorized, destination: Content) -> None:
    arn = destination["Bucket"]
    if not arn.startswith(_BUCKET):
        raise INVALID_ARGUMENT(message="Invalid bucket ARN")
    target = call.store.bucket(arn.removeprefix(_BUCKET))
    if target is None or target.versioning != ENABLED:
        raise INVALID_REQUEST(message="Destination bucket must have versioning enabled.")
