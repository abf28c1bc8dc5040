"""Condition keys of directory buckets."""

from __future__ import annotations

import pytest

from tests.access.asking import seen

NAME = "data--use1-az4--x-s3"


@pytest.fixture
def session(aws, a):
    """Return the condition keys that CreateSession was decided with."""
    a.create_bucket(NAME)
    return seen(aws, "s3express:CreateSession", lambda: a.client().create_session(Bucket=NAME))


def test_what_they_share_with_s3_they_have_under_their_own_name(session) -> None:
    """s3express:authType, s3express:signatureversion, s3express:TlsVersion, s3express:ResourceAccount and others."""
    assert session["s3express:authtype"] == ("REST-HEADER",)
    assert session["s3express:signatureversion"] == ("AWS4-HMAC-SHA256",)
    assert session["s3express:tlsversion"] == ("1.3",)
    assert session["s3express:resourceaccount"] == ("111111111111",)
    assert int(session["s3express:signatureAge".lower()][0]) >= 0
    assert len(session["s3express:x-amz-content-sha256"][0]) in (16, 64)
    assert not [key for key in session if key.startswith("s3:")]


def test_requests_to_general_purpose_buckets_have_none(aws, a) -> None:
    context = seen(aws, "s3:GetObject", lambda: a.client().get_object(Bucket="bkt", Key="k"))
    assert not [key for key in context if key.startswith("s3express:")]


def test_the_mode_of_a_session(aws, a, session) -> None:
    """s3express:SessionMode is the mode that is tried: ReadWrite by default (API_CreateSession)."""
    assert session["s3express:sessionmode"] == ("ReadWrite",)
    asked = seen(
        aws,
        "s3express:CreateSession",
        lambda: a.client().create_session(Bucket=NAME, SessionMode="ReadOnly"),
    )
    assert asked["s3express:sessionmode"] == ("ReadOnly",)


def test_encryption_that_a_session_is_asked_for(aws, a, session) -> None:
    """s3express:x-amz-server-side-encryption and s3express:x-amz-server-side-encryption-aws-kms-key-id."""
    assert "s3express:x-amz-server-side-encryption" not in session
    key = a.create_kms_key()
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}
    a.client().put_bucket_encryption(
        Bucket=NAME,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    asked = seen(
        aws,
        "s3express:CreateSession",
        lambda: a.client().create_session(Bucket=NAME, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn),
    )
    assert asked["s3express:x-amz-server-side-encryption"] == ("aws:kms",)
    assert asked["s3express:x-amz-server-side-encryption-aws-kms-key-id"] == (key.arn,)


def test_where_a_bucket_is_to_be(aws, a) -> None:
    """s3express:LocationName."""
    told = {
        "Location": {"Type": "AvailabilityZone", "Name": "use1-az4"},
        "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"},
    }
    asked = seen(
        aws,
        "s3express:CreateBucket",
        lambda: a.client().create_bucket(Bucket=NAME, CreateBucketConfiguration=told),
    )
    assert asked["s3express:locationname"] == ("use1-az4",)


def test_tags_show_without_abac(aws, a) -> None:
    """s3express:BucketTag/, aws:ResourceTag/ ("Using tags with directory buckets")."""
    a.create_bucket(NAME)
    with aws.store.editing(NAME) as bucket:
        bucket.configurations["tagging"] = {"TagSet": [{"Key": "Team", "Value": "x"}]}
    asked = seen(aws, "s3express:CreateSession", lambda: a.client().create_session(Bucket=NAME))
    assert asked["s3express:buckettag/team"] == ("x",)
    assert asked["aws:resourcetag/team"] == ("x",)


def test_fields_of_an_inventory(aws, a, session) -> None:
    """s3express:InventoryAccessibleOptionalFields."""
    inventory = {
        "Id": "i",
        "IsEnabled": True,
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Daily"},
        "OptionalFields": ["Size"],
        "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::bkt", "Format": "CSV"}},
    }
    asked = seen(
        aws,
        "s3express:PutInventoryConfiguration",
        lambda: a.client().put_bucket_inventory_configuration(
            Bucket=NAME, Id="i", InventoryConfiguration=inventory
        ),
    )
    assert asked["s3express:inventoryaccessibleoptionalfields"] == ("Size",)
