"""Handles of principals: users, roles, sessions, root users, services and groups.

Rule: a handle stores names and ids only. Its state is looked up on every use, so that a changed policy, a deleted
principal or a restored snapshot takes effect immediately.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.client_factory import ClientFactory
from mocks3.handles.identity_policies import session_policies
from mocks3.handles.policy_holders import BoundaryHolder, PolicyHolder
from mocks3.lib.limits import later
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document, document_text
from mocks3.storage.iam import AccessKeyRecord, GroupRecord, RoleRecord, SessionRecord, UserRecord
from mocks3.storage.iam.caller import Caller

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.policy import Policy


class Principal(ClientFactory):
    """A principal that can call S3: ``arn``, ``account``, ``access_key``, ``client()``, ``session()``."""

    def __init__(self, aws: AwsState) -> None:
        self._aws = aws

    @property
    def arn(self) -> str | None:
        """The ARN that error messages contain; None for the anonymous caller."""
        return self.caller().arn

    @property
    def account(self) -> str | None:
        """The 12-digit account id; None for the anonymous caller."""
        return self.caller().account

    @property
    def access_key(self) -> AccessKeyRecord | None:
        """The key that this principal's clients sign with (``id``, ``secret``, ``token``); None if anonymous."""
        raise NotImplementedError

    def caller(self) -> Caller:
        """Return the caller of this principal's requests, with its current policies.

        Raises:
            Mocks3Error: The principal was deleted.
        """
        key = self.access_key
        caller = self._aws.iam.caller(key) if key else self._aws.iam.anonymous()
        if caller is None:
            raise Mocks3Error(f"{self!r} was deleted")
        return caller

    def _signer(self) -> tuple[AwsState, AccessKeyRecord | None]:
        return self._aws, self.access_key


class Anonymous(Principal):
    """The caller without credentials. Its clients do not sign."""

    @property
    def access_key(self) -> None:
        """None."""
        return None

    def __repr__(self) -> str:
        return "Anonymous()"


class KeyedPrincipal(Principal):
    """A principal with an access key."""

    def __init__(self, aws: AwsState, key_id: str) -> None:
        super().__init__(aws)
        self._key_id = key_id

    @property
    def access_key(self) -> AccessKeyRecord:
        """The key that this principal's clients sign with.

        Raises:
            Mocks3Error: The key was deleted, or created after the snapshot that was restored.
        """
        key = self._aws.iam.key(self._key_id)
        if key is None:
            raise Mocks3Error(
                f"the access key {self._key_id} was deleted, or created after the snapshot that was restored"
            )
        return key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.arn})"


class Root(KeyedPrincipal):
    """The root user of an account. It has no identity policies and full control of the account's resources."""


class RoleSession(KeyedPrincipal):
    """Temporary credentials of a role, as AssumeRole returns them."""


class FederatedUser(KeyedPrincipal):
    """Temporary credentials of a federated user: the permissions of the user, limited by the session policies."""


class Service(KeyedPrincipal):
    """An AWS service that calls S3 itself, without the credentials of a caller (P-9).

    Its ``aws:SourceArn`` and ``aws:SourceAccount`` are set when it is created.
    """


class User(BoundaryHolder, KeyedPrincipal):
    """An IAM user."""

    def __init__(self, aws: AwsState, unique_id: str, key_id: str) -> None:
        super().__init__(aws, key_id)
        self.unique_id = unique_id

    @property
    def record(self) -> UserRecord:
        """The stored state of the user.

        Raises:
            Mocks3Error: The user was deleted.
        """
        record = self._aws.iam.principal(self.unique_id)
        if not isinstance(record, UserRecord):
            raise Mocks3Error(f"the user {self.unique_id} was deleted")
        return record

    def federate(
        self,
        name: str,
        *,
        policy: Document | Iterable[Document] = (),
        tags: Mapping[str, str] | None = None,
        duration: int = 43200,
    ) -> FederatedUser:
        """Call GetFederationToken.

        The federated user has the intersection of this user's policies and ``policy``.

        Args:
            name: The name of the federated user: 1 to 32 characters.
            policy: One session policy or several. Without one, the session has no permissions by itself (P-7).
            tags: The session tags.
            duration: The lifetime in seconds.

        Returns:
            The federated user.

        Raises:
            Mocks3Error: The name or the tags are not valid.
            PolicySyntaxError: A policy is malformed.
        """
        record = self.record
        name = arguments.check_session_name(name, 32)
        session = _session(
            self._aws, "federated-user", record.account, record.unique_id, name, policy, tags, duration
        )
        return FederatedUser(self._aws, self._aws.iam.issue_key(session).id)

    def session_token(self, *, mfa: bool = False, duration: int = 43200) -> KeyedPrincipal:
        """Call GetSessionToken: return the same user with temporary credentials (P-3).

        Args:
            mfa: Whether the session is authenticated with MFA.
            duration: The lifetime in seconds.

        Returns:
            The user with temporary credentials.
        """
        record = self.record
        session = _session(
            self._aws, "user", record.account, record.unique_id, record.name, (), None, duration, mfa=mfa
        )
        return KeyedPrincipal(self._aws, self._aws.iam.issue_key(session).id)

    @holding("_aws.lock")
    def deactivate_key(self) -> None:
        """Make the user's access key inactive. Requests and URLs signed with it get ``InvalidAccessKeyId``."""
        self._aws.iam.put_key(dataclasses.replace(self.access_key, active=False))

    @holding("_aws.lock")
    def activate_key(self) -> None:
        """Make the user's access key active again."""
        self._aws.iam.put_key(dataclasses.replace(self.access_key, active=True))

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the user with its keys. A new user with the same name is a different principal (PE-14)."""
        self._aws.iam.remove(self.record)


class Group(PolicyHolder):
    """An IAM group: policies for its members. A group is not a principal (P-4)."""

    def __init__(self, aws: AwsState, account_id: str, name: str) -> None:
        self._aws = aws
        self._account = account_id
        self.name = name

    @property
    def record(self) -> GroupRecord:
        """The stored state of the group.

        Raises:
            Mocks3Error: The group was deleted.
        """
        record = self._aws.iam.group(self._account, self.name)
        if record is None:
            raise Mocks3Error(f"the group {self.name} was deleted")
        return record

    @property
    def arn(self) -> str:
        """The group's ARN. Policies cannot name it as a principal (PE-12)."""
        return self.record.arn

    @holding("_aws.lock")
    def add(self, *members: User) -> None:
        """Add users to the group.

        Args:
            *members: Users, as ``create_user`` returns them.

        Raises:
            Mocks3Error: A member is not a user.
        """
        for member in members:
            arguments.check_type("a member of a group", member, User, "a user, as create_user returns it")
            record = member.record
            self._aws.iam.put(dataclasses.replace(record, groups=(*record.groups, self.name)))


