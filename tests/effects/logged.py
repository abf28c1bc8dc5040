"""Helpers for server access logs: the delivered lines as dicts of fields."""

from __future__ import annotations

import re
from typing import Any

ACCOUNT = "123456789012"
FIELDS = (
    "owner",
    "bucket",
    "time",
    "ip",
    "requester",
    "request_id",
    "operation",
    "key",
    "uri",
    "status",
    "error",
    "sent",
    "size",
    "total",
    "turnaround",
    "referrer",
    "agent",
    "version",
    "host_id",
    "signature",
    "cipher",
    "auth",
    "host",
    "tls",
    "access_point",
    "acl",
    "region",
)
FIELD = re.compile(r'\[[^]]*\]|"(?:[^"\\]|\\.)*"|\S+')


def lets_in(**condition: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::amzn-logs/*",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


BOTH = {
    "ArnLike": {"aws:SourceArn": "arn:aws:s3:::amzn-data"},
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
}


def enable(s3, bucket="amzn-data", **more):
    to = {"TargetBucket": "amzn-logs", "TargetPrefix": "p/", **more}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": to})


def keys(s3):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="amzn-logs").get("Contents", [])]


def lines(s3):
    """Return every delivered line as a dict of its fields."""
    bodies = [s3.get_object(Bucket="amzn-logs", Key=key)["Body"].read().decode() for key in keys(s3)]
    found = []
    for line in "".join(bodies).splitlines():
        values = FIELD.findall(line)
        assert len(values) == len(FIELDS), line
        found.append(dict(zip(FIELDS, values, strict=True)))
    return found


def of(s3, operation):
    (line,) = [line for line in lines(s3) if line["operation"] == operation]
    return line
