"""Example (a): a bucket of one account, callers of another account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mocks3.demo.example_call import A, B, ExampleCall, allow, document

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.principals import Principal


def cross_account(aws: MockAWS) -> Iterator[ExampleCall]:
    """(a) Both accounts must allow: S3 user guide, example walkthrough 2.

    Account A owns the bucket, and its bucket policy allows account B. What a user of B may do also depends on B's own
    policies. What A denies explicitly, no principal of B may do.
    """
    a, b = aws.account(A, name="A"), aws.account(B, name="B")
    trust = {
        "Sid": "AllowAccountB",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{B}:root"},
        "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
        "Resource": "arn:aws:s3:::bkt",
    }
    bucket = a.create_bucket("bkt", policy=document(trust))
    admin = b.create_user("admin", policies=allow("s3:*", "*"))
    dave = b.create_user("dave", policies=allow("s3:ListBucket", "arn:aws:s3:::bkt"))
    eve = b.create_user("eve")

    def lists(who: Principal) -> Callable[[], Any]:
        return lambda: who.client("s3").list_objects_v2(Bucket="bkt")

    def locates(who: Principal) -> Callable[[], Any]:
        return lambda: who.client("s3").get_bucket_location(Bucket="bkt")

    yield ExampleCall("B's root", "ListObjectsV2: A allows account B", "200", lists(b.root))
    yield ExampleCall("B/admin, s3:* on everything", "ListObjectsV2", "200", lists(admin))
    yield ExampleCall("B/dave, s3:ListBucket on bkt", "ListObjectsV2", "200", lists(dave))
    yield ExampleCall(
        "B/dave", "GetBucketLocation: A allows B, B does not allow dave", "403 AccessDenied", locates(dave)
    )
    yield ExampleCall("B/eve, no policies", "ListObjectsV2", "403 AccessDenied", lists(eve))
    deny = {**trust, "Sid": "DenyAccountB", "Effect": "Deny", "Action": "s3:ListBucket"}
    bucket.put_policy(document(trust, deny))
    for who, name in ((dave, "B/dave"), (admin, "B/admin"), (b.root, "B's root")):
        yield ExampleCall(
            name, "ListObjectsV2, after A denied s3:ListBucket to B", "403 AccessDenied", lists(who)
        )
    yield ExampleCall(
        "B/admin", "GetBucketLocation: the Deny is for s3:ListBucket only", "200", locates(admin)
    )
    bucket.put_policy(document({**trust, "Principal": {"AWS": eve.arn}}))
    yield ExampleCall(
        "B/eve",
        "ListObjectsV2: A's policy names eve, B's policies do not allow her",
        "403 AccessDenied",
        lists(eve),
    )
