"""RenameObject (API_RenameObject; F-152)."""

from __future__ import annotations

import datetime

import pytest
from freezegun import freeze_time

from .example_bucket import NAME, refused


def rename(s3, source, key, **more):
    return s3.rename_object(Bucket=NAME, Key=key, RenameSource=source, **more)


def refused_rename(s3, source, key, **more):
    return refused(s3.rename_object, Bucket=NAME, Key=key, RenameSource=source, **more)


@pytest.mark.parametrize("source", ["a/k", "/a/k", f"{NAME}/a/k", f"/{NAME}/a/k", "a%2Fk"])
def test_an_object_gets_another_key_and_stays_what_it_is(s3, zonal, source):
    put = s3.put_object(Bucket=NAME, Key="a/k", Body=b"body", Metadata={"m": "v"})
    rename(s3, source, "b/k")
    kept = s3.get_object(Bucket=NAME, Key="b/k")
    assert (kept["Body"].read(), kept["ETag"], kept["Metadata"]) == (b"body", put["ETag"], {"m": "v"})
    assert zonal.keys == ["b/k"]


def test_its_date_stays_too(s3, zonal):
    with freeze_time("2026-01-01 12:00:00") as clock:
        zonal.put({"k": b"body"})
        clock.tick(60)
        rename(s3, "k", "other")
        assert (
            s3.head_object(Bucket=NAME, Key="other")["LastModified"].isoformat()
            == "2026-01-01T12:00:00+00:00"
        )


def test_what_is_there_is_replaced_unless_a_condition_forbids_it(s3, zonal):
    zonal.put({"a": b"a", "b": b"b"})
    assert refused_rename(s3, "a", "b", DestinationIfNoneMatch="*")[:2] == (412, "PreconditionFailed")
    assert refused_rename(s3, "a", "b", DestinationIfMatch='"x"')[0] == 412
    assert refused_rename(s3, "a", "c", DestinationIfMatch='"x"')[0] == 412
    assert zonal.keys == ["a", "b"]
    rename(s3, "a", "b")
    assert s3.get_object(Bucket=NAME, Key="b")["Body"].read() == b"a"
    rename(s3, "b", "c", DestinationIfNoneMatch="*")
    assert zonal.keys == ["c"]


def test_conditions_on_the_source(s3, zonal):
    zonal.put({"a": b"a"})
    head = s3.head_object(Bucket=NAME, Key="a")
    later = head["LastModified"] + datetime.timedelta(hours=1)
    earlier = head["LastModified"] - datetime.timedelta(hours=1)
    for wrong in (
        {"SourceIfMatch": '"x"'},
        {"SourceIfNoneMatch": head["ETag"]},
        {"SourceIfNoneMatch": "*"},
        {"SourceIfModifiedSince": head["LastModified"]},
        {"SourceIfUnmodifiedSince": earlier},
    ):
        assert refused_rename(s3, "a", "b", **wrong)[:2] == (412, "PreconditionFailed")
    rename(s3, "a", "b", SourceIfMatch=head["ETag"], SourceIfUnmodifiedSince=later)
    assert zonal.keys == ["b"]


def test_what_cannot_be_renamed(s3, zonal):
    zonal.put({"a": b"a"})
    assert refused_rename(s3, "missing", "b")[:2] == (404, "NoSuchKey")
    assert refused_rename(s3, "a", "a")[:2] == (400, "InvalidRequest")
    assert refused_rename(s3, "a/", "b")[:2] == (400, "InvalidArgument")
    assert refused_rename(s3, "a", "dir/")[:2] == (400, "InvalidArgument")
    assert zonal.keys == ["a"]


def test_a_token_makes_it_happen_once(s3, zonal):
    """``ClientToken``: a repeated call succeeds and does nothing; with other parameters it is refused."""
    zonal.put({"a": b"a"})
    rename(s3, "a", "b", ClientToken="once")
    zonal.put({"a": b"new"})
    rename(s3, "a", "b", ClientToken="once")
    assert zonal.keys == ["a", "b"]
    assert refused_rename(s3, "a", "c", ClientToken="once") == (
        400,
        "IdempotencyParameterMismatch",
        "Parameters on this idempotent request are inconsistent with parameters used in previous request(s).",
    )
    rename(s3, "a", "b", ClientToken="twice")
    assert s3.get_object(Bucket=NAME, Key="b")["Body"].read() == b"new"


def test_general_purpose_buckets_have_no_renames(aws, s3):
    """In them the query parameter belongs to no operation (API_RenameObject: directory buckets only)."""
    aws.account().create_bucket("general", objects={"k": b"body"})
    told = refused(s3.rename_object, Bucket="general", Key="other", RenameSource="k")
    assert told[:2] == (405, "MethodNotAllowed")
    assert told[:2] == refused(s3.create_session, Bucket="general")[:2]
