"""What GetObject and HeadObject have in common: which bytes of which version, and what is said of them.

Source: API_GetObject, API_HeadObject; R-40 to R-45, R-103 to R-107, R-109 to R-112; F-30, X-63.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST
from mocks3.lib import limits
from mocks3.model.permissions import BUCKET, OBJECT, OPTIONAL, REVEAL, Need, no_version_named, version_named
from mocks3.rules import archive, bodies, drafts, encryption, event_holds, preconditions, ranges
from mocks3.rules.finding import check_key_and_version, find_version
from mocks3.storage import COMPOSITE, REPLICATION_STATUS, UNLOCKED

if TYPE_CHECKING:
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
"""What the rows of both have in common."""

_MEMBERS = {name: member for member, name in drafts.SYSTEM_METADATA.items()}
_OVERRIDES = {f"Response{member}": member for member in drafts.SYSTEM_METADATA}
_OVERRIDING = frozenset(_OVERRIDES)


@dataclass(slots=True)
class Reading:
    """One read: the version, the bytes that are wanted (None: all of them), and the answer's members but the body."""

    version: Version
    span: ranges.ByteRange | None
    output: Params


def check_read(head: Params) -> None:
    """What is wrong with a read by itself. Raises ``InvalidArgument``, ``InvalidRequest``, ``KeyTooLongError``."""
    check_key_and_version(head)
    if "Range" in head and "PartNumber" in head:
        raise INVALID_REQUEST(message="Cannot specify both Range header and partNumber query parameter")
    if "PartNumber" in head:
        ranges.check_part_number(head["PartNumber"])


def read(call: Authorized, params: Params) -> Reading:
    """Find the version, hold it against the request's conditions and keys, and describe it.

    Raises ``NoSuchKey``, ``NoSuchVersion``, ``MethodNotAllowed`` (delete markers), ``PreconditionFailed``, 304,
    ``InvalidRange``, ``InvalidPartNumber``, ``InvalidRequest``, ``InvalidArgument``.
    """
    overrides = _overrides(call, params)
    version = find_version(call.bucket, call.key, params.get("VersionId"), call.parsed.request.method)
    encryption.require_read_key(version.encryption, params)
    preconditions.require_read_conditions(params, version)
    span, part = None, None
    if "PartNumber" in params:
        span, part = ranges.part_range(version, params["PartNumber"])
    elif "Range" in params:
        span = ranges.from_header(params["Range"], version.size)
    output = _described(call, version)
    if span is not None:
        output["ContentLength"] = span.length
        output["ContentRange"] = span.content_range
    if part is not None:
        output["PartsCount"] = len(version.parts)
    if params.get("ChecksumMode") == "ENABLED" and not (span and "Range" in params):
        output |= _checksums(version, part)
    output |= overrides
    return Reading(version, span, output)


def _described(call: Authorized, version: Version) -> Params:
    output: Params = {
        "AcceptRanges": "bytes",
        "LastModified": version.last_modified,
        "ContentLength": len(version.blob),
        "ETag": f'"{version.etag}"',
        "VersionId": call.bucket.shown_id(version),
        "Metadata": drafts.encode_metadata(version.metadata),
        "WebsiteRedirectLocation": version.redirect,
        **encryption.response_members(version.encryption),
    }
    for name, text in version.headers.items():
        output[_MEMBERS[name]] = text
    if version.facts:
        output["ReplicationStatus"] = version.facts.get(REPLICATION_STATUS)
    if version.storage_class != "STANDARD":
        output["StorageClass"] = version.storage_class
    if version.restore is not None:
        copy = archive.restored_copy(version)
        output["Restore"] = copy and copy.header
    if version.tags and call.permissions.allows("s3:GetObjectTagging"):
        output["TagCount"] = len(version.tags)
    if version.lock is not UNLOCKED:
        output |= _lock(call, version)
    return output


def _lock(call: Authorized, version: Version) -> Params:
    """Retention and legal hold, each for who may read it (F-30)."""
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


def _checksums(version: Version, part: Part | None) -> dict[str, Any]:
    """The object's checksum, or a part's own; parts of a full-object checksum have none, but for an only part."""
    if part is None or (len(version.parts) == 1 and version.checksum_type != COMPOSITE):
        found = version.checksums
    elif version.checksum_type == COMPOSITE:
        found = part.checksums
    else:
        return {}
    return {**bodies.checksum_members(found), "ChecksumType": version.checksum_type} if found else {}


def _overrides(call: Authorized, params: Params) -> Params:
    """The ``response-*`` parameters, which signed requests may replace headers with (X-63)."""
    if _OVERRIDING.isdisjoint(params):
        return {}
    if call.caller.anonymous:
        raise INVALID_REQUEST(
            message="Request specific response headers cannot be used for anonymous GET requests."
        )
    chosen = {}
    for parameter, member in _OVERRIDES.items():
        if parameter in params:
            chosen[member] = params[parameter]
            _check_latin(f"response-{drafts.SYSTEM_METADATA[member]}", params[parameter])
    return chosen


def _check_latin(name: str, value: object) -> None:
    try:
        held = limits.is_header_value(str(value).encode("iso-8859-1").decode("iso-8859-1"))
    except UnicodeError:
        held = False
    if not held:
        raise INVALID_ARGUMENT(
            message="Header value cannot be represented using ISO-8859-1.",
            ArgumentName=name,
            ArgumentValue=value,
        )
