"""Small records: Lambda functions that a test declared, Storage Lens, and what is left of deleted records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mocks3.lib.partitions import partition_of


@dataclass(frozen=True, slots=True)
class DeletedRecord:
    """The ARN of a record of S3 Control that was deleted."""

    account: str
    arn: str


@dataclass(frozen=True, slots=True)
class FunctionRecord:
    """A Lambda function of ``account``. ``run`` is called with the event that Lambda would pass to the function."""

    account: str
    arn: str
    run: Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class StorageLensConfiguration:
    """A configuration of S3 Storage Lens, which is a dashboard. ``content`` is the document that was put."""

    account: str
    region: str
    id: str
    content: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:storage-lens/ID``."""
        return f"arn:{partition_of(self.region)}:s3:{self.region}:{self.account}:storage-lens/{self.id}"


@dataclass(frozen=True, slots=True)
class StorageLensGroup:
    """A Storage Lens group. ``filter`` is the document that chooses its objects."""

    account: str
    region: str
    name: str
    filter: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:storage-lens-group/NAME``."""
        return (
            f"arn:{partition_of(self.region)}:s3:{self.region}:{self.account}:storage-lens-group/{self.name}"
        )
