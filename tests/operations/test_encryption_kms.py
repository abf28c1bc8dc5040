"""SSE-KMS and DSSE-KMS on writes, reads and copies (R-44, R-57, R-100 to R-102; docs/rules/kms.md)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal

ACCOUNT = "123456789012"
BODY = b"hello world"
MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def key(aws: MockAWS) -> KmsKey:
    return aws.account().create_kms_key(alias="alias/data")


@pytest.fixture
def kms(bucket: str, key: KmsKey) -> dict[str, Any]:
    """What a write with the key says."""
    return {"Bucket": bucket, "Key": "k", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}


def encryption(answered: dict[str, Any]) -> dict[str, Any]:
    """What an answer says about encryption."""
    members = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled", "SSEKMSEncryptionContext")
    return {name: answered[name] for name in members if name in answered}


class TestWhatIsShown:
    """R-100 to R-102: aws:kms + SSEKMSKeyId as ARN, + BucketKeyEnabled: true when on."""

    @pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
    def test_by_writes_and_reads(self, s3: Any, kms: dict[str, Any], key: KmsKey, algorithm: str) -> None:
        expected = {"ServerSideEncryption": algorithm, "SSEKMSKeyId": key.arn}
        asked = {**kms, "ServerSideEncryption": algorithm}
        assert encryption(s3.put_object(**asked, Body=BODY)) == expected
        found = s3.get_object(Bucket=kms["Bucket"], Key="k")
        assert encryption(found) == expected
        assert found["Body"].read() == BODY
        assert encryption(s3.head_object(Bucket=kms["Bucket"], Key="k")) == expected

    def test_bucket_keys_when_they_are_on(self, s3: Any, kms: dict[str, Any]) -> None:
        assert s3.put_object(**kms, BucketKeyEnabled=True)["BucketKeyEnabled"] is True
        assert s3.get_object(Bucket=kms["Bucket"], Key="k")["BucketKeyEnabled"] is True
        assert "BucketKeyEnabled" not in s3.put_object(**kms, BucketKeyEnabled=False)
        assert "BucketKeyEnabled" not in s3.head_object(Bucket=kms["Bucket"], Key="k")

    def test_two_layers_have_no_bucket_keys(self, s3: Any, kms: dict[str, Any]) -> None:
        """User guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"."""
        asked = {**kms, "ServerSideEncryption": "aws:kms:dsse", "BucketKeyEnabled": True}
        assert "BucketKeyEnabled" not in s3.put_object(**asked)

    @pytest.mark.parametrize("name", ["id", "arn", "alias/data", "alias arn"])
    def test_the_arn_whatever_the_key_was_called(
        self, s3: Any, kms: dict[str, Any], key: KmsKey, name: str
    ) -> None:
        names = {"id": key.id, "arn": key.arn, "alias arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/data"}
        written = s3.put_object(**{**kms, "SSEKMSKeyId": names.get(name, name)})
        assert written["SSEKMSKeyId"] == key.arn

    def test_without_a_key_the_one_that_aws_keeps(self, aws: MockAWS, s3: Any, bucket: str) -> None:
        """R-100 to R-102: objects show the ARN of the account's aws/s3 key."""
        written = s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="aws:kms")
        assert written["SSEKMSKeyId"] == aws.account().kms_key("alias/aws/s3").arn

    def test_etags_are_not_md5s(self, s3: Any, kms: dict[str, Any]) -> None:
        """R-100 to R-102."""
        first, second = (s3.put_object(**kms, Body=BODY)["ETag"] for _ in range(2))
        assert len(first) == 34
        assert len({first, second, f'"{hashlib.md5(BODY).hexdigest()}"'}) == 3

    def test_every_version_keeps_its_own(self, s3: Any, versioned: str, key: KmsKey) -> None:
        asked = {"Bucket": versioned, "Key": "k"}
        first = s3.put_object(**asked, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
        s3.put_object(**asked)
        assert encryption(s3.head_object(**asked)) == {"ServerSideEncryption": "AES256"}
        old = s3.head_object(**asked, VersionId=first["VersionId"])
        assert old["SSEKMSKeyId"] == key.arn


class TestKeysThatAreNone:
    """R-44, R-57."""

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("not a key", "Invalid keyId 'not a key'"),
            (MISSING, f"Key 'arn:aws:kms:us-east-1:{ACCOUNT}:key/{MISSING}' does not exist"),
            (
                f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{MISSING}",
                f"Key 'arn:aws:kms:us-east-1:{ACCOUNT}:key/{MISSING}' does not exist",
            ),
            (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{MISSING}", "Invalid arn eu-west-1"),
            ("alias/none", f"Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/none is not found."),
        ],
        ids=["no name of a key", "no such id", "no such arn", "another region", "no such alias"],
    )
    def test_are_not_found(self, s3: Any, kms: dict[str, Any], name: str, message: str) -> None:
        """R-57."""
        found = refusal(s3.put_object, **{**kms, "SSEKMSKeyId": name})
        assert found == {"Status": 400, "Code": "KMS.NotFoundException", "Message": message}
        assert s3.list_objects_v2(Bucket=kms["Bucket"])["KeyCount"] == 0

    def test_nor_by_copies(self, s3: Any, kms: dict[str, Any]) -> None:
        """R-58, R-59."""
        s3.put_object(Bucket=kms["Bucket"], Key="source")
        asked = {**kms, "SSEKMSKeyId": "not a key", "CopySource": f"{kms['Bucket']}/source"}
        found = refusal(s3.copy_object, **asked)
        assert (found["Code"], found["Message"]) == ("KMS.NotFoundException", "Invalid keyId 'not a key'")

    def test_a_key_without_its_algorithm(self, s3: Any, kms: dict[str, Any]) -> None:
        del kms["ServerSideEncryption"]
        for algorithm in ({}, {"ServerSideEncryption": "AES256"}):
            found = refusal(s3.put_object, **kms, **algorithm)
            assert (found["Code"], found["Message"]) == (
                "InvalidArgument",
                "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : "
                "aws:kms",
            )

    def test_an_algorithm_that_is_none(self, s3: Any, kms: dict[str, Any]) -> None:
        del kms["SSEKMSKeyId"]
        found = refusal(s3.put_object, **{**kms, "ServerSideEncryption": "aes:kms"})
        assert (found["Code"], found["ArgumentValue"]) == ("InvalidArgument", "aes:kms")

    def test_not_with_a_customers_key(self, s3: Any, kms: dict[str, Any]) -> None:
        """R-43, R-56."""
        found = refusal(s3.put_object, **kms, SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
        assert found["Message"] == (
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified"
        )


class TestStates:
    """R-44: 400 KMS.DisabledException, KMS.KMSInvalidStateException."""

    @pytest.fixture
    def stored(self, s3: Any, kms: dict[str, Any]) -> dict[str, Any]:
        s3.put_object(**kms, Body=BODY)
        return {"Bucket": kms["Bucket"], "Key": "k"}

    def test_disabled(self, s3: Any, kms: dict[str, Any], stored: dict[str, Any], key: KmsKey) -> None:
        """R-44."""
        key.disable()
        expected = {"Status": 400, "Code": "KMS.DisabledException", "Message": f"{key.arn} is disabled."}
        assert refusal(s3.get_object, **stored) == expected
        assert refusal(s3.put_object, **kms) == expected
        copy = {**kms, "CopySource": stored}
        assert refusal(s3.copy_object, **copy) == expected
        key.enable()
        assert s3.get_object(**stored)["Body"].read() == BODY

    def test_pending_deletion(
        self, s3: Any, kms: dict[str, Any], stored: dict[str, Any], key: KmsKey
    ) -> None:
        """R-44."""
        key.schedule_deletion()
        expected = {
            "Status": 400,
            "Code": "KMS.KMSInvalidStateException",
            "Message": f"{key.arn} is pending deletion.",
        }
        assert refusal(s3.get_object, **stored) == expected
        assert refusal(s3.put_object, **kms) == expected

    def test_gone(
        self, s3: Any, kms: dict[str, Any], stored: dict[str, Any], key: KmsKey, time_machine: Any
    ) -> None:
        """X-47: the ciphertext's key is no more."""
        time_machine.move_to("2026-11-21T12:00:00Z")
        key.schedule_deletion(days=7)
        time_machine.move_to("2026-11-29T12:00:00Z")
        assert refusal(s3.get_object, **stored) == {
            "Status": 403,
            "Code": "AccessDenied",
            "Message": "The ciphertext refers to a customer master key that does not exist, does not exist in this "
            "region, or you are not allowed to access.",
        }
        assert refusal(s3.put_object, **kms)["Message"] == f"Key '{key.arn}' does not exist"

    def test_what_needs_no_key_goes_on(
        self, s3: Any, kms: dict[str, Any], stored: dict[str, Any], key: KmsKey
    ) -> None:
        """F-65: the headers of HeadObject are not encrypted, the checksum is."""
        key.disable()
        assert s3.head_object(**stored)["SSEKMSKeyId"] == key.arn
        assert refusal(s3.head_object, **stored, ChecksumMode="ENABLED")["Status"] == 400
        assert s3.list_objects_v2(Bucket=kms["Bucket"])["KeyCount"] == 1
        s3.delete_object(**stored)


class TestTheContextHeader:
    HEADER = "x-amz-server-side-encryption-context"

    def test_is_repeated_by_writes_alone(self, s3: Any, kms: dict[str, Any]) -> None:
        context = base64.b64encode(json.dumps({"team": "data"}).encode()).decode()
        assert s3.put_object(**kms, SSEKMSEncryptionContext=context)["SSEKMSEncryptionContext"] == context
        assert "SSEKMSEncryptionContext" not in s3.get_object(Bucket=kms["Bucket"], Key="k")

    def test_joins_the_encryption_context(self, s3: Any, kms: dict[str, Any], key: KmsKey) -> None:
        wanted = {
            "kms:EncryptionContext:team": "data",
            "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::amzn-data/k",
        }
        key.put_policy(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                    "Condition": {"StringEquals": wanted},
                },
            }
        )
        context = base64.b64encode(json.dumps({"team": "data"}).encode()).decode()
        s3.put_object(**kms, SSEKMSEncryptionContext=context, Body=BODY)
        assert s3.get_object(Bucket=kms["Bucket"], Key="k")["Body"].read() == BODY
        assert refusal(s3.put_object, **kms)["Code"] == "AccessDenied"

    @pytest.mark.parametrize(
        "value",
        [
            "?",
            *(
                base64.b64encode(text).decode()
                for text in (b"{", b'{"a": {"b": "c"}}', b'{"a":' * 5_000, b"[" * 5_000)
            ),
        ],
        ids=["no base64", "no JSON", "a map in a map", "maps too deep", "lists too deep"],
    )
    def test_is_a_map_of_strings(self, s3: Any, kms: dict[str, Any], value: str) -> None:
        found = refusal(s3.put_object, **kms, SSEKMSEncryptionContext=value)
        assert found["Code"] == "InvalidArgument"
        assert found["Message"] == (
            f"The header '{self.HEADER}' shall be Base64-encoded UTF-8 string holding JSON which represents a "
            "string-string map"
        )


