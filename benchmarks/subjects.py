"""The three subjects that are compared. Each has the same tasks, with a real boto3 client.

A task prepares what it needs without a timer, and returns the work to be timed (see :mod:`benchmarks.worker`).
"""

from __future__ import annotations

import dataclasses
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from benchmarks.memory import Peak
from benchmarks.scaled import Scaled

KIB, MIB = 1024, 1024 * 1024
REGION = "us-east-1"
BUCKET = "bench"
BODY = os.urandom(KIB)
ALLOW_S3 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
Work = Callable[[], object]


def repeat(count: int, work: Work) -> Work:
    """Return a function that does the work ``count`` times."""

    def run() -> None:
        for _ in range(count):
            work()

    return run


def key_of(number: int, total: int) -> str:
    """Return one of ``total`` keys, which have 20 different prefixes."""
    return f"p{number * 20 // total:02}/{number:08}"


class Subject:
    """The tasks, with a client that a subclass provides."""

    client: Any

    def put(self, count: int) -> Work:
        return repeat(count, partial(self.client.put_object, Bucket=BUCKET, Key="k", Body=BODY))

    def get(self, count: int) -> Work:
        self.client.put_object(Bucket=BUCKET, Key="k", Body=BODY)
        return repeat(count, lambda: self.client.get_object(Bucket=BUCKET, Key="k")["Body"].read())

    def head(self, count: int) -> Work:
        self.client.put_object(Bucket=BUCKET, Key="k", Body=BODY)
        return repeat(count, partial(self.client.head_object, Bucket=BUCKET, Key="k"))

    def delete(self, count: int) -> Work:
        keys = [f"delete/{number}" for number in range(count)]
        for key in keys:
            self.client.put_object(Bucket=BUCKET, Key=key, Body=BODY)

        def run() -> None:
            for key in keys:
                self.client.delete_object(Bucket=BUCKET, Key=key)

        return run

    def list_1000(self, count: int) -> Work:
        return repeat(count, partial(self._list, f"{BUCKET}-1000"))

    def list_10_of(self, total: int, variant: str, count: int) -> float:
        """Return the CPU seconds for a page of ten of ``total`` keys: plain, with a delimiter, or with a prefix."""
        how = {"plain": {}, "delimiter": {"Delimiter": "/"}, "prefix": {"Prefix": "p07/"}}[variant]
        work = repeat(count, partial(self._list, f"{BUCKET}-{total}", MaxKeys=10, **how))
        work()
        start = time.process_time()
        work()
        return (time.process_time() - start) / count

    def _list(self, bucket: str, **how: Any) -> Any:
        return self.client.list_objects_v2(Bucket=bucket, **how)

    def put_large(self, size: int) -> tuple[float, int]:
        """Return the CPU seconds and the peak memory in bytes of one put of ``size`` bytes."""
        self.client.put_object(Bucket=BUCKET, Key="warm", Body=BODY)
        body = os.urandom(MIB) * (size // MIB)
        with Peak() as peak:
            start = time.process_time()
            self.client.put_object(Bucket=BUCKET, Key="large", Body=body)
            spent = time.process_time() - start
        return spent, peak.bytes

    def upload_file(self, path: str) -> tuple[float, int]:
        """Return the CPU seconds and the peak memory in bytes of ``upload_file`` of the file at ``path``."""
        self.client.put_object(Bucket=BUCKET, Key="warm", Body=BODY)
        with Peak() as peak:
            start = time.process_time()
            self.client.upload_file(path, BUCKET, "large")
            spent = time.process_time() - start
        return spent, peak.bytes


class Floor(Subject):
    """The client alone: a ``before-send`` handler returns a prepared answer."""

    def __init__(self) -> None:
        self.client = boto3.Session().client(
            "s3", region_name=REGION, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x" * 40
        )
        self.client.meta.events.register_first("before-send.s3", self._answer)

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        body = b""
        headers = {"x-amz-request-id": "0A49CE4060975EAC", "x-amz-id-2": "A" * 76, "Server": "AmazonS3"}
        if request.method == "PUT":
            drain(request.body)
            headers |= {"ETag": '"0123456789abcdef0123456789abcdef"', "Content-Length": "0"}
        elif request.method == "POST":
            drain(request.body)
            body = MULTIPART[b"uploadId" in request.url.encode()]
        elif request.method in ("GET", "HEAD"):
            body = LISTING if "list-type" in request.url else BODY
            headers |= {
                "ETag": '"0123456789abcdef0123456789abcdef"',
                "Last-Modified": "Sat, 21 Nov 2026 12:00:00 GMT",
                "Content-Type": "application/xml" if body is LISTING else "binary/octet-stream",
                "Content-Length": str(len(body)),
                "Accept-Ranges": "bytes",
            }
        status = 204 if request.method == "DELETE" else 200
        return AWSResponse(request.url, status, headers, Raw(b"" if request.method == "HEAD" else body))


class Raw(io.BytesIO):
    """A response's body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def drain(body: Any) -> None:
    """Read a request's body as an HTTP client would, in urllib3's blocks of 16 KiB."""
    if hasattr(body, "read"):
        while body.read(16 * KIB):
            pass


LISTING = b"".join(
    [
        b'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
        b"<Name>bench-1000</Name><Prefix></Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys>",
        b"<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>",
        *(
            b"<Contents><Key>%s</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>"
            b"<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag>"
            b"<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
            b"<Size>1024</Size><StorageClass>STANDARD</StorageClass></Contents>" % key_of(n, 1000).encode()
            for n in range(1000)
        ),
        b"</ListBucketResult>",
    ]
)
MULTIPART = {
    False: b"<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>large</Key><UploadId>u</UploadId>"
    b"</InitiateMultipartUploadResult>",
    True: b"<CompleteMultipartUploadResult><Bucket>bench</Bucket><Key>large</Key><ETag>&quot;0-1&quot;</ETag>"
    b"</CompleteMultipartUploadResult>",
}


class Mock(Subject):
    """The common part of moto and mocks3: start, stop, and create objects."""

    def __init__(self) -> None:
        self.client = self.enter()
        self.client.create_bucket(Bucket=BUCKET)

    def enter(self) -> Any:
        """Start the mock without stopping it, and return the client that the tasks use."""
        raise NotImplementedError

    def context(self) -> AbstractContextManager[Any]:
        """Return the mock as a context manager, as a test uses it."""
        raise NotImplementedError

    def fill(self, total: int) -> None:
        """Create a bucket with ``total`` empty objects, for the tasks that list."""
        bucket = f"{BUCKET}-{total}"
        self.client.create_bucket(Bucket=bucket)
        self.put_empty(bucket, [key_of(number, total) for number in range(total)])

    def put_empty(self, bucket: str, keys: list[str]) -> None:
        for key in keys:
            self.client.put_object(Bucket=bucket, Key=key)


class Idle:
    """A mock that is not running when its tasks begin, to measure the cost of entering and leaving it."""

    context: Callable[[], AbstractContextManager[Any]]

    def enter_leave(self, count: int) -> Work:
        def run() -> None:
            for _ in range(count):
                with self.context():
                    pass

        return run

    def tiny_test(self, count: int) -> Work:
        return repeat(count, self._tiny_test)

    def _tiny_test(self) -> None:
        with self.context():
            client = boto3.Session().client("s3", region_name=REGION)
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="k", Body=BODY)
            assert client.get_object(Bucket=BUCKET, Key="k")["Body"].read() == BODY


class Moto(Mock):
    """moto under ``mock_aws``."""

    def enter(self) -> Any:
        from moto import mock_aws

        mock_aws().start()
        return boto3.Session().client("s3", region_name=REGION)

    def put_empty(self, bucket: str, keys: list[str]) -> None:
        from moto.s3.models import s3_backends

        backend = s3_backends["123456789012"]["aws"]
        for key in keys:
            backend.put_object(bucket, key, b"")


class MotoIdle(Idle):
    """moto, not running when a task begins."""

    def __init__(self) -> None:
        from moto import mock_aws

        self.context = mock_aws


class Mocks3(Scaled, Mock):
    """mocks3 in its intended use: the caller is an IAM user with its own keys and a policy that allows the calls."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        super().__init__()

    def enter(self) -> Any:
        from mocks3 import mock_s3

        self.aws = mock_s3(min_part_size=0, **self._options).start()
        user = self.aws.account().create_user("bench", policies=[ALLOW_S3])
        return user.client("s3", region_name=REGION)

    def put_empty(self, bucket: str, keys: list[str]) -> None:
        super().put_empty(bucket, keys[:1])
        with self.aws.store.editing(bucket) as editable:
            template = editable.current(keys[0])
            assert template is not None
            for key in keys:
                editable.put(dataclasses.replace(template, key=key))


class Mocks3Idle(Idle):
    """mocks3, not running when a task begins."""

    def __init__(self) -> None:
        from mocks3 import mock_s3

        self.context = mock_s3


SUBJECTS: dict[str, Callable[..., Any]] = {
    "floor": Floor,
    "moto": Moto,
    "mocks3": Mocks3,
    "mocks3 wire": partial(Mocks3, path="wire"),
    "moto idle": MotoIdle,
    "mocks3 idle": Mocks3Idle,
}
