"""What IAM knows, as values: accounts, users, groups, roles, sessions and their keys (P-1 to P-11)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy
from mocks3.storage.iam.caller import Caller

ANONYMOUS_CANONICAL_ID = "65a011a29cdf8ec533ec3d1ccaae921c"
"""Owner of what unsigned callers upload (P-11)."""

LOG_CANONICAL_ID = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"
"""Owner of the access logs that S3 delivers into buckets with ACLs: the account ``s3-log-service``, as recorded."""

Policies = Mapping[str, Policy]
"""Policy documents by name, in the order in which they were attached."""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account: 12-digit ``id``, a name for people, and the canonical id that ACLs use (P-15).

    ``mfa_devices`` are the serial numbers or ARNs of the root user's devices. ``state`` is one of API_Account
    (Organizations): ``ACTIVE``, or why S3 serves the account no more.
    """

    id: str
    name: str
    canonical_id: str
    mfa_devices: frozenset[str] = frozenset()
    state: str = "ACTIVE"

    @property
    def root_arn(self) -> str:
        """The ARN of the account's root user."""
        return f"arn:aws:iam::{self.id}:root"


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """An IAM group: not a principal, it only carries policies for its members (P-4)."""

    account: str
    name: str
    path: str
    policies: Policies

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:group/PATH/NAME``; never valid as a principal (PE-12)."""
        return f"arn:aws:iam::{self.account}:group{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class UserRecord:
    """An IAM user. ``unique_id`` (``AIDA…``) outlives no deletion: the same name made again gets another (PE-14)."""

    account: str
    name: str
    path: str
    unique_id: str
    policies: Policies
    groups: tuple[str, ...] = ()
    boundary: Policy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:user/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:user{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """An IAM role: its trust policy says who may become it, its policies what its sessions may do (P-5).

    ``principals`` is whom the trust policy names: ARN to unique id (PE-14).
    """

    account: str
    name: str
    path: str
    unique_id: str
    trust: Policy
    policies: Policies
    boundary: Policy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:role/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:role{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Temporary credentials: of a role (AssumeRole), of a federated user, or of a user (GetSessionToken).

    ``base`` is the unique id of the role or user whose permissions it carries; they are looked up at every request,
    so that a policy change hits running sessions and a deleted role ends them (P-6). ``policies`` are the session
    policies; for a role none means no limit, for a federated user none means no permission (P-7). ``transitive`` are
    the keys, in lower case, of the ``tags`` that the next session of a role chain inherits.
    """

    kind: str
    account: str
    base: str
    name: str
    issued: datetime.datetime
    expires: datetime.datetime
    policies: tuple[Policy, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    mfa: bool = False


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """An AWS service that calls by itself (P-9): ``name`` is its principal, the rest the resource it calls for."""

    name: str
    source_arn: str | None = None
    source_account: str | None = None


@dataclass(frozen=True, slots=True)
class BucketSessionRecord:
    """A session of a directory bucket: its ``caller`` as it was when the session was made, admitted to the bucket.

    ``opener`` is the access key that asked for it, None where nobody signed; ``restores`` how often the directory had
    been restored by then.
    """

    caller: Caller
    expires: datetime.datetime
    opener: str | None
    restores: int


Holder = str | SessionRecord | ServiceRecord | BucketSessionRecord


@dataclass(frozen=True, slots=True)
class AccessKeyRecord:
    """An access key. ``holder`` is an account id (its root user), a user's unique id, a session, or a service.

    ``via`` are the services to which the key was handed on, to act for its holder.
    """

    id: str
    secret: str
    holder: Holder
    token: str | None = None
    active: bool = True
    via: tuple[str, ...] = ()
