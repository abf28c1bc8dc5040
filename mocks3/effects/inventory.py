"""Inventory reports: the list of a bucket's objects, written to a destination bucket at midnight UTC.

A report has four objects: a data file, the manifest that names it, the manifest's checksum, and a list for Hive. It is
written daily, or weekly on Sundays. The principal ``s3.amazonaws.com`` writes it; the destination bucket must allow
that (F-132).

Source: user guide, "Configuring Amazon S3 Inventory", "Amazon S3 Inventory list", "Inventory manifest".
"""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mocks3.effects import inventory_columns, lifecycle
from mocks3.effects.events import S3
from mocks3.effects.inventory_columns import Entry
from mocks3.effects.service_writes import write_as_service
from mocks3.errors import NotSupported
from mocks3.lib.limits import later
from mocks3.rules.bucket_encryption import SSE_S3, DefaultEncryption

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket

DOCUMENT: Final = "inventory"
SUNDAY = 6
_SUFFIXES = {"CSV": "csv.gz", "Parquet": "parquet", "ORC": "orc"}


def report_times(bucket: Bucket, first: datetime, now: datetime) -> Iterator[datetime]:
    """Yield the midnights from ``first`` to ``now`` at which the bucket has reports to write."""
    schedules = {each["Schedule"]["Frequency"] for each in _enabled(bucket)}
    while schedules and first <= now:
        if "Daily" in schedules or first.weekday() == SUNDAY:
            yield first
        first = later(first, days=1)


def write_reports(world: EffectsWorld, bucket: Bucket, moment: datetime) -> None:
    """Write the bucket's reports that are due at a midnight."""
    for each in _enabled(bucket):
        if each["Schedule"]["Frequency"] == "Daily" or moment.weekday() == SUNDAY:
            _write(world, bucket, each, moment)


def _enabled(bucket: Bucket) -> list[Mapping[str, Any]]:
    return [each for each in bucket.configurations.get(DOCUMENT, {}).values() if each["IsEnabled"]]


def _write(world: EffectsWorld, bucket: Bucket, content: Mapping[str, Any], moment: datetime) -> None:
    to = content["Destination"]["S3BucketDestination"]
    target = to["Bucket"].rpartition(":")[2]
    if not _is_owned(world, target, to.get("AccountId")):
        return
    start = f"{to['Prefix'].rstrip('/')}/" if to.get("Prefix") else ""
    folder = f"{start}{bucket.name}/{content['Id']}"
    names = inventory_columns.names(content)
    rows = [inventory_columns.row(names, entry) for entry in _listed(world, bucket, content, moment)]
    data = _data(to["Format"], names, rows)
    data_key = f"{folder}/data/{uuid.uuid4()}.{_SUFFIXES[to['Format']]}"
    manifest = json.dumps(
        {
            "sourceBucket": bucket.name,
            "destinationBucket": to["Bucket"],
            "version": "2016-11-30",
            "creationTimestamp": str(int(moment.timestamp() * 1000)),
            "fileFormat": to["Format"],
            "fileSchema": inventory_columns.schema(names, to["Format"]),
            "files": [{"key": data_key, "size": len(data), "MD5checksum": _md5(data)}],
        }
    ).encode()
    dated = f"{folder}/{moment:%Y-%m-%dT%H-%MZ}/manifest"
    hive = f"{folder}/hive/dt={moment:%Y-%m-%d-%H-%M}/symlink.txt"
    files = {
        data_key: data,
        hive: f"s3://{target}/{data_key}".encode(),
        f"{dated}.json": manifest,
        f"{dated}.checksum": _md5(manifest).encode(),
    }
    how = _encryption(to.get("Encryption") or {})
    for key, body in files.items():
        if not write_as_service(world, S3, bucket, target, key, body, encryption=how, at=moment):
            return


def _encryption(content: Mapping[str, Any]) -> DefaultEncryption | None:
    """Return the encryption of reports, None for the destination's default (API_InventoryEncryption)."""
    if "SSEKMS" in content:
        return DefaultEncryption("aws:kms", content["SSEKMS"]["KeyId"])
    return SSE_S3 if "SSES3" in content else None


def _is_owned(world: EffectsWorld, name: str, account: str | None) -> bool:
    """Return whether the destination belongs to ``account``. Without an ``AccountId``, the owner is not checked."""
    destination = world.store.bucket(name)
    return destination is not None and account in (None, destination.owner)


def _listed(world: EffectsWorld, bucket: Bucket, content: Mapping[str, Any], at: datetime) -> Iterator[Entry]:
    """Yield the entries of a report: the current objects, or all versions and delete markers."""
    prefix = (content.get("Filter") or {}).get("Prefix", "")
    wanted = "LifecycleExpirationDate" in content.get("OptionalFields", ())
    expiries = lifecycle.expiration_dates(bucket) if wanted else {}
    for version, is_latest in bucket.list_versions(prefix, limit=1 << 62).entries:
        if content["IncludedObjectVersions"] == "All" or (is_latest and not version.is_delete_marker):
            expires = expiries.get((version.key, version.version_id))
            yield Entry(world, bucket, version, is_latest, at, expires)


def _data(kind: str, names: list[str], rows: list[list[object]]) -> bytes:
    if kind == "CSV":
        lines = (map(_quoted, inventory_columns.texts(names, row)) for row in rows)
        text = "".join(",".join(line) + "\n" for line in lines)
        return gzip.compress(text.encode(), mtime=0)
    try:
        import pyarrow
        from pyarrow import orc, parquet
    except ImportError:
        raise NotSupported(
            f"mocks3 needs pyarrow to write an inventory report in {kind}: pip install 'mocks3[parquet]'"
        ) from None
    types = {
        "boolean": pyarrow.bool_(),
        "int64": pyarrow.int64(),
        "timestamp": pyarrow.timestamp("ms", "UTC"),
        "string": pyarrow.string(),
    }
    columns = {
        inventory_columns.snake(name): pyarrow.array(
            [row[n] for row in rows], types[inventory_columns.kind(name)]
        )
        for n, name in enumerate(names)
    }
    sink = pyarrow.BufferOutputStream()
    if kind == "Parquet":
        parquet.write_table(pyarrow.table(columns), sink, compression="snappy")
    else:
        orc.write_table(pyarrow.table(columns), sink, compression="zlib")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _quoted(text: str) -> str:
    """Return a field of a CSV report. Every field is quoted."""
    return '"' + text.replace('"', '""') + '"'


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
