"""The completion report of a job: CSV files of its tasks, and a manifest.

Source: user guide, "Examples: S3 Batch Operations completion reports"; API_control_JobReport. The columns are in the
order of the page's examples.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from mocks3.effects.jobs.manifests import JobFailure

if TYPE_CHECKING:
    from mocks3.effects.jobs.tasks import TaskResult
    from mocks3.storage.control.jobs import Job

FORMAT = "Report_CSV_20180820"
SCHEMA = "Bucket, Key, VersionId, TaskStatus, HTTPStatusCode, ErrorCode, ResultMessage"


def write(client: Any, job: Job, results: list[TaskResult], now: datetime) -> None:
    """Write the report as the job's role. Raise JobFailure if that is refused."""
    prefix = job.report.get("Prefix")
    folder = f"job-{job.id}" if not prefix else f"{prefix}/job-{job.id}"
    bucket = job.report["Bucket"].rpartition(":")[2]
    listed: list[dict[str, str]] = []
    for status, wanted in (("succeeded", True), ("failed", False)):
        rows = [each for each in results if each.succeeded is wanted]
        if not rows or (wanted and job.report.get("ReportScope") == "FailedTasksOnly"):
            continue
        data = _csv(status, rows)
        key = f"{folder}/results/{hashlib.sha1(data, usedforsecurity=False).hexdigest()}.csv"
        _put(client, job, bucket, key, data)
        listed.append(
            {"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": _md5(data), "Key": key}
        )
    manifest = json.dumps(
        {
            "Format": FORMAT,
            "ReportCreationDate": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "Results": listed,
            "ReportSchema": SCHEMA,
        }
    ).encode()
    _put(client, job, bucket, f"{folder}/manifest.json", manifest)
    _put(client, job, bucket, f"{folder}/manifest.json.md5", _md5(manifest).encode())


def _csv(status: str, rows: list[TaskResult]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for each in rows:
        entry = each.entry
        writer.writerow(
            [
                entry.bucket,
                entry.written_key,
                entry.version_id or "",
                status,
                each.status,
                each.code,
                each.message,
            ]
        )
    return text.getvalue().encode()


def _put(client: Any, job: Job, bucket: str, key: str, data: bytes) -> None:
    members: dict[str, Any] = {
        "Bucket": bucket,
        "Key": key,
        "Body": data,
        "ServerSideEncryption": "AES256",
    }
    if "ExpectedBucketOwner" in job.report:
        members["ExpectedBucketOwner"] = job.report["ExpectedBucketOwner"]
    try:
        client.put_object(**members)
    except (ClientError, BotoCoreError) as error:
        raise JobFailure(
            "ReportNotWritable", f"Writing the report s3://{bucket}/{key} failed: {error}"
        ) from error


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
