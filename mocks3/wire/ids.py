"""What every answer carries: fresh request ids, the date, the server's name.

Rule 1: ids are never the same twice (recorded: both of S3's differ on every answer). Rule 2: they come from a
generator of our own; a test that seeds ``random`` gets its numbers undisturbed.
"""

from __future__ import annotations

import base64
import random
import uuid

from mocks3 import clock
from mocks3.wire import times

_random = random.Random()  # noqa: S311 - ids, not secrets


def s3_headers() -> dict[str, str]:
    """The headers that begin every answer of S3's."""
    return {
        "x-amz-id-2": base64.b64encode(_random.getrandbits(456).to_bytes(57, "big")).decode(),
        "x-amz-request-id": f"{_random.getrandbits(64):016X}",
        "Date": _date(),
        "Server": "AmazonS3",
    }


def query_headers() -> dict[str, str]:
    """The headers that begin every answer of a query service."""
    request_id = uuid.UUID(int=_random.getrandbits(128), version=4)
    return {"x-amzn-RequestId": str(request_id), "Date": _date(), "Content-Type": "text/xml"}


def _date() -> str:
    return times.http_date(int(clock.now().timestamp()))
