"""What S3 remembers about buckets, versions and uploads beside bytes and names.

Rule 1: values only, frozen. What a grant permits, when a lock holds, who an account is: others' business.
Rule 2: accounts are 12-digit ids, grantees canonical ids or group URIs; nothing here translates between them.
Rule 3: a mapping or sequence handed to a value belongs to it from then on and is not changed any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Owner = str
"""An account id of 12 digits, ``ANONYMOUS``, or a service's canonical id."""

ANONYMOUS = "anonymous"
"""The owner of what was written without credentials."""


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"

GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY})
PUBLIC_GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS})
"""Groups whose presence makes an ACL public (B-30); log delivery does not (A-20)."""


@dataclass(frozen=True, slots=True)
class AclGrantee:
    """Whom a grant names: ``kind`` is ``CanonicalUser`` (``id`` the canonical id) or ``Group`` (``id`` the URI)."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Grant:
    """``permission``: READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL."""

    grantee: AclGrantee
    permission: str


@dataclass(frozen=True, slots=True)
class Acl:
    """The grants of a bucket or version, in the order they were given.

    Where an ``Acl | None`` stands, None is the default list: FULL_CONTROL for the owner and nothing else
    (A-1). An ``Acl`` without grants is a list that was emptied on purpose (A-41).
    """

    grants: tuple[Grant, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether any permission goes to all users or to all authenticated users (B-30)."""
        return any(grant.grantee.id in PUBLIC_GROUPS for grant in self.grants)


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of Block Public Access; all on is what a new bucket has."""

    block_public_acls: bool = True
    ignore_public_acls: bool = True
    block_public_policy: bool = True
    restrict_public_buckets: bool = True

    def joined(self, other: PublicAccessBlock | None) -> PublicAccessBlock:
        """What holds where both do: a setting is on when either has it on (B-5)."""
        if other is None or other == self:
            return self
        return PublicAccessBlock(
            self.block_public_acls or other.block_public_acls,
            self.ignore_public_acls or other.ignore_public_acls,
            self.block_public_policy or other.block_public_policy,
            self.restrict_public_buckets or other.restrict_public_buckets,
        )


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who began a multipart upload (M-8, M-13).

    ``arn`` names the principal as callers see it (an assumed-role ARN for role sessions), ``account`` its account,
    ``kind`` is the kind of principal, ``unique_id`` what stays the same for one identity.
    """

    arn: str
    account: str
    kind: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Encryption:
    """How a version says it is encrypted at rest.

    ``algorithm``: ``AES256``, ``aws:kms`` or ``aws:kms:dsse``, and None under SSE-C, which has
    ``customer_algorithm`` and ``customer_key_md5`` (base64) instead. ``kms_key`` is a key ARN.
    """

    algorithm: str | None = "AES256"
    kms_key: str | None = None
    bucket_key: bool = False
    context: str | None = None
    customer_algorithm: str | None = None
    customer_key_md5: str | None = None


REQUESTED_ENCRYPTION = "encryption-asked"
"""Under which fact an upload's draft remembers the encryption headers that it began with, by member."""

SSE_S3 = Encryption()
"""What every version has that names nothing else."""


@dataclass(frozen=True, slots=True)
class HoldPeriod:
    """How long a version stays protected once its event hold is released: a ``number`` of ``Days`` or ``Years``."""

    unit: str
    number: int

    @property
    def days(self) -> int:
        """In days, as S3 counts: 365 to the year."""
        return self.number * (365 if self.unit == "Years" else 1)


@dataclass(frozen=True, slots=True)
class Lock:
    """Object Lock on one version. ``mode``: GOVERNANCE, COMPLIANCE or None; ``until`` goes with a mode.

    ``legal_hold`` and ``event_hold`` are None as long as nobody set them; off and never set are different answers.
    ``period`` goes with an event hold that is on, and ``until`` is then the earliest date, if there is any: when such
    a lock really ends depends on the clock.
    """

    mode: str | None = None
    until: datetime | None = None
    legal_hold: bool | None = None
    event_hold: bool | None = None
    period: HoldPeriod | None = None


UNLOCKED = Lock()


@dataclass(frozen=True, slots=True)
class Restore:
    """The restored copy of an archived version: asked for, there from ``ready`` on, gone from ``expires`` on."""

    requested: datetime
    ready: datetime
    expires: datetime | None = None
    tier: str = "Standard"
    days: int = 1


Checksums = Mapping[str, str]
"""Algorithm (``crc32``, ``sha256``…) to base64 text, as in the ``x-amz-checksum-*`` headers."""

FULL_OBJECT = "FULL_OBJECT"
COMPOSITE = "COMPOSITE"
