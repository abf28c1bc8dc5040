"""Responses as bytes: the order of elements, and which elements are present. Parsers of SDKs depend on both."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def data(s3: Any, versioned: str) -> str:
    """A versioned bucket with an object, an object with two versions, and one that was deleted."""
    for key in ("a/1", "b", "c", "c", "d", "e"):
        s3.put_object(Bucket=versioned, Key=key, Body=b"x")
    for key in ("c", "d"):
        s3.delete_object(Bucket=versioned, Key=key)
    return versioned


def document(s3: Any, operation: str, **params: Any) -> str:
    """Make a call, and return the text of its response, without its declaration and namespace."""
    bodies: list[bytes] = []
    s3.meta.events.register("after-call.s3", lambda http_response, **_: bodies.append(http_response.content))
    getattr(s3, operation)(**params)
    text = bodies[0].decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
    return text.replace(' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', "", 1)


def outline(text: str) -> str:
    """Return the names of the elements of a document, children in parentheses."""
    text = re.sub(r">[^<]+<", "><", text)
    text = re.sub(r"<([A-Za-z0-9]+)></\1>|<([A-Za-z0-9]+)/>", r"\1\2 ", text)
    return re.sub(
        r"<[A-Za-z0-9]+>", lambda tag: tag[0][1:-1] + "( ", re.sub(r"</[A-Za-z0-9]+>", ") ", text)
    ).strip()


OBJECT = "Key LastModified ETag ChecksumAlgorithm ChecksumType Size"
VERSION = f"Version( Key VersionId IsLatest {OBJECT.removeprefix('Key ')} Owner( ID ) StorageClass )"
MARKER = "DeleteMarker( Key VersionId IsLatest LastModified Owner( ID ) )"


def test_list_objects(s3: Any, data: str) -> None:
    """R-35: the bucket's name first, the entries last."""
    entry = f"Contents( {OBJECT} Owner( ID ) StorageClass )"
    assert outline(document(s3, "list_objects", Bucket=data)) == (
        f"ListBucketResult( Name Prefix Marker MaxKeys EncodingType IsTruncated {entry} {entry} {entry} )"
    )
    assert outline(document(s3, "list_objects", Bucket=data, Delimiter="/", MaxKeys=2)) == (
        "ListBucketResult( Name Prefix Marker NextMarker MaxKeys Delimiter EncodingType IsTruncated "
        f"{entry} CommonPrefixes( Prefix ) )"
    )


def test_list_objects_v2(s3: Any, data: str) -> None:
    """R-35."""
    entry = f"Contents( {OBJECT} StorageClass )"
    owned = f"Contents( {OBJECT} Owner( ID ) StorageClass )"
    assert outline(
        document(s3, "list_objects_v2", Bucket=data, StartAfter="a", MaxKeys=1, Delimiter="/")
    ) == (
        "ListBucketResult( Name Prefix StartAfter NextContinuationToken KeyCount MaxKeys Delimiter EncodingType "
        "IsTruncated CommonPrefixes( Prefix ) )"
    )
    token = s3.list_objects_v2(Bucket=data, MaxKeys=1)["NextContinuationToken"]
    later = {"Bucket": data, "ContinuationToken": token, "MaxKeys": 1, "FetchOwner": True}
    assert outline(document(s3, "list_objects_v2", **later)) == (
        "ListBucketResult( Name Prefix ContinuationToken NextContinuationToken KeyCount MaxKeys EncodingType "
        f"IsTruncated {owned} )"
    )
    assert outline(document(s3, "list_objects_v2", Bucket=data, Prefix="b")) == (
        f"ListBucketResult( Name Prefix KeyCount MaxKeys EncodingType IsTruncated {entry} )"
    )


def test_versions_and_delete_markers_alternate(s3: Any, data: str) -> None:
    """R-35: in the order of the listing, as in the sample response of API_ListObjectVersions."""
    found = document(s3, "list_object_versions", Bucket=data)
    assert outline(found) == (
        "ListVersionsResult( Name Prefix KeyMarker VersionIdMarker MaxKeys EncodingType IsTruncated "
        f"{VERSION} {VERSION} {MARKER} {VERSION} {VERSION} {MARKER} {VERSION} {VERSION} )"
    )
    assert re.findall("<Key>(.*?)</Key>", found) == ["a/1", "b", "c", "c", "c", "d", "d", "e"]
    assert re.findall("<IsLatest>(.*?)</IsLatest>", found) == [
        *("true", "true", "true", "false", "false", "true", "false", "true")
    ]
    assert outline(document(s3, "list_object_versions", Bucket=data, Delimiter="/", MaxKeys=1)) == (
        "ListVersionsResult( Name Prefix KeyMarker VersionIdMarker NextKeyMarker MaxKeys Delimiter EncodingType "
        "IsTruncated CommonPrefixes( Prefix ) )"
    )


def test_many_versions_and_delete_markers(s3: Any, versioned: str) -> None:
    """R-35: a page of a thousand entries is written like a short one."""
    for number in range(20):
        s3.put_object(Bucket=versioned, Key=f"{number:02}")
    assert outline(document(s3, "list_object_versions", Bucket=versioned)).count(VERSION) == 20
    s3.delete_object(Bucket=versioned, Key="07")
    found = outline(document(s3, "list_object_versions", Bucket=versioned))
    assert found.startswith(
        f"ListVersionsResult( Name Prefix KeyMarker VersionIdMarker MaxKeys EncodingType IsTruncated {VERSION}"
    )
    assert found.split(MARKER)[0].count(VERSION) == 7
    listed = s3.list_object_versions(Bucket=versioned)
    assert (len(listed["Versions"]), [each["Key"] for each in listed["DeleteMarkers"]]) == (20, ["07"])


