"""``account.create_bucket``: buckets without a call, held to the same rules."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.storage import PublicAccessBlock

from .answers import answer, refusal

PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    },
}


def test_a_seeded_bucket_is_like_any_other(aws: MockAWS, s3: Any) -> None:
    bucket = aws.account().create_bucket("data", objects={"k": b"body", "ü": "text"})
    assert (bucket.name, bucket.arn, bucket.owner) == ("data", "arn:aws:s3:::data", "123456789012")
    assert (bucket.region, bucket.keys, bucket.policy) == ("us-east-1", ["k", "ü"], None)
    got = s3.get_object(Bucket="data", Key="k")
    assert (got["Body"].read(), got["ContentType"]) == (b"body", "binary/octet-stream")
    assert got["ETag"] == s3.put_object(Bucket="data", Key="other", Body=b"body")["ETag"]
    assert s3.get_object(Bucket="data", Key="ü")["Body"].read() == b"text"
    assert answer(s3.get_bucket_versioning, Bucket="data") == {}
    assert all(s3.get_public_access_block(Bucket="data")["PublicAccessBlockConfiguration"].values())
    assert aws.calls[0].operation == "GetObject"


def test_every_option(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket(
        "data",
        region="us-east-1",
        policy=PUBLIC,
        acl="public-read",
        ownership="ObjectWriter",
        public_access_block=None,
        versioning="Enabled",
        objects={"k": b"body"},
    )
    stranger = aws.anonymous.client()
    assert stranger.get_object(Bucket="data", Key="k")["VersionId"] != "null"
    assert stranger.list_objects_v2(Bucket="data")["KeyCount"] == 1
    assert refusal(s3.get_public_access_block, Bucket="data")["Status"] == 404


def test_a_block_of_its_own(aws: MockAWS, s3: Any) -> None:
    block = PublicAccessBlock(block_public_policy=False)
    bucket = aws.account().create_bucket("data", policy=PUBLIC, public_access_block=block)
    assert bucket.policy == PUBLIC
    assert refusal(aws.anonymous.client().get_object, Bucket="data", Key="k")["Status"] == 403


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"policy": PUBLIC}, "public_access_block=None"),
        ({"policy": {}}, r"Missing required field Statement \(MalformedPolicy\)"),
        ({"policy": "{"}, "This policy contains invalid Json"),
        ({"acl": "public-read"}, "BucketOwnerEnforced"),
        ({"acl": "nonsense"}, "acl must be one of 'private'"),
        ({"ownership": "Nobody"}, "ownership must be one of"),
        ({"region": "moon-1"}, "there is no Region 'moon-1'"),
        ({"versioning": "On"}, "versioning must be one of"),
        ({"objects": {"": b""}}, "a key must have 1 to 1024 bytes"),
        ({"objects": {"x" * 1025: b""}}, "a key must have 1 to 1024 bytes"),
    ],
)
def test_what_aws_refuses_is_refused(aws: MockAWS, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Mocks3Error, match=sentence):
        aws.account().create_bucket("data", **options)
    assert aws.store.bucket("data") is None


@pytest.mark.parametrize("name", ["Data", "d", "a..b"])
def test_names_are_checked(aws: MockAWS, name: str) -> None:
    with pytest.raises(Mocks3Error, match="InvalidBucketName"):
        aws.account().create_bucket(name)


def test_names_are_taken_once(aws: MockAWS) -> None:
    aws.account().create_bucket("data")
    with pytest.raises(Mocks3Error, match="already"):
        aws.account("111111111111").create_bucket("data")


def test_put_policy_and_put(aws: MockAWS, s3: Any) -> None:
    bucket = aws.account().create_bucket("data", public_access_block=None)
    bucket.put_policy(PUBLIC)
    bucket.put({"k": b"1"})
    assert aws.anonymous.client().get_object(Bucket="data", Key="k")["Body"].read() == b"1"
    with pytest.raises(Mocks3Error, match="invalid resource"):
        aws.account().create_bucket("other").put_policy(PUBLIC)
    s3.delete_object(Bucket="data", Key="k")
    s3.delete_bucket(Bucket="data")
    with pytest.raises(Mocks3Error, match="was deleted"):
        bucket.put({"k": b"1"})
    assert repr(bucket) == "BucketHandle(data)"
