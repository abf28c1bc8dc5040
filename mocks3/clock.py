"""The one place that asks what time it is.

Rule 1: nobody else in the package calls ``datetime.now`` or ``time.time`` for S3's sake.
Rule 2: the clock is looked up at every call, through the module, so that freezegun and time-machine,
which patch the standard library while a test runs, are followed without being imported.
"""

from __future__ import annotations

import datetime

TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"
"""How a moment in UTC is written to the second (ISO 8601)."""


def now() -> datetime.datetime:
    """The present moment, in UTC, to the microsecond.

    S3 shows times to the millisecond in XML and to the second in headers; rounding is the wire's business.
    """
    return datetime.datetime.now(datetime.UTC)