def test_multipart_uploads_and_parts(s3: Any, bucket: str) -> None:
    """R-35."""
    named = {"Bucket": bucket, "Key": "b"}
    upload = {**named, "UploadId": s3.create_multipart_upload(**named, ChecksumAlgorithm="CRC32")["UploadId"]}
    s3.create_multipart_upload(Bucket=bucket, Key="a/1")
    s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC32")
    assert outline(document(s3, "list_multipart_uploads", Bucket=bucket, Prefix="b", Delimiter="/")) == (
        "ListMultipartUploadsResult( Bucket KeyMarker UploadIdMarker NextKeyMarker NextUploadIdMarker Delimiter Prefix "
        "MaxUploads IsTruncated Upload( Key UploadId Initiator( ID DisplayName ) Owner( ID ) StorageClass Initiated "
        "ChecksumAlgorithm ChecksumType ) )"
    )
    assert outline(document(s3, "list_parts", **upload)) == (
        "ListPartsResult( Bucket Key UploadId Initiator( ID DisplayName ) Owner( ID ) StorageClass ChecksumAlgorithm "
        "ChecksumType PartNumberMarker NextPartNumberMarker MaxParts IsTruncated "
        "Part( PartNumber LastModified ETag Size ChecksumCRC32 ) )"
    )


def test_copies(s3: Any, data: str) -> None:
    """R-35: the date before the ETag, as in the sample responses of API_CopyObject and API_UploadPartCopy."""
    copy = {"Bucket": data, "Key": "copy", "CopySource": f"{data}/b"}
    assert outline(document(s3, "copy_object", **copy)).startswith("CopyObjectResult( LastModified ETag ")
    upload = s3.create_multipart_upload(Bucket=data, Key="copy")["UploadId"]
    found = document(s3, "upload_part_copy", **copy, UploadId=upload, PartNumber=1)
    assert outline(found) == "CopyPartResult( LastModified ETag )"


def test_buckets(s3: Any, data: str, bucket: str) -> None:
    """R-35: the owner first; parameters are repeated only if the request has them (API_ListBuckets)."""
    entry = "Bucket( Name CreationDate BucketArn )"
    assert outline(document(s3, "list_buckets")) == (
        f"ListAllMyBucketsResult( Owner( ID ) Buckets( {entry} {entry} ) )"
    )
    regional = "Bucket( Name CreationDate BucketRegion BucketArn )"
    assert outline(document(s3, "list_buckets", MaxBuckets=1, Prefix="a")) == (
        f"ListAllMyBucketsResult( Owner( ID ) Buckets( {regional} ) Prefix ContinuationToken )"
    )
    token = s3.list_buckets(MaxBuckets=1)["ContinuationToken"]
    assert outline(document(s3, "list_buckets", ContinuationToken=token)) == (
        f"ListAllMyBucketsResult( Owner( ID ) Buckets( {regional} ) )"
    )


def test_listings_without_entries(s3: Any, bucket: str) -> None:
    """R-35: there is no element for the entries, except for the empty list of buckets."""
    assert outline(document(s3, "list_objects", Bucket=bucket)) == (
        "ListBucketResult( Name Prefix Marker MaxKeys EncodingType IsTruncated )"
    )
    assert outline(document(s3, "list_objects_v2", Bucket=bucket)) == (
        "ListBucketResult( Name Prefix KeyCount MaxKeys EncodingType IsTruncated )"
    )
    assert outline(document(s3, "list_object_versions", Bucket=bucket)) == (
        "ListVersionsResult( Name Prefix KeyMarker VersionIdMarker MaxKeys EncodingType IsTruncated )"
    )
    uploads = "Bucket KeyMarker UploadIdMarker NextKeyMarker NextUploadIdMarker"
    assert outline(document(s3, "list_multipart_uploads", Bucket=bucket)) == (
        f"ListMultipartUploadsResult( {uploads} MaxUploads IsTruncated )"
    )
    named = {"Bucket": bucket, "Key": "a/1"}
    upload = s3.create_multipart_upload(**named)["UploadId"]
    assert outline(document(s3, "list_parts", **named, UploadId=upload)) == (
        "ListPartsResult( Bucket Key UploadId Initiator( ID DisplayName ) Owner( ID ) StorageClass PartNumberMarker "
        "NextPartNumberMarker MaxParts IsTruncated )"
    )
    assert outline(
        document(s3, "list_multipart_uploads", Bucket=bucket, Delimiter="/", EncodingType="url")
    ) == (
        f"ListMultipartUploadsResult( {uploads} Delimiter MaxUploads EncodingType IsTruncated "
        "CommonPrefixes( Prefix ) )"
    )
    s3.abort_multipart_upload(**named, UploadId=upload)
    s3.delete_bucket(Bucket=bucket)
    assert outline(document(s3, "list_buckets")) == "ListAllMyBucketsResult( Owner( ID ) Buckets )"
