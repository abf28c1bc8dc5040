"""Objects in buckets whose versioning is off, on and suspended: which ids answers show, what null versions do."""

from __future__ import annotations

from typing import Any

from .answers import answer


def suspend(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def read(s3: Any, bucket: str, **params: Any) -> tuple[bytes, str | None]:
    found = s3.get_object(Bucket=bucket, Key="k", **params)
    return found["Body"].read(), found.get("VersionId")


def test_ids_look_like_s3s(s3: Any, versioned: str) -> None:
    """R-109."""
    version = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    assert len(version) == 32
    assert all(sign.isalnum() or sign in "._" for sign in version)
    assert s3.head_object(Bucket=versioned, Key="k")["VersionId"] == version


def test_every_version_stays_readable(s3: Any, versioned: str) -> None:
    ids = [s3.put_object(Bucket=versioned, Key="k", Body=body)["VersionId"] for body in (b"1", b"2", b"3")]
    assert read(s3, versioned) == (b"3", ids[2])
    assert [read(s3, versioned, VersionId=each)[0] for each in ids] == [b"1", b"2", b"3"]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[2])
    assert read(s3, versioned) == (b"2", ids[1])


def test_objects_from_before_versioning_are_null_versions(s3: Any, bucket: str) -> None:
    """R-110."""
    assert "VersionId" not in answer(s3.put_object, Bucket=bucket, Key="k", Body=b"before")
    assert read(s3, bucket) == (b"before", None)
    assert read(s3, bucket, VersionId="null") == (b"before", None)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert read(s3, bucket) == (b"before", "null")
    after = s3.put_object(Bucket=bucket, Key="k", Body=b"after")["VersionId"]
    assert read(s3, bucket, VersionId="null") == (b"before", "null")
    assert read(s3, bucket) == (b"after", after)


def test_a_suspended_bucket_writes_the_null_version(s3: Any, versioned: str) -> None:
    """R-110."""
    kept = s3.put_object(Bucket=versioned, Key="k", Body=b"kept")["VersionId"]
    suspend(s3, versioned)
    assert "VersionId" not in answer(s3.put_object, Bucket=versioned, Key="k", Body=b"null 1")
    assert read(s3, versioned) == (b"null 1", "null")
    s3.put_object(Bucket=versioned, Key="k", Body=b"null 2")
    assert read(s3, versioned, VersionId="null") == (b"null 2", "null")
    assert read(s3, versioned, VersionId=kept) == (b"kept", kept)
    assert s3.head_object(Bucket=versioned, Key="k")["VersionId"] == "null"


def test_a_suspended_bucket_deletes_with_a_null_marker(s3: Any, versioned: str) -> None:
    kept = s3.put_object(Bucket=versioned, Key="k", Body=b"kept")["VersionId"]
    suspend(s3, versioned)
    s3.put_object(Bucket=versioned, Key="k", Body=b"null")
    assert answer(s3.delete_object, Bucket=versioned, Key="k") == {"DeleteMarker": True, "VersionId": "null"}
    found = s3.list_object_versions(Bucket=versioned)
    assert [each["VersionId"] for each in found["Versions"]] == [kept]
    assert [each["VersionId"] for each in found["DeleteMarkers"]] == ["null"]
    gone = answer(s3.delete_object, Bucket=versioned, Key="k", VersionId="null")
    assert gone == {"DeleteMarker": True, "VersionId": "null"}
    assert read(s3, versioned) == (b"kept", kept)


def test_copies_show_ids(s3: Any, versioned: str) -> None:
    """R-111."""
    source = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
    found = s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/k")
    assert found["CopySourceVersionId"] == source
    assert found["VersionId"] == s3.head_object(Bucket=versioned, Key="copy")["VersionId"]


def test_copies_in_a_suspended_bucket(s3: Any, versioned: str) -> None:
    source = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
    suspend(s3, versioned)
    found = s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/k")
    assert (found["CopySourceVersionId"], found["VersionId"]) == (source, "null")
    found = s3.copy_object(Bucket=versioned, Key="again", CopySource=f"{versioned}/copy")
    assert "CopySourceVersionId" not in found
    assert found["VersionId"] == "null"


def test_an_older_version_is_brought_back_by_copying(s3: Any, versioned: str) -> None:
    old = s3.put_object(Bucket=versioned, Key="k", Body=b"old")["VersionId"]
    s3.put_object(Bucket=versioned, Key="k", Body=b"new")
    s3.copy_object(Bucket=versioned, Key="k", CopySource=f"{versioned}/k?versionId={old}")
    assert read(s3, versioned)[0] == b"old"
