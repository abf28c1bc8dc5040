"""The KMS keys of one in-memory AWS: their policies, grants, aliases and states. It is ``world.kms``.

Rule 1: records are immutable. A change replaces the record, so a snapshot is a copy of two small dictionaries.
Rule 2: nothing is encrypted, and nothing here decides who may use a key.
Rule 3: for a name without a key, ``faults`` contains KMS's own error. S3 and KMS serialize it in different ways.

    records     keys and grants            managed      the AWS managed key aws/s3 of every account
    key_store   all keys, by ARN           key_names    find a key by its id, its ARN, its alias or its alias ARN
"""

from __future__ import annotations

from mocks3.storage.kms.key_store import KeyStore, KeyStoreMark
from mocks3.storage.kms.records import DISABLED, ENABLED, PENDING_DELETION, GrantRecord, KeyRecord

__all__ = [
    "DISABLED",
    "ENABLED",
    "PENDING_DELETION",
    "GrantRecord",
    "KeyRecord",
    "KeyStore",
    "KeyStoreMark",
]
