"""IAM's records: accounts, users, groups, roles, sessions and their access keys (P-1 to P-11)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy
from mocks3.storage.iam.caller import Caller

ANONYMOUS_CANONICAL_ID = "65a011a29cdf8ec533ec3d1ccaae921c"
"""The canonical id of the owner of objects that anonymous callers upload (P-11)."""

LOG_CANONICAL_ID = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"
"""The owner of access logs in buckets with ACLs: the account ``s3-log-service`` (responses of the real service)."""

Policies = Mapping[str, Policy]
"""Policies by name, in the order of their attachment."""

UNDATED = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""The creation date of a record that was created without one."""


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """The last credential report of an account: CSV text in UTF-8, and when it was made."""

    content: bytes
    generated: datetime.datetime


@dataclass(frozen=True, slots=True)
class LoginProfileRecord:
    """A user's password for the console. mocks3 has no console, so the password itself is not stored."""

    created: datetime.datetime
    reset_required: bool = False


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account: its 12-digit ``id``, its name, and the canonical id that ACLs use (P-15).

    ``mfa_devices`` are the serial numbers or ARNs of the root user's devices. ``state`` is a state of API_Account
    (Organizations). S3 rejects requests of accounts that are not ``ACTIVE``. ``alias`` and ``password_policy`` are
    IAM's settings of the account; ``global_token_version`` is that of SetSecurityTokenServicePreferences. ``login`` is
    the root user's password; None if it was deleted. ``outbound_federation`` is whether GetWebIdentityToken is enabled.
    """

    id: str
    name: str
    canonical_id: str
    mfa_devices: frozenset[str] = frozenset()
    state: str = "ACTIVE"
    alias: str | None = None
    password_policy: Mapping[str, int | bool] | None = None
    global_token_version: int = 1
    credential_report: CredentialReport | None = None
    login: LoginProfileRecord | None = LoginProfileRecord(UNDATED)
    outbound_federation: bool = False

    @property
    def token_issuer(self) -> str:
        """The issuer of the account's outbound tokens (API_EnableOutboundWebIdentityFederation)."""
        return f"https://{uuid.uuid5(uuid.NAMESPACE_URL, self.root_arn)}.tokens.sts.global.api.aws"

    @property
    def root_arn(self) -> str:
        """The ARN of the account's root user."""
        return f"arn:aws:iam::{self.id}:root"


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """An IAM group. It is not a principal; it only has policies for its members (P-4).

    ``policies`` are the inline policies. ``attached`` are the ARNs of the managed policies.
    """

    account: str
    name: str
    path: str
    unique_id: str
    policies: Policies
    attached: tuple[str, ...] = ()
    created: datetime.datetime = UNDATED

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:group/PATH/NAME``. It is never a valid principal (PE-12)."""
        return f"arn:aws:iam::{self.account}:group{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class UserRecord:
    """An IAM user. A user that is deleted and created again with the same name gets a new ``unique_id`` (PE-14).

    ``policies`` are the inline policies. ``attached`` and ``boundary`` are the ARNs of managed policies.
    """

    account: str
    name: str
    path: str
    unique_id: str
    policies: Policies
    groups: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    created: datetime.datetime = UNDATED
    login: LoginProfileRecord | None = None

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:user/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:user{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """An IAM role. Its trust policy says who may assume it. Its policies say what its sessions may do (P-5).

    ``principals`` maps the ARNs in the trust policy to unique ids (PE-14). ``policies`` are the inline policies.
    ``attached`` and ``boundary`` are the ARNs of managed policies. ``max_session`` is the longest session that
    AssumeRole may ask for, in seconds.
    """

    account: str
    name: str
    path: str
    unique_id: str
    trust: Policy
    policies: Policies
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    principals: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    created: datetime.datetime = UNDATED
    description: str | None = None
    max_session: int = 3600

    @property
    def linked_service(self) -> str | None:
        """The service of a service-linked role, such as ``lambda.amazonaws.com``; None for other roles."""
        return self.path.split("/")[2] if self.path.startswith("/aws-service-role/") else None

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:role/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:role{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Temporary credentials of a role, a federated user, a user (GetSessionToken) or a root user (AssumeRoot).

    ``base`` is the unique id of the role or user whose permissions the session has. They are looked up for every
    request, so a policy change applies to existing sessions, and the deletion of a role ends its sessions (P-6).
    ``policies`` are the session policies that were given as documents, ``managed_policies`` the ARNs of those that are
    managed policies. Without any, a role session has no limit and a federated user no permission (P-7). ``transitive``
    are the keys, in lower case, of the ``tags`` that the next session of a role chain inherits. ``provider`` is the
    identity provider that vouched for its user. ``keys`` are condition keys that follow from the provider, or that the
    service sets which asked for the session.
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
    managed_policies: tuple[str, ...] = ()
    source_identity: str | None = None
    provider: str | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """An AWS service that makes its own calls (P-9), for the resource ``source_arn``. ``name`` is its principal."""

    name: str
    source_arn: str | None = None
    source_account: str | None = None


@dataclass(frozen=True, slots=True)
class BucketSessionRecord:
    """A session of a directory bucket. ``caller`` is the caller of CreateSession at that time, with ``admitted`` set.

    ``created_by`` is the access key id that signed CreateSession, None if it was not signed. ``restores`` is the number
    of restores of the store before that time.
    """

    caller: Caller
    expires: datetime.datetime
    created_by: str | None
    restores: int


Holder = str | SessionRecord | ServiceRecord | BucketSessionRecord


@dataclass(frozen=True, slots=True)
class AccessKeyRecord:
    """An access key. ``holder`` is an account id (for its root user), a user's unique id, a session, or a service.

    ``via`` are the services that use the key for its holder.
    """

    id: str
    secret: str
    holder: Holder
    token: str | None = None
    active: bool = True
    via: tuple[str, ...] = ()
    created: datetime.datetime = UNDATED
