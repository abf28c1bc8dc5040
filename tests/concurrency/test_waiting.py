"""Bodies, listeners and functions are code outside mocks3, and can wait for other threads that call S3."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS

from .threads import A, B, allow, code, run


class Meanwhile(io.RawIOBase):
    """A body that runs something in another thread, and waits for it, before it returns its first byte."""

    def __init__(self, data: bytes, job: Callable[[], object]) -> None:
        self._data = io.BytesIO(data)
        self._jobs = [job]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._data.seek(offset, whence)

    def tell(self) -> int:
        return self._data.tell()

    def read(self, size: int = -1) -> bytes:
        if self._data.tell() == 0 and self._jobs and size:
            run(self._jobs.pop())
        return self._data.read(size)


# botocore reads a body before the request if it has to compute its digest. Without a digest only S3 reads the body.
QUIET = Config(request_checksum_calculation="when_required", s3={"payload_signing_enabled": False})


@pytest.fixture
def mine(aws: MockAWS) -> Any:
    client = aws.account(A).client("s3", config=QUIET)
    client.create_bucket(Bucket="bkt")
    return client


def test_a_body_may_wait_for_another_thread_that_calls_s3(aws: MockAWS, mine: Any) -> None:
    other = aws.account(A).client()
    body = Meanwhile(b"x" * 100, lambda: other.put_object(Bucket="bkt", Key="other", Body=b""))
    mine.put_object(Bucket="bkt", Key="k", Body=body)
    assert other.get_object(Bucket="bkt", Key="k")["Body"].read() == b"x" * 100
    assert code(other.head_object, Bucket="bkt", Key="other") == "OK"


def test_a_bucket_that_is_taken_over_while_a_body_comes_in_gets_nothing(aws: MockAWS, mine: Any) -> None:
    theirs = aws.account(B).client()

    def take_over() -> None:
        aws.account(A).client().delete_bucket(Bucket="bkt")
        theirs.create_bucket(Bucket="bkt")

    body = Meanwhile(b"x", take_over)
    assert code(mine.put_object, Bucket="bkt", Key="k", Body=body) == "AccessDenied"
    assert theirs.list_objects_v2(Bucket="bkt")["KeyCount"] == 0


def test_a_policy_that_is_revoked_while_a_part_comes_in_denies_it(aws: MockAWS, mine: Any) -> None:
    user = aws.account(A).create_user("eve", policies=allow("s3:*"))
    client = user.client("s3", config=QUIET)
    named = {"Bucket": "bkt", "Key": "k"}
    named["UploadId"] = client.create_multipart_upload(**named)["UploadId"]
    body = Meanwhile(b"x", user.delete_policy)
    assert code(client.upload_part, **named, PartNumber=1, Body=body) == "AccessDenied"
    assert "Parts" not in mine.list_parts(**named)


def test_an_upload_that_is_aborted_while_a_part_comes_in_is_gone(aws: MockAWS, mine: Any) -> None:
    """M-16."""
    named = {"Bucket": "bkt", "Key": "k"}
    named["UploadId"] = mine.create_multipart_upload(**named)["UploadId"]
    body = Meanwhile(b"x", lambda: aws.account(A).client().abort_multipart_upload(**named))
    assert code(mine.upload_part, **named, PartNumber=1, Body=body) == "NoSuchUpload"


def test_a_body_that_changes_nothing_is_authorized_once(aws: MockAWS, mine: Any) -> None:
    before = len(aws.decisions)
    mine.put_object(Bucket="bkt", Key="k", Body=Meanwhile(b"x", lambda: None))
    assert [each.action for each in aws.decisions[before:]] == ["s3:PutObject"]


def test_a_large_body_in_memory_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    data = bytes(range(256)) * (5 << 12)
    mine.put_object(Bucket="bkt", Key="k", Body=data, ChecksumAlgorithm="SHA256")
    assert mine.get_object(Bucket="bkt", Key="k")["Body"].read() == data


def test_what_is_raised_by_a_body_reaches_the_caller_and_leaves_the_lock_free(
    aws: MockAWS, mine: Any
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mine.put_object(Bucket="bkt", Key="k", Body=Meanwhile(b"x", fail))
    run(lambda: aws.account(A).client().put_object(Bucket="bkt", Key="k", Body=b"x"))


def test_a_listener_may_wait_for_another_thread_that_calls_s3(aws: MockAWS) -> None:
    queue = "arn:aws:sqs:us-east-1:123456789012:queue"
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    client.create_bucket(Bucket="other")
    configuration = {"QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]}
    client.put_bucket_notification_configuration(Bucket="bkt", NotificationConfiguration=configuration)
    heard: list[str] = []

    def listen(message: dict[str, Any]) -> None:
        key = message["Records"][0]["s3"]["object"]["key"]
        run(lambda: client.put_object(Bucket="other", Key=key, Body=b""))
        heard.append(key)

    aws.on_event(queue, listen)
    for key in ("a", "b"):
        client.put_object(Bucket="bkt", Key=key, Body=b"x")
        assert heard[-1] == key  # before the request is answered
    assert [each["Key"] for each in client.list_objects_v2(Bucket="other")["Contents"]] == ["a", "b"]


def test_a_function_may_wait_for_another_thread_that_calls_s3(aws: MockAWS) -> None:
    account = aws.account()
    bucket = account.create_bucket("bkt", objects={"k": b"x"})
    client = aws.client()

    def answer(event: dict[str, Any]) -> None:
        about = event["getObjectContext"]
        token = {"RequestRoute": about["outputRoute"], "RequestToken": about["outputToken"]}
        run(lambda: client.write_get_object_response(**token, Body=b"made"))

    point = account.create_object_lambda_access_point("point", bucket.create_access_point("plain"), answer)
    assert client.get_object(Bucket=point.arn, Key="k")["Body"].read() == b"made"


def test_a_document_that_is_streamed_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    user = aws.account(A).create_user("eve", policies=allow("s3:*"))
    document = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    url = user.client("s3").generate_presigned_url(
        "put_bucket_versioning", Params={"Bucket": "bkt", "VersioningConfiguration": {"Status": "Enabled"}}
    )
    length = {"Content-Length": str(len(document))}
    with urllib3.PoolManager() as pool:
        body = Meanwhile(document, user.delete_policy)
        assert pool.request("PUT", url, body=body, headers=length).status == 403
        assert "Status" not in mine.get_bucket_versioning(Bucket="bkt")
        user.put_policy(allow("s3:*"))
        body = Meanwhile(document, lambda: mine.put_object(Bucket="bkt", Key="k", Body=b""))
        assert pool.request("PUT", url, body=body, headers=length).status == 200
    assert mine.get_bucket_versioning(Bucket="bkt")["Status"] == "Enabled"


def test_a_form_that_is_streamed_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    form = mine.generate_presigned_post("bkt", "k")
    data, kind = urllib3.encode_multipart_formdata({**form["fields"], "file": ("k", b"posted")})
    body = Meanwhile(data, lambda: mine.put_object(Bucket="bkt", Key="other", Body=b""))
    headers = {"Content-Type": kind, "Content-Length": str(len(data))}
    with urllib3.PoolManager() as pool:
        assert pool.request("POST", form["url"], body=body, headers=headers).status == 204
    assert mine.get_object(Bucket="bkt", Key="k")["Body"].read() == b"posted"


@pytest.mark.parametrize("method", ["put_object_annotation", "put_object"])
def test_other_bodies_are_read_while_others_go_on(aws: MockAWS, mine: Any, method: str) -> None:
    """Annotations, and appends to objects of directory buckets."""
    bucket = "base--use1-az4--x-s3" if method == "put_object" else "bkt"
    if method == "put_object":
        aws.account(A).create_bucket(bucket)
    mine.put_object(Bucket=bucket, Key="k", Body=b"x")
    more: dict[str, Any] = {
        "put_object": {"WriteOffsetBytes": 1, "Body": Meanwhile(b"y", lambda: None)},
        "put_object_annotation": {"AnnotationName": "n", "AnnotationPayload": Meanwhile(b"y", lambda: None)},
    }[method]
    assert code(getattr(mine, method), Bucket=bucket, Key="k", **more) == "OK"


def test_what_was_decided_in_another_state_is_not_in_the_journal(aws: MockAWS, mine: Any) -> None:
    body = Meanwhile(b"x", lambda: aws.account(A).create_user("eve"))
    before = len(aws.decisions)
    mine.put_object(Bucket="bkt", Key="k", Body=body)
    assert [each.action for each in aws.decisions[before:]] == ["s3:PutObject"]
