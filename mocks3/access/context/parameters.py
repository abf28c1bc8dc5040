"""Keys that repeat what a request asks for: of a listing, of a version, of a new bucket, of a conditional write.

A parameter that was not sent is a missing key, never its default (OQ-12); one that was sent empty is an empty text
(C-46). A missing key's check of s3:ListBucket has no listing's parameters (X-2): its operation knows none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mocks3.access.context.scene import Asked, Row, Values
from mocks3.errors import S3Error


def on(*names: str) -> frozenset[str]:
    """Actions of S3, in the lower case in which they are compared (C-2)."""
    return frozenset(f"s3:{name}".lower() for name in names)


PARTS_OF_A_CREATION = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""Calls that need s3:PutObject and make no object yet (M-20)."""


def sent(member: str) -> Callable[[Asked], Values | None]:
    """A member of the URL or the headers, as it was sent."""

    def derive(asked: Asked) -> Values | None:
        parsed = asked.scene.parsed
        value = None if parsed is None else parsed.head.get(member)
        return None if value is None else (str(value),)

    return derive


def in_body(asked: Asked, *path: str) -> Any:
    """A member of the body, by the names that lead there; None where there is no such thing.

    A body that cannot be read has none either: what is wrong with it is said after the decision (W-193).
    """
    try:
        value: Any = {} if asked.scene.parsed is None else asked.scene.parsed.params
    except S3Error:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def texts(values: Iterable[Any] | None) -> Values | None:
    """A list's values; none at all is a missing key."""
    return None if not values else tuple(str(value) for value in values)


def _version_id(asked: Asked) -> Values | None:
    target = asked.target
    return None if target is None or target.version_id is None else (target.version_id,)


def _location(asked: Asked) -> Values | None:
    constraint = in_body(asked, "CreateBucketConfiguration", "LocationConstraint")
    return (constraint,) if constraint else None


def _if_match(asked: Asked) -> Values | None:
    """If-Match; of an entry of DeleteObjects its ETag (F-14)."""
    if asked.scene.operation != "DeleteObjects":
        return sent("IfMatch")(asked)
    target = asked.target
    for entry in in_body(asked, "Delete", "Objects") or ():
        if target and (entry.get("Key"), entry.get("VersionId")) == (target.key, target.version_id):
            return (entry["ETag"],) if "ETag" in entry else None
    return None


def _creates_object(asked: Asked) -> Values:
    """Whether what was asked makes an object at once; parts of an upload do not (M-20, F-165)."""
    return ("false" if asked.scene.operation in PARTS_OF_A_CREATION else "true",)


def _inventory_fields(asked: Asked) -> Values | None:
    return texts(in_body(asked, "InventoryConfiguration", "OptionalFields"))


ROWS = (
    Row("s3:prefix", "String", sent("Prefix"), "OQ-12, W-155"),
    Row("s3:delimiter", "String", sent("Delimiter"), "OQ-12, W-156"),
    Row("s3:max-keys", "Numeric", sent("MaxKeys"), "OQ-12"),
    Row("s3:annotation-prefix", "String", sent("AnnotationPrefix"), "C-81"),
    Row("s3:max-annotation-results", "Numeric", sent("MaxAnnotationResults"), "C-81"),
    Row("s3:x-amz-object-if-match", "String", sent("ObjectIfMatch"), "C-81"),
    Row("s3:versionid", "String", _version_id, "F-50"),
    Row("s3:locationconstraint", "String", _location, "W-170"),
    Row("s3:x-amz-object-ownership", "String", sent("ObjectOwnership"), "C-81"),
    Row("s3:x-amz-bucket-namespace", "String", sent("BucketNamespace"), "F-71"),
    Row("s3:if-match", "String", _if_match, "M-20, F-14"),
    Row("s3:if-none-match", "String", sent("IfNoneMatch"), "M-20, W-172"),
    Row("s3:ObjectCreationOperation", "Bool", _creates_object, "M-20, F-165"),
    Row(
        "s3:InventoryAccessibleOptionalFields",
        "String",
        _inventory_fields,
        "C-81",
        multivalued=True,
    ),
)
