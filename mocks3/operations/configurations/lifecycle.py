"""The check of a lifecycle configuration. Source: API_PutBucketLifecycleConfiguration; error messages as recorded.

Both generations are one document: the older has ``Prefix`` in the rule, the newer has ``Filter``. The messages about
limits, ids and missing actions are known from users' reports.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML, MISSING_REQUEST_BODY, S3Error
from mocks3.errors.directory_buckets import LIFECYCLE_NOT_SUPPORTED
from mocks3.operations.configurations.document import Content, given_members
from mocks3.operations.configurations.filters import check_filter, predicates
from mocks3.operations.configurations.ids import first_repeated, with_ids

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_RULES = 1000
LONGEST_ID = 255
MINIMUM_SIZE = "TransitionDefaultMinimumObjectSize"
MINIMUM_SIZES = ("all_storage_classes_128K", "varies_by_storage_class")
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
_INFREQUENT = {"STANDARD_IA": 30, "ONEZONE_IA": 30}
"""Days before an object may move to these storage classes."""


def check(call: Authorized, content: Content) -> Content:
    """Check the rules, and return them with ids and with ``TransitionDefaultMinimumObjectSize``."""
    params: Params = call.parsed.params
    if "LifecycleConfiguration" not in params:
        raise MISSING_REQUEST_BODY()
    minimum = params.get(MINIMUM_SIZE, MINIMUM_SIZES[0])
    if minimum not in MINIMUM_SIZES:
        raise INVALID_REQUEST(message="Invalid TransitionDefaultMinimumObjectSize found: " + minimum)
    rules = content["Rules"]
    if len(rules) > MOST_RULES:
        raise MALFORMED_XML()
    for rule in rules:
        _check_shape(rule)
    for rule in rules:
        _check_values(rule)
    if call.bucket.zone is not None:
        _check_directory(rules)
    if first_repeated(rule["ID"] for rule in rules if rule.get("ID")) is not None:
        raise _argument("Rule ID must be unique. Found same ID for one or more rules")
    stored: Content = {"Rules": with_ids(call.bucket.name, rules)}
    return stored if call.bucket.zone is not None else {**stored, MINIMUM_SIZE: minimum}


def echo(content: Content | None) -> Content:
    """Return the output of the put."""
    assert content is not None
    return {MINIMUM_SIZE: content[MINIMUM_SIZE]} if MINIMUM_SIZE in content else {}


def _argument(message: str, **more: str) -> S3Error:
    return INVALID_ARGUMENT(message=message, **more)


def _check_shape(rule: Content) -> None:
    """Raise ``MalformedXML`` for a rule that AWS's published XML schema forbids."""
    if len(given_members(rule, "Filter", "Prefix")) != 1:
        raise MALFORMED_XML()
    check_filter(rule.get("Filter") or {}, duplicate_tags="Duplicate Tag Keys are not allowed.")
    expiration = rule.get("Expiration")
    if expiration is not None and len(expiration) != 1:
        raise MALFORMED_XML()
    for transition in rule.get("Transitions", ()):
        if len(given_members(transition, "Days", "Date")) != 1 or "StorageClass" not in transition:
            raise MALFORMED_XML()
    if rule.get("NoncurrentVersionExpiration") == {}:
        raise MALFORMED_XML()
    if any(
        "NoncurrentDays" not in t or "StorageClass" not in t
        for t in rule.get("NoncurrentVersionTransitions", ())
    ):
        raise MALFORMED_XML()
    if rule.get("AbortIncompleteMultipartUpload") == {}:
        raise MALFORMED_XML()


def _check_values(rule: Content) -> None:
    if len(rule.get("ID", "")) > LONGEST_ID:
        raise _argument(f"ID length should not exceed allowed limit of {LONGEST_ID}")
    if not given_members(rule, *ACTIONS):
        raise INVALID_REQUEST(message="At least one action needs to be specified in a rule")
    expiration = rule.get("Expiration", {})
    _check_date(expiration)
    if expiration.get("Days", 1) <= 0:
        raise _argument("'Days' for Expiration action must be a positive integer")
    for transition in rule.get("Transitions", ()):
        _check_date(transition)
        _check_transition(transition)
    noncurrent = rule.get("NoncurrentVersionExpiration", {})
    if noncurrent.get("NoncurrentDays", 1) <= 0:
        raise _argument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    for action in (noncurrent, *rule.get("NoncurrentVersionTransitions", ())):
        if not 1 <= action.get("NewerNoncurrentVersions", 1) <= 100:
            raise _argument("'NewerNoncurrentVersions' must be between 1 and 100")
    _check_abort(rule)


def _check_directory(rules: list[Content]) -> None:
    """Raise for a rule that directory buckets do not support.

    They support expiration and aborting uploads, by prefix and size (API_PutBucketLifecycleConfiguration).
    """
    for rule in rules:
        if given_members(rule, "Transitions", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions"):
            raise LIFECYCLE_NOT_SUPPORTED(
                message="Only Expiration and AbortIncompleteMultipartUpload are supported for directory buckets."
            )
        if "ExpiredObjectDeleteMarker" in rule.get("Expiration", {}):
            raise LIFECYCLE_NOT_SUPPORTED(
                message="ExpiredObjectDeleteMarker is not supported for directory buckets."
            )
        if "Tags" in predicates(rule):
            raise LIFECYCLE_NOT_SUPPORTED(message="Filters by tag are not supported for directory buckets.")


def _check_transition(transition: Content) -> None:
    days, storage_class = transition.get("Days"), transition["StorageClass"]
    if days is None:
        return
    if days < 0:
        raise _argument("'Days' in Transition action must be nonnegative")
    least = _INFREQUENT.get(storage_class, 0)
    if days < least:
        raise _argument(
            f"'Days' in Transition action must be greater than or equal to {least} for storageClass "
            f"'{storage_class}'"
        )


def _check_abort(rule: Content) -> None:
    abort = rule.get("AbortIncompleteMultipartUpload")
    if abort is None:
        return
    if "Tags" in predicates(rule):
        raise INVALID_REQUEST(message="AbortIncompleteMultipartUpload cannot be specified with Tags.")
    if abort.get("DaysAfterInitiation", 1) <= 0:
        raise _argument(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
        )


def _check_date(action: Content) -> None:
    date: datetime | None = action.get("Date")
    if date is None:
        return
    date = date.astimezone(UTC)
    if (date.hour, date.minute, date.second, date.microsecond) != (0, 0, 0, 0):
        raise _argument(
            "'Date' must be at midnight GMT",
            ArgumentName="Date",
            ArgumentValue=date.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        )
