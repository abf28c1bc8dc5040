"""How buckets encrypt by default, and what they refuse to take (R-100 to R-102; F-24, F-25, W-224)."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS

from .answers import refusal

CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}


@pytest.fixture
def key(aws: MockAWS) -> KmsKey:
    return aws.account().create_kms_key(alias="alias/data")


def configure(s3: Any, bucket: str, algorithm: str = "aws:kms", key: str | None = None, **rule: Any) -> None:
    default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    rules = [{"ApplyServerSideEncryptionByDefault": default, **rule}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


class TestByDefault:
    @pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
    def test_with_the_configured_key(self, s3: Any, bucket: str, key: KmsKey, algorithm: str) -> None:
        configure(s3, bucket, algorithm, key.arn)
        written = s3.put_object(Bucket=bucket, Key="k")
        assert (written["ServerSideEncryption"], written["SSEKMSKeyId"]) == (algorithm, key.arn)
        assert s3.head_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == key.arn

    def test_with_the_key_that_aws_keeps(self, aws: MockAWS, s3: Any, bucket: str) -> None:
        """R-100 to R-102: aws:kms without a key: objects show the ARN of the account's aws/s3 key."""
        configure(s3, bucket)
        assert s3.put_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == aws.account().kms_key().arn

    def test_with_a_bucket_key(self, s3: Any, bucket: str, key: KmsKey) -> None:
        configure(s3, bucket, key=key.arn, BucketKeyEnabled=True)
        assert s3.put_object(Bucket=bucket, Key="k")["BucketKeyEnabled"] is True
        assert "BucketKeyEnabled" not in s3.put_object(Bucket=bucket, Key="k", BucketKeyEnabled=False)

    def test_bucket_keys_go_with_keys_that_a_write_names_itself(
        self, s3: Any, bucket: str, key: KmsKey
    ) -> None:
        """User guide, "Configuring an S3 Bucket Key at the object level"."""
        configure(s3, bucket, BucketKeyEnabled=True)
        written = s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
        assert (written["SSEKMSKeyId"], written["BucketKeyEnabled"]) == (key.arn, True)

    def test_copies_too(self, s3: Any, bucket: str, key: KmsKey) -> None:
        s3.put_object(Bucket=bucket, Key="k")
        configure(s3, bucket, key=key.arn)
        copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
        assert copied["SSEKMSKeyId"] == key.arn

    def test_a_write_may_say_otherwise(self, s3: Any, bucket: str, key: KmsKey) -> None:
        configure(s3, bucket, key=key.arn)
        written = s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="AES256")
        assert written["ServerSideEncryption"] == "AES256"
        assert "SSEKMSKeyId" not in written

    def test_what_was_there_stays_as_it_was(self, s3: Any, bucket: str, key: KmsKey) -> None:
        s3.put_object(Bucket=bucket, Key="k")
        configure(s3, bucket, key=key.arn)
        assert s3.head_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
        s3.delete_bucket_encryption(Bucket=bucket)
        assert s3.put_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"

    def test_an_alias_is_the_writers(self, aws: MockAWS, s3: Any, bucket: str, key: KmsKey) -> None:
        """API_ServerSideEncryptionByDefault: KMS resolves an alias within the requester's account."""
        configure(s3, bucket, key="alias/data")
        assert s3.put_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == key.arn
        partner = aws.account("444455556666")
        theirs = partner.create_kms_key(alias="alias/data")
        aws.account().create_bucket(
            "amzn-shared",
            policy={
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": partner.root.arn},
                    "Action": "s3:PutObject",
                    "Resource": "arn:aws:s3:::amzn-shared/*",
                },
            },
        )
        configure(s3, "amzn-shared", key="alias/data")
        assert partner.client().put_object(Bucket="amzn-shared", Key="k")["SSEKMSKeyId"] == theirs.arn

    def test_who_may_not_use_the_key_may_not_write(
        self, aws: MockAWS, s3: Any, bucket: str, key: KmsKey
    ) -> None:
        """W-78."""
        configure(s3, bucket, key=key.arn)
        policy = {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        }
        dave = aws.account().create_user("dave", policies=policy)
        assert refusal(dave.client().put_object, Bucket=bucket, Key="k") == {
            "Status": 403,
            "Code": "AccessDenied",
            "Message": f"User: {dave.arn} is not authorized to perform: kms:GenerateDataKey on resource: {key.arn} "
            "because no identity-based policy allows the kms:GenerateDataKey action",
        }

    def test_the_default_is_no_header(self, aws: MockAWS, s3: Any, bucket: str, key: KmsKey) -> None:
        """F-24, W-161: conditions see what was sent, never what the bucket adds."""
        configure(s3, bucket, key=key.arn)
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"},
                {
                    "Effect": "Deny",
                    "Action": "s3:PutObject",
                    "Resource": "*",
                    "Condition": {"Null": {"s3:x-amz-server-side-encryption": "true"}},
                },
            ],
        }
        dave = aws.account().create_user("dave", policies=policy)
        assert "explicit deny" in refusal(dave.client().put_object, Bucket=bucket, Key="k")["Message"]
        dave.client().put_object(Bucket=bucket, Key="k", ServerSideEncryption="aws:kms")


