"""The check of a lifecycle configuration. Source: API_PutBucketLifecycleConfiguration; error messages as recorded.

Both generations are one document: in the first, rules have ``Prefix``, in the second ("Lifecycle V2") ``Filter``. The
messages about limits, sizes, ids, generations and missing actions are known from users' reports.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML, MISSING_REQUEST_BODY, S3Error
from mocks3.errors.directory_buckets import LIFECYCLE_NOT_SUPPORTED
from mocks3.operations.configurations.document import Content, given_members
from mocks3.operations.configurations.filters import check_filter, predicates
from mocks3.operations.configurations.ids import first_repeated, with_ids
from mocks3.operations.configurations.lifecycle_timing import check_timing

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_RULES = 1000
LONGEST_ID = 255
LARGEST_SIZE = 1000 << 40
"""The largest object size that a filter can name, in bytes."""
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
    _check_generations(rules)
    for rule in rules:
        _check_values(rule)
    _check_overlaps(rules)
    if call.bucket.zone is not None:
        _check_directory(rules)
    if first_repeated(rule["ID"] for rule in rules if rule.get("ID")) is not None:
        raise _argument("Rule ID must be unique. Found same ID for more than one rule")
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
    if "NoncurrentDays" not in rule.get("NoncurrentVersionExpiration", {"NoncurrentDays": 1}):
        raise MALFORMED_XML()  # reported for NewerNoncurrentVersions alone: scality/Arsenal #2085
    if any(
        "NoncurrentDays" not in t or "StorageClass" not in t
        for t in rule.get("NoncurrentVersionTransitions", ())
    ):
        raise MALFORMED_XML()
    if rule.get("AbortIncompleteMultipartUpload") == {}:
        raise MALFORMED_XML()


def _check_generations(rules: list[Content]) -> None:
    """Raise ``InvalidRequest`` if rules with a prefix of their own are together with filters, or use what is newer."""
    first, *others = ("Filter" in rule for rule in rules)
    if any(other != first for other in others):
        raise INVALID_REQUEST(
            message="Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."
            if first
            else "Filter element can only be used in Lifecycle V2."
        )
    if not first and any(
        "NewerNoncurrentVersions" in action for rule in rules for action in _noncurrent(rule)
    ):
        raise INVALID_REQUEST(message="NewerNoncurrentVersions element can only be used in Lifecycle V2.")


def _noncurrent(rule: Content) -> list[Content]:
    """Return the actions on noncurrent versions."""
    return [rule.get("NoncurrentVersionExpiration", {}), *rule.get("NoncurrentVersionTransitions", ())]


def _check_overlaps(rules: list[Content]) -> None:
    """Raise ``InvalidRequest`` if rules with a prefix of their own have the same action for some keys."""
    prefixed = sorted((rule for rule in rules if "Prefix" in rule), key=lambda rule: rule["Prefix"])
    for one, other in combinations(prefixed, 2):
        if not other["Prefix"].startswith(one["Prefix"]):
            continue
        for action in ACTIONS:
            if action in one and action in other:
                raise INVALID_REQUEST(
                    message=f"Found overlapping prefixes '{one['Prefix']}' and '{other['Prefix']}' for same action "
                    f"type '{action.removesuffix('s')}'"
                )


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
    noncurrent, *transitions = _noncurrent(rule)
    if noncurrent.get("NoncurrentDays", 1) <= 0:
        raise _argument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    for transition in transitions:
        _check_transition(transition, "NoncurrentVersionTransition", "NoncurrentDays")
    for action in (noncurrent, *transitions):
        if not 1 <= action.get("NewerNoncurrentVersions", 1) <= 100:
            raise _argument("'NewerNoncurrentVersions' must be between 1 and 100")
    _check_sizes(predicates(rule))
    _check_unfiltered(rule)
    check_timing(rule)


def _check_sizes(found: Content) -> None:
    """Raise ``InvalidRequest`` for object sizes that no object can have."""
    above, below = found.get("ObjectSizeGreaterThan"), found.get("ObjectSizeLessThan")
    for name, size, least in (("ObjectSizeGreaterThan", above, 0), ("ObjectSizeLessThan", below, 1)):
        if size is not None and not least <= size <= LARGEST_SIZE:
            raise INVALID_REQUEST(message=f"'{name}' should be between {least} and {LARGEST_SIZE}.")
    if above is not None and below is not None and above >= below:
        raise INVALID_REQUEST(
            message="'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."
        )


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


def _check_transition(transition: Content, name: str = "Transition", unit: str = "Days") -> None:
    days, storage_class = transition.get(unit), transition["StorageClass"]
    if days is None:
        return
    if days < 0:
        raise _argument(f"'{unit}' in {name} action must be nonnegative")
    least = _INFREQUENT.get(storage_class, 0)
    if days < least:
        raise _argument(
            f"'{unit}' in {name} action must be greater than or equal to {least} for storageClass '{storage_class}'"
        )


def _check_unfiltered(rule: Content) -> None:
    """Check the actions that a rule with a filter by tag or size cannot have (API_LifecycleExpiration)."""
    abort, found = rule.get("AbortIncompleteMultipartUpload"), predicates(rule)
    for name, is_given in (
        ("AbortIncompleteMultipartUpload", abort is not None),
        ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker" in rule.get("Expiration", {})),
    ):
        if is_given and "Tags" in found:
            raise INVALID_REQUEST(message=f"{name} cannot be specified with Tags.")
        if is_given and given_members(found, "ObjectSizeGreaterThan", "ObjectSizeLessThan"):
            raise INVALID_REQUEST(message=f"{name} cannot be specified with Object Size.")
    if abort is not None and abort.get("DaysAfterInitiation", 1) <= 0:
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
