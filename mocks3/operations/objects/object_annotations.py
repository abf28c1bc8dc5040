"""Put, Get, List and DeleteObjectAnnotation. Source: their API pages; see :mod:`.annotating`."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import (
    ANNOTATION_LIMIT_EXCEEDED,
    INVALID_ANNOTATION_PREFIX,
    INVALID_REQUEST,
    NO_SUCH_ANNOTATION,
    UNSUPPORTED_MEDIA_TYPE,
)
from mocks3.errors.refusals import OBJECT_LOCKED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    BUCKET,
    OBJECT,
    OBJECT_KMS_KEY,
    REVEAL,
    Need,
    When,
    no_version_named,
    version_named,
)
from mocks3.model.stages import Authorized
from mocks3.model.target import lookup
from mocks3.operations.listing import paging, tokens
from mocks3.operations.objects import annotating
from mocks3.operations.objects.put import etag_of
from mocks3.rules import bodies, locks
from mocks3.rules.drafts import write_time
from mocks3.rules.finding import check_key_and_version, editing, find_version, located_version
from mocks3.storage import FULL_OBJECT, Annotation

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteObjectAnnotationRequestTypeDef,
        GetObjectAnnotationRequestTypeDef,
        ListObjectAnnotationsRequestTypeDef,
        PutObjectAnnotationRequestTypeDef,
    )

    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target
    from mocks3.storage import Version

_BYPASS = "x-amz-bypass-governance-retention"


@operation(
    Need("s3:PutObjectAnnotation", OBJECT, when=no_version_named()),
    Need("s3:PutObjectVersionAnnotation", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=annotating.check_name,
)
def put_object_annotation(call: Authorized, params: PutObjectAnnotationRequestTypeDef) -> Params:
    """Attach an annotation to an object. It replaces an annotation with the same name.

    Raise ``InvalidRequest`` for an empty or too long text and for objects with SSE-C, ``UnsupportedMediaType`` for text
    that is not UTF-8, ``AnnotationLimitExceeded``, ``PreconditionFailed``, or an error of the digests.
    """
    received = bodies.receive(call.store, params, member="AnnotationPayload")
    _check_text(received.blob.read())
    name = params["AnnotationName"]
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT")
        annotating.require_object_match(version, params)
        annotating.require_no_customer_key(version.encryption)
        etag = etag_of(call.bucket, received.md5, version.encryption)
        annotations = {
            **version.annotations,
            name: Annotation(name, received.blob, etag, write_time(), received.checksums),
        }
        if len(annotations) > annotating.MAX_ANNOTATIONS:
            raise ANNOTATION_LIMIT_EXCEEDED()
        bucket.update(replace(version, annotations=annotations))
    return {
        "Key": call.key,
        "AnnotationName": name,
        "ObjectVersionId": bucket.shown_id(version),
        "ServerSideEncryption": version.encryption.algorithm,
        "ETag": f'"{etag}"',
        "ChecksumType": FULL_OBJECT,
        **bodies.checksum_members(received.checksums),
    }


def _check_text(payload: bytes) -> None:
    if not 0 < len(payload) <= annotating.MAX_SIZE:
        raise INVALID_REQUEST(message="The annotation payload must be between 1 byte and 1 MiB in size.")
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise UNSUPPORTED_MEDIA_TYPE() from None


# Annotations have the encryption of their object.
@operation(
    Need("s3:GetObjectAnnotation", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersionAnnotation", OBJECT, when=version_named()),
    Need("kms:Decrypt", OBJECT_KMS_KEY),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=annotating.check_name,
)
def get_object_annotation(call: Authorized, params: GetObjectAnnotationRequestTypeDef) -> Params:
    """Return one annotation of an object. Raise ``NoSuchAnnotation``."""
    wants_checksum = bodies.wants_checksum(params)
    version = located_version(call)
    annotation = version.annotations.get(params["AnnotationName"])
    if annotation is None:
        raise NO_SUCH_ANNOTATION()
    output: Params = {
        "ObjectVersionId": call.bucket.shown_id(version),
        "LastModified": annotation.last_modified,
        "ContentLength": len(annotation.blob),
        "ETag": f'"{annotation.etag}"',
        "ServerSideEncryption": version.encryption.algorithm,
        "AnnotationPayload": annotation.blob,
    }
    if wants_checksum:
        output |= {**bodies.checksum_members(annotation.checksums), "ChecksumType": FULL_OBJECT}
    return output


def check_listing(head: Params) -> None:
    """Check the parameters of a listing. Raise ``InvalidPrefix``, ``InvalidArgument`` or ``KeyTooLongError``."""
    check_key_and_version(head)
    if len(head.get("AnnotationPrefix", "").encode()) > annotating.MAX_NAME_LENGTH:
        raise INVALID_ANNOTATION_PREFIX()
    paging.page_limit(head, "MaxAnnotationResults", "max-annotation-results")


@operation(
    Need("s3:ListObjectAnnotations", OBJECT, when=no_version_named()),
    Need("s3:ListObjectVersionAnnotations", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_listing,
)
def list_object_annotations(call: Authorized, params: ListObjectAnnotationsRequestTypeDef) -> Params:
    """Return one page of the annotations of an object, by name. Raise ``InvalidArgument`` for a wrong token."""
    limit = paging.page_limit(params, "MaxAnnotationResults", "max-annotation-results")
    prefix, token = params.get("AnnotationPrefix"), params.get("ContinuationToken")
    listing = ("annotations", call.target.name, call.key)
    after = "" if token is None else tokens.read(listing, token)
    version = located_version(call)
    found = [
        annotation
        for name, annotation in sorted(version.annotations.items(), key=lambda item: item[0].encode())
        if name.startswith(prefix or "") and name.encode() > after.encode()
    ]
    page = list(islice(found, limit))
    truncated = len(page) < len(found) and bool(page)
    return {
        "Bucket": call.target.name,
        "Key": call.key,
        "ObjectVersionId": call.bucket.shown_id(version),
        "AnnotationPrefix": prefix,
        "MaxAnnotationResults": limit,
        "AnnotationCount": len(page),
        "ContinuationToken": token,
        "NextContinuationToken": tokens.issue(listing, page[-1].name) if truncated else None,
        "Annotations": [_annotation_members(each) for each in page],
    }


def _annotation_members(annotation: Annotation) -> Params:
    return {
        "AnnotationName": annotation.name,
        "LastModified": annotation.last_modified,
        "ETag": f'"{annotation.etag}"',
        "ChecksumAlgorithm": [name.upper() for name in annotation.checksums],
        "Size": len(annotation.blob),
    }


def _bypasses(parsed: Parsed) -> bool:
    """Return whether the bypass header is true. AWS documents it, but the model has no member for it."""
    return parsed.request.headers.get(_BYPASS, "").lower() == "true"


def _is_governed(parsed: Parsed, target: Target) -> bool:
    if target.bucket is None or target.key is None or not _bypasses(parsed):
        return False
    version: Version | None = lookup(target.bucket, target.key, target.version_id)
    return version is not None and version.lock.mode == "GOVERNANCE"


@operation(
    Need("s3:DeleteObjectAnnotation", OBJECT, when=no_version_named()),
    Need("s3:DeleteObjectVersionAnnotation", OBJECT, when=version_named()),
    Need(
        "s3:BypassGovernanceRetention",
        OBJECT,
        when=When("BypassGovernanceRetention is True and the object has GOVERNANCE retention", _is_governed),
    ),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=annotating.check_name,
)
def delete_object_annotation(call: Authorized, params: DeleteObjectAnnotationRequestTypeDef) -> Params:
    """Permanently delete one annotation of an object. A missing annotation is a success.

    Raise ``AccessDenied`` for a locked object, or ``PreconditionFailed``.
    """
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "DELETE")
        annotating.require_object_match(version, params)
        now = clock.now()
        if locks.protects(version, now, bypassed=_bypasses(call.parsed)):
            raise OBJECT_LOCKED(locks.why_locked(version, now, "deleting its annotations"))
        annotations = dict(version.annotations)
        if annotations.pop(params["AnnotationName"], None) is not None:
            bucket.update(replace(version, annotations=annotations))
        return {"ObjectVersionId": bucket.shown_id(version)}