class TestCustomerKeys:
    BLOCKED = (
        'User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutObject on resource: "{}" because '
        "this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys "
        "(SSE-C). Please specify a different server-side encryption type"
    )

    def test_new_buckets_take_none(self, s3: Any, bucket: str) -> None:
        """F-25, X-46: since April 2026."""
        assert refusal(s3.put_object, Bucket=bucket, Key="k", **CUSTOMER) == {
            "Status": 403,
            "Code": "AccessDenied",
            "Message": self.BLOCKED.format("arn:aws:s3:::amzn-data/k"),
        }

    def test_nor_copies_nor_uploads(self, s3: Any, bucket: str) -> None:
        s3.put_object(Bucket=bucket, Key="k")
        copy = refusal(s3.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/k", **CUSTOMER)
        assert copy["Message"] == self.BLOCKED.format("arn:aws:s3:::amzn-data/c")
        upload = refusal(s3.create_multipart_upload, Bucket=bucket, Key="m", **CUSTOMER)
        assert upload["Message"] == self.BLOCKED.format("arn:aws:s3:::amzn-data/m")

    def test_until_they_are_told_to(self, s3: Any, bucket: str) -> None:
        configure(s3, bucket, "AES256", BlockedEncryptionTypes={"EncryptionType": ["NONE"]})
        s3.put_object(Bucket=bucket, Key="k", **CUSTOMER)
        configure(s3, bucket, "AES256", BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
        assert refusal(s3.put_object, Bucket=bucket, Key="other", **CUSTOMER)["Status"] == 403
        assert s3.get_object(Bucket=bucket, Key="k", **CUSTOMER)["SSECustomerAlgorithm"] == "AES256"

    def test_a_configuration_that_does_not_say_changes_nothing(self, s3: Any, bucket: str) -> None:
        configure(s3, bucket, "AES256")
        assert refusal(s3.put_object, Bucket=bucket, Key="k", **CUSTOMER)["Status"] == 403

    def test_buckets_of_before_do_unless_told_not_to(self) -> None:
        """W-224; new_bucket_defaults="legacy"."""
        with mock_s3(new_bucket_defaults="legacy") as aws:
            s3 = aws.client()
            s3.create_bucket(Bucket="amzn-old")
            s3.put_object(Bucket="amzn-old", Key="k", **CUSTOMER)
            configure(s3, "amzn-old", "AES256", BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
            found = refusal(s3.put_object, Bucket="amzn-old", Key="other", **CUSTOMER)
            assert found["Message"] == self.BLOCKED.format("arn:aws:s3:::amzn-old/other")

    def test_other_accounts_are_told_plainly(self, aws: MockAWS, s3: Any) -> None:
        """X-43."""
        partner = aws.account("444455556666")
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": partner.root.arn},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::amzn-shared/*",
        }
        aws.account().create_bucket("amzn-shared", policy={"Version": "2012-10-17", "Statement": statement})
        found = refusal(partner.client().put_object, Bucket="amzn-shared", Key="k", **CUSTOMER)
        assert (found["Code"], found["Message"]) == ("AccessDenied", "Access Denied")
