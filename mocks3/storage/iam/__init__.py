"""The accounts, users, groups, roles and access keys of one in-memory AWS. It is ``world.iam``.

Rule 1: records are immutable. A change replaces the record, so a snapshot is a copy of a few small dictionaries.
Rule 2: nothing here decides what a caller may do.
"""

from __future__ import annotations

from mocks3.storage.iam.managed_policies import ManagedPolicyRecord
from mocks3.storage.iam.principal_store import IamStore
from mocks3.storage.iam.records import (
    ANONYMOUS_CANONICAL_ID,
    AccessKeyRecord,
    AccountRecord,
    GroupRecord,
    RoleRecord,
    ServiceRecord,
    SessionRecord,
    UserRecord,
)

__all__ = [
    "ANONYMOUS_CANONICAL_ID",
    "AccessKeyRecord",
    "AccountRecord",
    "GroupRecord",
    "IamStore",
    "ManagedPolicyRecord",
    "RoleRecord",
    "ServiceRecord",
    "SessionRecord",
    "UserRecord",
]
