"""Whatever a request says where the place cannot hold it, S3 answers, and its answer can be sent.

``MOCKS3_FUZZ_REQUESTS`` says how many requests are made; ``tox run -e fuzz`` makes 250,000.
"""

from __future__ import annotations

import contextlib
import os
import random
from typing import Any

import pytest

from mocks3 import MockAWS, NotSupported
from mocks3.interceptors.http_answers import answer, lower_case_headers

from . import hostile
from .conftest import EVERYTHING_TO_EVERYBODY
from .raw import by_root, read

REQUESTS = int(os.environ.get("MOCKS3_FUZZ_REQUESTS", "2000"))
AT_ONCE = 250
"""Requests of one test, which all start from one seed."""


@pytest.fixture(scope="module")
def filled() -> Any:
    """A bucket for everybody and one with Object Lock, and the mark to which they return."""
    aws = MockAWS()
    account = aws.account()
    account.create_bucket(
        "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello", "ü": b""}
    )
    s3 = aws.client()
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="locked", Key="k", Body=b"held")
    for key in ("\x01", "\ufffe", "a\rb"):
        s3.put_object(Bucket="open", Key=key)
    s3.put_bucket_website(Bucket="open", WebsiteConfiguration={"IndexDocument": {"Suffix": "k"}})
    return aws, aws.snapshot()


@pytest.mark.parametrize("seed", range(max(1, REQUESTS // AT_ONCE)))
def test_hostile_requests(filled: tuple[MockAWS, Any], seed: int) -> None:
    aws, mark = filled
    source = random.Random(seed)
    for n in range(AT_ONCE):
        if n % 10 == 0:
            aws.restore(mark)
        asked = hostile.request(source)
        headers = by_root(aws, asked.headers) if source.random() < 0.5 else asked.headers
        try:
            with contextlib.suppress(NotSupported):
                read(
                    asked.method,
                    answer(aws, asked.method, "https", asked.target, lower_case_headers(headers), asked.body),
                )
        except Exception as fault:
            fault.add_note(f"seed {seed}, request {n}: {asked}"[:3000])
            raise
    aws.restore(mark)
