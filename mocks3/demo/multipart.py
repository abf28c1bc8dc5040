"""Example (c): the permissions of a multipart upload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mocks3.demo.example_call import A, B, ExampleCall, allow, document

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.principals import Principal


def multipart(aws: MockAWS) -> Iterator[ExampleCall]:
    """(c) Who may use an upload: S3 user guide, "Multipart upload API and permissions".

    Only the initiator may upload parts and complete the upload. The initiator and the bucket owner may list parts and
    abort the upload without any policy. Other callers need a permission, and the bucket owner may deny any caller.
    """
    a, b = aws.account(A, name="A"), aws.account(B, name="B")
    bucket = a.create_bucket("bkt", policy=document(LET_B_PUT))
    put = allow("s3:PutObject", "arn:aws:s3:::bkt/*")
    dave, eve = a.create_user("dave", policies=put), a.create_user("eve", policies=put)
    mallory, up = a.create_user("mallory"), b.create_user("up", policies=put)

    daves = _begun_by(dave)
    part = {"PartNumber": 1, "Body": b"part one"}
    yield ExampleCall(
        "A/dave, s3:PutObject",
        "UploadPart to dave's own upload",
        "200",
        _does(dave, "upload_part", daves, **part),
    )
    yield ExampleCall(
        "A/eve, s3:PutObject too",
        "UploadPart to dave's upload",
        "403 AccessDenied",
        _does(eve, "upload_part", daves, **part),
    )
    yield ExampleCall(
        "A/dave", "ListParts: allowed to the initiator by default", "200", _does(dave, "list_parts", daves)
    )
    yield ExampleCall(
        "A's root", "ListParts: allowed to the bucket owner", "200", _does(a.root, "list_parts", daves)
    )
    abort = "abort_multipart_upload"
    yield ExampleCall(
        "A/mallory, no policies", "AbortMultipartUpload", "403 AccessDenied", _does(mallory, abort, daves)
    )
    theirs = _begun_by(up)
    yield ExampleCall(
        "B's root", "AbortMultipartUpload of an upload of B's user", "204", _does(b.root, abort, theirs)
    )
    bucket.put_policy(document(LET_B_PUT, deny_abort(dave)))
    yield ExampleCall(
        "A/dave", "AbortMultipartUpload, denied by A", "403 AccessDenied", _does(dave, abort, daves)
    )
    yield ExampleCall("A's root", "AbortMultipartUpload", "204", _does(a.root, abort, daves))


LET_B_PUT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{B}:root"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::bkt/*",
}


def deny_abort(who: Principal) -> dict[str, Any]:
    """Return the statement with which the bucket owner denies the initiator what it may do by default."""
    return {
        "Sid": "DenyAbort",
        "Effect": "Deny",
        "Principal": {"AWS": who.arn},
        "Action": "s3:AbortMultipartUpload",
        "Resource": "arn:aws:s3:::bkt/*",
    }


def _begun_by(who: Principal) -> dict[str, Any]:
    answer = who.client("s3").create_multipart_upload(Bucket="bkt", Key="k")
    return {"Bucket": "bkt", "Key": "k", "UploadId": answer["UploadId"]}


def _does(who: Principal, method: str, upload: dict[str, object], **more: object) -> Callable[[], Any]:
    return lambda: getattr(who.client("s3"), method)(**upload, **more)
