"""The results of a configuration of each kind, in a small mock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests
from freezegun import freeze_time

from mocks3 import mock_s3

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME, FAR = "123456789012", "222222222222"


@contextmanager
def world() -> Iterator[tuple[Any, Any]]:
    with freeze_time(NOON), mock_s3() as aws:
        yield aws, aws.client()


def versions(s3: Any, bucket: str) -> list[Any]:
    listed = s3.list_object_versions(Bucket=bucket)
    found = [(v["Key"], v["VersionId"], v["StorageClass"]) for v in listed.get("Versions", [])]
    return sorted(found) + sorted(m["Key"] for m in listed.get("DeleteMarkers", []))


def lifecycle(rules: list[dict[str, Any]], generation: str = "bucket_lifecycle_configuration") -> list[Any]:
    """Return the versions after each of some jumps of the clock, and their expiration headers."""
    seen: list[Any] = []
    with world() as (aws, s3):
        aws.account().create_bucket("amzn-data", versioning=True)
        for key, size, tags in (("a/big", 200_000, "t=1"), ("a/small", 10, "t=2"), ("b", 200_000, "u=1")):
            for _ in range(3):
                s3.put_object(Bucket="amzn-data", Key=key, Body=b"x" * size, Tagging=tags)
        s3.delete_object(Bucket="amzn-data", Key="a/gone")
        s3.create_multipart_upload(Bucket="amzn-data", Key="a/upload")
        put = getattr(s3, f"put_{generation}")
        put(Bucket="amzn-data", LifecycleConfiguration={"Rules": rules})
        for days in (0, 4, 11, 60):
            aws.clock.advance(days=days)
            uploads = s3.list_multipart_uploads(Bucket="amzn-data").get("Uploads", [])
            try:
                announced = s3.head_object(Bucket="amzn-data", Key="a/big").get("Expiration")
            except s3.exceptions.ClientError:
                announced = "gone"
            seen.append((_unnamed(versions(s3, "amzn-data")), len(uploads), announced))
    return seen


def _unnamed(found: list[Any]) -> list[Any]:
    """Return the same without version ids, which differ between mocks."""
    return sorted(str((v[0], v[2]) if isinstance(v, tuple) else v) for v in found)


def notification(content: dict[str, Any], generation: str = "bucket_notification_configuration") -> list[Any]:
    """Return the destinations, events and configuration ids of messages."""
    with world() as (aws, s3):
        s3.create_bucket(Bucket="amzn-data")
        getattr(s3, f"put_{generation}")(Bucket="amzn-data", NotificationConfiguration=content)
        for key in ("img/a.jpg", "doc/b.txt"):
            s3.put_object(Bucket="amzn-data", Key=key)
        s3.delete_object(Bucket="amzn-data", Key="img/a.jpg")
        return [
            (
                event.name,
                event.key,
                event.destination,
                [each["s3"]["configurationId"] for each in event.message.get("Records", ())],
            )
            for event in aws.events
        ]


def replication(content: dict[str, Any]) -> list[Any]:
    """Return both destinations after three writes, a deletion and some changes, and the events."""
    everything = {"Effect": "Allow", "Principal": "*", "Action": "s3:*"}
    with world() as (aws, s3):
        policy = {
            "Version": "2012-10-17",
            "Statement": {**everything, "Resource": ["arn:aws:s3:::amzn-far", "arn:aws:s3:::amzn-far/*"]},
        }
        aws.account(FAR)
        aws.account(FAR).create_bucket(
            "amzn-far",
            versioning=True,
            ownership="ObjectWriter",
            policy=policy,
            public_access_block=None,
        )
        for name in ("amzn-src", "amzn-dst"):
            aws.account().create_bucket(name, versioning=True)
        keys = [aws.account().create_kms_key().arn for _ in range(3)]
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        allowed = {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}
        for name in ("one", "two"):
            aws.account().create_role(
                name,
                trust={"Version": "2012-10-17", "Statement": [trust]},
                policies=[{"Version": "2012-10-17", "Statement": [allowed]}],
            )
        text = json.dumps(content).replace("<key1>", keys[1]).replace("<key2>", keys[2])
        told = {
            "QueueArn": f"arn:aws:sqs:us-east-1:{ME}:q",
            "Events": ["s3:Replication:*"],
        }
        s3.put_bucket_notification_configuration(
            Bucket="amzn-src", NotificationConfiguration={"QueueConfigurations": [told]}
        )
        s3.put_bucket_replication(Bucket="amzn-src", ReplicationConfiguration=json.loads(text))
        kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": keys[0]}
        with aws.replication_paused():
            s3.put_object(Bucket="amzn-src", Key="a", Tagging="t=1&u=1")
            s3.put_object(Bucket="amzn-src", Key="b", Tagging="t=2", **kms)
            aws.clock.advance(minutes=20)
        s3.put_object(Bucket="amzn-src", Key="gone")
        s3.delete_object(Bucket="amzn-src", Key="gone")
        seen: list[Any] = [(t.key, t.destination, t.rule, t.status, t.reason) for t in aws.replications]
        seen += [(d.principal, d.action) for d in aws.decisions if "s3-replication" in str(d.principal)]
        seen += [(event.name, event.key) for event in aws.events]
        for name, owner in (("amzn-dst", ME), ("amzn-far", FAR)):
            theirs = aws.account(owner).client()
            listed = theirs.list_object_versions(Bucket=name)
            for version in listed.get("Versions", []):
                try:
                    head = theirs.head_object(Bucket=name, Key=version["Key"])
                except theirs.exceptions.ClientError:
                    head = {}
                key = head.get("SSEKMSKeyId")
                seen.append(
                    (
                        name,
                        version["Key"],
                        version["StorageClass"],
                        version["Owner"]["ID"],
                        None if key is None else keys.index(key),
                    )
                )
            seen.append((name, [m["Key"] for m in listed.get("DeleteMarkers", [])]))
        return seen


def logging(enabled: dict[str, Any]) -> list[Any]:
    """Return the keys of log objects and their grants."""
    with world() as (aws, s3):
        s3.create_bucket(Bucket="amzn-data")
        logs = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
        }
        for name in ("amzn-logs", "amzn-logs2"):
            statement = {**logs, "Resource": f"arn:aws:s3:::{name}/*"}
            aws.account().create_bucket(
                name,
                ownership="ObjectWriter",
                public_access_block=None,
                policy={"Version": "2012-10-17", "Statement": [statement]},
            )
        text = json.dumps(enabled).replace("<far>", aws.account(FAR).canonical_id)
        s3.put_bucket_logging(Bucket="amzn-data", BucketLoggingStatus={"LoggingEnabled": json.loads(text)})
        s3.head_bucket(Bucket="amzn-data")
        seen = []
        for name in ("amzn-logs", "amzn-logs2"):
            for entry in s3.list_objects_v2(Bucket=name).get("Contents", []):
                acl = s3.get_object_acl(Bucket=name, Key=entry["Key"])
                grants = [
                    (g["Grantee"].get("ID", g["Grantee"].get("URI")), g["Permission"]) for g in acl["Grants"]
                ]
                seen.append((name, entry["Key"].rpartition("-")[0], grants))
        return seen


def inventory(content: dict[str, Any]) -> list[Any]:
    """Return the objects of a week's reports and their content."""
    import gzip

    with world() as (aws, s3):
        aws.account().create_bucket("amzn-data", versioning=True)
        s3_in = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "s3:PutObject",
        }
        for name in ("amzn-reports", "amzn-reports2"):
            statement = {**s3_in, "Resource": f"arn:aws:s3:::{name}/*"}
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            aws.account().create_bucket(name, policy=policy)
        uses = {**s3_in, "Action": "kms:GenerateDataKey", "Resource": "*"}
        own = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ME}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        keys = [
            aws.account().create_kms_key(policy={"Version": "2012-10-17", "Statement": [own, uses]}).arn
            for _ in range(2)
        ]
        s3.put_bucket_encryption(
            Bucket="amzn-reports",
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": keys[0],
                        }
                    }
                ]
            },
        )
        for key in ("a", "a", "b"):
            s3.put_object(Bucket="amzn-data", Key=key, Body=b"body")
        text = json.dumps(content).replace("<key0>", keys[0]).replace("<key1>", keys[1])
        s3.put_bucket_inventory_configuration(
            Bucket="amzn-data", Id=content["Id"], InventoryConfiguration=json.loads(text)
        )
        aws.clock.advance(days=7)
        seen = []
        for name in ("amzn-reports", "amzn-reports2"):
            for entry in s3.list_objects_v2(Bucket=name).get("Contents", []):
                got = s3.get_object(Bucket=name, Key=entry["Key"])
                body, key = got["Body"].read(), got.get("SSEKMSKeyId")
                folder, _, last = entry["Key"].rpartition("/data/")
                shown = gzip.decompress(body).count(b"\n") if last.endswith(".gz") else None
                if entry["Key"].endswith("manifest.json"):
                    shown = json.loads(body)["fileSchema"]
                where = f"{folder}/{last.partition('.')[2]}" if folder else entry["Key"]
                seen.append((name, where, shown, None if key is None else keys.index(key)))
        return seen


