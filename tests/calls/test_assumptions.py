"""What a call needs is created, said, and reversed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3.calls import EVERYTHING_EXISTS, Assumptions, Played, ServiceCall, play
from mocks3.calls.alternatives import alternatives
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

from .conftest import A, B, allow

DAVE = f"{A}:user/dave"
K = {"Bucket": "data", "Key": "k"}


def made(aws: MockAWS, operation: str, who: str = DAVE, given: Any = None, **parameters: Any) -> Played:
    return play(aws, who, ServiceCall("s3", operation, parameters), **(given or {}))


def otherwise(aws: MockAWS, who: str, operation: str, **parameters: Any) -> dict[str, Played]:
    call = ServiceCall("s3", operation, parameters)
    played = play(aws, who, call)
    found = alternatives(played, EVERYTHING_EXISTS, lambda other: play(aws, who, call, assumptions=other))
    return {each.sentence: each.played for each in found}


def test_the_object_exists(aws: MockAWS) -> None:
    """X-1: a missing key is 404 for callers who may list the bucket, and 403 for all others."""
    played = made(aws, "GetObject", **K)
    assert (played.allowed, played.error) == (True, None)
    assert played.assumed == (
        "the object s3://data/k exists, has the bucket's default encryption (SSE-S3), and is owned by the bucket's "
        "account",
    )
    missing = otherwise(aws, DAVE, "GetObject", **K)["the object does not exist"]
    assert missing.allowed
    assert str(missing.error) == "404 NoSuchKey: The specified key does not exist."
    missing = otherwise(aws, f"{A}:role/reader", "GetObject", **K)["the object does not exist"]
    assert not missing.allowed
    assert missing.denial is not None
    assert (missing.denial.action, missing.error and missing.error.status) == ("s3:ListBucket", 403)


def test_an_object_of_the_files_is_not_replaced(aws: MockAWS) -> None:
    aws.account(A).client().put_object(**K, Body=b"text", Tagging="a=b")
    played = made(aws, "GetObject", **K)
    assert (played.assumed, played.open) == ((), frozenset())
    assert played.response is not None
    assert played.response["ContentLength"] == 4


def test_objects_of_another_account(aws: MockAWS) -> None:
    """E-66: the bucket's policies do not open an object that another account owns."""
    aws.account(A).create_bucket("acls", ownership="ObjectWriter")
    found = otherwise(aws, f"{A}:user/dave", "GetObject", Bucket="acls", Key="k")
    assert not found["another account owns the object"].allowed
    assert "another account owns the object" not in otherwise(aws, DAVE, "GetObject", **K)


