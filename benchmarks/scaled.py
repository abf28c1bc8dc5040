"""Tasks in a world with many things. Each returns the CPU seconds of one call, or of one thing."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

ROUNDS = 50


class Scaled:
    """The tasks of mocks3, which a subclass has opened with the user ``bench`` as its caller."""

    aws: Any
    client: Any
    put_empty: Callable[[str, list[str]], None]

    def versions(self, total: int) -> float:
        """List ten versions of a key in the middle of its versions."""
        bucket, ids = self._versions(total)
        where = {"KeyMarker": "k", "VersionIdMarker": ids[total // 2]}
        return cost(lambda: self.client.list_object_versions(Bucket=bucket, MaxKeys=10, **where))

    def version_reads(self, total: int) -> float:
        """Get the version in the middle of the versions of a key."""
        bucket, ids = self._versions(total)
        return cost(lambda: self.client.head_object(Bucket=bucket, Key="k", VersionId=ids[total // 2]))

    def _versions(self, total: int) -> tuple[str, list[str]]:
        bucket = self._bucket()
        self.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return bucket, [
            self.client.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"] for _ in range(total)
        ]

    def complete(self, total: int) -> float:
        """Complete an upload: the time for one of its parts."""
        target = {"Bucket": self._bucket(), "Key": "k"}
        upload = self.client.create_multipart_upload(**target)["UploadId"]
        parts = [
            {
                "PartNumber": number,
                "ETag": self.client.upload_part(**target, UploadId=upload, PartNumber=number, Body=b"x")[
                    "ETag"
                ],
            }
            for number in range(1, total + 1)
        ]
        start = time.process_time()
        self.client.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": parts})
        return (time.process_time() - start) / total

    def buckets(self, total: int) -> float:
        """Put and get an object in one of many buckets."""
        bucket = [self._bucket() for _ in range(total)][total // 2]
        return cost(lambda: self._put_and_get(bucket, "k"))

    def statements(self, total: int) -> float:
        """Get an object as a user whose policies have many statements for other actions, with conditions."""
        bucket = self._bucket()
        self.client.put_object(Bucket=bucket, Key="k", Body=b"x")
        documents = [policy(bucket, range(start, min(start + 20, total))) for start in range(0, total, 20)]
        user = self.aws.account().create_user(f"{bucket}-{total}", policies=[read(bucket), *documents])
        client = user.client("s3")
        return cost(lambda: client.head_object(Bucket=bucket, Key="k"))

    def threads(self, total: int) -> float:
        """Put and get in several threads: the time of one pair of calls, all threads together."""
        bucket = self._bucket()

        def work(name: str) -> None:
            for _ in range(ROUNDS):
                self._put_and_get(bucket, name)

        work("warm")
        threads = [threading.Thread(target=work, args=(str(number),)) for number in range(total)]
        start = time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (time.process_time() - start) / (ROUNDS * total)

    def keys(self, total: int) -> tuple[float, float, float]:
        """Return the bytes of memory of a key, and the seconds of a put: the second and the first after a restore."""
        bucket = self._bucket()
        size = self._size_of_a_key(min(total, 20_000))
        names = [f"p{number * 20 // total:02}/{number:08}" for number in range(total)]
        self.put_empty(bucket, names)

        def put() -> None:
            self.client.put_object(Bucket=bucket, Key=names[total // 2], Body=b"x")

        mark, first, second = self.aws.snapshot(), [], []
        for _ in range(ROUNDS):
            self.aws.restore(mark)
            first.append(cost(put, 1, warm=False))
            second.append(cost(put, 1, warm=False))
        return size, median(second), median(first)

    def _size_of_a_key(self, total: int) -> float:
        """Return the bytes of memory of an object of one byte with a key of eleven characters."""
        bucket = self.aws.account().create_bucket("sizes")
        bucket.put({"warm": b"x"})
        gc.collect()
        tracemalloc.start()
        bucket.put({f"p00/{number:07}": bytes([number % 251]) for number in range(total)})
        size = tracemalloc.get_traced_memory()[0] / total
        tracemalloc.stop()
        return size

    def _put_and_get(self, bucket: str, key: str) -> None:
        self.client.put_object(Bucket=bucket, Key=key, Body=b"x")
        self.client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def _bucket(self) -> str:
        bucket = f"scaled-{len(self.client.list_buckets()['Buckets'])}"
        self.client.create_bucket(Bucket=bucket)
        return bucket


def cost(work: Callable[[], object], count: int = ROUNDS, *, warm: bool = True) -> float:
    """Return the CPU seconds of one of ``count`` repetitions."""
    if warm:
        work()
    start = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - start) / count


def read(bucket: str) -> dict[str, Any]:
    """Return a policy that allows to read the objects of a bucket."""
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def policy(bucket: str, numbers: Iterable[int]) -> dict[str, Any]:
    """Return a policy with one statement for each number. None is about reading an object."""
    actions = ("s3:PutObjectTagging", "s3:DeleteObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload")
    statements = [
        {
            "Effect": "Allow",
            "Action": actions[number % len(actions)],
            "Resource": f"arn:aws:s3:::{bucket}/p{number}/*",
            "Condition": {"StringEquals": {"aws:username": f"u{number}"}},
        }
        for number in numbers
    ]
    return {"Version": "2012-10-17", "Statement": statements}