def website(content: dict[str, Any]) -> list[Any]:
    """Return the responses of the website for some paths."""
    with world() as (aws, s3):
        aws.account().create_bucket("amzn-data", public_access_block=None)
        reads = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::amzn-data", "arn:aws:s3:::amzn-data/*"],
        }
        s3.put_bucket_policy(
            Bucket="amzn-data", Policy=json.dumps({"Version": "2012-10-17", "Statement": [reads]})
        )
        for key in ("index.html", "home.html", "oops.html", "err.html"):
            s3.put_object(Bucket="amzn-data", Key=key, Body=key.encode())
        s3.put_bucket_website(Bucket="amzn-data", WebsiteConfiguration=content)
        host = "http://amzn-data.s3-website-us-east-1.amazonaws.com"
        seen = []
        for path in ("/", "/docs/a", "/img/a", "/missing"):
            got = requests.get(host + path, allow_redirects=False, timeout=9)
            page = got.text if len(got.text) < 20 else ""
            seen.append((path, got.status_code, got.headers.get("Location"), page))
        return seen


def cors(rules: list[dict[str, Any]]) -> list[Any]:
    """Return the responses to a preflight and to a request."""
    with world() as (_, s3):
        s3.create_bucket(Bucket="amzn-data")
        s3.put_bucket_cors(Bucket="amzn-data", CORSConfiguration={"CORSRules": rules})
        url = "https://amzn-data.s3.amazonaws.com/k"
        seen = []
        for method in ("GET", "PUT"):
            asked = {
                "Origin": "http://a.example",
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "x-one",
            }
            for got in (
                requests.options(url, headers=asked, timeout=9),
                requests.request(method, url, headers={"Origin": "http://a.example"}, timeout=9),
            ):
                told = {k: v for k, v in got.headers.items() if k.startswith("Access-Control")}
                seen.append((got.status_code, sorted(told.items())))
        return seen
