"""Example (b): a key that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mocks3.demo.example_call import A, ExampleCall, allow

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS


def missing_key(aws: MockAWS) -> Iterator[ExampleCall]:
    """(b) A 403 in place of a 404: a missing key, and no s3:ListBucket.

    A caller who may read objects but not list the bucket must not learn which keys exist. So S3 answers a GetObject
    on a key that does not exist with 403, and the message names s3:ListBucket.
    """
    account = aws.account(A, name="A")
    account.create_bucket("bkt", objects={"k": b"hello"})
    dave = account.create_user("dave", policies=allow("s3:GetObject", "arn:aws:s3:::bkt/*"))
    client = dave.client("s3")

    yield ExampleCall(
        "A/dave, s3:GetObject", "GetObject k", "200", lambda: client.get_object(Bucket="bkt", Key="k")
    )
    yield ExampleCall(
        "A/dave",
        "GetObject nokey",
        "403 AccessDenied",
        lambda: client.get_object(Bucket="bkt", Key="nokey"),
    )
    dave.put_policy(allow("s3:ListBucket", "arn:aws:s3:::bkt"), name="may-list")
    yield ExampleCall(
        "A/dave, and s3:ListBucket",
        "GetObject nokey",
        "404 NoSuchKey",
        lambda: client.get_object(Bucket="bkt", Key="nokey"),
    )
