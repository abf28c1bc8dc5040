"""Find a KMS key by its id, its ARN, its alias, or its alias ARN.

Ids and aliases are looked up in the requester's account and in one Region (CopyObject, "SSEKMSKeyId": KMS resolves
them "within the requester's account").
"""

from __future__ import annotations

import re

from mocks3.lib.partitions import partition_of
from mocks3.storage.kms.faults import ALIAS_NOT_FOUND, INVALID_ARN, INVALID_KEY_ID, KEY_NOT_FOUND
from mocks3.storage.kms.key_store import KeyStore, alias_arn
from mocks3.storage.kms.records import KeyRecord

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}", re.ASCII)
_ALIAS = re.compile(r"alias/[a-zA-Z0-9/_-]+", re.ASCII)
_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(key/.+|alias/.+)", re.ASCII)


def find(kms: KeyStore, name: str, account: str, region: str) -> KeyRecord | None:
    """Return the key that ``name`` refers to, for a request from ``account`` in ``region``.

    Returns None for an ARN of another account without a key: KMS does not reveal that it does not exist. Raises KMS's
    ``NotFoundException`` for an invalid name, an ARN of another Region, and a missing key of the own account.
    """
    match = _ARN.fullmatch(name)
    if match is not None:
        return _by_arn(kms, name, match, account, region)
    if _ALIAS.fullmatch(name):
        return _by_alias(kms, alias_arn(account, region, name), own=True)
    if not _ID.fullmatch(name):
        raise INVALID_KEY_ID(name=name)
    return _by_key_arn(kms, f"arn:{partition_of(region)}:kms:{region}:{account}:key/{name}", own=True)


def _by_arn(kms: KeyStore, arn: str, match: re.Match[str], account: str, region: str) -> KeyRecord | None:
    if match[1] != region:
        raise INVALID_ARN(region=match[1])
    own = match[2] == account
    return (_by_alias if match[3].startswith("alias/") else _by_key_arn)(kms, arn, own=own)


def _by_alias(kms: KeyStore, arn: str, *, own: bool) -> KeyRecord | None:
    key_arn = kms.alias(arn)
    key = None if key_arn is None else kms.key(key_arn)
    if key is None and own:
        raise ALIAS_NOT_FOUND(arn=arn)
    return key


def _by_key_arn(kms: KeyStore, arn: str, *, own: bool) -> KeyRecord | None:
    key = kms.key(arn)
    if key is None and own:
        raise KEY_NOT_FOUND(arn=arn)
    return key
