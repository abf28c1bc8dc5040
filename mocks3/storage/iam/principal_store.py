"""All accounts, principals and access keys of one in-memory AWS.

Rule 1: records are immutable. They are looked up by ids that never change (account id, unique id, access key id).
Rule 2: tables are changed only inside ``_changing``. It holds the world's lock and then replaces the caches.
Rule 3: to fill a cache, first get the cache and then read the tables. If the tables change meanwhile, the outdated
result is stored in a cache that is no longer used.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, Protocol, TypeVar

from mocks3 import clock
from mocks3.lib.locking import WorldLock
from mocks3.lib.partitions import AWS, in_partition
from mocks3.policy import Policy
from mocks3.storage.iam import aws_managed, ids
from mocks3.storage.iam.caller import BucketSession, Caller
from mocks3.storage.iam.callers import (
    ANONYMOUS,
    LOG_WRITER,
    IdentityPolicies,
    caller_of_root,
    caller_of_service,
    caller_of_session,
    caller_of_user,
)
from mocks3.storage.iam.managed_policies import NO_POLICY, ManagedPolicyRecord
from mocks3.storage.iam.principal_table import PrincipalTable
from mocks3.storage.iam.records import (
    ANONYMOUS_CANONICAL_ID,
    LOG_CANONICAL_ID,
    AccessKeyRecord,
    AccountRecord,
    BucketSessionRecord,
    GroupRecord,
    Holder,
    RoleRecord,
    ServiceRecord,
    SessionRecord,
    UserRecord,
)

BUCKET_SESSION_LIFETIME = datetime.timedelta(minutes=5)
"""The lifetime of CreateSession's credentials (API_CreateSession)."""


class ArnRecord(Protocol):
    """A resource that is looked up by its ARN. A change of it may not change the ARN."""

    @property
    def account(self) -> str: ...

    @property
    def arn(self) -> str: ...


class NamedRecord(ArnRecord, Protocol):
    """A resource with an ARN and a name, which is unique in its account."""

    @property
    def name(self) -> str: ...


P = TypeVar("P", UserRecord, RoleRecord)
R = TypeVar("R", bound=ArnRecord)
N = TypeVar("N", bound=NamedRecord)
Record = UserRecord | RoleRecord | GroupRecord | ArnRecord


class IamMark(NamedTuple):
    """The state of an ``IamStore`` that can be restored."""

    accounts: dict[str, AccountRecord]
    principals: PrincipalTable
    groups: dict[tuple[str, str], GroupRecord]
    keys: dict[str, AccessKeyRecord]
    resources: dict[str, ArnRecord]