def test_objects_encrypted_with_kms(aws: MockAWS) -> None:
    """F-60: the caller needs kms:Decrypt for an object with the bucket's default KMS key."""
    key = aws.account(A).create_kms_key()
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}}
    aws.account(A).client().put_bucket_encryption(
        Bucket="data", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    played = made(aws, "GetObject", f"{A}:role/reader", **K)
    assert played.denial is not None
    assert (played.denial.action, played.denial.resource) == ("kms:Decrypt", key.arn)
    found = otherwise(aws, f"{A}:role/reader", "GetObject", **K)
    assert found["the object is encrypted with SSE-S3"].allowed


@pytest.mark.parametrize(
    "name",
    ["alias/app", "12345678-1234-1234-1234-123456789012", f"arn:aws:kms:us-east-1:{B}:alias/app"],
)
def test_kms_keys_that_no_file_describes(aws: MockAWS, name: str) -> None:
    played = made(aws, "PutObject", **K, ServerSideEncryption="aws:kms", SSEKMSKeyId=name)
    assert [each.action for each in played.decisions] == ["s3:PutObject", "kms:GenerateDataKey"]
    assert played.allowed is (B not in name)
    (said,) = played.assumed
    assert said.startswith(f"the KMS key {name} exists and has the default key policy")
    account = B if B in name else A
    assert f"aws kms get-key-policy --region us-east-1 --key-id arn:aws:kms:us-east-1:{account}:key/" in said


def test_a_version(aws: MockAWS) -> None:
    """The condition key has the id of the call, although ids of the real S3 cannot be given to versions."""
    condition = {"StringEquals": {"s3:VersionId": "Lh3kqDpUsoMr8W2kVtVrbxE"}}
    aws.account(A).create_user("eve", policies=allow("s3:GetObjectVersion", Condition=condition))
    assert made(aws, "GetObject", f"{A}:user/eve", **K, VersionId="Lh3kqDpUsoMr8W2kVtVrbxE").allowed
    assert not made(aws, "GetObject", f"{A}:user/eve", **K, VersionId="another").allowed


def test_an_upload(aws: MockAWS) -> None:
    """M-2: only the principal that started an upload may send its parts."""
    for operation, more in (
        ("UploadPart", {"PartNumber": 1}),
        ("CompleteMultipartUpload", {}),
        ("ListParts", {}),
    ):
        played = made(aws, operation, **K, UploadId="id", **more)
        assert (played.allowed, played.error) == (True, None), operation
    found = otherwise(aws, DAVE, "UploadPart", **K, UploadId="id", PartNumber=1)
    assert not found["another principal started the upload"].allowed


def test_the_source_of_a_copy(aws: MockAWS) -> None:
    aws.account(A).create_user("eve", policies=allow("s3:PutObject"))
    played = made(aws, "CopyObject", f"{A}:user/eve", **K, CopySource="data/source")
    assert played.denial is not None
    assert (played.denial.action, played.denial.resource) == ("s3:GetObject", "arn:aws:s3:::data/source")
    assert made(
        aws, "CopyObject", **K, CopySource={"Bucket": "data", "Key": "source", "VersionId": "v"}
    ).allowed
    assert made(aws, "UploadPartCopy", **K, CopySource="data/a b", UploadId="id", PartNumber=1).error is None


def test_object_lock_and_archives(aws: MockAWS) -> None:
    assert made(aws, "RestoreObject", **K, RestoreRequest={"Days": 1}).error is None
    hold = made(aws, "PutObjectLegalHold", **K, LegalHold={"Status": "ON"})
    assert hold.error is None
    assert "the bucket data has Object Lock: no file says so" in hold.assumed
    bypass = made(aws, "DeleteObject", **K, VersionId="v", BypassGovernanceRetention=True)
    assert (bypass.allowed, bypass.error) == (True, None)
    assert "s3:BypassGovernanceRetention" in [each.action for each in bypass.decisions]


def test_tags_and_customer_keys(aws: MockAWS) -> None:
    blue = {"StringEquals": {"s3:ExistingObjectTag/team": "blue"}}
    aws.account(A).create_user("eve", policies=allow("s3:GetObject", Condition=blue))
    assert not made(aws, "GetObject", f"{A}:user/eve", **K).allowed
    assert made(
        aws, "GetObject", f"{A}:user/eve", {"keys": {"s3:ExistingObjectTag/team": "blue"}}, **K
    ).allowed
    read = made(aws, "GetObject", **K, SSECustomerAlgorithm="AES256", SSECustomerKey="0" * 32)
    assert read.error is None


def test_buckets_and_access_points(aws: MockAWS) -> None:
    played = made(aws, "GetObject", Bucket="other", Key="k")
    assert played.assumed[0] == (
        f"the bucket other exists, belongs to the account {A}, and has no policy and the settings of new buckets: no "
        "file describes it"
    )
    assert not made(aws, "GetObject", DAVE, {"owner": B}, Bucket="other", Key="k").allowed
    assert made(aws, "CreateBucket", Bucket="new").assumed == ()
    point = f"arn:aws:s3:us-east-1:{A}:accesspoint/point"
    with pytest.raises(Mocks3Error, match=f"get-access-point --account-id {A} --name point"):
        made(aws, "GetObject", Bucket=point, Key="k")
    aws.account(A).create_access_point("point", "data")
    assert made(aws, "GetObject", Bucket=point, Key="k").decisions[0].resource == f"{point}/object/k"


def test_refusals_by_a_rule(aws: MockAWS) -> None:
    """Rules that no policy changes refuse calls as well: B-20, F-42, and ACLs that are off (A-50)."""
    everyone = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    }
    public = json.dumps({"Version": "2012-10-17", "Statement": [everyone]})
    refused = made(aws, "PutBucketPolicy", Bucket="data", Policy=public)
    assert refused.denial is not None
    assert refused.denial.layer == "block-public-access"
    acl = made(aws, "PutObjectAcl", **K, ACL="public-read")
    assert acl.denial is not None
    assert acl.denial.layer == "block-public-access"
    off = made(aws, "PutObjectAcl", **K, ACL="aws-exec-read")
    assert off.error is not None
    assert off.error.code == "AccessControlListNotSupported"
    aws.account(A).client().put_bucket_request_payment(
        Bucket="data", RequestPaymentConfiguration={"Payer": "Requester"}
    )
    aws.account(B)
    partner = {"Version": "2012-10-17", "Statement": [{**everyone, "Principal": {"AWS": B}}]}
    aws.account(A).client().put_bucket_policy(Bucket="data", Policy=json.dumps(partner))
    paid = made(aws, "GetObject", B, **K)
    assert paid.denial is not None
    assert paid.denial.layer == "requester-pays"
    assert made(aws, "GetObject", B, **K, RequestPayer="requester").allowed


def test_entries_of_a_call(aws: MockAWS) -> None:
    delete = {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "v"}]}
    aws.account(A).create_user("eve", policies=allow("s3:DeleteObject"))
    played = made(aws, "DeleteObjects", f"{A}:user/eve", Bucket="data", Delete=delete)
    assert played.error is None
    assert not played.allowed
    assert played.denial is not None
    assert played.denial.action == "s3:DeleteObjectVersion"


def test_faults_before_permissions(aws: MockAWS) -> None:
    played = made(aws, "GetObject", **K, VersionId="")
    assert (played.decided, played.allowed) == (False, False)


def test_assumptions_are_reversible_one_by_one(aws: MockAWS) -> None:
    played = made(aws, "GetObject", DAVE, {"assumptions": Assumptions(object_exists=False)}, **K)
    assert played.assumed == ("the object s3://data/k does not exist",)
