"""Three stories about AccessDenied, played through real boto3 clients against an in-memory AWS.

Each line is one call: who made it, what S3 answered (status, code, AWS's sentence) and which layer decided. The
expected answers are those of S3's guide; a line that differs is marked, and the demo fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from botocore.exceptions import ClientError

from mocks3.mock import mock_s3

if TYPE_CHECKING:
    from mocks3.aws import MockAWS
    from mocks3.principals import Principal

A, B = "111111111111", "222222222222"


@dataclass(frozen=True)
class Step:
    """One call of a story: what S3's guide says comes of it, and the call."""

    who: str
    what: str
    expected: str
    call: Callable[[], Any]


Story = Callable[["MockAWS"], Iterator[Step]]


def play(out: TextIO) -> bool:
    """Play every story to ``out``. Returns whether all calls were answered as S3's guide says."""
    right = [_play(story, out) for story in (cross_account, missing_key, multipart)]
    return all(right)


def _play(story: Story, out: TextIO) -> bool:
    title, _, text = (story.__doc__ or "").partition("\n\n")
    out.write(f"\n{title}\n{'=' * len(title)}\n")
    out.writelines(f"{line.strip()}\n" for line in text.strip().splitlines())
    right = True
    with mock_s3() as aws:
        for step in story(aws):
            seen = len(aws.decisions)
            answer, sentence = _answer(step.call)
            right &= answer == step.expected
            mark = " " if answer == step.expected else "!"
            out.write(f"\n{mark} {step.who}: {step.what}\n    {answer}\n")
            if sentence:
                out.write(f"    {sentence}\n")
            denied = [decision for decision in aws.decisions[seen:] if not decision.allowed]
            for decision in denied[:1]:
                out.writelines(f"    | {line}\n" for line in str(decision).splitlines())
            if answer != step.expected:
                out.write(f"    expected {step.expected}\n")
    return right


def _answer(call: Callable[[], Any]) -> tuple[str, str]:
    try:
        answer = call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{status} {error.response['Error']['Code']}", error.response["Error"]["Message"]
    return str(answer["ResponseMetadata"]["HTTPStatusCode"]), ""


def _allow(actions: str | list[str], *resources: str, **more: Any) -> dict[str, Any]:
    return _document({"Effect": "Allow", "Action": actions, "Resource": list(resources), **more})


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def cross_account(aws: MockAWS) -> Iterator[Step]:
    """(a) Both sides must allow: S3's guide, example walkthrough 2.

    Account A owns the bucket and lets account B in by its bucket policy. What a user of B may do, B decides with its
    own policies; and what A denies again, nobody in B may do.
    """
    a, b = aws.account(A, name="A"), aws.account(B, name="B")
    trust = {
        "Sid": "LetBIn",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{B}:root"},
        "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
        "Resource": "arn:aws:s3:::bkt",
    }
    bucket = a.create_bucket("bkt", policy=_document(trust))
    admin = b.create_user("admin", policies=_allow("s3:*", "*"))
    dave = b.create_user("dave", policies=_allow("s3:ListBucket", "arn:aws:s3:::bkt"))
    eve = b.create_user("eve")

    def lists(who: Principal) -> Callable[[], Any]:
        return lambda: who.client("s3").list_objects_v2(Bucket="bkt")

    def locates(who: Principal) -> Callable[[], Any]:
        return lambda: who.client("s3").get_bucket_location(Bucket="bkt")

    yield Step("B's root", "ListObjectsV2: A allows account B", "200", lists(b.root))
    yield Step("B/admin, s3:* on everything", "ListObjectsV2", "200", lists(admin))
    yield Step("B/dave, s3:ListBucket on bkt", "ListObjectsV2", "200", lists(dave))
    yield Step(
        "B/dave", "GetBucketLocation: A allows B, B does not allow dave", "403 AccessDenied", locates(dave)
    )
    yield Step("B/eve, no policies", "ListObjectsV2", "403 AccessDenied", lists(eve))
    deny = {**trust, "Sid": "ShutBOut", "Effect": "Deny", "Action": "s3:ListBucket"}
    bucket.put_policy(_document(trust, deny))
    for who, name in ((dave, "B/dave"), (admin, "B/admin"), (b.root, "B's root")):
        yield Step(name, "ListObjectsV2, after A denied s3:ListBucket to B", "403 AccessDenied", lists(who))
    yield Step("B/admin", "GetBucketLocation: the deny names ListBucket only", "200", locates(admin))
    bucket.put_policy(_document({**trust, "Principal": {"AWS": eve.arn}}))
    yield Step("B/eve", "ListObjectsV2, named by A's policy: B is silent", "403 AccessDenied", lists(eve))


