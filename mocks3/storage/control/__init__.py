"""The resources of S3 Control that are neither buckets nor access points: records by ARN.

    control_store  all records, with snapshots            records     functions, Storage Lens
    grants         S3 Access Grants                       jobs        S3 Batch Operations
    multi_region   Multi-Region Access Points

Rule: a record is frozen, has an ``arn`` and an ``account``, and its ARN never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mocks3.storage.control.control_store import ControlMark, ControlStore
from mocks3.storage.control.grants import AccessGrant, AccessGrantsInstance, AccessGrantsLocation
from mocks3.storage.control.jobs import Job
from mocks3.storage.control.multi_region import MultiRegionAccessPoint
from mocks3.storage.control.records import FunctionRecord, StorageLensConfiguration, StorageLensGroup

TAGGED_KINDS: tuple[type[Any], ...] = (
    AccessGrantsInstance,
    AccessGrantsLocation,
    AccessGrant,
    StorageLensGroup,
)
"""The kinds of records with tags that TagResource changes. Each has an ``account``, an ``arn`` and ``tags``."""

TITLES: Mapping[type, str] = {
    FunctionRecord: "Lambda function",
    MultiRegionAccessPoint: "Multi-Region Access Point",
    AccessGrantsInstance: "S3 Access Grants instance",
    AccessGrantsLocation: "S3 Access Grants location",
    AccessGrant: "access grant",
    Job: "job",
    StorageLensConfiguration: "Storage Lens configuration",
    StorageLensGroup: "Storage Lens group",
}
"""What the kinds of records are called. Asynchronous requests are not state that lasts."""

__all__ = [
    "TAGGED_KINDS",
    "TITLES",
    "ControlMark",
    "ControlStore",
    "FunctionRecord",
    "StorageLensConfiguration",
    "StorageLensGroup",
]