class IamStore:
    """Accounts by id, users and roles by unique id, groups by (account, name), keys by id, other resources by ARN.

    ``lock`` is the lock of the store's world.
    """

    def __init__(self, lock: WorldLock | None = None) -> None:
        self._lock = lock or WorldLock()
        self._accounts: dict[str, AccountRecord] = {}
        self._principals = PrincipalTable()
        self._groups: dict[tuple[str, str], GroupRecord] = {}
        self._keys: dict[str, AccessKeyRecord] = {}
        self._bucket_keys: dict[str, AccessKeyRecord] = {}
        self._resources: dict[str, ArnRecord] = {}
        self._callers: dict[str, Caller] = {}
        self._issued: set[str] = set()
        self.serial = 0
        self._restores = 0
        self.inactive_accounts: dict[str, str] = {}
        """Suspended and closed accounts and their state. Usually empty."""
        self.ambient_key: AccessKeyRecord | None = None
        """The key that replaces keys that mocks3 did not issue. None means the root key of the default account."""

    # Accounts

    def account(self, account_id: str) -> AccountRecord | None:
        """Return the account with this 12-digit id, or None."""
        return self._accounts.get(account_id)

    def accounts(self) -> Iterator[AccountRecord]:
        """Return all accounts in the order of their creation."""
        return iter(tuple(self._accounts.values()))

    def accounts_named(self, name: str) -> tuple[AccountRecord, ...]:
        """Return the accounts with this name. In AWS, several accounts can have the same name."""
        return tuple(each for each in self._accounts.values() if each.name == name)

    def add_account(self, account_id: str, name: str | None = None) -> AccountRecord:
        """Create an account and an access key for its root user. Ambient credentials use the root key."""
        record = AccountRecord(account_id, name or account_id, ids.canonical_id(account_id))
        key_id = ids.unique_id("AKIA", "root", account_id)
        with self._changing():
            self._accounts[account_id] = record
            self._keys[key_id] = AccessKeyRecord(
                key_id, ids.secret("root", account_id), account_id, created=clock.now()
            )
        return record

    def put_account(self, record: AccountRecord) -> None:
        """Store the record of an account. It replaces the one with the same id."""
        with self._changing():
            self._accounts[record.id] = record

    def root_key(self, account_id: str) -> AccessKeyRecord:
        """Return the access key of the account's root user."""
        return self._keys[ids.unique_id("AKIA", "root", account_id)]

    def canonical_id(self, account_id: str) -> str:
        """Return the canonical id of an owner: of an account id, of ``anonymous``, or of a canonical id itself."""
        if account_id == "anonymous":
            return ANONYMOUS_CANONICAL_ID
        record = self._accounts.get(account_id)
        return record.canonical_id if record else account_id

    def owner_id(self, caller: Caller) -> str:
        """Return the owner of a caller's objects: an account id, ``anonymous``, or the canonical id of a service."""
        if caller.account is not None:
            return caller.account
        if caller.arn is None:
            return "anonymous"
        return LOG_CANONICAL_ID if caller.arn == LOG_WRITER else ids.canonical_id(caller.arn)

    def by_canonical_id(self, canonical_id: str) -> AccountRecord | None:
        """Return the account with this canonical id, or None."""
        return next((a for a in self.accounts() if a.canonical_id == canonical_id), None)

    # Users, roles, groups

    def put(self, record: Record) -> None:
        """Store a record. It replaces the one with the same identity."""
        with self._changing():
            if isinstance(record, GroupRecord):
                self._groups[record.account, record.name] = record
            elif isinstance(record, UserRecord | RoleRecord):
                self._principals.put(record)
            else:
                self._resources[record.arn] = record

    def remove(self, record: Record) -> None:
        """Delete a record. The access keys of a deleted principal stay in the store, but cannot authenticate."""
        with self._changing():
            if isinstance(record, GroupRecord):
                del self._groups[record.account, record.name]
            elif isinstance(record, UserRecord | RoleRecord):
                self._principals.remove(record)
            else:
                del self._resources[record.arn]

    def principal(self, unique_id: str) -> UserRecord | RoleRecord | None:
        """Return the user or role with this unique id (``AIDA…``, ``AROA…``), or None if it was deleted."""
        return self._principals.get(unique_id)

    def principals(self) -> Iterator[UserRecord | RoleRecord]:
        """Return all users and roles in the order of their creation."""
        return iter(self._principals)

    def principals_of(self, account: str, kind: type[P]) -> tuple[P, ...]:
        """Return the users or the roles of an account in the order of their creation."""
        return tuple(each for each in self._principals if isinstance(each, kind) and each.account == account)

    def by_arn(self, arn: str) -> UserRecord | RoleRecord | None:
        """Return the user or role that currently has this ARN, in whatever partition, or None."""
        return self._principals.by_arn(in_partition(arn, AWS))

    def role(self, arn: str) -> RoleRecord | None:
        """Return the role that currently has this ARN, or None."""
        record = self.by_arn(arn)
        return record if isinstance(record, RoleRecord) else None

    def with_same_name(
        self, record: UserRecord | RoleRecord | GroupRecord
    ) -> UserRecord | RoleRecord | GroupRecord | None:
        """Return the user, role or group with the same name, or None. IAM ignores path and case in this comparison.

        Source: IAM user guide, "IAM and AWS STS quotas", "IAM name requirements".
        """
        if not isinstance(record, GroupRecord):
            return next(iter(self._principals.named(type(record), record.account, record.name)), None)
        name = record.name.lower()
        return next((each for each in self.groups(record.account) if each.name.lower() == name), None)

    def user_named(self, account: str, name: str) -> UserRecord | None:
        """Return the user with this name and any path, or None."""
        return self._named(UserRecord, account, name)

    def groups(self, account: str) -> tuple[GroupRecord, ...]:
        """Return the groups of an account in the order of their creation."""
        return tuple(each for each in self._groups.values() if each.account == account)

    def role_named(self, account: str, name: str) -> RoleRecord | None:
        """Return the role with this name and any path, or None. A session's ARN does not contain the path (P-6)."""
        return self._named(RoleRecord, account, name)

    def _named(self, kind: type[P], account: str, name: str) -> P | None:
        found = self._principals.named(kind, account, name)
        return next((each for each in found if isinstance(each, kind) and each.name == name), None)

    def group(self, account: str, name: str) -> GroupRecord | None:
        """Return the group with this name, or None."""
        return self._groups.get((account, name))

    def new_unique_id(self, prefix: str, *what: object) -> str:
        """Return a new unique id. It differs from all earlier ones, also for the same name (PE-14)."""
        return ids.unique_id(prefix, self._next(), *what)

    # Managed policies and other resources with an ARN

    def resource(self, kind: type[R], arn: str) -> R | None:
        """Return the resource of a type that has this ARN, in whatever partition, or None."""
        found = self._resources.get(in_partition(arn, AWS))
        return found if isinstance(found, kind) else None

    def resources(self, kind: type[R], account: str) -> tuple[R, ...]:
        """Return all resources of a type in an account, in the order of their creation."""
        known = tuple(self._resources.values())
        return tuple(each for each in known if isinstance(each, kind) and each.account == account)

    def resource_named(self, kind: type[N], account: str, name: str) -> N | None:
        """Return the resource of a type that has this name, regardless of case and path, or None."""
        found = (each for each in self.resources(kind, account) if each.name.lower() == name.lower())
        return next(found, None)

    def tagged(self, arn: str) -> Mapping[str, str]:
        """Return the tags of the principal or resource with this ARN; none if there is no such thing."""
        record = self._resources.get(in_partition(arn, AWS)) or self.by_arn(arn)
        return getattr(record, "tags", {})

    def managed_policy(self, arn: str) -> ManagedPolicyRecord | None:
        """Return the managed policy with this ARN, or None. Those of AWS exist in every store."""
        return aws_managed.policy(in_partition(arn, AWS)) or self.resource(ManagedPolicyRecord, arn)

    def holders_of(self, arn: str) -> tuple[UserRecord | RoleRecord | GroupRecord, ...]:
        """Return the users, roles and groups to which a managed policy is attached."""
        return tuple(each for each in (*self._principals, *self._groups.values()) if arn in each.attached)

    def bounded_by(self, arn: str) -> tuple[UserRecord | RoleRecord, ...]:
        """Return the users and roles whose permissions boundary is this managed policy."""
        return tuple(each for each in self._principals if each.boundary == arn)

    # Keys and callers

    def set_ambient_key(self, key: AccessKeyRecord | None) -> None:
        """Set the key that replaces keys that mocks3 did not issue. None means the default account's root key."""
        with self._changing():
            self.ambient_key = key

    def key(self, key_id: str) -> AccessKeyRecord | None:
        """Return the access key with this id, or None if mocks3 did not issue it."""
        return self._keys.get(key_id) or self._bucket_keys.get(key_id)

    def signing_key(self, key_id: str | None, default_account: str) -> AccessKeyRecord:
        """Return the key with this id, or the ambient key if mocks3 did not issue it."""
        return self.key(key_id or "") or self.ambient_key or self.root_key(default_account)

    def issue_key(self, holder: str | SessionRecord | ServiceRecord) -> AccessKeyRecord:
        """Create an access key for an account's root user, a user (by unique id), a session or a service."""
        if isinstance(holder, SessionRecord):
            key = self._new_key(holder, holder.base, holder.name)
        else:
            key = self._new_key(holder, holder)
        self.put_key(key)
        return key

    def issue_forwarded_key(self, key: AccessKeyRecord, service: str) -> AccessKeyRecord:
        """Create temporary credentials with which a service makes requests for the key's holder (P-10)."""
        what = (self._next(), key.id, service)
        via = (*key.via, service)
        made = AccessKeyRecord(
            ids.unique_id("ASIA", *what), ids.secret(*what), key.holder, ids.session_token(*what), via=via
        )
        self.put_key(made)
        return made

    def create_session(
        self, caller: Caller, signer: AccessKeyRecord | None, bucket: str, *, read_only: bool
    ) -> tuple[AccessKeyRecord, datetime.datetime]:
        """Create credentials for one directory bucket, and return them with their expiration (API_CreateSession).

        ``signer`` is the caller's key; None for the anonymous caller. SDKs cache these credentials, so they stay valid
        after a restore. But then they no longer replace the permission check: see ``admitted``.
        """
        expires = clock.now().replace(microsecond=0) + BUCKET_SESSION_LIFETIME
        admitted = dataclasses.replace(caller, admitted=BucketSession(bucket, read_only))
        session = BucketSessionRecord(
            admitted, expires, None if signer is None else signer.id, self._restores
        )
        key = self._new_key(session, caller.user_id, bucket)
        with self._lock:
            self._bucket_keys[key.id] = key
            self._issued.add(key.id)
        return key, expires

    def admitted(self, session: BucketSessionRecord) -> Caller | None:
        """Return the caller of a session of a directory bucket.

        After a restore it is the current caller with the key that created the session. Its permissions are checked.
        """
        if session.restores == self._restores:
            return session.caller
        key = self.key(session.created_by or "")
        return None if key is None else self.caller(key)

    def _new_key(self, holder: Holder, *what: object) -> AccessKeyRecord:
        temporary = isinstance(holder, SessionRecord | BucketSessionRecord)
        what = (self._next(), *what)
        token = ids.session_token(*what) if temporary else None
        key_id = ids.unique_id("ASIA" if temporary else "AKIA", *what)
        return AccessKeyRecord(key_id, ids.secret(*what), holder, token, created=clock.now())

    def put_key(self, key: AccessKeyRecord) -> None:
        """Store a key, or replace it. Inactive keys stay in the store, but cannot authenticate."""
        with self._changing():
            self._keys[key.id] = key
            self._issued.add(key.id)

    def remove_key(self, key_id: str) -> None:
        """Delete an access key. Requests that are signed with it are rejected."""
        with self._changing():
            del self._keys[key_id]

    def usable_key(self, holder: str) -> AccessKeyRecord:
        """Return the first active access key of a user or root user. Create one if there is none."""
        active = (key for key in self.keys_of(holder) if key.active)
        return next(active, None) or self.issue_key(holder)

    def keys_of(self, holder: str) -> tuple[AccessKeyRecord, ...]:
        """Return the access keys of a user (by unique id) or of a root user (by account), oldest first."""
        return tuple(key for key in self._keys.values() if key.holder == holder)

    def was_issued(self, key_id: str) -> bool:
        """Return whether this store ever issued the key, also after the restore of an earlier snapshot."""
        return key_id in self._issued

    def is_ours(self, key_id: str) -> bool:
        """Return whether mocks3 issued the key, now or earlier. Other keys can be real credentials of the machine."""
        return key_id in self._issued or self.key(key_id) is not None

    def mask_keys(self, text: str) -> str:
        """Mask the access key ids in a text that mocks3 did not issue (see ``ids``)."""
        return ids.mask_keys(text, self.is_ours)

    def anonymous(self) -> Caller:
        """Return the caller of an unsigned request."""
        return ANONYMOUS

    def caller(self, key: AccessKeyRecord) -> Caller | None:
        """Return the holder of the key with its current policies, or None if the holder was deleted."""
        callers = self._callers
        caller = callers.get(key.id)
        if caller is None:
            with self._lock:
                caller = self._assemble(key.holder)
            if caller is not None:
                if key.via:
                    caller = dataclasses.replace(caller, via=key.via)
                callers[key.id] = caller
        return caller

    def caller_of(self, holder: SessionRecord | ServiceRecord) -> Caller | None:
        """Return the caller of a session or service without an access key, which S3 itself uses.

        None if the role or user of the session was deleted.
        """
        return self._assemble(holder)

    def _assemble(self, holder: Holder) -> Caller | None:
        if isinstance(holder, BucketSessionRecord):
            return self.admitted(holder)
        if isinstance(holder, SessionRecord):
            base = self._principals.get(holder.base)
            if base is None and holder.base not in self._accounts:
                return None
            account = self._accounts[holder.account]
            policies = self.policies_of(base)._replace(session=self._session_policies(holder))
            return caller_of_session(holder, base, policies, account)
        if isinstance(holder, ServiceRecord):
            return caller_of_service(holder)
        if holder in self._accounts:
            return caller_of_root(self._accounts[holder])
        user = self._principals.get(holder)
        if not isinstance(user, UserRecord):
            return None
        return caller_of_user(user, self.policies_of(user), self._accounts[user.account])

    def _session_policies(self, session: SessionRecord) -> tuple[Policy, ...]:
        """Return the session policies, managed ones as they are now. One that was deleted allows nothing."""
        found = (self.managed_policy(arn) for arn in session.managed_policies)
        return (*session.policies, *(NO_POLICY if each is None else each.policy for each in found))

    def policies_of(self, record: UserRecord | RoleRecord | None) -> IdentityPolicies:
        """Return the policies that apply to a user or role; none for an account's root user (None)."""
        if record is None:
            return IdentityPolicies()
        names = record.groups if isinstance(record, UserRecord) else ()
        groups = (self._groups.get((record.account, name)) for name in names)
        identity = tuple(
            policy for holder in (record, *groups) if holder for policy in self.own_policies(holder)
        )
        return IdentityPolicies(
            identity, self._documents(() if record.boundary is None else (record.boundary,))
        )

    def own_policies(self, record: UserRecord | RoleRecord | GroupRecord) -> tuple[Policy, ...]:
        """Return the inline and attached policies of one user, role or group."""
        return (*record.policies.values(), *self._documents(record.attached))

    def _documents(self, arns: tuple[str, ...]) -> tuple[Policy, ...]:
        """Return the default versions of managed policies."""
        found = map(self.managed_policy, arns)
        return tuple(record.policy for record in found if record is not None)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            finally:
                self.inactive_accounts = {
                    each.id: each.state for each in self.accounts() if each.state != "ACTIVE"
                }
                self._callers = {}
                self._lock.edition += 1

    def _next(self) -> int:
        with self._lock:
            self.serial += 1
            return self.serial

    # Snapshots

    def snapshot(self) -> IamMark:
        """Return a mark of the current state. It copies only the dictionaries, because records never change."""
        with self._lock:
            return IamMark(
                dict(self._accounts),
                self._principals.copy(),
                dict(self._groups),
                dict(self._keys),
                dict(self._resources),
            )

    def restore(self, mark: IamMark) -> None:
        """Restore the state of a mark. The mark can be restored again."""
        with self._changing():
            self._accounts = dict(mark.accounts)
            self._principals = mark.principals.copy()
            self._groups = dict(mark.groups)
            self._keys = dict(mark.keys)
            self._resources = dict(mark.resources)
            self._restores += 1
