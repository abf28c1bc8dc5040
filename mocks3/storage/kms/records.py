"""Keys and grants as values. Source: KMS API Reference, KeyMetadata and GrantListEntry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy

ENABLED, DISABLED, PENDING_DELETION = "Enabled", "Disabled", "PendingDeletion"

Context = Mapping[str, str]
"""An encryption context: what a ciphertext is bound to, in plain text."""


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """A grant: lets ``grantee`` (an ARN) do ``operations`` (``Decrypt``, ``GenerateDataKey``…) with the key.

    ``equals`` and ``subset`` are its constraints: the encryption context must be exactly this, or hold at least
    this. None is no constraint. ``principals`` is whom it names: ARN to unique id (PE-14).
    """

    id: str
    token: str
    grantee: str
    operations: tuple[str, ...]
    created: datetime.datetime
    issuer: str
    name: str | None = None
    retiring: str | None = None
    equals: Context | None = None
    subset: Context | None = None
    principals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A symmetric KMS key of an account in a Region.

    ``deletion`` is when a key that is scheduled to go will be gone. ``manager`` is ``CUSTOMER``, or ``AWS`` for
    the keys that AWS keeps for an account. ``principals`` is whom the policy names: ARN to unique id (PE-14).
    """

    account: str
    region: str
    id: str
    policy: Policy
    created: datetime.datetime
    description: str = ""
    enabled: bool = True
    deletion: datetime.datetime | None = None
    manager: str = "CUSTOMER"
    grants: tuple[GrantRecord, ...] = field(default=())
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:kms:REGION:ACCOUNT:key/ID``."""
        return f"arn:aws:kms:{self.region}:{self.account}:key/{self.id}"

    @property
    def state(self) -> str:
        """``Enabled``, ``Disabled`` or ``PendingDeletion`` [developer guide, "Key states"]."""
        if self.deletion is not None:
            return PENDING_DELETION
        return ENABLED if self.enabled else DISABLED
