"""Missing keys: READ on the bucket by its ACL shows that a key does not exist (X-4)."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3.handles.accounts import Account
from mocks3.handles.mock_aws import MockAWS

EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
}


@pytest.fixture
def shared(aws: MockAWS) -> Account:
    """Account A with a versioned bucket, which account B may list by its ACL."""
    a, b = aws.account("111111111111"), aws.account("222222222222")
    a.create_bucket("shared", ownership="ObjectWriter", public_access_block=None, versioning="Enabled")
    owner = a.root.client("s3")
    owner.put_bucket_acl(Bucket="shared", GrantRead=f"id={b.canonical_id}")
    owner.put_object(Bucket="shared", Key="private")
    owner.put_object(Bucket="shared", Key="deleted")
    owner.delete_object(Bucket="shared", Key="deleted")
    return a


@pytest.fixture
def anonymous() -> Any:
    return boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))


def code(call: Any, **params: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(Bucket="shared", **params)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def put_policy(owner: Account, statement: dict[str, str]) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    owner.root.client("s3").put_bucket_policy(Bucket="shared", Policy=policy)


READS = [
    ("get_object", {}),
    ("get_object", {"VersionId": "null"}),
    ("get_object_acl", {}),
    ("get_object_torrent", {}),
    ("put_object_acl", {"ACL": "private"}),
]
"""The calls on objects that an object's ACL can allow. The last one is refused to anonymous callers (X-60)."""


@pytest.mark.parametrize(("method", "more"), READS)
def test_whoever_may_list_by_the_acl_learns_that_a_key_is_missing(
    aws: MockAWS, shared: Account, anonymous: Any, method: str, more: dict[str, str]
) -> None:
    """X-4."""
    reader = aws.account("222222222222").create_user("x", policies=EVERYTHING).client("s3")
    stranger = aws.account("333333333333").create_user("x", policies=EVERYTHING).client("s3")
    missing = "NoSuchVersion" if more.get("VersionId") else "NoSuchKey"
    assert code(getattr(reader, method), Key="nokey", **more) == (404, missing)
    assert code(getattr(stranger, method), Key="nokey", **more) == (403, "AccessDenied")
    assert code(getattr(anonymous, method), Key="nokey", **more) == (403, "AccessDenied")
    shared.root.client("s3").put_bucket_acl(Bucket="shared", ACL="public-read")
    found = code(getattr(anonymous, method), Key="nokey", **more)
    assert found == ((403, "AccessDenied") if method == "put_object_acl" else (404, missing))


@pytest.mark.parametrize("key", ["nokey", "deleted"])
def test_everyone_may_list_by_the_acl(shared: Account, anonymous: Any, key: str) -> None:
    """X-4: also for a key whose current version is a delete marker, and without a body for HEAD."""
    shared.root.client("s3").put_bucket_acl(Bucket="shared", ACL="public-read")
    assert code(anonymous.get_object, Key=key) == (404, "NoSuchKey")
    assert code(anonymous.head_object, Key=key) == (404, "404")
    assert code(anonymous.get_object, Key="private") == (403, "AccessDenied")


def test_a_copy_source_that_is_missing(aws: MockAWS, shared: Account) -> None:
    """X-4, X-7."""
    b = aws.account("222222222222")
    b.create_bucket("mine")
    writer = b.create_user("x", policies=EVERYTHING).client("s3")
    with pytest.raises(ClientError) as caught:
        writer.copy_object(Bucket="mine", Key="k", CopySource="shared/nokey")
    assert caught.value.response["Error"]["Code"] == "NoSuchKey"


def test_ignored_grants_show_nothing(shared: Account, anonymous: Any) -> None:
    """X-4, B-2: IgnorePublicAcls ignores the grant to everyone, and not the one to account B."""
    owner = shared.root.client("s3")
    owner.put_bucket_acl(Bucket="shared", ACL="public-read")
    owner.put_public_access_block(Bucket="shared", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert code(anonymous.get_object, Key="nokey") == (403, "AccessDenied")


def test_an_explicit_deny_shows_nothing(aws: MockAWS, shared: Account) -> None:
    """X-4, E-20."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"}
    put_policy(shared, deny)
    reader = aws.account("222222222222").create_user("x", policies=EVERYTHING).client("s3")
    assert code(reader.get_object, Key="nokey") == (403, "AccessDenied")


def test_without_acls_the_grant_does_not_count(shared: Account, anonymous: Any) -> None:
    """X-4, E-90."""
    owner = shared.root.client("s3")
    owner.put_bucket_acl(Bucket="shared", ACL="private")
    owner.put_bucket_ownership_controls(
        Bucket="shared", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    assert code(anonymous.get_object, Key="nokey") == (403, "AccessDenied")


def test_a_policy_that_allows_only_listing_does_not_show_that_a_key_is_missing(
    shared: Account, anonymous: Any
) -> None:
    """OQ-33."""
    allow = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::shared",
    }
    put_policy(shared, allow)
    assert code(anonymous.get_object, Key="nokey") == (403, "AccessDenied")


def test_the_reason_says_that_the_buckets_acl_decided(aws: MockAWS, shared: Account) -> None:
    """X-4."""
    reader = aws.account("222222222222").create_user("x", policies=EVERYTHING)
    decision = aws.explain(reader, "s3:GetObject", "arn:aws:s3:::shared/nokey")
    assert decision.reason == (
        "the key does not exist, and a grant to the caller's account in the bucket's ACL allows listing the bucket: "
        "the answer is 404 [X-4]"
    )
