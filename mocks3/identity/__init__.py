"""Who is asking: accounts and their principals, access keys, and the proof that a request comes from one.

Rule 1: nothing here decides what a caller may do. Rule 2: records are immutable; a change replaces the record, so
that a snapshot is a copy of a few small dictionaries.
"""

from __future__ import annotations

from mocks3.identity.authenticate import authenticate
from mocks3.identity.iam import Directory
from mocks3.identity.records import (
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
    "Directory",
    "GroupRecord",
    "RoleRecord",
    "ServiceRecord",
    "SessionRecord",
    "UserRecord",
    "authenticate",
]
