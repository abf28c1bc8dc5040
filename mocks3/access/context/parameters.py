"""Condition keys with the value of a parameter: of a listing, a version, a new bucket or a conditional write.

A parameter that was not sent is a missing key; its default value does not appear (OQ-12). A parameter that was sent
empty is an empty text (C-46). The check of s3:ListBucket for a missing object has no listing parameters, because the
operation has none (X-2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, Values, not_sent
from mocks3.errors import S3Error


def s3_actions(*names: str) -> frozenset[str]:
    """Return the names of S3 actions in lower case, as they are compared (C-2)."""
    return frozenset(f"s3:{name}".lower() for name in names)


MULTIPART_CALLS = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""Calls that require s3:PutObject but create no object (M-20)."""


def sent_member(member: str) -> Callable[[AuthorizationInfo], Values | None]:
    """Return a function that gives the value of a member of the URL or the headers, as it was sent."""

    def derive(auth: AuthorizationInfo) -> Values | None:
        parsed = auth.request_info.parsed
        value = None if parsed is None else parsed.head.get(member)
        return None if value is None else (str(value),)

    return derive


def in_body(auth: AuthorizationInfo, *path: str) -> Any:
    """Return the member of the body at a path of names; None if it does not exist.

    A body that cannot be parsed has no members; its error is raised after the decision (W-193).
    """
    try:
        value: Any = {} if auth.request_info.parsed is None else auth.request_info.parsed.params
    except S3Error:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def as_values(values: Iterable[object] | None) -> Values | None:
    """Return the values of a list; None, a missing key, for an empty list."""
    return None if not values else tuple(str(value) for value in values)


def _version_id(auth: AuthorizationInfo) -> Values | None:
    target = auth.target
    return None if target is None or target.version_id is None else (target.version_id,)


def _location(auth: AuthorizationInfo) -> Values | None:
    constraint = in_body(auth, "CreateBucketConfiguration", "LocationConstraint")
    return (constraint,) if constraint else None


def _if_match(auth: AuthorizationInfo) -> Values | None:
    """Return If-Match; for an entry of DeleteObjects its ETag (F-14)."""
    if auth.request_info.operation != "DeleteObjects":
        return sent_member("IfMatch")(auth)
    target = auth.target
    for entry in in_body(auth, "Delete", "Objects") or ():
        if target and (entry.get("Key"), entry.get("VersionId")) == (target.key, target.version_id):
            return (entry["ETag"],) if "ETag" in entry else None
    return None


def _no_etag(auth: AuthorizationInfo) -> str:
    in_list = auth.request_info.operation == "DeleteObjects"
    return "the entry has no ETag" if in_list else not_sent("If-Match")(auth)


def _not_given(parameter: str) -> str:
    return f"it was sent without the parameter {parameter}"


def _creates_object(auth: AuthorizationInfo) -> Values:
    """Return whether the call creates an object; uploading a part does not (M-20, F-165)."""
    return ("false" if auth.request_info.operation in MULTIPART_CALLS else "true",)


def _inventory_fields(auth: AuthorizationInfo) -> Values | None:
    return as_values(in_body(auth, "InventoryConfiguration", "OptionalFields"))


ROWS = (
    ConditionKey("s3:prefix", "String", sent_member("Prefix"), "OQ-12, W-155", missing=_not_given("prefix")),
    ConditionKey(
        "s3:delimiter", "String", sent_member("Delimiter"), "OQ-12, W-156", missing=_not_given("delimiter")
    ),
    ConditionKey("s3:max-keys", "Numeric", sent_member("MaxKeys"), "OQ-12", missing=_not_given("max-keys")),
    ConditionKey(
        "s3:annotation-prefix",
        "String",
        sent_member("AnnotationPrefix"),
        "C-81",
        missing=_not_given("annotation-prefix"),
    ),
    ConditionKey(
        "s3:max-annotation-results",
        "Numeric",
        sent_member("MaxAnnotationResults"),
        "C-81",
        missing=_not_given("max-annotation-results"),
    ),
    ConditionKey(
        "s3:x-amz-object-if-match",
        "String",
        sent_member("ObjectIfMatch"),
        "C-81",
        missing=not_sent("x-amz-object-if-match"),
    ),
    ConditionKey("s3:versionid", "String", _version_id, "F-50", missing="it names no version"),
    ConditionKey(
        "s3:locationconstraint",
        "String",
        _location,
        "W-170",
        missing="it was sent without LocationConstraint",
    ),
    ConditionKey(
        "s3:x-amz-object-ownership",
        "String",
        sent_member("ObjectOwnership"),
        "C-81",
        missing=not_sent("x-amz-object-ownership"),
    ),
    ConditionKey(
        "s3:x-amz-bucket-namespace",
        "String",
        sent_member("BucketNamespace"),
        "F-71",
        missing=not_sent("x-amz-bucket-namespace"),
    ),
    ConditionKey("s3:if-match", "String", _if_match, "M-20, F-14", missing=_no_etag),
    ConditionKey(
        "s3:if-none-match",
        "String",
        sent_member("IfNoneMatch"),
        "M-20, W-172",
        missing=not_sent("If-None-Match"),
    ),
    ConditionKey("s3:ObjectCreationOperation", "Bool", _creates_object, "M-20, F-165"),
    ConditionKey(
        "s3:InventoryAccessibleOptionalFields",
        "String",
        _inventory_fields,
        "C-81",
        multivalued=True,
        missing="it was sent without OptionalFields",
    ),
)
