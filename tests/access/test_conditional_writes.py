"""OQ-22: a write or a delete with a condition on the ETag reveals the ETag, so it needs the permission to read."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3


@pytest.fixture
def writer():
    with mock_s3() as aws:
        account = aws.account()
        account.create_bucket("bkt", objects={"k": b"body"})
        document = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:DeleteObject"],
                "Resource": "arn:aws:s3:::bkt/*",
            },
        }
        yield account.create_user("writer", policies=document)


NEEDS_READ = r"not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::bkt/k\""


def test_oq22_put_with_if_match(writer):
    s3 = writer.client("s3")
    s3.put_object(Bucket="bkt", Key="k", Body=b"new")
    with pytest.raises(ClientError, match=NEEDS_READ):
        s3.put_object(Bucket="bkt", Key="k", Body=b"newer", IfMatch='"0"')
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="bkt", Key="k", Body=b"newer", IfNoneMatch="*")


def test_oq22_delete_with_if_match(writer):
    with pytest.raises(ClientError, match=NEEDS_READ):
        writer.client("s3").delete_object(Bucket="bkt", Key="k", IfMatch='"0"')


def test_oq22_each_entry_of_delete_objects(writer):
    """F-14."""
    entries = [{"Key": "k", "ETag": '"0"'}, {"Key": "other"}]
    answer = writer.client("s3").delete_objects(Bucket="bkt", Delete={"Objects": entries})
    assert [each["Key"] for each in answer["Deleted"]] == ["other"]
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [("k", "AccessDenied")]


def test_oq22_completion_with_if_match(writer):
    s3 = writer.client("s3")
    upload = {
        "Bucket": "bkt",
        "Key": "k",
        "UploadId": s3.create_multipart_upload(Bucket="bkt", Key="k")["UploadId"],
    }
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    with pytest.raises(ClientError, match=NEEDS_READ):
        s3.complete_multipart_upload(**upload, MultipartUpload=parts, IfMatch='"0"')
    s3.complete_multipart_upload(**upload, MultipartUpload=parts)