class TestCopies:
    """F-1: kms:Decrypt for the source, kms:GenerateDataKey for the target."""

    def test_are_encrypted_as_they_ask_not_as_the_source_was(
        self, s3: Any, kms: dict[str, Any], key: KmsKey
    ) -> None:
        s3.put_object(**kms, Body=BODY)
        plain = s3.copy_object(Bucket=kms["Bucket"], Key="plain", CopySource=f"{kms['Bucket']}/k")
        assert encryption(plain) == {"ServerSideEncryption": "AES256"}
        assert plain["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(BODY).hexdigest()}"'
        again = s3.copy_object(**{**kms, "Key": "again"}, CopySource=f"{kms['Bucket']}/plain")
        assert encryption(again) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}

    def test_onto_itself_with_a_key_is_a_change(self, s3: Any, kms: dict[str, Any], key: KmsKey) -> None:
        s3.put_object(Bucket=kms["Bucket"], Key="k", Body=BODY)
        s3.copy_object(**kms, CopySource=f"{kms['Bucket']}/k")
        assert s3.head_object(Bucket=kms["Bucket"], Key="k")["SSEKMSKeyId"] == key.arn

    def test_need_both_keys(self, aws: MockAWS, s3: Any, kms: dict[str, Any], key: KmsKey) -> None:
        s3.put_object(**kms, Body=BODY)
        other = aws.account().create_kms_key()
        asked = {**kms, "Key": "copy", "SSEKMSKeyId": other.arn, "CopySource": f"{kms['Bucket']}/k"}
        for actions, missing in (
            (["kms:GenerateDataKey"], f"kms:Decrypt on resource: {key.arn}"),
            (["kms:Decrypt"], f"kms:GenerateDataKey on resource: {other.arn}"),
        ):
            user = aws.account().create_user(
                f"u{len(missing)}",
                policies={
                    "Version": "2012-10-17",
                    "Statement": {"Effect": "Allow", "Action": ["s3:*", *actions], "Resource": "*"},
                },
            )
            assert missing in refusal(user.client().copy_object, **asked)["Message"]
        s3.copy_object(**asked)
        decided = [(d.action, d.resource) for d in aws.decisions[-2:]]
        assert decided == [("kms:Decrypt", key.arn), ("kms:GenerateDataKey", other.arn)]


def test_a_write_that_is_refused_leaves_nothing(
    aws: MockAWS, s3: Any, kms: dict[str, Any], key: KmsKey
) -> None:
    s3.put_object(Bucket=kms["Bucket"], Key="k", Body=b"before")
    key.disable()
    refusal(s3.put_object, **kms, Body=BODY)
    assert s3.get_object(Bucket=kms["Bucket"], Key="k")["Body"].read() == b"before"


def test_a_service_that_encrypts_with_s3s_keys_asks_no_key(aws: MockAWS, s3: Any, bucket: str) -> None:
    answer(s3.put_object, Bucket=bucket, Key="k", Body=BODY)
    answer(s3.get_object, Bucket=bucket, Key="k")
    assert not [d for d in aws.decisions if d.action.startswith("kms:")]
