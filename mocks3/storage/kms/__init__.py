"""The KMS keys of one in-memory AWS: who made them, who may use them, what state they are in.

Rule 1: records are immutable; a change replaces the record, so that a snapshot is a copy of two small dictionaries.
Rule 2: nothing is encrypted, and nothing here decides who may use a key. Rule 3: a name that means no key is
answered in KMS's own words (``faults``); S3 and KMS put them on the wire each in their own way.

    records     keys and grants            managed     the key aws/s3, which AWS keeps for every account
    keyring     all of them, by ARN        naming      a key by its id, its ARN, its alias or its alias's ARN
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
