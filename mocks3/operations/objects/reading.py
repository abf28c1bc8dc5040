"""The common part of GetObject and HeadObject: find the version and the byte range, and make the headers.

Source: API_GetObject, API_HeadObject; R-40 to R-45, R-103 to R-107, R-109 to R-112; F-30, X-63.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST
from mocks3.lib import limits
from mocks3.model.permissions import BUCKET, OBJECT, OPTIONAL, REVEAL, Need, no_version_named, version_named
from mocks3.rules import archive, bodies, drafts, encryption, event_holds, preconditions, ranges
from mocks3.rules.finding import check_key_and_version, located_version
from mocks3.storage import COMPOSITE, UNLOCKED

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef, HeadObjectRequestTypeDef

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Part, Version

READ_NEEDS = (
    Need("s3:GetObject", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersion", OBJECT, when=version_named()),
    Need("s3:GetObjectRetention", OBJECT, mode=OPTIONAL),
    Need("s3:GetObjectLegalHold", OBJECT, mode=OPTIONAL),
    Need("s3:GetObjectTagging", OBJECT, mode=OPTIONAL),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
)
"""The common permissions of GetObject and HeadObject."""

_MEMBERS = {name: member for member, name in drafts.SYSTEM_METADATA.items()}
_OVERRIDES = {f"Response{member}": member for member in drafts.SYSTEM_METADATA}
_OVERRIDE_NAMES = frozenset(_OVERRIDES)


@dataclass(slots=True)
class ObjectRead:
    """One read: the version, the byte range (None: the whole object), and the output members without the body."""

    version: Version
    byte_range: ranges.ByteRange | None
    output: Params


def check_read(head: Params) -> None:
    """Check the parameters of a read. Raise ``InvalidArgument``, ``InvalidRequest`` or ``KeyTooLongError``."""
    check_key_and_version(head)
    if "Range" in head and "PartNumber" in head:
        raise INVALID_REQUEST(message="Cannot specify both Range header and partNumber query parameter")
    if "PartNumber" in head:
        ranges.check_part_number(head["PartNumber"])


def read(call: Authorized, params: GetObjectRequestTypeDef | HeadObjectRequestTypeDef) -> ObjectRead:
    """Find the version, check the conditions and the customer's key of the request, and make the output.

    Raise ``NoSuchKey``, ``NoSuchVersion``, ``MethodNotAllowed`` (delete markers), ``PreconditionFailed``,
    ``NotModified`` (304), ``InvalidRange``, ``InvalidPartNumber``, ``InvalidRequest`` or ``InvalidArgument``.
    """
    overrides = _overrides(call, params)
    wants_checksum = bodies.wants_checksum(params)
    version = located_version(call)
    encryption.require_read_key(version.encryption, params)
    preconditions.require_read_conditions(params, version)
    byte_range, part = None, None
    if "PartNumber" in params:
        byte_range, part = ranges.part_range(version, params["PartNumber"])
    elif "Range" in params and preconditions.range_applies(call.parsed.request.headers, version):
        byte_range = ranges.from_header(params["Range"], version.size)
    output = _object_members(call, version)
    if byte_range is not None:
        output["ContentLength"] = byte_range.length
        output["ContentRange"] = byte_range.content_range
    if part is not None:
        output["PartsCount"] = len(version.parts)
    is_whole = byte_range is None or part is not None or byte_range.length == version.size
    if wants_checksum and is_whole:
        output |= _checksums(version, part)
    output |= overrides
    return ObjectRead(version, byte_range, output)


def _object_members(call: Authorized, version: Version) -> Params:
    output: Params = {
        "AcceptRanges": "bytes",
        "LastModified": version.last_modified,
        "ContentLength": len(version.blob),
        "ETag": f'"{version.etag}"',
        "VersionId": call.bucket.shown_id(version),
        "WebsiteRedirectLocation": version.redirect,
        **encryption.response_members(version.encryption),
    }
    for name, text in version.headers.items():
        output[_MEMBERS[name]] = text
    if version.metadata:
        output["Metadata"] = drafts.encode_metadata(version.metadata)
    if version.replication_status is not None:
        output["ReplicationStatus"] = version.replication_status
    if version.storage_class != "STANDARD":
        output["StorageClass"] = version.storage_class
    if version.restore is not None:
        copy = archive.restored_copy(version)
        output["Restore"] = copy and copy.header
    if version.tags and call.permissions.allows("s3:GetObjectTagging"):
        output["TagCount"] = len(version.tags)
    if version.lock is not UNLOCKED:
        output |= _lock_members(call, version)
    return output


def _lock_members(call: Authorized, version: Version) -> Params:
    """Return the retention and the legal hold, each only if the caller may read it (F-30)."""
    lock = version.lock
    output: Params = {}
    if lock.mode is not None and call.permissions.allows("s3:GetObjectRetention"):
        output |= {
            "ObjectLockMode": lock.mode,
            "ObjectLockRetainUntilDate": event_holds.retained_until(lock, clock.now()),
        }
        if lock.event_hold is not None:
            output["ObjectLockEventHold"] = "ON" if lock.event_hold else "OFF"
        if lock.period is not None:
            output[f"ObjectLockEventHoldDuration{lock.period.unit}"] = lock.period.number
    if lock.legal_hold is not None and call.permissions.allows("s3:GetObjectLegalHold"):
        output["ObjectLockLegalHoldStatus"] = "ON" if lock.legal_hold else "OFF"
    return output


def _checksums(version: Version, part: Part | None) -> Params:
    """Return the checksum of the object, or of the part.

    A part of an object with a full-object checksum has none, unless it is the only part.
    """
    if part is None or (len(version.parts) == 1 and version.checksum_type != COMPOSITE):
        found = version.checksums
    elif version.checksum_type == COMPOSITE:
        found = part.checksums
    else:
        return {}
    return {**bodies.checksum_members(found), "ChecksumType": version.checksum_type} if found else {}


def _overrides(call: Authorized, params: GetObjectRequestTypeDef | HeadObjectRequestTypeDef) -> Params:
    """Return the headers that ``response-*`` parameters replace. Only signed requests may have them (X-63)."""
    if _OVERRIDE_NAMES.isdisjoint(params):
        return {}
    if call.caller.anonymous:
        raise INVALID_REQUEST(
            message="Request specific response headers cannot be used for anonymous GET requests."
        )
    given: Mapping[str, object] = params
    chosen = {}
    for parameter, member in _OVERRIDES.items():
        if parameter in given:
            chosen[member] = given[parameter]
            _check_latin(f"response-{drafts.SYSTEM_METADATA[member]}", given[parameter])
    return chosen


def _check_latin(name: str, value: object) -> None:
    try:
        is_valid = limits.is_header_value(str(value).encode("iso-8859-1").decode("iso-8859-1"))
    except UnicodeError:
        is_valid = False
    if not is_valid:
        raise INVALID_ARGUMENT(
            message="Header value cannot be represented using ISO-8859-1.",
            ArgumentName=name,
            ArgumentValue=value,
        )
