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


def test_a_location_constraint_that_is_not_needed_or_does_not_exist():
    def create(region, constraint=None):
        s3 = boto3.client("s3", region_name=region)
        location = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
        (note,) = notes_of(s3.create_bucket, Bucket="data", **location)
        return note

    with mock_s3():
        assert 'mock_s3(location_constraint="optional")' in create("eu-west-1")
        assert create("us-east-1", "test-1") == (
            "mocks3: AWS has no Region named test-1 (API_CreateBucketConfiguration); a suite that was written for moto "
            'can use mock_s3(regions="any")'
        )
        assert "us-east-1 has no location constraint" in create("us-east-1", "us-east-1")
        assert 'mock_s3(regions="any")' in create("testing", "testing")


def test_a_role_that_does_not_exist_and_a_root_user():
    """P-5."""
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    with mock_s3() as aws:
        trusting = aws.account().create_role("r", trust={"Version": "2012-10-17", "Statement": [everyone]})
        for arn in (trusting.arn, trusting.arn + "2"):
            notes = notes_of(boto3.client("sts").assume_role, RoleArn=arn, RoleSessionName="test")
            assert 'mocks3: a suite that was written for moto can use mock_s3(roles="any")' in notes
        user = aws.account().create_user("eve").client("sts")
        refusing = aws.account().create_role(
            "n", trust={"Version": "2012-10-17", "Statement": {**everyone, "Effect": "Deny"}}
        )
        assert "moto" not in "".join(notes_of(user.assume_role, RoleArn=refusing.arn, RoleSessionName="test"))


def test_a_trust_policy_that_is_no_policy():
    with mock_s3():
        iam = boto3.client("iam")
        (note,) = notes_of(
            iam.create_role, RoleName="r", AssumeRolePolicyDocument='{"Statement": {"Effect": "Yes"}}'
        )
    assert note.startswith("mocks3: the policy is not valid: ")
    assert ", at /Statement" in note
