"""The permission for an ACL of a write is checked for the new object, not for the existing one (A-43)."""

from __future__ import annotations

import pytest
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
