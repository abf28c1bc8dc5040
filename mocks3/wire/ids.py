"""The headers of every response: new request ids, the date, the name of the server.

Rule 1: every response has new ids (recorded: both ids of S3 differ on every response). Rule 2: they come from a
separate generator, so that the numbers of a test that seeds ``random`` do not change.
"""

from __future__ import annotations

import base64
import random
import uuid

from mocks3 import clock
from mocks3.wire import times

_random = random.Random()  # noqa: S311 - ids, not secrets


def s3_headers() -> dict[str, str]:
    """Return the headers that every response of S3 has."""
    return {
        "x-amz-id-2": base64.b64encode(_random.getrandbits(456).to_bytes(57, "big")).decode(),
        "x-amz-request-id": f"{_random.getrandbits(64):016X}",
        "Date": _date(),
        "Server": "AmazonS3",
    }


def query_headers() -> dict[str, str]:
    """Return the headers that every response of a query service has."""
    request_id = uuid.UUID(int=_random.getrandbits(128), version=4)
    return {"x-amzn-RequestId": str(request_id), "Date": _date(), "Content-Type": "text/xml"}


def _date() -> str:
    return times.http_date(int(clock.now().timestamp()))
