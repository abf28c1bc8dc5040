"""Multipart uploads with KMS (docs/rules/kms.md, OQ-18; R-100 to R-107)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS

from .answers import refusal

UPLOADS = ("s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts")


@pytest.fixture
def key(aws: MockAWS) -> KmsKey:
    return aws.account().create_kms_key()


@pytest.fixture
def begun(s3: Any, bucket: str, key: KmsKey) -> dict[str, Any]:
    """An upload of the root user's."""
    return begin(s3, bucket, key)


def begin(s3: Any, bucket: str, key: KmsKey) -> dict[str, Any]:
    upload = s3.create_multipart_upload(
        Bucket=bucket, Key="m", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.id, BucketKeyEnabled=True
    )
    return {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}


def complete(s3: Any, begun: dict[str, Any], etag: str) -> Any:
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    return s3.complete_multipart_upload(**begun, MultipartUpload=parts)


def encryption(answered: dict[str, Any]) -> tuple[Any, ...]:
    members = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled")
    return tuple(answered.get(member) for member in members)


def test_every_answer_shows_the_key(s3: Any, bucket: str, key: KmsKey) -> None:
    expected = ("aws:kms", key.arn, True)
    upload = s3.create_multipart_upload(
        Bucket=bucket, Key="m", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.id, BucketKeyEnabled=True
    )
    assert encryption(upload) == expected
    begun = {"Bucket": bucket, "Key": "m", "UploadId": upload["UploadId"]}
    part = s3.upload_part(**begun, PartNumber=1, Body=b"x")
    assert encryption(part) == expected
    s3.put_object(Bucket=bucket, Key="source", Body=b"x")
    assert encryption(s3.upload_part_copy(**begun, PartNumber=2, CopySource=f"{bucket}/source")) == expected
    assert encryption(complete(s3, begun, part["ETag"])) == expected
    assert encryption(s3.head_object(Bucket=bucket, Key="m")) == expected


def test_the_default_of_the_bucket_counts_when_the_upload_begins(s3: Any, bucket: str, key: KmsKey) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    begun = s3.create_multipart_upload(Bucket=bucket, Key="m")
    s3.delete_bucket_encryption(Bucket=bucket)
    named = {name: begun[name] for name in ("Bucket", "Key", "UploadId")}
    part = s3.upload_part(**named, PartNumber=1, Body=b"x")
    assert part["SSEKMSKeyId"] == key.arn
    assert complete(s3, named, part["ETag"])["SSEKMSKeyId"] == key.arn


def test_etags_are_not_md5s(s3: Any, begun: dict[str, Any]) -> None:
    """R-100 to R-102: for single and multipart uploads and in ListParts."""
    part = s3.upload_part(**begun, PartNumber=1, Body=b"x")
    assert part["ETag"] != f'"{hashlib.md5(b"x").hexdigest()}"'
    assert s3.list_parts(**begun)["Parts"][0]["ETag"] == part["ETag"]
    etag = complete(s3, begun, part["ETag"])["ETag"]
    assert etag.endswith('-1"')
    assert etag != f'"{hashlib.md5(hashlib.md5(b"x").digest()).hexdigest()}-1"'


def test_without_an_algorithm_there_is_no_checksum(s3: Any, begun: dict[str, Any]) -> None:
    """R-105: none in the response to the completion; reads show one."""
    part = s3.upload_part(**begun, PartNumber=1, Body=b"x")
    assert "ChecksumCRC64NVME" not in complete(s3, begun, part["ETag"])


class TestPermissions:
    def client(self, aws: MockAWS, name: str, *actions: str) -> Any:
        statement = {"Effect": "Allow", "Action": [*UPLOADS, *actions], "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": statement}
        users = getattr(self, "users", {})
        self.users = users
        if name not in users:
            users[name] = aws.account().create_user(name)
        users[name].put_policy(policy)
        return users[name].client()

    def test_beginning_needs_to_encrypt(self, aws: MockAWS, bucket: str, key: KmsKey) -> None:
        asked = {"Bucket": bucket, "Key": "m", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
        found = refusal(self.client(aws, "dave").create_multipart_upload, **asked)
        assert f"kms:GenerateDataKey on resource: {key.arn} " in found["Message"]
        self.client(aws, "dave", "kms:GenerateDataKey").create_multipart_upload(**asked)

    @pytest.mark.parametrize(
        ("given", "missing"),
        [("kms:Decrypt", "kms:GenerateDataKey"), ("kms:GenerateDataKey", "kms:Decrypt")],
    )
    def test_parts_need_both(
        self, aws: MockAWS, s3: Any, bucket: str, key: KmsKey, given: str, missing: str
    ) -> None:
        """OQ-18."""
        s3.put_object(Bucket=bucket, Key="source", Body=b"x")
        begun = begin(self.client(aws, "dave", "kms:*"), bucket, key)
        client = self.client(aws, "dave", given)
        found = refusal(client.upload_part, **begun, PartNumber=1, Body=b"x")
        assert (found["Code"], f"perform: {missing} on" in found["Message"]) == ("AccessDenied", True)
        copied = refusal(client.upload_part_copy, **begun, PartNumber=1, CopySource=f"{bucket}/source")
        assert f"perform: {missing} on" in copied["Message"]

    def test_listing_and_completing_need_to_decrypt(self, aws: MockAWS, bucket: str, key: KmsKey) -> None:
        """OQ-18."""
        begun = begin(self.client(aws, "dave", "kms:*"), bucket, key)
        etag = self.client(aws, "dave", "kms:*").upload_part(**begun, PartNumber=1, Body=b"x")["ETag"]
        client = self.client(aws, "dave", "kms:GenerateDataKey")
        assert "kms:Decrypt" in refusal(client.list_parts, **begun)["Message"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        found = refusal(client.complete_multipart_upload, **begun, MultipartUpload=parts)
        assert "kms:Decrypt" in found["Message"]
        complete(self.client(aws, "dave", "kms:Decrypt"), begun, etag)

    def test_the_source_of_a_part_needs_its_own_key(
        self, aws: MockAWS, s3: Any, bucket: str, begun: dict[str, Any], key: KmsKey
    ) -> None:
        other = aws.account().create_kms_key()
        s3.put_object(
            Bucket=bucket, Key="source", ServerSideEncryption="aws:kms", SSEKMSKeyId=other.arn, Body=b"x"
        )
        other.disable()
        found = refusal(s3.upload_part_copy, **begun, PartNumber=1, CopySource=f"{bucket}/source")
        assert (found["Code"], found["Message"]) == ("KMS.DisabledException", f"{other.arn} is disabled.")

    def test_the_initiator_rule_comes_before_kms(self, aws: MockAWS, begun: dict[str, Any]) -> None:
        """M-2, F-64: who may not touch the upload is not told of its key."""
        found = refusal(self.client(aws, "dave").upload_part, **begun, PartNumber=1, Body=b"x")
        assert found["Message"] == "Access Denied"


def test_a_key_that_was_switched_off_meanwhile(s3: Any, begun: dict[str, Any], key: KmsKey) -> None:
    key.disable()
    found = refusal(s3.upload_part, **begun, PartNumber=1, Body=b"x")
    assert found["Code"] == "KMS.DisabledException"
    s3.abort_multipart_upload(**begun)
