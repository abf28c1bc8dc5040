"""Records of keys and grants. Source: KMS API Reference, KeyMetadata and GrantListEntry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.lib.partitions import partition_of
from mocks3.policy import Policy

ENABLED, DISABLED, PENDING_DELETION = "Enabled", "Disabled", "PendingDeletion"

Context = Mapping[str, str]
"""An encryption context."""


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """A grant: it allows ``grantee`` (an ARN) the ``operations`` (``Decrypt``, ``GenerateDataKey``…) with the key.

    ``equals`` and ``subset`` are its constraints: the encryption context must be equal to this, or must contain this.
    None is no constraint. ``principals`` maps the ARNs in the grant to unique ids (PE-14).
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

    ``deletion`` is the time of a scheduled deletion. ``manager`` is ``CUSTOMER``, or ``AWS`` for AWS managed keys.
    ``principals`` maps the ARNs in the key policy to unique ids (PE-14).
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
        return f"arn:{partition_of(self.region)}:kms:{self.region}:{self.account}:key/{self.id}"

    @property
    def state(self) -> str:
        """Return ``Enabled``, ``Disabled`` or ``PendingDeletion`` (developer guide, "Key states")."""
        if self.deletion is not None:
            return PENDING_DELETION
        return ENABLED if self.enabled else DISABLED
