"""The directory of one in-memory AWS: every account, principal and key, and who holds which.

Rule 1: records are immutable, and reached by what never changes (account id, unique id, key id).
Rule 2: tables are changed inside ``_changing``, which holds the world's lock and afterwards replaces the caches.
Rule 3: whoever fills a cache takes it first and reads the tables then: if they change meanwhile, what was made of their
old state is stored in a cache that is no longer used.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mocks3 import clock
from mocks3.lib.locking import WorldLock
from mocks3.policy import Policy
from mocks3.storage.iam import ids
from mocks3.storage.iam.caller import BucketSession, Caller
from mocks3.storage.iam.callers import (
    ANONYMOUS,
    LOG_WRITER,
    caller_of_root,
    caller_of_service,
    caller_of_session,
    caller_of_user,
)
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
"""How long the credentials of CreateSession are valid (API_CreateSession)."""


class IamMark(NamedTuple):
    """What :meth:`Directory.snapshot` remembers: the tables as they were."""

    accounts: dict[str, AccountRecord]
    principals: dict[str, UserRecord | RoleRecord]
    groups: dict[tuple[str, str], GroupRecord]
    keys: dict[str, AccessKeyRecord]


class IamStore:
    """Accounts by id, users and roles by unique id, groups by (account, name), access keys by id.

    ``lock`` is that of the world the directory belongs to.
    """

    def __init__(self, lock: WorldLock | None = None) -> None:
        self._lock = lock or WorldLock()
        self._accounts: dict[str, AccountRecord] = {}
        self._principals: dict[str, UserRecord | RoleRecord] = {}
        self._groups: dict[tuple[str, str], GroupRecord] = {}
        self._keys: dict[str, AccessKeyRecord] = {}
        self._bucket_keys: dict[str, AccessKeyRecord] = {}
        self._callers: dict[str, Caller] = {}
        self._by_arn: dict[str, UserRecord | RoleRecord] = {}
        self._issued: set[str] = set()
        self._serial = 0
        self._restores = 0
        self.inactive_accounts: dict[str, str] = {}
        """Accounts that S3 serves no more, with their state; ever so often none."""
        self.ambient_key: AccessKeyRecord | None = None
        """Whose key stands for keys that nobody issued; None is the default account's root. See ``act_as``."""

    # Accounts

    def account(self, account_id: str) -> AccountRecord | None:
        """The account with this 12-digit id, or None."""
        return self._accounts.get(account_id)

    def accounts(self) -> Iterator[AccountRecord]:
        """Every account, in the order in which they were made."""
        return iter(tuple(self._accounts.values()))

    def accounts_named(self, name: str) -> tuple[AccountRecord, ...]:
        """The accounts that go by this name; AWS lets several have one."""
        return tuple(each for each in self._accounts.values() if each.name == name)

    def add_account(self, account_id: str, name: str | None = None) -> AccountRecord:
        """Open an account. Its root user gets an access key at once, as mocks3's ambient callers need one."""
        record = AccountRecord(account_id, name or account_id, ids.canonical_id(account_id))
        key_id = ids.unique_id("AKIA", "root", account_id)
        with self._changing():
            self._accounts[account_id] = record
            self._keys[key_id] = AccessKeyRecord(key_id, ids.secret("root", account_id), account_id)
        return record

    def put_account(self, record: AccountRecord) -> None:
        """Store an account's record, replacing the one with the same id."""
        with self._changing():
            self._accounts[record.id] = record

    def root_key(self, account_id: str) -> AccessKeyRecord:
        """The access key of the account's root user."""
        return self._keys[ids.unique_id("AKIA", "root", account_id)]

    def canonical_id(self, account_id: str) -> str:
        """The canonical id behind an owner: an account id, ``anonymous``, or already a canonical id."""
        if account_id == "anonymous":
            return ANONYMOUS_CANONICAL_ID
        record = self._accounts.get(account_id)
        return record.canonical_id if record else account_id

    def owner_id(self, caller: Caller) -> str:
        """Whose a caller's writings are: the id of an account, ``anonymous``, or for a service a canonical id."""
        if caller.account is not None:
            return caller.account
        if caller.arn is None:
            return "anonymous"
        return LOG_CANONICAL_ID if caller.arn == LOG_WRITER else ids.canonical_id(caller.arn)

    def by_canonical_id(self, canonical_id: str) -> AccountRecord | None:
        """The account that a canonical id stands for, or None."""
        return next((a for a in self.accounts() if a.canonical_id == canonical_id), None)

    # Users, roles, groups

    def put(self, record: UserRecord | RoleRecord | GroupRecord) -> None:
        """Store a record, replacing the one with the same identity."""
        with self._changing():
            if isinstance(record, GroupRecord):
                self._groups[record.account, record.name] = record
            else:
                self._principals[record.unique_id] = record

    def remove(self, record: UserRecord | RoleRecord | GroupRecord) -> None:
        """Delete a record. A principal's access keys stay known, and authenticate nobody any more."""
        with self._changing():
            if isinstance(record, GroupRecord):
                del self._groups[record.account, record.name]
            else:
                del self._principals[record.unique_id]

    def principal(self, unique_id: str) -> UserRecord | RoleRecord | None:
        """The user or role with this unique id (``AIDA…``, ``AROA…``), or None once it was deleted."""
        return self._principals.get(unique_id)

    def principals(self) -> Iterator[UserRecord | RoleRecord]:
        """Every user and role, in the order in which they were made."""
        return iter(tuple(self._principals.values()))

    def by_arn(self, arn: str) -> UserRecord | RoleRecord | None:
        """The user or role that an ARN names today, or None."""
        cache = self._by_arn
        if not cache:
            cache.update({record.arn: record for record in self.principals()})
        return cache.get(arn)

    def role(self, arn: str) -> RoleRecord | None:
        """The role that an ARN names today, or None."""
        record = self.by_arn(arn)
        return record if isinstance(record, RoleRecord) else None

    def with_same_name(
        self, record: UserRecord | RoleRecord | GroupRecord
    ) -> UserRecord | RoleRecord | GroupRecord | None:
        """The user, role or group that has the name, or None. IAM tells names apart by neither path nor case.

        Source: IAM user guide, "IAM and AWS STS quotas", "IAM name requirements".
        """
        known = self._groups if isinstance(record, GroupRecord) else self._principals
        name = record.name.lower()
        for each in known.values():
            if type(each) is type(record) and each.account == record.account and each.name.lower() == name:
                return each
        return None

    def role_named(self, account: str, name: str) -> RoleRecord | None:
        """The role of that name, whatever its path; a session's ARN holds no more (P-6)."""
        for record in self.principals():
            if isinstance(record, RoleRecord) and (record.account, record.name) == (account, name):
                return record
        return None

    def group(self, account: str, name: str) -> GroupRecord | None:
        """The group of that name, or None."""
        return self._groups.get((account, name))

    def new_unique_id(self, prefix: str, *what: object) -> str:
        """A unique id that was never given before in this directory, also not to the same name (PE-14)."""
        return ids.unique_id(prefix, self._next(), *what)

    # Keys and callers

    def set_ambient_key(self, key: AccessKeyRecord | None) -> None:
        """Let a key stand for keys that nobody issued; None is the default account's root."""
        with self._changing():
            self.ambient_key = key

    def key(self, key_id: str) -> AccessKeyRecord | None:
        """The access key with this id, or None if mocks3 did not issue it."""
        return self._keys.get(key_id) or self._bucket_keys.get(key_id)

    def signing_key(self, key_id: str | None, default_account: str) -> AccessKeyRecord:
        """Return the key with this id, or the one that signs for keys that mocks3 did not issue."""
        return self.key(key_id or "") or self.ambient_key or self.root_key(default_account)

    def issue_key(self, holder: str | SessionRecord | ServiceRecord) -> AccessKeyRecord:
        """Make an access key for an account's root, a user (by unique id), a session (with its token), a service."""
        if isinstance(holder, SessionRecord):
            key = self._made(holder, holder.base, holder.name)
        else:
            key = self._made(holder, holder)
        self.put_key(key)
        return key

    def issue_forwarded_key(self, key: AccessKeyRecord, service: str) -> AccessKeyRecord:
        """Make temporary credentials with which a service acts for the key's holder (P-10)."""
        what = (self._next(), key.id, service)
        via = (*key.via, service)
        made = AccessKeyRecord(
            ids.unique_id("ASIA", *what), ids.secret(*what), key.holder, ids.session_token(*what), via=via
        )
        self.put_key(made)
        return made

    def create_session(
        self, caller: Caller, opener: AccessKeyRecord | None, bucket: str, *, read_only: bool
    ) -> tuple[AccessKeyRecord, datetime.datetime]:
        """Give a caller credentials for one directory bucket, and say when they expire (API_CreateSession).

        Args: ``opener`` the caller's key, None for who has none. SDKs keep such keys to themselves, so they outlive a
        restore, but settle nothing after it: see ``admitted``.
        """
        expires = clock.now().replace(microsecond=0) + BUCKET_SESSION_LIFETIME
        admitted = dataclasses.replace(caller, admitted=BucketSession(bucket, read_only))
        session = BucketSessionRecord(
            admitted, expires, None if opener is None else opener.id, self._restores
        )
        key = self._made(session, caller.user_id, bucket)
        with self._lock:
            self._bucket_keys[key.id] = key
            self._issued.add(key.id)
        return key, expires

    def admitted(self, session: BucketSessionRecord) -> Caller | None:
        """Whom a session admits. From before a restore that is nobody: whoever opened it is asked like anybody else."""
        if session.restores == self._restores:
            return session.caller
        key = self.key(session.opener or "")
        return None if key is None else self.caller(key)

    def _made(self, holder: Holder, *what: object) -> AccessKeyRecord:
        temporary = isinstance(holder, SessionRecord | BucketSessionRecord)
        what = (self._next(), *what)
        token = ids.session_token(*what) if temporary else None
        return AccessKeyRecord(
            ids.unique_id("ASIA" if temporary else "AKIA", *what), ids.secret(*what), holder, token
        )

    def put_key(self, key: AccessKeyRecord) -> None:
        """Store a key, or replace it (inactive keys stay, and authenticate nobody)."""
        with self._changing():
            self._keys[key.id] = key
            self._issued.add(key.id)

    def was_issued(self, key_id: str) -> bool:
        """Whether this directory ever gave out the key, also after a snapshot from before was restored."""
        return key_id in self._issued

    def is_ours(self, key_id: str) -> bool:
        """Whether a key is this AWS's own, today or at some time, and not one of the machine's."""
        return key_id in self._issued or self.key(key_id) is not None

    def mask_keys(self, text: str) -> str:
        """Return a text without the access keys that are not this AWS's own (see ``ids``)."""
        return ids.mask_keys(text, self.is_ours)

    def anonymous(self) -> Caller:
        """The caller of an unsigned request."""
        return ANONYMOUS

    def caller(self, key: AccessKeyRecord) -> Caller | None:
        """Who holds the key, with their policies of this moment; None when the holder is gone."""
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
        """A session or service that has no access key, because S3 itself acts as it; None when its base is gone."""
        return self._assemble(holder)

    def _assemble(self, holder: Holder) -> Caller | None:
        if isinstance(holder, BucketSessionRecord):
            return self.admitted(holder)
        if isinstance(holder, SessionRecord):
            base = self._principals.get(holder.base)
            if base is None and holder.base not in self._accounts:
                return None
            account = self._accounts[holder.account]
            return caller_of_session(holder, base, self._group_policies(base), account)
        if isinstance(holder, ServiceRecord):
            return caller_of_service(holder)
        if holder in self._accounts:
            return caller_of_root(self._accounts[holder])
        user = self._principals.get(holder)
        if not isinstance(user, UserRecord):
            return None
        return caller_of_user(user, self._group_policies(user), self._accounts[user.account])

    def _group_policies(self, member: object) -> tuple[Policy, ...]:
        if not isinstance(member, UserRecord):
            return ()
        groups = (self._groups.get((member.account, name)) for name in member.groups)
        return tuple(policy for group in groups if group for policy in group.policies.values())

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            finally:
                self.inactive_accounts = {
                    each.id: each.state for each in self.accounts() if each.state != "ACTIVE"
                }
                self._callers, self._by_arn = {}, {}
                self._lock.edition += 1

    def _next(self) -> int:
        with self._lock:
            self._serial += 1
            return self._serial

    # Snapshots

    def snapshot(self) -> IamMark:
        """Remember everything, in microseconds: the records themselves never change."""
        with self._lock:
            return IamMark(dict(self._accounts), dict(self._principals), dict(self._groups), dict(self._keys))

    def restore(self, mark: IamMark) -> None:
        """Bring back what was remembered. The mark can be restored again."""
        with self._changing():
            self._accounts = dict(mark.accounts)
            self._principals = dict(mark.principals)
            self._groups = dict(mark.groups)
            self._keys = dict(mark.keys)
            self._restores += 1