class Role(BoundaryHolder):
    """An IAM role. A role does not call S3 itself; its sessions do (P-5)."""

    if not TYPE_CHECKING:  # a type checker says that a role does not have them

        def __getattr__(self, name: str) -> NoReturn:
            """Say where the clients of a role are."""
            if name in ("access_key", "client", "session"):
                call = name if name == "access_key" else f"{name}()"
                raise AttributeError(f"a role has no credentials; use role.assume().{call}")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __init__(self, aws: AwsState, unique_id: str) -> None:
        self._aws = aws
        self.unique_id = unique_id

    @property
    def record(self) -> RoleRecord:
        """The stored state of the role.

        Raises:
            Mocks3Error: The role was deleted.
        """
        record = self._aws.iam.principal(self.unique_id)
        if not isinstance(record, RoleRecord):
            raise Mocks3Error(f"the role {self.unique_id} was deleted")
        return record

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:role/PATH/NAME``."""
        return self.record.arn

    def assume(
        self,
        by: Principal | None = None,
        session_name: str = "session",
        *,
        policy: Document | None = None,
        tags: Mapping[str, str] | None = None,
        duration: int = 3600,
    ) -> RoleSession:
        """Return a session of the role.

        Args:
            by: The principal that assumes the role with a real ``sts:AssumeRole`` call, which the trust policy and the
                principal's own policies must allow. Default: AWS starts the session itself, as for EC2 or Lambda.
            session_name: The name of the session.
            policy: A session policy.
            tags: Session tags.
            duration: The lifetime in seconds.

        Returns:
            The session.

        Raises:
            botocore.exceptions.ClientError: AccessDenied: ``by`` may not assume the role.
            Mocks3Error: An argument is not valid.
            PolicySyntaxError: The policy is malformed.
        """
        if by is None:
            session = _session(
                self._aws,
                "session",
                self.record.account,
                self.unique_id,
                arguments.check_session_name(session_name),
                () if policy is None else policy,
                tags,
                duration,
            )
            return RoleSession(self._aws, self._aws.iam.issue_key(session).id)
        arguments.check_type("by", by, Principal, "a principal, like aws.account().create_user('eve')")
        optional: dict[str, Any] = {}
        if policy is not None:
            optional["Policy"] = document_text(policy)
        if tags:
            optional["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        answer = by.client("sts").assume_role(
            RoleArn=self.arn, RoleSessionName=session_name, DurationSeconds=duration, **optional
        )
        return RoleSession(self._aws, answer["Credentials"]["AccessKeyId"])

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the role. The keys of its sessions are rejected from now on (P-6)."""
        self._aws.iam.remove(self.record)

    def __repr__(self) -> str:
        return f"Role({self.arn})"


def principals_of(aws: AwsState, policy: Policy) -> stored_principals.PrincipalIds:
    """Return the principals that a policy names: ARN to unique id, to be stored with the policy (PE-14).

    Raises:
        Mocks3Error: A principal does not exist.
    """
    try:
        return stored_principals.of_policy(aws.iam, policy)
    except stored_principals.UnknownPrincipal as unknown:
        raise unknown_principal(f"the policy {policy.name!r}", unknown.value) from None


def unknown_principal(what: str, principal: str) -> Mocks3Error:
    """Return the error for a principal that does not exist."""
    return Mocks3Error(
        f"{what} names {principal!r}, which does not exist, and AWS would reject it; create the user, role or account "
        "first"
    )


def _session(
    aws: AwsState,
    kind: str,
    account: str,
    base: str,
    name: str,
    policy: Document | Iterable[Document],
    tags: Mapping[str, str] | None,
    duration: int,
    *,
    mfa: bool = False,
) -> SessionRecord:
    now = aws.clock.now()
    policies = session_policies(policy)
    expires = later(now, seconds=duration)
    return SessionRecord(
        kind, account, base, name, now, expires, policies, arguments.check_tags(tags), mfa=mfa
    )
