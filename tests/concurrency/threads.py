"""Helpers of the tests of threads: answers as codes, policies, the state of a bucket, and threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

A, B = "111111111111", "222222222222"


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": statement}


def code(call: Callable[..., Any], /, **params: Any) -> str:
    """Make a call, and return ``OK`` or the code of its error. Any other exception is a failure."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "OK"


def state(aws: Any, name: str) -> Any:
    """Return everything that the store has for a bucket."""
    bucket = aws.store.bucket(name)
    if bucket is None:
        return None
    listed = bucket.list_versions(limit=1 << 30).entries
    uploads = [(upload.id, tuple(upload.parts.values())) for upload in bucket.uploads.values()]
    settings = (
        bucket.owner,
        bucket.acl,
        bucket.ownership,
        bucket.policy,
        bucket.public_access_block,
        bucket.versioning,
    )
    return [each.version for each in listed], uploads, settings, dict(bucket.configurations)


def run(*jobs: Callable[[], object]) -> None:
    """Run each job in its own thread, wait for all, and raise the first exception."""
    errors: list[BaseException] = []

    def catching(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=catching, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
