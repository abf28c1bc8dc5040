"""Jobs of S3 Batch Operations.

Source: user guide, "Tracking job status and completion reports"; API_control_JobDescriptor.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mocks3.lib.partitions import partition_of

NEW, PREPARING, SUSPENDED, READY, ACTIVE = "New", "Preparing", "Suspended", "Ready", "Active"
COMPLETE, FAILED, CANCELLED = "Complete", "Failed", "Cancelled"
ENDED = frozenset({COMPLETE, FAILED, CANCELLED})
"""The statuses after which a job does not change."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of ``account``.

    ``operation``, ``manifest`` and ``report`` are the members of CreateJob. ``due`` is the time at which the job is
    prepared, or runs once it is confirmed. ``failures`` are codes and sentences. The counters are numbers of tasks.
    """

    account: str
    region: str
    id: str
    token: str
    operation: Mapping[str, Any]
    manifest: Mapping[str, Any]
    report: Mapping[str, Any]
    priority: int
    role: str
    created: datetime.datetime
    due: datetime.datetime
    confirmation: bool = False
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str = NEW
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    suspended: datetime.datetime | None = None
    ended: datetime.datetime | None = None
    status_reason: str | None = None
    failures: tuple[tuple[str, str], ...] = ()

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:job/ID``."""
        return f"arn:{partition_of(self.region)}:s3:{self.region}:{self.account}:job/{self.id}"

    @property
    def kind(self) -> str:
        """The operation of the tasks, such as ``S3PutObjectTagging``."""
        return next(iter(self.operation))

    @property
    def is_waiting(self) -> bool:
        """Whether the job starts by itself when it is due."""
        return self.status in (NEW, READY)
