"""Faults that a test injects into calls to S3: errors of the service, of the connection, and of the body.

    from mocks3.faults import SlowDown

    aws.faults.add("PutObject", SlowDown, times=2)

Rule 1: a fault is decided in the pipeline, where the caller, the bucket and the key are known. Interceptors and the
server only raise the error of their library, or end the connection. Rule 2: a request gets at most one fault: that of
the first entry that fits. Rule 3: every fault that was injected is recorded, in ``aws.faults.injected`` and in
``aws.calls``.
"""

from __future__ import annotations

from mocks3.faults.kinds import (
    CallFault,
    ConnectionLost,
    ConnectionReset,
    ConnectTimeout,
    CorruptedBody,
    InternalError,
    Latency,
    ReadTimeout,
    RequestTimeout,
    ServiceUnavailable,
    SlowDown,
    TruncatedAnswer,
    TruncatedBody,
)
from mocks3.faults.rules import Faults, FaultsMark, InjectedFault

__all__ = [
    "CallFault",
    "ConnectTimeout",
    "ConnectionLost",
    "ConnectionReset",
    "CorruptedBody",
    "Faults",
    "FaultsMark",
    "InjectedFault",
    "InternalError",
    "Latency",
    "ReadTimeout",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "TruncatedAnswer",
    "TruncatedBody",
]
