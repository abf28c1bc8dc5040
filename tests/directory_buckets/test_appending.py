"""Appends: PutObject with an offset (API_PutObject; user guide, "Appending data to objects in directory buckets")."""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import mock_s3
from mocks3.operations.objects import appending

from .example_bucket import NAME, refused


def append(s3, body, offset, **more):
    return s3.put_object(Bucket=NAME, Key="k", Body=body, WriteOffsetBytes=offset, **more)


def refused_append(s3, body, offset, **more):
    return refused(s3.put_object, Bucket=NAME, Key="k", Body=body, WriteOffsetBytes=offset, **more)


def body_of(s3):
    return s3.get_object(Bucket=NAME, Key="k")["Body"].read()


def test_an_append_adds_where_the_object_ends(s3, zonal):
    first = s3.put_object(Bucket=NAME, Key="k", Body=b"one", Metadata={"a": "b"}, ContentType="text/plain")
    added = append(s3, b"two", 3)
    assert (added["Size"], "Size" in first) == (6, False)
    assert added["ETag"] != first["ETag"]
    assert added["ChecksumCRC32"] == base64.b64encode(zlib.crc32(b"onetwo").to_bytes(4, "big")).decode()
    kept = s3.get_object(Bucket=NAME, Key="k", ChecksumMode="ENABLED")
    assert (kept["Body"].read(), kept["ContentType"], kept["Metadata"]) == (
        b"onetwo",
        "text/plain",
        {"a": "b"},
    )
    assert s3.get_object(Bucket=NAME, Key="k", Range="bytes=2-3")["Body"].read() == b"et"


@pytest.mark.parametrize("offset", [0, 2, 4])
def test_the_offset_is_the_size(s3, zonal, offset):
    zonal.put({"k": b"one"})
    assert refused_append(s3, b"two", offset) == (
        400,
        "InvalidWriteOffset",
        "The write offset value that you specified does not match the current object size.",
    )
    assert body_of(s3) == b"one"


def test_there_must_be_an_object_and_something_to_add(s3, zonal):
    assert refused_append(s3, b"x", 0)[:2] == (404, "NoSuchKey")
    zonal.put({"k": b"one"})
    assert refused_append(s3, b"", 3) == (
        400,
        "InvalidRequest",
        "Request body cannot be empty when 'write offset' is specified.",
    )
    assert refused_append(s3, b"x", 3, Metadata={"a": "b"}) == (
        400,
        "InvalidRequest",
        "Cannot specify both a write offset value and user-defined object metadata for existing objects.",
    )
    assert body_of(s3) == b"one"


def test_an_append_keeps_the_kind_of_checksum(s3, zonal):
    s3.put_object(Bucket=NAME, Key="k", Body=b"one", ChecksumAlgorithm="SHA1")
    assert refused_append(s3, b"two", 3, ChecksumAlgorithm="CRC32") == (
        400,
        "InvalidRequest",
        "Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32.",
    )
    added = append(s3, b"two", 3, ChecksumAlgorithm="SHA1")
    assert (
        added["ChecksumSHA1"]
        == base64.b64encode(hashlib.sha1(b"onetwo", usedforsecurity=False).digest()).decode()
    )


def test_conditions_hold_for_appends(s3, zonal):
    etag = s3.put_object(Bucket=NAME, Key="k", Body=b"one")["ETag"]
    assert refused_append(s3, b"two", 3, IfMatch='"other"')[:2] == (412, "PreconditionFailed")
    append(s3, b"two", 3, IfMatch=etag)
    assert body_of(s3) == b"onetwo"


def test_objects_made_of_parts_are_appended_to(s3, zonal):
    upload = s3.create_multipart_upload(Bucket=NAME, Key="k")["UploadId"]
    of = {"Bucket": NAME, "Key": "k", "UploadId": upload}
    etag = s3.upload_part(**of, PartNumber=1, Body=b"one")["ETag"]
    s3.complete_multipart_upload(**of, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    append(s3, b"two", 3)
    assert body_of(s3) == b"onetwo"
    assert s3.get_object(Bucket=NAME, Key="k", PartNumber=2)["Body"].read() == b"two"
    seen = s3.get_object_attributes(Bucket=NAME, Key="k", ObjectAttributes=["ObjectParts", "ObjectSize"])
    assert (seen["ObjectParts"]["TotalPartsCount"], seen["ObjectSize"]) == (2, 6)


def test_an_object_has_so_many_parts_and_a_copy_begins_anew(s3, zonal, monkeypatch):
    monkeypatch.setattr(appending, "MAX_PARTS", 3)
    zonal.put({"k": b""})
    s3.put_object(Bucket=NAME, Key="k", Body=b"a")
    append(s3, b"b", 1)
    append(s3, b"c", 2)
    assert refused_append(s3, b"d", 3) == (
        400,
        "TooManyParts",
        "You have attempted to add more parts than the maximum of 10000 that are allowed for this object. You can use "
        "the CopyObject operation to copy this object to another and then add more data to the newly copied object.",
    )
    s3.copy_object(Bucket=NAME, Key="k", CopySource=f"{NAME}/k", MetadataDirective="REPLACE")
    append(s3, b"d", 3)
    assert body_of(s3) == b"abcd"


def test_another_encryption_than_the_object_s_is_refused(aws, s3, zonal):
    """EncryptionTypeMismatch: the bucket's encryption has changed since the object was written."""
    zonal.put({"k": b"one"})
    key = aws.account().create_kms_key()
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}}]
    s3.put_bucket_encryption(Bucket=NAME, ServerSideEncryptionConfiguration={"Rules": rules})
    assert refused_append(s3, b"two", 3)[:2] == (400, "EncryptionTypeMismatch")
    assert body_of(s3) == b"one"


def test_general_purpose_buckets_take_no_appends(aws, s3):
    aws.account().create_bucket("general", objects={"k": b"one"})
    told = refused(s3.put_object, Bucket="general", Key="k", Body=b"two", WriteOffsetBytes=3)
    assert told[:2] == (501, "NotImplemented")
    assert s3.get_object(Bucket="general", Key="k")["Body"].read() == b"one"


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=6),
    algorithm=st.sampled_from(["CRC32", "SHA1", "SHA256"]),
)
def test_pieces_are_one_object(pieces, algorithm):
    """An object that is appended in pieces has the same bytes and checksum as one that is put in one call."""
    with mock_s3() as aws:
        aws.account().create_bucket(NAME)
        s3 = aws.client("s3")
        whole = b"".join(pieces)
        member = f"Checksum{algorithm}"
        at_once = s3.put_object(Bucket=NAME, Key="whole", Body=whole, ChecksumAlgorithm=algorithm)[member]
        said = s3.put_object(Bucket=NAME, Key="k", Body=pieces[0], ChecksumAlgorithm=algorithm)
        size = len(pieces[0])
        for piece in pieces[1:]:
            said = append(s3, piece, size, ChecksumAlgorithm=algorithm)
            size += len(piece)
        assert (body_of(s3), said[member]) == (whole, at_once)
