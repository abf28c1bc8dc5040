"""Every request to IAM, STS, KMS, Organizations or S3 Control gets an answer, or an error that names what is refused.

``MOCKS3_FUZZ_REQUESTS`` says how many requests are made; ``tox run -e fuzz`` makes 250,000.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import MockAWS, NotSupported
from mocks3.interceptors.http_answers import answer, lower_case_headers
from mocks3.model.messages import WireResponse

from . import hostile_services

REQUESTS = int(os.environ.get("MOCKS3_FUZZ_REQUESTS", "2000"))
AT_ONCE = 200


@pytest.fixture(scope="module")
def filled() -> Any:
    """One of each thing, their names by member, and the mark to which the AWS returns."""
    with freeze_time("2026-03-01T12:00:00Z"):
        aws = MockAWS()
        known = hostile_services.known_things(aws)
        return aws, known, aws.snapshot()


@pytest.mark.parametrize("service", sorted(hostile_services.HOSTS))
@pytest.mark.parametrize("seed", range(max(1, REQUESTS // AT_ONCE // 5)))
def test_hostile_requests(filled: Any, service: str, seed: int) -> None:
    aws, known, mark = filled
    source = random.Random(f"{service} {seed}")
    with freeze_time("2026-03-01T12:00:00Z"):
        for n in range(AT_ONCE):
            if n % 10 == 0:
                aws.restore(mark)
            asked = hostile_services.request(source, service, known)
            try:
                with contextlib.suppress(NotSupported):
                    headers = lower_case_headers(asked.headers)
                    check(answer(aws, asked.method, "https", asked.target, headers, asked.body))
            except Exception as fault:
                fault.add_note(f"{service}, seed {seed}, request {n}: {asked}"[:3000])
                raise
        aws.restore(mark)


def check(found: WireResponse) -> None:
    """Check that an answer is one of the service: an error has a code and a message."""
    body = found.body
    assert isinstance(body, bytes)
    assert 200 <= found.status < 500, body[:300]
    if found.status >= 400 and body.startswith(b"<"):
        assert re.search(rb"<Code>[\w.]+</Code>\s*<Message>", body)
    elif found.status >= 400 and body:
        assert "__type" in json.loads(body) or "x-amzn-errortype" in {name.lower() for name in found.headers}


def test_most_requests_reach_an_operation(filled: Any) -> None:
    """A fuzz that is refused at the door finds nothing."""
    aws, known, mark = filled
    source, reached = random.Random(1), 0
    with freeze_time("2026-03-01T12:00:00Z"):
        for _ in range(100):
            aws.restore(mark)
            before = len(aws.calls)
            asked = hostile_services.request(source, "iam", known)
            with contextlib.suppress(NotSupported):
                answer(
                    aws, asked.method, "https", asked.target, lower_case_headers(asked.headers), asked.body
                )
            reached += any(call.error is None for call in aws.calls[before:])
        aws.restore(mark)
    assert reached > 15