def missing_key(aws: MockAWS) -> Iterator[Step]:
    """(b) The 403 that is a 404: a missing key, and no s3:ListBucket.

    Whoever may read an object but not list the bucket must not learn which keys exist. So S3 answers a GetObject on a
    key that is not there with 403, and names s3:ListBucket.
    """
    account = aws.account(A, name="A")
    account.create_bucket("bkt", objects={"k": b"hello"})
    dave = account.create_user("dave", policies=_allow("s3:GetObject", "arn:aws:s3:::bkt/*"))
    client = dave.client("s3")

    yield Step("A/dave, s3:GetObject", "GetObject k", "200", lambda: client.get_object(Bucket="bkt", Key="k"))
    yield Step(
        "A/dave",
        "GetObject nokey",
        "403 AccessDenied",
        lambda: client.get_object(Bucket="bkt", Key="nokey"),
    )
    dave.put_policy(_allow("s3:ListBucket", "arn:aws:s3:::bkt"), name="may-list")
    yield Step(
        "A/dave, and s3:ListBucket",
        "GetObject nokey",
        "404 NoSuchKey",
        lambda: client.get_object(Bucket="bkt", Key="nokey"),
    )


def multipart(aws: MockAWS) -> Iterator[Step]:
    """(c) Whose upload is it: S3's guide, "Multipart upload API and permissions".

    Only the initiator may upload parts and complete. Initiator and bucket owner may list parts and abort, without any
    policy; others need to be allowed, and the bucket's owner may deny anyone.
    """
    a, b = aws.account(A, name="A"), aws.account(B, name="B")
    both = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{B}:root"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::bkt/*",
    }
    bucket = a.create_bucket("bkt", policy=_document(both))
    put = _allow("s3:PutObject", "arn:aws:s3:::bkt/*")
    dave, eve = a.create_user("dave", policies=put), a.create_user("eve", policies=put)
    mallory, up = a.create_user("mallory"), b.create_user("up", policies=put)

    def starts(who: Principal) -> dict[str, Any]:
        answer = who.client("s3").create_multipart_upload(Bucket="bkt", Key="k")
        return {"Bucket": "bkt", "Key": "k", "UploadId": answer["UploadId"]}

    def does(who: Principal, method: str, upload: dict[str, Any], **more: Any) -> Callable[[], Any]:
        return lambda: getattr(who.client("s3"), method)(**upload, **more)

    daves = starts(dave)
    part = {"PartNumber": 1, "Body": b"part one"}
    yield Step(
        "A/dave, s3:PutObject",
        "UploadPart to his own upload",
        "200",
        does(dave, "upload_part", daves, **part),
    )
    yield Step(
        "A/eve, s3:PutObject too",
        "UploadPart to dave's upload",
        "403 AccessDenied",
        does(eve, "upload_part", daves, **part),
    )
    yield Step(
        "A/dave", "ListParts: the initiator's right by default", "200", does(dave, "list_parts", daves)
    )
    yield Step(
        "A's root", "ListParts: the bucket owner's right by default", "200", does(a.root, "list_parts", daves)
    )
    yield Step(
        "A/mallory, no policies",
        "AbortMultipartUpload of dave's",
        "403 AccessDenied",
        does(mallory, "abort_multipart_upload", daves),
    )
    theirs = starts(up)
    yield Step(
        "B's root",
        "AbortMultipartUpload of B/up's: the initiating user's account",
        "204",
        does(b.root, "abort_multipart_upload", theirs),
    )
    deny = {
        "Sid": "DaveKeepsHisUploads",
        "Effect": "Deny",
        "Principal": {"AWS": dave.arn},
        "Action": "s3:AbortMultipartUpload",
        "Resource": "arn:aws:s3:::bkt/*",
    }
    bucket.put_policy(_document(both, deny))
    yield Step(
        "A/dave",
        "AbortMultipartUpload of his own, denied by A",
        "403 AccessDenied",
        does(dave, "abort_multipart_upload", daves),
    )
    yield Step("A's root", "AbortMultipartUpload", "204", does(a.root, "abort_multipart_upload", daves))
