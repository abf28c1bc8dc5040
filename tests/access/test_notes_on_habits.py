"""An exception has a note if the call fails for a habit of suites that were written for moto."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3


def notes_of(call, **params):
    with pytest.raises(ClientError) as caught:
        call(**params)
    return getattr(caught.value, "__notes__", [])


NAMES = {
    "My_Bucket": "it contains 'B', 'M', '_', and a name has lower-case letters, digits, dots and hyphens",
    "ab": "its length is 2, and a name has 3 to 63 characters",
    "-ab": "a name begins and ends with a letter or a digit",
    "a..b": "it has two dots in a row",
    "192.168.0.1": "it is an IP address",
    "xn--data": "its beginning or its end is reserved",
    "data-an": "its beginning or its end is reserved",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_bucket_name(name):
    with mock_s3():
        (note,) = notes_of(boto3.client("s3").create_bucket, Bucket=name)
    assert note.startswith(f"mocks3: S3 refuses the bucket name {name!r}: {NAMES[name]} (user guide, ")
    assert 'mock_s3(bucket_names="any")' in note


def test_an_acl_on_the_default_ownership():
    """A-50."""
    with mock_s3():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        calls = [
            notes_of(s3.put_object, Bucket="data", Key="k", ACL="public-read"),
            notes_of(s3.put_bucket_acl, Bucket="data", ACL="authenticated-read"),
            notes_of(s3.create_bucket, Bucket="more", ACL="authenticated-read"),
        ]
        assert (
            notes_of(s3.get_object, Bucket="data", Key="none") == []
        )  # the note of an earlier call does not stay
    for (note,) in calls:
        assert note.startswith("mocks3: Object Ownership of the bucket is BucketOwnerEnforced")
        assert 'mock_s3(new_bucket_defaults="legacy")' in note


def test_a_bucket_in_another_region():
    with mock_s3():
        s3 = boto3.client("s3", region_name="eu-west-1")
        (note,) = notes_of(s3.create_bucket, Bucket="data")
        assert "Add CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'}" in note
