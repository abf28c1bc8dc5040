"""Inventory reports: written at midnight, daily or on Sundays, where the destination lets S3 in.

Source: user guide, "Amazon S3 Inventory list", "Inventory manifest"; authorization.md F-132.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json

import pytest


def lets_in(source="amzn-data"):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::amzn-reports/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def configure(
    s3, bucket="amzn-data", *, frequency="Daily", versions="Current", kind="CSV", fields=(), **more
):
    destination = {"Bucket": "arn:aws:s3:::amzn-reports", "Format": kind, "Prefix": "inv"}
    content = {
        "Id": "all",
        "IsEnabled": True,
        "Destination": {"S3BucketDestination": destination},
        "IncludedObjectVersions": versions,
        "Schedule": {"Frequency": frequency},
        **({"OptionalFields": list(fields)} if fields else {}),
        **more,
    }
    s3.put_bucket_inventory_configuration(Bucket=bucket, Id="all", InventoryConfiguration=content)


@pytest.fixture(autouse=True)
def reports(aws):
    aws.account().create_bucket("amzn-reports", policy=lets_in())


def keys(s3):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="amzn-reports").get("Contents", [])]


def read(s3, key):
    return s3.get_object(Bucket="amzn-reports", Key=key)["Body"].read()


def manifests(s3):
    return [json.loads(read(s3, key)) for key in keys(s3) if key.endswith("manifest.json")]


def rows(s3, manifest):
    (file,) = manifest["files"]
    data = read(s3, file["key"])
    assert (len(data), hashlib.md5(data).hexdigest()) == (file["size"], file["MD5checksum"])
    return list(csv.reader(io.StringIO(gzip.decompress(data).decode())))


def test_a_report_and_what_lies_around_it(aws, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b/ü", Body=b"12345")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"", StorageClass="STANDARD_IA")["ETag"].strip('"')
    fields = ("StorageClass", "Size", "ETag", "LastModifiedDate", "EncryptionStatus", "ChecksumAlgorithm")
    configure(s3, fields=fields)
    assert keys(s3) == []
    aws.clock.advance(days=1)
    data = next(key for key in keys(s3) if "/data/" in key)
    assert data.startswith("inv/amzn-data/all/data/")
    (manifest,) = manifests(s3)
    assert manifest["sourceBucket"] == bucket
    assert manifest["destinationBucket"] == "arn:aws:s3:::amzn-reports"
    assert (manifest["version"], manifest["fileFormat"]) == ("2016-11-30", "CSV")
    assert manifest["creationTimestamp"] == "1772409600000"
    assert manifest["fileSchema"] == (
        "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass, EncryptionStatus, ChecksumAlgorithm"
    )
    first, second = rows(s3, manifest)
    assert first[:4] == [bucket, "a%20b/%C3%BC", "5", "2026-03-01T12:00:00.000Z"]
    assert second[4:] == [etag, "STANDARD_IA", "SSE-S3", "CRC32"]


def test_the_names_of_its_objects(aws, s3, bucket):
    configure(s3)
    aws.clock.advance(days=1)
    folder = "inv/amzn-data/all"
    (data,) = (key for key in keys(s3) if "/data/" in key)
    assert set(keys(s3)) == {
        data,
        f"{folder}/2026-03-02T00-00Z/manifest.json",
        f"{folder}/2026-03-02T00-00Z/manifest.checksum",
        f"{folder}/hive/dt=2026-03-02-00-00/symlink.txt",
    }
    assert read(s3, f"{folder}/hive/dt=2026-03-02-00-00/symlink.txt").decode() == f"s3://amzn-reports/{data}"
    manifest = read(s3, f"{folder}/2026-03-02T00-00Z/manifest.json")
    assert (
        read(s3, f"{folder}/2026-03-02T00-00Z/manifest.checksum").decode()
        == hashlib.md5(manifest).hexdigest()
    )


def test_all_versions(aws, s3, versioned):
    s3.put_bucket_policy(Bucket="amzn-reports", Policy=json.dumps(lets_in(versioned)))
    old = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    configure(s3, versioned, versions="All", fields=["Size"], Filter={"Prefix": "k"})
    s3.put_object(Bucket=versioned, Key="other")
    aws.clock.advance(days=1)
    (manifest,) = manifests(s3)
    assert manifest["fileSchema"] == "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size"
    assert rows(s3, manifest) == [
        [versioned, "k", marker, "true", "true", ""],
        [versioned, "k", old, "false", "false", "1"],
    ]


def test_each_day_is_reported_as_it_was(aws, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    configure(s3)
    aws.clock.advance(days=3)
    assert [len(rows(s3, manifest)) for manifest in manifests(s3)] == [1, 0, 0]


def test_weekly_reports_come_on_sundays(aws, s3, bucket):
    configure(s3, frequency="Weekly")
    aws.clock.advance(days=6)
    assert keys(s3) == []
    aws.clock.advance(days=9)
    dates = [key.split("/")[3] for key in keys(s3) if key.endswith(".json")]
    assert dates == ["2026-03-08T00-00Z", "2026-03-15T00-00Z"]


def test_none_is_written_where_s3_is_kept_out_or_reports_are_off(aws, s3, bucket):
    s3.delete_bucket_policy(Bucket="amzn-reports")
    configure(s3)
    aws.clock.advance(days=1)
    assert keys(s3) == []
    (refused,) = [d for d in aws.decisions if d.principal == "s3.amazonaws.com"]
    assert not refused.allowed
    s3.put_bucket_policy(Bucket="amzn-reports", Policy=json.dumps(lets_in()))
    configure(s3, IsEnabled=False)
    aws.clock.advance(days=1)
    assert keys(s3) == []


@pytest.mark.parametrize("kind", ["Parquet", "ORC"])
def test_reports_in_columns(aws, s3, bucket, kind):
    pytest.importorskip("pyarrow")
    from pyarrow import BufferReader, orc, parquet

    s3.put_object(Bucket=bucket, Key="k", Body=b"12345")
    configure(s3, kind=kind, fields=["Size", "ETag"])
    aws.clock.advance(days=1)
    (manifest,) = manifests(s3)
    table = (parquet if kind == "Parquet" else orc).read_table(
        BufferReader(read(s3, manifest["files"][0]["key"]))
    )
    assert table.to_pydict()["size"] == [5]
    assert table.column_names == ["bucket", "key", "size", "e_tag"]
