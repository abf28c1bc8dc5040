"""PutObject. Source: API_PutObject; R-50 to R-57; F-20 to F-26."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ACL_HEADERS, NEW_KMS_KEY, OBJECT, ZONAL_WRITE, Need, any_given, given
from mocks3.model.stages import Authorized
from mocks3.operations.objects import appending
from mocks3.rules import bodies, drafts, encryption, event_holds, preconditions
from mocks3.rules.finding import check_key_and_version, current_object, editing
from mocks3.storage import ENABLED, FULL_OBJECT, UNLOCKED, add_body

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

    from mocks3.storage import Bucket, Encryption, Version

RETENTION_HEADERS = ("ObjectLockMode", "ObjectLockRetainUntilDate", *event_holds.HEADERS)


PUT_NEEDS = (
    Need("s3:PutObject", OBJECT),
    Need("s3:PutObjectAcl", OBJECT, when=any_given(*ACL_HEADERS)),
    Need("s3:PutObjectTagging", OBJECT, when=given("Tagging")),
    Need("s3:PutObjectRetention", OBJECT, when=any_given(*RETENTION_HEADERS)),
    Need("s3:PutObjectLegalHold", OBJECT, when=given("ObjectLockLegalHoldStatus")),
    preconditions.IF_MATCH_NEED,
    Need("kms:GenerateDataKey", NEW_KMS_KEY),
)
"""The permission row of PutObject and PostObject."""


@operation(*PUT_NEEDS, syntax=check_key_and_version, express=ZONAL_WRITE)
def put_object(call: Authorized, params: PutObjectRequestTypeDef) -> Params:
    """Write an object, write a new version of it, or append to it.

    Appends are in :mod:`.appending`. Raise an error of the headers (:mod:`mocks3.rules.drafts`), of the body
    (:mod:`mocks3.rules.bodies`) or of the conditions (:mod:`mocks3.rules.preconditions`). After an error nothing is
    written.
    """
    preconditions.check_write_conditions(params)
    draft = drafts.draft_version(call, params)
    if "WriteOffsetBytes" in params:
        return appending.append(call, params, draft)
    received = bodies.receive(call.store, params)
    if draft.lock is not UNLOCKED:
        bodies.require_digest(received, params, "Object")
    etag = etag_of(call.bucket, received.md5, draft.encryption)
    version = add_body(draft, received.blob, etag, received.checksums, FULL_OBJECT)
    with editing(call) as bucket:
        preconditions.require_write_conditions(params, current_object(bucket, version.key), version.key)
        version = bucket.put(version)
        return {
            "ETag": f'"{version.etag}"',
            "VersionId": written_version_id(bucket, version),
            "ChecksumType": FULL_OBJECT,
            **bodies.checksum_members(version.checksums),
            **encryption.write_response_members(version.encryption),
        }


def etag_of(bucket: Bucket, md5: bytes, how: Encryption) -> str:
    """Return the ETag of an object or a part: the MD5 of its content, or a random value.

    It is random with SSE-C, with KMS, and in directory buckets (user guide, "Differences for directory buckets").
    """
    opaque = bucket.zone is not None or encryption.has_opaque_etag(how)
    return os.urandom(16).hex() if opaque else md5.hex()


def written_version_id(bucket: Bucket, version: Version) -> str | None:
    """Return the version id for the response to a write. None unless versioning is enabled."""
    return version.version_id if bucket.versioning == ENABLED else None
