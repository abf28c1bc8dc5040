"""Compare the naive decision procedure with real clients, call by call, in generated worlds.

This file adds what calls need beyond one decision: several permissions, ACL headers of callers who will own the object
(2c), the initiator's rights (2b), missing keys (X-1), and the fixed errors for anonymous callers (X-60 to X-65).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from hypothesis import given, settings

from mocks3 import clock
from mocks3.storage import Initiator, Version

from . import naive_authorizer
from .access_worlds import A, build, naive_caller, scenes

FEW = settings(max_examples=settings.default.max_examples // 2)


class Call(NamedTuple):
    """One call on ``bkt`` and ``k``: its permissions in order, whether it reads, its error for anonymous callers."""

    method: str
    needs: tuple[str, ...]
    params: dict[str, Any]
    reads: bool = False
    signed_only: bool = False


CALLS = (
    Call("get_object", ("s3:GetObject",), {"Key": "k"}, reads=True),
    Call("head_object", ("s3:GetObject",), {"Key": "k"}, reads=True),
    Call("get_object_acl", ("s3:GetObjectAcl",), {"Key": "k"}, reads=True),
    Call("get_object_tagging", ("s3:GetObjectTagging",), {"Key": "k"}, reads=True),
    Call("put_object", ("s3:PutObject",), {"Key": "k"}),
    Call("put_object", ("s3:PutObject", "s3:PutObjectAcl"), {"Key": "k", "ACL": "private"}),
    Call("put_object", ("s3:PutObject", "s3:PutObjectTagging"), {"Key": "k", "Tagging": "a=b"}),
    Call("create_multipart_upload", ("s3:PutObject",), {"Key": "k"}, signed_only=True),
    Call("delete_object", ("s3:DeleteObject",), {"Key": "k"}),
    Call("list_objects_v2", ("s3:ListBucket",), {}),
    Call("head_bucket", ("s3:ListBucket",), {}),
    Call("get_bucket_acl", ("s3:GetBucketAcl",), {}),
    Call("get_bucket_policy", ("s3:GetBucketPolicy",), {}),
    Call("get_bucket_policy_status", ("s3:GetBucketPolicyStatus",), {}),
    Call("delete_bucket_policy", ("s3:DeleteBucketPolicy",), {}),
    Call("abort_multipart_upload", ("s3:AbortMultipartUpload",), {"Key": "k"}),
)


@FEW
@given(scenes)
def test_calls_and_the_procedure_agree(scene: Any) -> None:
    cast, world = scene
    aws, principals = build(world, cast)
    upload = begin_upload(aws, principals[0])
    naive = [naive_caller(person, told(world)) for person in cast]
    start = aws.snapshot()
    with ExitStack() as stack:
        if world["endpoint"] is not None:
            stack.enter_context(aws.request_context(source_vpce="vpce-1"))
        if world["referer"] is not None:
            stack.enter_context(aws.request_context(referer=world["referer"]))
        for caller, principal in zip(naive, principals, strict=True):
            client = principal.client("s3")
            for call in CALLS:
                params = {"Bucket": "bkt", **call.params}
                if call.method == "abort_multipart_upload":
                    params["UploadId"] = upload
                said = status(getattr(client, call.method), params)
                assert (said == 403) == refused(world, caller, call, naive[0]), (call, caller, said)
                aws.restore(start)


def told(world: Any) -> dict[str, list[str]]:
    return {} if world["referer"] is None else {"aws:Referer": [world["referer"]]}


def begin_upload(aws: Any, principal: Any) -> str:
    """Begin an upload as a caller, whether or not it has the permission."""
    caller = principal.caller()
    initiator = Initiator(caller.arn or "", caller.account or "", caller.principal.kind, caller.unique_id)
    with aws.store.editing("bkt") as bucket:
        draft = Version("k", clock.now(), caller.account or "anonymous")
        upload_id: str = bucket.start_upload(draft, initiator=initiator, initiated=clock.now()).id
    return upload_id


def status(method: Callable[..., Any], params: dict[str, Any]) -> int:
    try:
        answer = method(**params)
    except ClientError as error:
        answer = error.response
    code: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return code


def refused(world: Any, caller: Any, call: Call, initiator: Any) -> bool:
    """Return whether the call is answered with 403."""
    if call.signed_only and caller["kind"] == "anonymous":
        return True
    there = {**world, "owner": A}
    for action in call.needs:
        key = "k" if "Bucket" not in action else None
        flags = {
            "default_holder": action == "s3:AbortMultipartUpload" and is_party(caller, initiator),
            "own_account_only": action == "s3:PutObjectAcl" and is_foreign(call, caller),
        }
        comes_with_a_write = action == "s3:PutObjectAcl" and call.method != "put_object_acl"
        asked_in = {**there, "object": None} if comes_with_a_write else there  # about the new object
        if naive_authorizer.decide(asked_in, caller, action, key, **flags)[0] != "ALLOW":
            return True
    if call.reads and world["object"] is None:
        return naive_authorizer.decide(there, caller, "s3:ListBucket")[0] != "ALLOW"
    return False


def is_party(caller: Any, initiator: Any) -> bool:
    """M-5: Return whether the caller is the initiator, or the root user of an initiating IAM user's account."""
    if caller["kind"] == "anonymous":
        return False
    if caller["arn"] == initiator["arn"]:
        return True
    roots = caller["kind"] == "root" and initiator["kind"] == "user"
    return bool(roots and caller["account"] == initiator["account"])


def is_foreign(call: Call, caller: Any) -> bool:
    """2c: Return whether only the caller's account decides. Anonymous callers have no account that could allow it."""
    return call.method != "put_object_acl" and caller["kind"] != "anonymous" and caller["account"] != A
