"""What effects leave in the state: messages that were sent, replications, and log lines that are not delivered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.storage import Version


@dataclass(frozen=True, slots=True)
class Event:
    """A message that S3 sent.

    Attributes:
        bucket: The name of the bucket.
        name: The event name, with ``s3:``.
        key: The object key, not encoded; None for ``s3:TestEvent``.
        destination: The ARN of the queue, topic or function, or ``"eventbridge"``.
        message: The message as a dict, before it is encoded as JSON.
    """

    bucket: str
    name: str
    key: str | None
    destination: str
    message: dict[str, Any]


class LogLine(NamedTuple):
    """A log line and the time of its request."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Replication:
    """One attempt to copy a version or a delete marker by a rule, and its result.

    Attributes:
        bucket: The name of the source bucket.
        key: The object key.
        version_id: The version id.
        destination: The name of the destination bucket.
        rule: The id of the rule.
        status: ``"COMPLETED"`` or ``"FAILED"``.
        why: A sentence about the failure, None for a success.
        decision: The denied permission, None if the failure has another cause.
        reason: AWS's code for the failure, for example ``DstPutObjectNotPermitted``.
    """

    bucket: str
    key: str
    version_id: str
    destination: str
    rule: str
    status: str
    why: str | None = None
    decision: Decision | None = None
    reason: str | None = None


class PendingReplication(NamedTuple):
    """A version that waits to be copied.

    ``since`` is when the wait began. ``late`` is True after the events about the missed threshold were sent.
    ``metrics_rules`` are the ids and destinations of the rules whose metrics track it.
    """

    bucket: str
    version: Version
    since: datetime
    metrics_rules: tuple[tuple[str, str], ...]
    late: bool = False
