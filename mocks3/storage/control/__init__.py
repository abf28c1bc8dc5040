"""The resources of S3 Control that are neither buckets nor access points: records by ARN.

    control_store  all records, with snapshots            records     functions, Storage Lens
    grants         S3 Access Grants                       jobs        S3 Batch Operations
    multi_region   Multi-Region Access Points

Rule: a record is frozen, has an ``arn`` and an ``account``, and its ARN never changes.
"""

from __future__ import annotations

from typing import Any

from mocks3.storage.control.control_store import ControlMark, ControlStore
from mocks3.storage.control.grants import AccessGrant, AccessGrantsInstance, AccessGrantsLocation
from mocks3.storage.control.records import FunctionRecord

TAGGED_KINDS: tuple[type[Any], ...] = (AccessGrantsInstance, AccessGrantsLocation, AccessGrant)
"""The kinds of records with tags that TagResource changes. Each has an ``account``, an ``arn`` and ``tags``."""

__all__ = ["TAGGED_KINDS", "ControlMark", "ControlStore", "FunctionRecord"]
