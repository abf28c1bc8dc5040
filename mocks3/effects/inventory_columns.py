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
from mocks3.storage import REPLICATION_STATUS, Acl, Grant, Grantee

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket, Version


class Entry(NamedTuple):
    """A version as a report of that moment sees it. ``expires`` is when a lifecycle rule lets it go, if any does."""

    world: EffectsWorld
    bucket: Bucket
    version: Version
    is_latest: bool
    at: datetime
    expires: datetime | None


Column = Callable[[Entry], Any]


def _encryption(of: Entry) -> str:
    how = of.version.encryption
    if how.algorithm is None:
        return "SSE-C"
    return {"aws:kms": "SSE-KMS", "aws:kms:dsse": "DSSE-KMS"}.get(how.algorithm, "SSE-S3")


def _bucket_key(of: Entry) -> str:
    if of.version.encryption.kms_key is None:
        return ""
    return "ENABLED" if of.version.encryption.bucket_key else "DISABLED"


def _hold(of: Entry) -> str:
    hold = of.version.lock.legal_hold
    return "" if hold is None else "On" if hold else "Off"


def _event_hold(of: Entry) -> str:
    hold = of.version.lock.event_hold
    return "" if hold is None else "On" if hold else "Off"


def _hold_duration(of: Entry) -> str:
    """In days, as S3's condition key has it; how a report writes it is documented nowhere."""
    period = of.version.lock.period
    return "" if period is None else str(period.days)


def _tier(of: Entry) -> str:
    """``FREQUENT`` but for the archive tiers (``operations.tiers`` tells the faster ones not apart)."""
    if of.version.storage_class != tiers.TIERING:
        return ""
    return (tiers.archive_of(of.version) or "FREQUENT").removesuffix("_ACCESS")


def _owner(of: Entry) -> str:
    return of.world.directory.canonical_id(of.version.owner)


def _acl(of: Entry) -> str:
    """The list that the object has, also where ACLs are disabled; as JSON in base64."""
    own = Grant(Grantee("CanonicalUser", _owner(of)), "FULL_CONTROL")
    grants = (of.version.acl or Acl((own,))).grants
    content = {"version": "2022-11-10", "status": "AVAILABLE", "grants": [_grant(each) for each in grants]}
    return base64.b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def _grant(grant: Grant) -> dict[str, str]:
    name = "uri" if grant.grantee.kind == "Group" else "canonicalId"
    return {name: grant.grantee.id, "type": grant.grantee.kind, "permission": grant.permission}


_VERSIONS: dict[str, Column] = {
    "VersionId": lambda of: of.bucket.shown_id(of.version) or "",
    "IsLatest": lambda of: of.is_latest,
    "IsDeleteMarker": lambda of: of.version.is_delete_marker,
}
"""Columns of reports on all versions."""

_OPTIONAL: dict[str, Column] = {
    "Size": lambda of: of.version.size,
    "LastModifiedDate": lambda of: of.version.last_modified,
    "ETag": lambda of: of.version.etag,
    "StorageClass": lambda of: of.version.storage_class,
    "IsMultipartUploaded": lambda of: bool(of.version.parts),
    "ReplicationStatus": lambda of: of.version.facts.get(REPLICATION_STATUS, ""),
    "EncryptionStatus": _encryption,
    "ObjectLockRetainUntilDate": lambda of: event_holds.end(of.version.lock, of.at),
    "ObjectLockMode": lambda of: of.version.lock.mode or "",
    "ObjectLockLegalHoldStatus": _hold,
    "ObjectLockEventHoldStatus": _event_hold,
    "ObjectLockEventHoldDuration": _hold_duration,
    "IntelligentTieringAccessTier": _tier,
    "BucketKeyStatus": _bucket_key,
    "ChecksumAlgorithm": lambda of: ",".join(map(str.upper, of.version.checksums)),
    "ObjectAccessControlList": _acl,
    "ObjectOwner": _owner,
    "LifecycleExpirationDate": lambda of: of.expires,
    "IntelligentTieringReferenceDate": lambda of: (
        tiers.last_access(of.version) if of.version.storage_class == tiers.TIERING else None
    ),
}
"""Columns that a configuration asks for, in the order in which reports have them."""

_ALWAYS: dict[str, Column] = {
    "Bucket": lambda of: of.bucket.name,
    "Key": lambda of: of.version.key,
}
_COLUMNS = {**_ALWAYS, **_VERSIONS, **_OPTIONAL}
_OF_OBJECTS = frozenset(_OPTIONAL) - {"LastModifiedDate", "ObjectOwner", "LifecycleExpirationDate"}
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
    """The columns of a configuration's reports."""
    wanted = {*_ALWAYS, *content.get("OptionalFields", ())}
    if content["IncludedObjectVersions"] == "All":
        wanted |= _VERSIONS.keys()
    return [name for name in _COLUMNS if name in wanted]


def row(columns: list[str], entry: Entry) -> list[Any]:
    """What a report says of a version; of delete markers most columns have nothing to say."""
    marker = entry.version.is_delete_marker
    return [None if marker and name in _OF_OBJECTS else _COLUMNS[name](entry) for name in columns]


def texts(columns: list[str], values: list[Any]) -> list[str]:
    """The same as CSV has it, where keys are encoded as in URLs."""
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
    """The type of a column: ``boolean``, ``int64``, ``timestamp`` or ``string``."""
    return _TYPES.get(name, "string")


def schema(columns: list[str], form: str) -> str:
    """The ``fileSchema`` of a manifest: the names, or for Parquet and ORC their types too."""
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
    """A column's name in Parquet and ORC: ``last_modified_date``, ``e_tag``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
