"""The permission for an ACL of a write is checked for the new object, not for the existing one (A-43)."""

from __future__ import annotations

import pytest
import requests
from botocore.exceptions import ClientError

from mocks3 import mock_s3


def allow(*actions):
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"},
    }


@pytest.fixture
def shared():
    """A bucket of account A with ACLs and an object of account B."""
    with mock_s3() as aws:
        a, b = aws.account("111111111111"), aws.account("222222222222")
        policy = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": b.root.arn},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::bkt/*",
            },
        }
        a.create_bucket("bkt", ownership="ObjectWriter", public_access_block=None, policy=policy)
        b.root.client("s3").put_object(Bucket="bkt", Key="k", Body=b"of B")
        yield a, b


def test_a43_the_bucket_owners_user_writes_over_a_foreign_object_with_an_acl(shared):
    a, _ = shared
    admin = a.create_user("admin", policies=allow("s3:*"))
    admin.client("s3").put_object(Bucket="bkt", Key="k", Body=b"of A", ACL="private")
    assert admin.client("s3").get_object(Bucket="bkt", Key="k")["Body"].read() == b"of A"


def test_a43_an_acl_of_the_old_object_does_not_allow_the_header(shared):
    a, b = shared
    b.root.client("s3").put_object_acl(Bucket="bkt", Key="k", GrantFullControl=f"id={a.canonical_id}")
    writer = a.create_user("writer", policies=allow("s3:PutObject"))
    with pytest.raises(ClientError, match="s3:PutObjectAcl on resource"):
        writer.client("s3").put_object(Bucket="bkt", Key="k", Body=b"of A", ACL="private")


HANDED_OVER = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}


def writes(client, bucket):
    """Return every kind of write with the ACL header that the user guide's bucket policies require."""
    acl = {"Key": "new", "ACL": "bucket-owner-full-control"}
    return {
        "put": lambda: client.put_object(Bucket=bucket, Body=b"", **acl),
        "copy": lambda: client.copy_object(Bucket=bucket, CopySource="theirs/k", **acl),
        "upload": lambda: client.create_multipart_upload(Bucket=bucket, **acl),
        "form": lambda: send_form(client, bucket, acl),
    }


def send_form(client, bucket, acl):
    fields = {"acl": acl["ACL"]}
    form = client.generate_presigned_post(bucket, acl["Key"], Fields=fields, Conditions=[fields])
    response = requests.post(form["url"], data=form["fields"], files={"file": b""})
    if response.status_code >= 400:
        raise ClientError({"Error": {"Message": response.text}}, "PostObject")


@pytest.mark.parametrize("kind", ["put", "copy", "upload", "form"])
@pytest.mark.parametrize("ownership", ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"])
def test_a43_the_bucket_owner_need_not_allow_the_acl_of_another_account(ownership, kind):
    """A-43: the user guide's example of an upload that hands the object over works with every Object Ownership."""
    with mock_s3() as aws:
        a, b = aws.account("111111111111"), aws.account("222222222222")
        to_b = {"Principal": {"AWS": b.id}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bkt/*"}
        statement = {"Effect": "Allow", **to_b, "Condition": HANDED_OVER}
        owned = a.create_bucket("bkt", ownership=ownership)
        owned.put_policy({"Version": "2012-10-17", "Statement": [statement]})
        b.create_bucket("theirs", objects={"k": b""})
        writer = b.create_user("writer", policies=allow("s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"))
        writes(writer.client("s3"), "bkt")[kind]()
        writes(b.root.client("s3"), "bkt")[kind]()
        poor = b.create_user("poor", policies=allow("s3:PutObject", "s3:GetObject"))
        with pytest.raises(ClientError):
            writes(poor.client("s3"), "bkt")[kind]()
        assert aws.decisions[-1].action == "s3:PutObjectAcl", "the caller's own account must allow it"
        assert "its own account" in str(aws.decisions[-1])
        denial = {**to_b, "Effect": "Deny", "Action": "s3:PutObjectAcl"}
        owned.put_policy({"Version": "2012-10-17", "Statement": [statement, denial]})
        with pytest.raises(ClientError):
            writes(writer.client("s3"), "bkt")[kind]()


def test_a43_through_an_access_point():
    """A-43, F-120: neither the access point's policy nor the bucket's must allow s3:PutObjectAcl."""
    with mock_s3() as aws:
        a, b = aws.account("111111111111"), aws.account("222222222222")
        owned = a.create_bucket("bkt")
        point = owned.create_access_point("inbox")
        to_b = {"Effect": "Allow", "Principal": {"AWS": b.id}, "Action": "s3:PutObject"}
        for each, resource in ((owned, "arn:aws:s3:::bkt/*"), (point, f"{point.arn}/object/*")):
            each.put_policy({"Version": "2012-10-17", "Statement": {**to_b, "Resource": resource}})
        writes(b.create_user("writer", policies=allow("s3:*")).client("s3"), point.arn)["put"]()
