"""Annotations: named texts attached to an object. Each has its own date, ETag and checksum.

Annotations belong to a version and are stored in it. Object Lock protects them as it protects the version.

Source: API_PutObjectAnnotation and the pages of the other operations on annotations (limits, names, errors); user guide
"Annotating your objects". If these name an error code without its message, the description of the code is the message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from mocks3.errors import (
    ANNOTATION_NAME_TOO_LONG,
    INVALID_ANNOTATION_NAME,
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    PRECONDITION_FAILED,
)
from mocks3.model.permissions import When
from mocks3.rules import preconditions
from mocks3.rules.finding import check_key_and_version, lookup_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteObjectAnnotationRequestTypeDef,
        PutObjectAnnotationRequestTypeDef,
    )

    from mocks3.model.parsed import Params, Parsed
    from mocks3.model.target import Target
    from mocks3.storage import Encryption, Version

MAX_ANNOTATIONS = 1000
"""The most annotations of one version."""
MAX_NAME_LENGTH = 512
MAX_SIZE = 1 << 20

_RESERVED = ("aws", "s3")
_DIRECTIVE = "x-amz-object-annotation-directive"


def check_name(head: Params) -> None:
    """Check the key, the version id and the name. Raise ``AnnotationNameTooLong`` or ``InvalidAnnotationName``."""
    check_key_and_version(head)
    name = head["AnnotationName"]
    if len(name.encode()) > MAX_NAME_LENGTH:
        raise ANNOTATION_NAME_TOO_LONG()
    if not name or name.lower().startswith(_RESERVED):
        raise INVALID_ANNOTATION_NAME()


def require_object_match(
    version: Version,
    params: PutObjectAnnotationRequestTypeDef | DeleteObjectAnnotationRequestTypeDef,
) -> None:
    """Raise ``PreconditionFailed`` if the object has another ETag than ``x-amz-object-if-match``."""
    if "ObjectIfMatch" in params and not preconditions.matches_etag(params["ObjectIfMatch"], version):
        raise PRECONDITION_FAILED(Condition="x-amz-object-if-match")


def require_no_customer_key(encryption: Encryption) -> None:
    """Raise ``InvalidRequest`` for an object with SSE-C, which cannot have annotations."""
    if encryption.customer_key_md5 is not None:
        raise INVALID_REQUEST(
            message="Objects encrypted with Server Side Encryption with Customer provided keys cannot have annotations."
        )


# Copies.


def check_directive(parsed: Parsed) -> bool:
    """Return whether a copy includes annotations. Raise ``InvalidArgument`` for an unknown directive."""
    directive = _directive(parsed)
    if directive not in ("COPY", "EXCLUDE"):
        raise INVALID_ARGUMENT(
            message="Unknown annotation directive.", ArgumentName=_DIRECTIVE, ArgumentValue=directive
        )
    return directive == "COPY"


def _directive(parsed: Parsed) -> str:
    """Return the header, or the query parameter that replaces it in presigned URLs (API_CopyObject)."""
    directive: str | None = parsed.head.get("AnnotationDirective")
    if directive is None and _DIRECTIVE in parsed.request.query:
        directive = parse_qs(parsed.request.query).get(_DIRECTIVE, ["COPY"])[0]
    return directive or "COPY"


def _are_copied(parsed: Parsed, target: Target) -> bool:
    """Return whether annotations are copied. ``target`` is the source or the destination of the copy."""
    source = target.source or target
    if source.bucket is None or source.key is None:
        return False
    version = lookup_version(source.bucket, source.key, source.version_id)
    return version is not None and bool(version.annotations) and _directive(parsed) == "COPY"


ANNOTATIONS_COPIED = When("annotations are copied from the source", _are_copied)


def copy_annotations(copy: Version, source: Version) -> Version:
    """Return the copy with the annotations of the source, dated as the copy. Raise ``InvalidRequest`` for SSE-C."""
    if not source.annotations:
        return copy
    require_no_customer_key(copy.encryption)
    date = copy.last_modified
    return replace(
        copy,
        annotations={name: replace(each, last_modified=date) for name, each in source.annotations.items()},
    )
