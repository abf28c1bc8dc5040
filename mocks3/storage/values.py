"""Values that describe buckets, versions and uploads: ACLs, Block Public Access, encryption, locks, restores.

Rule 1: these are frozen values. Other packages decide what a grant permits and when a lock is active.
Rule 2: accounts are 12-digit ids. Grantees are canonical ids or group URIs. Nothing here translates between them.
Rule 3: a mapping or sequence that is passed to a value must not be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

Owner = str
"""An account id of 12 digits, ``ANONYMOUS``, or a service's canonical id."""

ANONYMOUS = "anonymous"
"""The owner of objects that were written without credentials."""


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"

GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY})
PUBLIC_GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS})
"""The groups that make an ACL public (B-30). LogDelivery does not (A-20)."""


@dataclass(frozen=True, slots=True)
class AclGrantee:
    """The grantee of a grant.

    ``kind`` is ``CanonicalUser`` (then ``id`` is the canonical id) or ``Group`` (then ``id`` is the URI).
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant of an ACL. ``permission`` is READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL."""

    grantee: AclGrantee
    permission: str


@dataclass(frozen=True, slots=True)
class Acl:
    """The grants of a bucket or version, in their given order.

    In an ``Acl | None``, None is the default ACL: FULL_CONTROL for the owner and nothing else (A-1). An ``Acl`` without
    grants is an ACL from which all grants were removed (A-41).
    """

    grants: tuple[Grant, ...] = ()

    @property
    def is_public(self) -> bool:
        """Return whether the ACL grants a permission to AllUsers or to AuthenticatedUsers (B-30)."""
        return any(grant.grantee.id in PUBLIC_GROUPS for grant in self.grants)


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of Block Public Access. A new bucket has all of them on.

    Args:
        block_public_acls: Reject requests that would make an ACL public.
        ignore_public_acls: Ignore the public grants of ACLs.
        block_public_policy: Reject public bucket policies.
        restrict_public_buckets: Limit access through a public policy to AWS services and the owner's account.
    """

    block_public_acls: bool = True
    ignore_public_acls: bool = True
    block_public_policy: bool = True
    restrict_public_buckets: bool = True


def strictest(one: PublicAccessBlock | None, other: PublicAccessBlock | None) -> PublicAccessBlock | None:
    """Return the settings of two levels together: a setting is on if it is on in either (B-5). None is all off."""
    if one is None or other is None or one == other:
        return one or other
    return PublicAccessBlock(
        one.block_public_acls or other.block_public_acls,
        one.ignore_public_acls or other.ignore_public_acls,
        one.block_public_policy or other.block_public_policy,
        one.restrict_public_buckets or other.restrict_public_buckets,
    )


@dataclass(frozen=True, slots=True)
class Initiator:
    """The principal that began a multipart upload (M-8, M-13).

    ``arn`` is the ARN that S3 shows (for a role session, the assumed-role ARN). ``account`` is its account. ``kind`` is
    the kind of principal. ``unique_id`` is the same in all calls of one identity.
    """

    arn: str
    account: str
    kind: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Encryption:
    """The encryption at rest that a version reports.

    ``algorithm`` is ``AES256``, ``aws:kms`` or ``aws:kms:dsse``. It is None for SSE-C, which has ``customer_algorithm``
    and ``customer_key_md5`` (base64) instead. ``kms_key`` is a key ARN.
    """

    algorithm: str | None = "AES256"
    kms_key: str | None = None
    bucket_key: bool = False
    context: str | None = None
    customer_algorithm: str | None = None
    customer_key_md5: str | None = None


SSE_S3 = Encryption()
"""The default encryption of every version."""


@dataclass(frozen=True, slots=True)
class HoldPeriod:
    """How long a version stays protected after its event hold is released: a ``number`` of ``Days`` or ``Years``."""

    unit: str
    number: int

    @property
    def days(self) -> int:
        """Return the period in days. S3 counts 365 days for a year."""
        return self.number * (365 if self.unit == "Years" else 1)


@dataclass(frozen=True, slots=True)
class Lock:
    """Object Lock on one version. ``mode`` is GOVERNANCE, COMPLIANCE or None. ``until`` is set together with a mode.

    ``legal_hold`` and ``event_hold`` are None if they were never set: S3 responds differently if they are off.
    ``period`` is set together with an event hold that is on. Then ``until``, if set, is only the earliest end of the
    lock: its real end depends on the clock.
    """

    mode: str | None = None
    until: datetime | None = None
    legal_hold: bool | None = None
    event_hold: bool | None = None
    period: HoldPeriod | None = None


UNLOCKED = Lock()


@dataclass(frozen=True, slots=True)
class Restore:
    """The restored copy of an archived version. It exists from ``ready`` until ``expires``."""

    requested: datetime
    ready: datetime
    expires: datetime | None = None
    tier: str = "Standard"
    days: int = 1


Checksums = Mapping[str, str]
"""The checksums in base64 by algorithm (``crc32``, ``sha256``…), as in the ``x-amz-checksum-*`` headers."""


class OneChecksum(Mapping[str, str]):
    """The checksum of an object that has one, by its algorithm. It takes a quarter of the memory of a dict."""

    __slots__ = ("_algorithm", "_text")

    def __init__(self, algorithm: str, text: str) -> None:
        self._algorithm = algorithm
        self._text = text

    def __getitem__(self, algorithm: str) -> str:
        if algorithm != self._algorithm:
            raise KeyError(algorithm)
        return self._text

    def __iter__(self) -> Iterator[str]:
        yield self._algorithm

    def __len__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return repr({self._algorithm: self._text})


def small(checksums: Checksums) -> Checksums:
    """Return equal checksums that take less memory, if there are any. ``checksums`` must not change any more."""
    if len(checksums) != 1 or type(checksums) is OneChecksum:
        return checksums
    ((algorithm, text),) = checksums.items()
    return OneChecksum(algorithm, text)


FULL_OBJECT = "FULL_OBJECT"
COMPOSITE = "COMPOSITE"
