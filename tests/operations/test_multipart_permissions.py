"""Who may do what with an upload: the table of the developer guide, and what changes it (M-1 to M-20)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .answers import refusal


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        world.account().create_bucket("amzn-data")
        yield world


def user(aws: MockAWS, name: str, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return aws.account().create_user(name, policies=[{"Version": "2012-10-17", "Statement": [statement]}])


def begin(client: Any) -> dict[str, str]:
    upload = client.create_multipart_upload(Bucket="amzn-data", Key="k")["UploadId"]
    return {"Bucket": "amzn-data", "Key": "k", "UploadId": upload}


def test_only_the_initiator_sends_parts_and_completes(aws: MockAWS) -> None:
    """M-13, OQ-1, M-2 to M-4, M-14: neither another user nor the bucket owner."""
    ann = user(aws, "ann", "s3:PutObject", "s3:GetObject").client("s3")
    eve = user(aws, "eve", "s3:PutObject", "s3:GetObject").client("s3")
    owner = aws.client("s3")
    owner.put_object(Bucket="amzn-data", Key="source", Body=b"x")
    upload = begin(ann)
    etag = ann.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    plain = {"Status": 403, "Code": "AccessDenied", "Message": "Access Denied"}
    copied = {**upload, "PartNumber": 2, "CopySource": "amzn-data/source"}
    for other in (eve, owner):
        assert refusal(other.upload_part, **upload, PartNumber=2, Body=b"y") == plain
        assert refusal(other.upload_part_copy, **copied) == plain
        assert refusal(other.complete_multipart_upload, **upload, MultipartUpload=parts) == plain
    ann.upload_part_copy(**upload, PartNumber=2, CopySource="amzn-data/source")
    ann.complete_multipart_upload(**upload, MultipartUpload=parts)


def test_the_initiator_must_still_be_allowed(aws: MockAWS) -> None:
    """M-15."""
    ann = user(aws, "ann", "s3:PutObject")
    upload = begin(ann.client("s3"))
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": {"AWS": ann.arn},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::amzn-data/*",
        },
    }
    aws.client("s3").put_bucket_policy(Bucket="amzn-data", Policy=json.dumps(policy))
    found = refusal(ann.client("s3").upload_part, **upload, PartNumber=1, Body=b"x")
    assert "with an explicit deny in a resource-based policy" in found["Message"]


def test_the_initiator_aborts_and_lists_by_default(aws: MockAWS) -> None:
    """M-5, M-6, M-10: without any permission for it."""
    ann = user(aws, "ann", "s3:PutObject").client("s3")
    upload = begin(ann)
    assert ann.list_parts(**upload)["UploadId"] == upload["UploadId"]
    ann.abort_multipart_upload(**upload)


def test_others_need_the_permission(aws: MockAWS) -> None:
    upload = begin(user(aws, "ann", "s3:PutObject").client("s3"))
    eve = user(aws, "eve", "s3:PutObject").client("s3")
    assert "perform: s3:AbortMultipartUpload on" in refusal(eve.abort_multipart_upload, **upload)["Message"]
    assert "perform: s3:ListMultipartUploadParts on" in refusal(eve.list_parts, **upload)["Message"]
    found = refusal(eve.list_multipart_uploads, Bucket="amzn-data")
    assert "perform: s3:ListBucketMultipartUploads on" in found["Message"]
    manager = user(
        aws,
        "max",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        "s3:ListBucketMultipartUploads",
    ).client("s3")
    assert len(manager.list_multipart_uploads(Bucket="amzn-data")["Uploads"]) == 1
    manager.list_parts(**upload)
    manager.abort_multipart_upload(**upload)


def test_the_rule_by_account() -> None:
    """OQ-1, M-9: ``initiator_rule="account"``."""
    with mock_s3(initiator_rule="account") as aws:
        aws.account().create_bucket("amzn-data")
        ann = user(aws, "ann", "s3:PutObject").client("s3")
        eve = user(aws, "eve", "s3:PutObject").client("s3")
        upload = begin(ann)
        etag = eve.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        aws.client("s3").complete_multipart_upload(**upload, MultipartUpload=parts)


@pytest.mark.parametrize(
    ("ownership", "owner"), [("ObjectWriter", "999999999999"), ("BucketOwnerEnforced", "123456789012")]
)
def test_who_owns_the_object(aws: MockAWS, ownership: str, owner: str) -> None:
    """M-18."""
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "999999999999"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::amzn-shared/*",
        },
    }
    writer = aws.account("999999999999").root.client("s3")
    aws.account().create_bucket("amzn-shared", ownership=ownership, policy=policy)
    upload = writer.create_multipart_upload(Bucket="amzn-shared", Key="k")["UploadId"]
    named = {"Bucket": "amzn-shared", "Key": "k", "UploadId": upload}
    shown = writer.list_parts(**named)
    assert shown["Owner"] == {"ID": aws.iam.canonical_id(owner)}
    assert shown["Initiator"]["ID"] == aws.iam.canonical_id("999999999999")
    etag = writer.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
    writer.complete_multipart_upload(**named, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    bucket = aws.store.bucket("amzn-shared")
    assert bucket is not None
    version = bucket.current("k")
    assert version is not None
    assert version.owner == owner
