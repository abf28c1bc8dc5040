"""UpdateObjectEncryption (API_UpdateObjectEncryption; F-66)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS
from mocks3.wire.models import service_model

from .answers import answer, refusal

pytestmark = pytest.mark.skipif(
    "UpdateObjectEncryption" not in service_model("s3").operation_names,
    reason="the installed botocore does not know the operation",
)


@pytest.fixture
def key(aws: MockAWS) -> KmsKey:
    return aws.account().create_kms_key()


@pytest.fixture
def stored(s3: Any, bucket: str) -> dict[str, Any]:
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"a": "b"})
    return {"Bucket": bucket, "Key": "k"}


def under(key: KmsKey | str, **more: Any) -> dict[str, Any]:
    arn = key if isinstance(key, str) else key.arn
    return {"ObjectEncryption": {"SSEKMS": {"KMSKeyArn": arn, **more}}}


def test_the_object_stays_what_it_was(
    s3: Any, stored: dict[str, Any], key: KmsKey, time_machine: Any
) -> None:
    """Its metadata, date, ETag and checksums are preserved."""
    before = answer(s3.head_object, **stored, ChecksumMode="ENABLED")
    time_machine.move_to(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5))
    assert answer(s3.update_object_encryption, **stored, **under(key, BucketKeyEnabled=True)) == {}
    after = answer(s3.head_object, **stored, ChecksumMode="ENABLED")
    assert after == {
        **before,
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": key.arn,
        "BucketKeyEnabled": True,
    }


def test_from_key_to_key_one_version(aws: MockAWS, s3: Any, versioned: str, key: KmsKey) -> None:
    put = {"Bucket": versioned, "Key": "k", "ServerSideEncryption": "aws:kms"}
    first, second = (s3.put_object(**put)["VersionId"] for _ in range(2))
    s3.update_object_encryption(Bucket=versioned, Key="k", VersionId=first, **under(key))
    heads = [s3.head_object(Bucket=versioned, Key="k", VersionId=id)["SSEKMSKeyId"] for id in (first, second)]
    assert heads == [key.arn, aws.account().kms_key().arn]


def test_both_keys_are_asked(aws: MockAWS, s3: Any, bucket: str, key: KmsKey) -> None:
    """F-66."""
    old = aws.account().create_kms_key()
    stored = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**stored, ServerSideEncryption="aws:kms", SSEKMSKeyId=old.arn)
    s3.update_object_encryption(**stored, **under(key))
    asked = [(d.action, d.resource) for d in aws.decisions if d.operation == "UpdateObjectEncryption"]
    assert asked == [
        ("s3:UpdateObjectEncryption", "arn:aws:s3:::amzn-data/k"),
        ("kms:Decrypt", old.arn),
        ("kms:ReEncryptFrom", old.arn),
        ("kms:Encrypt", key.arn),
        ("kms:Decrypt", key.arn),
        ("kms:GenerateDataKey", key.arn),
        ("kms:ReEncryptTo", key.arn),
    ]


def test_without_the_new_key_nothing_changes(
    aws: MockAWS, s3: Any, stored: dict[str, Any], key: KmsKey
) -> None:
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    dave = aws.account().create_user("dave", policies=policy)
    found = refusal(dave.client().update_object_encryption, **stored, **under(key))
    assert f"perform: kms:Encrypt on resource: {key.arn} because" in found["Message"]
    assert s3.head_object(**stored)["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize(
    "arn",
    [
        "alias/a-longer-name-than-that",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:us-east-1:1:key/x",
    ],
)
def test_keys_are_named_by_their_arn(s3: Any, stored: dict[str, Any], arn: str) -> None:
    found = refusal(s3.update_object_encryption, **stored, **under(arn))
    assert found["Code"] == "InvalidRequest"
    assert "require a valid AWS KMS key Amazon Resource Name (ARN)" in found["Message"]


def test_keys_are_the_bucket_owners(aws: MockAWS, s3: Any, stored: dict[str, Any]) -> None:
    foreign = aws.account("444455556666").create_kms_key()
    found = refusal(s3.update_object_encryption, **stored, **under(foreign))
    assert (found["Status"], found["Code"]) == (403, "AccessDenied")
    assert found["Message"].startswith(
        "The AWS KMS key in the request must be owned by the same account as the bucket."
    )


def test_a_key_that_is_not_there(s3: Any, stored: dict[str, Any], key: KmsKey) -> None:
    missing = key.arn[:-12] + "0" * 12
    found = refusal(s3.update_object_encryption, **stored, **under(missing))
    assert (found["Code"], found["Message"]) == ("KMS.NotFoundException", f"Key '{missing}' does not exist")


def test_two_layers_stay_as_they_are(s3: Any, bucket: str, key: KmsKey) -> None:
    s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="aws:kms:dsse")
    found = refusal(s3.update_object_encryption, Bucket=bucket, Key="k", **under(key))
    assert found["Code"] == "InvalidRequest"
    assert "doesn't support source objects with the encryption type DSSE-KMS or SSE-C" in found["Message"]


def test_what_is_locked_stays_as_it_is(s3: Any, locked: str, key: KmsKey) -> None:
    s3.put_object(Bucket=locked, Key="k", Body=b"x", ObjectLockLegalHoldStatus="ON")
    found = refusal(s3.update_object_encryption, Bucket=locked, Key="k", **under(key))
    assert (found["Status"], found["Code"]) == (403, "AccessDenied")
    assert "protected by S3 Object Lock" in found["Message"]


def test_what_is_not_there(s3: Any, bucket: str, key: KmsKey) -> None:
    found = refusal(s3.update_object_encryption, Bucket=bucket, Key="none", **under(key))
    assert (found["Status"], found["Code"]) == (404, "NoSuchKey")
