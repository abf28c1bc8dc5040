"""The objects of a job: a CSV manifest, or an inventory report.

Source: user guide, "Specifying a manifest"; API_control_JobManifestSpec, API_control_JobManifestLocation.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from mocks3.lib.limits import json_value
from mocks3.storage.control.jobs import Job

CSV = "S3BatchOperations_CSV_20180820"
INVENTORY = "S3InventoryReport_CSV_20161130"


class JobFailure(Exception):
    """The reason why a job fails: ``FailureCode`` and ``FailureReason`` of API_control_JobFailure."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


_NOT_VALID = (
    *(AttributeError, KeyError, TypeError, ValueError),  # a text or JSON of another shape
    *(csv.Error, OSError, EOFError, zlib.error),  # a line or compressed data that is not complete
)


class ManifestEntry(NamedTuple):
    """One object of a manifest: the key as the manifest writes it (URL-encoded), and decoded."""

    bucket: str
    key: str
    version_id: str | None
    written_key: str


def read(client: Any, job: Job) -> list[ManifestEntry]:
    """Return the objects of a job. Raise JobFailure for a manifest that cannot be read."""
    spec, location = job.manifest["Spec"], job.manifest["Location"]
    bucket, _, key = location["ObjectArn"].rpartition(":")[2].partition("/")
    members = {"Bucket": bucket, "Key": key, "IfMatch": f'"{location["ETag"].strip(chr(34))}"'}
    if "ObjectVersionId" in location:
        members["VersionId"] = location["ObjectVersionId"]
    text = _body(client, members)
    try:
        if spec["Format"] == CSV:
            return list(_entries(text, spec["Fields"]))
        return list(_inventory(client, bucket, json_value(text)))
    except _NOT_VALID as error:
        raise JobFailure("ManifestNotValid", f"The manifest could not be parsed: {error}") from error


def _inventory(client: Any, bucket: str, manifest: dict[str, Any]) -> Iterator[ManifestEntry]:
    fields = [name.strip() for name in manifest["fileSchema"].split(",")]
    for each in manifest["files"]:
        data = _body(client, {"Bucket": bucket, "Key": each["key"]})
        yield from _entries(gzip.decompress(data), fields)


def _entries(data: bytes, fields: Sequence[str]) -> Iterator[ManifestEntry]:
    places = {name: place for place, name in enumerate(fields)}
    for row in csv.reader(io.StringIO(data.decode())):
        if not row:
            continue
        if len(row) < len(fields):
            raise ValueError(f"a line has {len(row)} fields instead of {len(fields)}")
        version = row[places["VersionId"]] if "VersionId" in places else ""
        written = row[places["Key"]]
        yield ManifestEntry(row[places["Bucket"]], unquote_plus(written), version or None, written)


def _body(client: Any, members: dict[str, str]) -> bytes:
    try:
        data: bytes = client.get_object(**members)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise JobFailure(
            "ManifestNotReadable",
            f"Reading the manifest s3://{members['Bucket']}/{members['Key']} failed: {error}",
        ) from error
    return data
