"""The columns of inventory reports.

Source: user guide, "Amazon S3 Inventory list", "Inventory manifest", "Working with the Object ACL field";
API_InventoryConfiguration.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from mocks3.rules import event_holds, tiers
from mocks3.storage import Acl, AclGrantee, Grant

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket, Version


class Entry(NamedTuple):
    """A version in a report written at ``at``. ``expires`` is when a lifecycle rule will remove it, if any will."""

    world: EffectsWorld
    bucket: Bucket
    version: Version
    is_latest: bool
    at: datetime
    expires: datetime | None


Column = Callable[[Entry], Any]


def _encryption(entry: Entry) -> str:
    how = entry.version.encryption
    if how.algorithm is None:
        return "SSE-C"
    return {"aws:kms": "SSE-KMS", "aws:kms:dsse": "DSSE-KMS"}.get(how.algorithm, "SSE-S3")


def _bucket_key(entry: Entry) -> str:
    if entry.version.encryption.kms_key is None:
        return ""
    return "ENABLED" if entry.version.encryption.bucket_key else "DISABLED"


def _hold(entry: Entry) -> str:
    hold = entry.version.lock.legal_hold
    return "" if hold is None else "On" if hold else "Off"


def _event_hold(entry: Entry) -> str:
    hold = entry.version.lock.event_hold
    return "" if hold is None else "On" if hold else "Off"


def _hold_duration(entry: Entry) -> str:
    """Return the duration in days, as S3's condition key gives it. The format in reports is not documented."""
    period = entry.version.lock.period
    return "" if period is None else str(period.days)


def _tier(entry: Entry) -> str:
    """Return the archive tier, or ``FREQUENT``: ``rules.tiers`` does not distinguish the other tiers."""
    if entry.version.storage_class != tiers.INTELLIGENT_TIERING:
        return ""
    return (tiers.archive_tier(entry.version) or "FREQUENT").removesuffix("_ACCESS")


def _owner(entry: Entry) -> str:
    return entry.world.iam.canonical_id(entry.version.owner)


def _acl(entry: Entry) -> str:
    """Return the object's ACL, also if ACLs are disabled, as JSON in base64."""
    own = Grant(AclGrantee("CanonicalUser", _owner(entry)), "FULL_CONTROL")
    grants = (entry.version.acl or Acl((own,))).grants
    content = {"version": "2022-11-10", "status": "AVAILABLE", "grants": [_grant(each) for each in grants]}
    return base64.b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def _grant(grant: Grant) -> dict[str, str]:
    name = "uri" if grant.grantee.kind == "Group" else "canonicalId"
    return {name: grant.grantee.id, "type": grant.grantee.kind, "permission": grant.permission}


_VERSIONS: dict[str, Column] = {
    "VersionId": lambda entry: entry.bucket.shown_id(entry.version) or "",
    "IsLatest": lambda entry: entry.is_latest,
    "IsDeleteMarker": lambda entry: entry.version.is_delete_marker,
}
"""Columns of reports on all versions."""

_OPTIONAL: dict[str, Column] = {
    "Size": lambda entry: entry.version.size,
    "LastModifiedDate": lambda entry: entry.version.last_modified,
    "ETag": lambda entry: entry.version.etag,
    "StorageClass": lambda entry: entry.version.storage_class,
    "IsMultipartUploaded": lambda entry: bool(entry.version.parts),
    "ReplicationStatus": lambda entry: entry.version.replication_status or "",
    "EncryptionStatus": _encryption,
    "ObjectLockRetainUntilDate": lambda entry: event_holds.retained_until(entry.version.lock, entry.at),
    "ObjectLockMode": lambda entry: entry.version.lock.mode or "",
    "ObjectLockLegalHoldStatus": _hold,
    "ObjectLockEventHoldStatus": _event_hold,
    "ObjectLockEventHoldDuration": _hold_duration,
    "IntelligentTieringAccessTier": _tier,
    "BucketKeyStatus": _bucket_key,
    "ChecksumAlgorithm": lambda entry: ",".join(map(str.upper, entry.version.checksums)),
    "ObjectAccessControlList": _acl,
    "ObjectOwner": _owner,
    "LifecycleExpirationDate": lambda entry: entry.expires,
    "IntelligentTieringReferenceDate": lambda entry: (
        tiers.last_access(entry.version) if entry.version.storage_class == tiers.INTELLIGENT_TIERING else None
    ),
}
"""Columns that a configuration can select, in the order of the report."""

_ALWAYS: dict[str, Column] = {
    "Bucket": lambda entry: entry.bucket.name,
    "Key": lambda entry: entry.version.key,
}
_COLUMNS = {**_ALWAYS, **_VERSIONS, **_OPTIONAL}
_EMPTY_FOR_MARKERS = frozenset(_OPTIONAL) - {"LastModifiedDate", "ObjectOwner", "LifecycleExpirationDate"}
_DATE = "timestamp"
_TYPES = {
    "IsLatest": "boolean",
    "IsDeleteMarker": "boolean",
    "IsMultipartUploaded": "boolean",
    "Size": "int64",
    "LastModifiedDate": _DATE,
    "ObjectLockRetainUntilDate": _DATE,
    "LifecycleExpirationDate": _DATE,
    "IntelligentTieringReferenceDate": _DATE,
}


def names(content: Mapping[str, Any]) -> list[str]:
    """Return the columns of a configuration's reports."""
    wanted = {*_ALWAYS, *content.get("OptionalFields", ())}
    if content["IncludedObjectVersions"] == "All":
        wanted |= _VERSIONS.keys()
    return [name for name in _COLUMNS if name in wanted]


def row(columns: list[str], entry: Entry) -> list[Any]:
    """Return the values of a version. Most columns are empty for delete markers."""
    marker = entry.version.is_delete_marker
    return [None if marker and name in _EMPTY_FOR_MARKERS else _COLUMNS[name](entry) for name in columns]


def texts(columns: list[str], values: list[Any]) -> list[str]:
    """Return the values as CSV fields. Keys are URL-encoded."""
    return [
        quote(value) if name == "Key" else _text(value) for name, value in zip(columns, values, strict=True)
    ]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def kind(name: str) -> str:
    """Return the type of a column: ``boolean``, ``int64``, ``timestamp`` or ``string``."""
    return _TYPES.get(name, "string")


def schema(columns: list[str], form: str) -> str:
    """Return the ``fileSchema`` of a manifest: the column names; for Parquet and ORC also their types."""
    if form == "CSV":
        return ", ".join(columns)
    if form == "ORC":
        return "struct<" + ",".join(f"{snake(name)}:{_orc(name)}" for name in columns) + ">"
    fields = " ".join(f"{_parquet(name)};" for name in columns)
    return f"message s3.inventory {{ {fields} }}"


def _orc(name: str) -> str:
    return "bigint" if kind(name) == "int64" else kind(name)


_IN_PARQUET = {"string": ("binary", " (UTF8)"), _DATE: ("int64", " (TIMESTAMP_MILLIS)")}


def _parquet(name: str) -> str:
    need = "required" if name in _ALWAYS else "optional"
    physical, logical = _IN_PARQUET.get(kind(name), (kind(name), ""))
    return f"{need} {physical} {snake(name)}{logical}"


def snake(name: str) -> str:
    """Return a column's name in Parquet and ORC: ``last_modified_date``, ``e_tag``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
