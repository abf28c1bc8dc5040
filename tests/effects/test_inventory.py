"""Inventory reports: written at midnight, daily or on Sundays, if the destination allows S3 to write.

Source: user guide, "Amazon S3 Inventory list", "Inventory manifest"; F-132.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
from datetime import UTC, datetime

import boto3
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


def test_a_report_its_manifest_and_checksum(aws, s3, bucket):
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


def test_each_daily_report_shows_the_state_of_its_day(aws, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    configure(s3)
    aws.clock.advance(days=3)
    assert [len(rows(s3, manifest)) for manifest in manifests(s3)] == [1, 0, 0]


def test_weekly_reports_are_written_on_sundays(aws, s3, bucket):
    configure(s3, frequency="Weekly")
    aws.clock.advance(days=6)
    assert keys(s3) == []
    aws.clock.advance(days=9)
    dates = [key.split("/")[3] for key in keys(s3) if key.endswith(".json")]
    assert dates == ["2026-03-08T00-00Z", "2026-03-15T00-00Z"]


def test_no_report_if_disabled_or_not_allowed(aws, s3, bucket):
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

    s3.put_object(Bucket=bucket, Key="a b", Body=b"12345")
    configure(s3, kind=kind, fields=["Size", "ETag", "LastModifiedDate", "IsMultipartUploaded"])
    aws.clock.advance(days=1)
    (manifest,) = manifests(s3)
    table = (parquet if kind == "Parquet" else orc).read_table(
        BufferReader(read(s3, manifest["files"][0]["key"]))
    )
    (found,) = table.to_pylist()
    assert (found["key"], found["size"], found["is_multipart_uploaded"]) == ("a b", 5, False)
    assert found["last_modified_date"].replace(tzinfo=UTC) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    columns = ["bucket", "key", "size", "last_modified_date", "e_tag", "is_multipart_uploaded"]
    assert table.column_names == columns
    assert (
        manifest["fileSchema"]
        == {
            "Parquet": "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); "
            "optional int64 size; optional int64 last_modified_date (TIMESTAMP_MILLIS); optional binary e_tag (UTF8); "
            "optional boolean is_multipart_uploaded; }",
            "ORC": "struct<bucket:string,key:string,size:bigint,last_modified_date:timestamp,e_tag:string,"
            "is_multipart_uploaded:boolean>",
        }[kind]
    )


def reported(aws, s3, fields, bucket="amzn-data", **more):
    """Return the only row of a report, by column name."""
    configure(s3, bucket, fields=fields, **more)
    aws.clock.advance(days=1)
    manifest = manifests(s3)[-1]
    (row,) = rows(s3, manifest)
    return dict(zip(manifest["fileSchema"].split(", "), row, strict=True))


def enum():
    model = boto3.client("s3", region_name="us-east-1").meta.service_model
    return set(model.shape_for("InventoryOptionalField").enum)


@pytest.mark.compares_with_the_model
def test_every_optional_field_has_a_column(aws, s3):
    """An object with a value in every column."""
    s3.create_bucket(Bucket="amzn-vault", ObjectLockEnabledForBucket=True)
    s3.put_bucket_policy(Bucket="amzn-reports", Policy=json.dumps(lets_in("amzn-vault")))
    key = aws.account().create_kms_key()
    s3.put_object(
        Bucket="amzn-vault",
        Key="k",
        Body=b"body",
        StorageClass="INTELLIGENT_TIERING",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key.arn,
        BucketKeyEnabled=True,
        ChecksumAlgorithm="SHA256",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=datetime(2026, 3, 20, tzinfo=UTC),
        ObjectLockLegalHoldStatus="OFF",
    )
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="amzn-vault", LifecycleConfiguration={"Rules": [rule]})
    said = reported(aws, s3, sorted(enum()), bucket="amzn-vault")
    assert said.pop("ETag")
    me = aws.iam.canonical_id("123456789012")
    acl = json.loads(base64.b64decode(said.pop("ObjectAccessControlList")))
    assert acl == {
        "version": "2022-11-10",
        "status": "AVAILABLE",
        "grants": [{"canonicalId": me, "type": "CanonicalUser", "permission": "FULL_CONTROL"}],
    }
    noon = "2026-03-01T12:00:00.000Z"
    expected = {
        "Bucket": "amzn-vault",
        "Key": "k",
        "Size": "4",
        "LastModifiedDate": noon,
        "StorageClass": "INTELLIGENT_TIERING",
        "IsMultipartUploaded": "false",
        "ReplicationStatus": "",
        "EncryptionStatus": "SSE-KMS",
        "ObjectLockRetainUntilDate": "2026-03-20T00:00:00.000Z",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockLegalHoldStatus": "Off",
        "ObjectLockEventHoldStatus": "",
        "ObjectLockEventHoldDuration": "",
        "IntelligentTieringAccessTier": "FREQUENT",
        "BucketKeyStatus": "ENABLED",
        "ChecksumAlgorithm": "SHA256",
        "ObjectOwner": me,
        "LifecycleExpirationDate": "2026-04-01T00:00:00.000Z",
        "IntelligentTieringReferenceDate": noon,
    }
    known = {"Bucket", "Key", *enum()}
    assert said == {name: text for name, text in expected.items() if name in known}
    assert known - {"ETag", "ObjectAccessControlList"} <= expected.keys()


def test_tiers(aws, s3, bucket):
    content = {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket=bucket, Id="t", IntelligentTieringConfiguration=content
    )
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 200_000, StorageClass="INTELLIGENT_TIERING")
    fields = ["IntelligentTieringAccessTier"]
    assert reported(aws, s3, fields)["IntelligentTieringAccessTier"] == "FREQUENT"
    aws.clock.advance(days=92)
    assert reported(aws, s3, fields)["IntelligentTieringAccessTier"] == "ARCHIVE"


def test_acls_name_groups(aws, s3):
    aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
    s3.put_bucket_policy(Bucket="amzn-reports", Policy=json.dumps(lets_in("amzn-open")))
    s3.put_object(Bucket="amzn-open", Key="k", ACL="public-read")
    said = reported(aws, s3, ["ObjectAccessControlList"], bucket="amzn-open")
    grants = json.loads(base64.b64decode(said["ObjectAccessControlList"]))["grants"]
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    assert {"uri": everybody, "type": "Group", "permission": "READ"} in grants


def encrypted(s3, bucket, encryption):
    to = {
        "Bucket": "arn:aws:s3:::amzn-reports",
        "Format": "CSV",
        "Prefix": "inv",
        "Encryption": encryption,
    }
    configure(s3, bucket, Destination={"S3BucketDestination": to})


def key_policy(**condition):
    own = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "kms:GenerateDataKey",
        "Resource": "*",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [own, service]}


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::amzn-data"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::amzn-other"}}, False),
    ],
)
def test_reports_are_encrypted_with_a_key_that_allows_s3(aws, s3, bucket, condition, written):
    """User guide, "Configuring Amazon S3 Inventory", "Granting Amazon S3 permission to use your key"."""
    key = aws.account().create_kms_key(policy=key_policy(**condition))
    encrypted(s3, bucket, {"SSEKMS": {"KeyId": key.arn}})
    aws.clock.advance(days=1)
    found = [s3.head_object(Bucket="amzn-reports", Key=name) for name in keys(s3)]
    assert len(found) == (4 if written else 0)
    assert {(each["ServerSideEncryption"], each["SSEKMSKeyId"]) for each in found} <= {("aws:kms", key.arn)}
    refused = [d for d in aws.decisions if d.action == "kms:GenerateDataKey" and not d.allowed]
    assert bool(refused) is not written


def test_no_report_if_the_key_does_not_exist(aws, s3, bucket):
    encrypted(s3, bucket, {"SSEKMS": {"KeyId": "arn:aws:kms:us-east-1:123456789012:key/none"}})
    aws.clock.advance(days=1)
    assert keys(s3) == []


def test_configured_encryption_overrides_the_destinations_default(aws, s3, bucket):
    key = aws.account().create_kms_key(policy=key_policy())
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}
    s3.put_bucket_encryption(
        Bucket="amzn-reports",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    configure(s3)
    aws.clock.advance(days=1)
    encrypted(s3, bucket, {"SSES3": {}})
    aws.clock.advance(days=1)
    how = {s3.head_object(Bucket="amzn-reports", Key=name)["ServerSideEncryption"] for name in keys(s3)}
    assert how == {"aws:kms", "AES256"}


def test_the_user_guides_policy_allows_reports(aws, s3, bucket):
    policy = lets_in()
    policy["Statement"][0]["Condition"]["StringEquals"]["s3:x-amz-acl"] = "bucket-owner-full-control"
    s3.put_bucket_policy(Bucket="amzn-reports", Policy=json.dumps(policy))
    configure(s3)
    aws.clock.advance(days=1)
    assert len(keys(s3)) == 4


@pytest.mark.parametrize(("account", "written"), [("123456789012", 4), ("222222222222", 0)])
def test_the_destination_must_belong_to_the_configured_account(aws, s3, bucket, account, written):
    to = {"Bucket": "arn:aws:s3:::amzn-reports", "Format": "CSV", "AccountId": account}
    configure(s3, Destination={"S3BucketDestination": to})
    aws.clock.advance(days=1)
    assert len(keys(s3)) == written
