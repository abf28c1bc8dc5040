"""The columns of inventory reports. Source: user guide, "Amazon S3 Inventory list"; API_InventoryConfiguration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mocks3 import clock
from mocks3.operations import event_holds
from mocks3.storage import REPLICATION_STATUS

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Version

Column = Callable[["Bucket", "Version", bool], Any]


def _encryption(bucket: Bucket, version: Version, is_latest: bool) -> str:
    how = version.encryption
    if how.algorithm is None:
        return "SSE-C"
    return {"aws:kms": "SSE-KMS", "aws:kms:dsse": "DSSE-KMS"}.get(how.algorithm, "SSE-S3")


def _bucket_key(bucket: Bucket, version: Version, is_latest: bool) -> str:
    if version.encryption.kms_key is None:
        return ""
    return "ENABLED" if version.encryption.bucket_key else "DISABLED"


def _hold(bucket: Bucket, version: Version, is_latest: bool) -> str:
    hold = version.lock.legal_hold
    return "" if hold is None else "On" if hold else "Off"


def _event_hold(bucket: Bucket, version: Version, is_latest: bool) -> str:
    hold = version.lock.event_hold
    return "" if hold is None else "On" if hold else "Off"


def _hold_duration(bucket: Bucket, version: Version, is_latest: bool) -> str:
    """In days, as S3's condition key has it; how a report writes it is documented nowhere."""
    period = version.lock.period
    return "" if period is None else str(period.days)


_VERSIONS: dict[str, Column] = {
    "VersionId": lambda bucket, version, is_latest: bucket.shown_id(version) or "",
    "IsLatest": lambda bucket, version, is_latest: is_latest,
    "IsDeleteMarker": lambda bucket, version, is_latest: version.is_delete_marker,
}
"""Columns of reports on all versions."""

_OPTIONAL: dict[str, Column] = {
    "Size": lambda bucket, version, is_latest: version.size,
    "LastModifiedDate": lambda bucket, version, is_latest: version.last_modified,
    "ETag": lambda bucket, version, is_latest: version.etag,
    "StorageClass": lambda bucket, version, is_latest: version.storage_class,
    "IsMultipartUploaded": lambda bucket, version, is_latest: bool(version.parts),
    "ReplicationStatus": lambda bucket, version, is_latest: version.facts.get(REPLICATION_STATUS, ""),
    "EncryptionStatus": _encryption,
    "ObjectLockRetainUntilDate": lambda bucket, version, is_latest: event_holds.end(
        version.lock, clock.now()
    ),
    "ObjectLockMode": lambda bucket, version, is_latest: version.lock.mode or "",
    "ObjectLockLegalHoldStatus": _hold,
    "ObjectLockEventHoldStatus": _event_hold,
    "ObjectLockEventHoldDuration": _hold_duration,
    "IntelligentTieringAccessTier": lambda bucket, version, is_latest: "",
    "BucketKeyStatus": _bucket_key,
    "ChecksumAlgorithm": lambda bucket, version, is_latest: ",".join(map(str.upper, version.checksums)),
    "ObjectAccessControlList": lambda bucket, version, is_latest: "",
    "ObjectOwner": lambda bucket, version, is_latest: version.owner,
}
"""Columns that a configuration asks for, in the order in which reports have them. Tiers and ACLs stay empty."""

_ALWAYS: dict[str, Column] = {
    "Bucket": lambda bucket, version, is_latest: bucket.name,
    "Key": lambda bucket, version, is_latest: version.key,
}
_COLUMNS = {**_ALWAYS, **_VERSIONS, **_OPTIONAL}
_OF_OBJECTS = frozenset(_OPTIONAL) - {"LastModifiedDate", "ObjectOwner"}
_TYPES = {
    "IsLatest": "boolean",
    "IsDeleteMarker": "boolean",
    "IsMultipartUploaded": "boolean",
    "Size": "int64",
}


def names(content: Mapping[str, Any]) -> list[str]:
    """The columns of a configuration's reports."""
    wanted = {*_ALWAYS, *content.get("OptionalFields", ())}
    if content["IncludedObjectVersions"] == "All":
        wanted |= _VERSIONS.keys()
    return [name for name in _COLUMNS if name in wanted]


def row(columns: list[str], bucket: Bucket, version: Version, is_latest: bool) -> list[Any]:
    """What a report says of a version; of delete markers most columns have nothing to say."""
    return [
        None
        if version.is_delete_marker and name in _OF_OBJECTS
        else quote(version.key)
        if name == "Key"
        else _COLUMNS[name](bucket, version, is_latest)
        for name in columns
    ]


def text(value: object) -> str:
    """A value as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def schema(columns: list[str], kind: str) -> str:
    """The ``fileSchema`` of a manifest: the names, or for Parquet and ORC their types too."""
    if kind == "CSV":
        return ", ".join(columns)
    if kind == "ORC":
        return "struct<" + ",".join(f"{snake(name)}:{_orc(name)}" for name in columns) + ">"
    fields = " ".join(f"{_parquet(name)};" for name in columns)
    return f"message s3.inventory {{ {fields} }}"


def _orc(name: str) -> str:
    return {"int64": "bigint"}.get(_TYPES.get(name, ""), _TYPES.get(name, "string"))


def _parquet(name: str) -> str:
    need = "required" if name in _ALWAYS else "optional"
    kind = _TYPES.get(name, "binary")
    return f"{need} {kind} {snake(name)}" + (" (UTF8)" if kind == "binary" else "")


def snake(name: str) -> str:
    """A column's name in Parquet and ORC: ``last_modified_date``, ``e_tag``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
