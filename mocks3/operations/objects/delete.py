"""DeleteObject and DeleteObjects. Source: their API pages; R-60, R-112; docs/rules/operations.md."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import (
    INVALID_ARGUMENT,
    MALFORMED_XML,
    NO_SUCH_KEY,
    NO_SUCH_VERSION,
    NOT_IMPLEMENTED_HEADER,
    PRECONDITION_FAILED,
    S3Error,
)
from mocks3.errors.refusals import OBJECT_LOCKED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import (
    EACH_KEY,
    OBJECT,
    PER_KEY,
    ZONAL_WRITE,
    Need,
    When,
    all_of,
    equals,
    no_version_named,
    version_named,
)
from mocks3.model.stages import Authorized
from mocks3.rules import locks, mfa, preconditions
from mocks3.rules.acls import ENFORCED
from mocks3.rules.drafts import write_time
from mocks3.rules.finding import check_key, check_key_and_version, check_version_id, current_object, editing
from mocks3.storage import NULL

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteObjectRequestTypeDef,
        DeleteObjectsRequestTypeDef,
        ObjectIdentifierTypeDef,
        TimestampTypeDef,
    )

    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target
    from mocks3.storage import Bucket

MAX_ENTRIES = 1000
"""The most objects of one DeleteObjects."""

_BYPASS = "x-amz-bypass-governance-retention"


def _has_lock(parsed: Parsed, target: Target) -> bool:
    return target.bucket is not None and locks.is_enabled(target.bucket)


BYPASSES_GOVERNANCE = all_of(
    version_named(),
    equals("BypassGovernanceRetention", True),
    When("the bucket has Object Lock", _has_lock),
)


def _is_compared(parsed: Parsed, target: Target) -> bool:
    entries = parsed.params["Delete"]["Objects"]
    return any("ETag" in entry for entry in entries if entry["Key"] == target.key)


ENTRY_GIVES_ETAG = When("the entry gives an ETag", _is_compared)
"""``preconditions.IF_MATCH_NEED`` for one object of DeleteObjects (F-14, OQ-22)."""


@operation(
    Need("s3:DeleteObject", OBJECT, when=no_version_named()),
    Need("s3:DeleteObjectVersion", OBJECT, when=version_named()),
    Need("s3:BypassGovernanceRetention", OBJECT, when=BYPASSES_GOVERNANCE),
    preconditions.IF_MATCH_NEED,
    syntax=check_key_and_version,
    express=ZONAL_WRITE,
)
def delete_object(call: Authorized, params: DeleteObjectRequestTypeDef) -> Params:
    """Add a delete marker, or permanently delete an object or a named version. A missing object is a success.

    Raise ``AccessDenied`` for a locked version, ``PreconditionFailed``, ``NotImplemented`` or ``InvalidArgument``.
    """
    _check_bypass(call, params)
    _check_conditions(call, params)
    version_id = params.get("VersionId")
    if version_id is not None:
        mfa.require_if_enabled(call, params)
    with editing(call) as bucket:
        require_etag(bucket, call.key, params.get("IfMatch"))
        _require_state(bucket, call.key, params.get("IfMatchLastModifiedTime"), params.get("IfMatchSize"))
        return delete(
            call, bucket, call.key, version_id, bypassed=bool(params.get("BypassGovernanceRetention"))
        )


def require_etag(bucket: Bucket, key: str, wanted: str | None) -> None:
    """Raise ``PreconditionFailed`` if the current object has another ETag, ``NoSuchKey`` if there is none."""
    if wanted is None:
        return
    current = current_object(bucket, key)
    if current is None:
        raise NO_SUCH_KEY(Key=key)
    if not preconditions.matches_etag(wanted, current):
        raise PRECONDITION_FAILED(Condition="If-Match")


def _check_conditions(call: Authorized, params: DeleteObjectRequestTypeDef) -> None:
    """Raise ``NotImplemented`` for conditions on date or size outside directory buckets (API_DeleteObject)."""
    if call.bucket.zone is not None:
        return
    if "IfMatchLastModifiedTime" in params:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-if-match-last-modified-time")
    if "IfMatchSize" in params:
        raise NOT_IMPLEMENTED_HEADER(Header="x-amz-if-match-size")


def _require_state(bucket: Bucket, key: str, modified: TimestampTypeDef | None, size: int | None) -> None:
    """Raise ``PreconditionFailed`` if the object has another date or size. A missing object is accepted."""
    current = current_object(bucket, key)
    if current is None:
        return
    if modified is not None and current.last_modified != modified:
        raise PRECONDITION_FAILED(Condition="x-amz-if-match-last-modified-time")
    if size is not None and current.size != size:
        raise PRECONDITION_FAILED(Condition="x-amz-if-match-size")


def delete(call: Authorized, bucket: Bucket, key: str, version_id: str | None, *, bypassed: bool) -> Params:
    """Delete according to the versioning state of the bucket. Return the output members of DeleteObject.

    Raise ``AccessDenied`` for a locked version.
    """
    if version_id is None and bucket.versioning is not None:
        enforced = bucket.ownership == ENFORCED
        owner = bucket.owner if enforced else call.world.iam.owner_id(call.caller)
        marker = bucket.add_delete_marker(key, owner=owner, last_modified=write_time())
        return {"DeleteMarker": True, "VersionId": marker.version_id}
    version = bucket.version(key, version_id or NULL)
    if version is not None:
        now = clock.now()
        if locks.protects(version, now, bypassed=bypassed):
            action = "s3:DeleteObjectVersion" if version_id else "s3:DeleteObject"
            raise OBJECT_LOCKED(locks.why_locked(version, now, "deleting it permanently", action))
        bucket.remove(key, version.version_id)
    if version_id is None:
        return {}
    if version is not None and version.is_delete_marker:
        return {"DeleteMarker": True, "VersionId": version_id}
    return {"VersionId": version_id}


@operation(
    Need("s3:DeleteObject", EACH_KEY, when=no_version_named(), mode=PER_KEY),
    Need("s3:DeleteObjectVersion", EACH_KEY, when=version_named(), mode=PER_KEY),
    Need("s3:BypassGovernanceRetention", EACH_KEY, when=BYPASSES_GOVERNANCE, mode=PER_KEY),
    Need("s3:GetObject", EACH_KEY, when=ENTRY_GIVES_ETAG, mode=PER_KEY),
    express=ZONAL_WRITE,
)
def delete_objects(call: Authorized, params: DeleteObjectsRequestTypeDef) -> Params:
    """Delete up to 1,000 objects, each like DeleteObject. The response is 200 and lists the errors.

    Raise ``MalformedXML`` for no objects, too many or an invalid one.
    """
    entries = params["Delete"]["Objects"]
    if not 0 < len(entries) <= MAX_ENTRIES or (call.bucket.zone is None and not all(map(_is_entry, entries))):
        raise MALFORMED_XML()
    _check_bypass(call, params)
    if "MFA" in params or any("VersionId" in entry for entry in entries):
        mfa.require_if_enabled(call, params)
    refusals = [call.permissions.refusal(entry["Key"], entry.get("VersionId")) for entry in entries]
    deleted, failed = [], []
    bypassed = bool(params.get("BypassGovernanceRetention"))
    with editing(call) as bucket:
        for entry, refusal in zip(entries, refusals, strict=True):
            try:
                if refusal is not None:
                    raise refusal
                deleted.append(_delete_entry(call, bucket, entry, bypassed))
            except S3Error as error:
                call.permissions.explain_refusal(error, entry["Key"], entry.get("VersionId"))
                failed.append(_failure(entry, error))
    quiet = params["Delete"].get("Quiet")
    return {"Deleted": [] if quiet else deleted, "Errors": failed}


def _is_entry(entry: ObjectIdentifierTypeDef) -> bool:
    """Return whether an object can be in the list of a general purpose bucket (API_ObjectIdentifier).

    The code for an empty key is inferred. Users report it for conditions of directory buckets: the whole request is
    refused (aws/aws-sdk-js-v3 #6857, ministackorg/ministack #1452).
    """
    return bool(entry["Key"]) and "LastModifiedTime" not in entry and "Size" not in entry


def _delete_entry(call: Authorized, bucket: Bucket, entry: ObjectIdentifierTypeDef, bypassed: bool) -> Params:
    key, version_id = entry["Key"], entry.get("VersionId")
    check_key(key)
    if bucket.zone is not None:
        _check_entry(entry)
    if version_id is not None:
        try:
            check_version_id(version_id)
        except S3Error:
            raise NO_SUCH_VERSION() from None
    require_etag(bucket, key, entry.get("ETag"))
    _require_state(bucket, key, entry.get("LastModifiedTime"), entry.get("Size"))
    output = delete(call, bucket, key, version_id, bypassed=bypassed)
    entry_output: Params = {"Key": key}
    if version_id is not None:
        entry_output["VersionId"] = version_id
    if output.get("DeleteMarker"):
        entry_output |= {"DeleteMarker": True, "DeleteMarkerVersionId": output["VersionId"]}
    return entry_output


def _check_entry(entry: ObjectIdentifierTypeDef) -> None:
    """Check one object of a directory bucket (user guide, "Differences for directory buckets")."""
    key = entry["Key"]
    if not key.strip() or any(unicodedata.category(c) == "Cc" and c not in "\n\t\r" for c in key):
        raise INVALID_ARGUMENT(
            message="Object key is not valid in a DeleteObjects request.", ArgumentName="Key"
        )
    if entry.get("VersionId", NULL) != NULL:
        raise NO_SUCH_VERSION()


def _failure(entry: ObjectIdentifierTypeDef, error: S3Error) -> Params:
    return {
        "Key": entry["Key"],
        "VersionId": entry.get("VersionId"),
        "Code": error.code,
        "Message": error.message,
    }


def _check_bypass(call: Authorized, params: DeleteObjectRequestTypeDef | DeleteObjectsRequestTypeDef) -> None:
    """Raise ``InvalidArgument`` for the bypass header, with any value, in a bucket without Object Lock (F-44)."""
    if "BypassGovernanceRetention" in params and not locks.is_enabled(call.bucket):
        raise INVALID_ARGUMENT(
            message=f"{_BYPASS} is only applicable to Object Lock enabled buckets.", ArgumentName=_BYPASS
        )
