"""The people of an in-memory AWS, as tests hold them: thin handles on what the directory knows.

Rule: a handle keeps names and ids only. What it stands for is looked up at every use, so that a policy changed, a
principal deleted or a snapshot restored is seen at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.lib.limits import later
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document, document_text, parse_document, parse_documents
from mocks3.storage.iam import AccessKeyRecord, GroupRecord, RoleRecord, SessionRecord, UserRecord
from mocks3.storage.iam.caller import Caller

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.policy import Policy


class Principal:
    """Somebody who can call: ``arn``, ``account``, ``access_key``, ``client()``, ``session()``."""

    def __init__(self, aws: MockAWS) -> None:
        self._aws = aws

    @property
    def arn(self) -> str | None:
        """The ARN as messages name it; None for the anonymous caller."""
        return self.caller().arn

    @property
    def account(self) -> str | None:
        """The 12-digit account id; None for the anonymous caller."""
        return self.caller().account

    @property
    def access_key(self) -> AccessKeyRecord | None:
        """The key that this principal's clients sign with (``id``, ``secret``, ``token``); None for anonymous."""
        raise NotImplementedError

    def caller(self) -> Caller:
        """Who a request of this principal comes from, with the policies of this moment."""
        key = self.access_key
        caller = self._aws.iam.caller(key) if key else self._aws.iam.anonymous()
        if caller is None:
            raise Mocks3Error(f"{self!r} was deleted")
        return caller

    def session(self, **kwargs: Any) -> Any:
        """A boto3 session with this principal's credentials, bound to its AWS.

        Args: ``kwargs`` as ``boto3.session.Session`` takes them (``region_name`` defaults to the mock's);
        ``request_context`` the facts of its clients' requests, as ``aws.request_context`` takes them.
        """
        from mocks3.handles.clients import boto3_session

        return boto3_session(self._aws, self.access_key, **kwargs)

    def client(self, service: str = "s3", **kwargs: Any) -> Any:
        """A real client of this principal's, signing with its key.

        Args: ``service`` botocore's name of it, ``kwargs`` as boto3's ``client`` takes them;
        ``request_context`` the facts of this client's requests, as ``aws.request_context`` takes them, which it
        goes before. Clients without further arguments are made once and shared.
        """
        from mocks3.handles.clients import client

        return client(self._aws, self.access_key, service, **kwargs)


class Anonymous(Principal):
    """The caller without credentials. Its clients do not sign."""

    @property
    def access_key(self) -> None:
        """None."""
        return None

    def __repr__(self) -> str:
        return "Anonymous()"


class KeyedPrincipal(Principal):
    """A principal that is known by an access key of its own."""

    def __init__(self, aws: MockAWS, key_id: str) -> None:
        super().__init__(aws)
        self._key_id = key_id

    @property
    def access_key(self) -> AccessKeyRecord:
        """The key that this principal's clients sign with. Raises :class:`Mocks3Error` once it was deleted."""
        key = self._aws.iam.key(self._key_id)
        if key is None:
            raise Mocks3Error(
                f"the access key {self._key_id} was deleted, or made after the snapshot restored last"
            )
        return key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.arn})"


class Root(KeyedPrincipal):
    """An account's root user: no identity policies, full control of what the account owns."""


class RoleSession(KeyedPrincipal):
    """Temporary credentials of a role."""


class FederatedUser(KeyedPrincipal):
    """Temporary credentials of a federated user: the caller's permissions cut down by the session policies."""


class Service(KeyedPrincipal):
    """An AWS service that calls S3 by itself, not with a caller's credentials (P-9).

    Which resource it calls for (``aws:SourceArn``, ``aws:SourceAccount``) was said when it was made.
    """


class PolicyHolder:
    """What users and roles have in common: inline policies by name, and a permissions boundary."""

    _aws: MockAWS

    @property
    def record(self) -> UserRecord | RoleRecord:
        """What the directory knows of the holder at this moment."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The name, without its path."""
        return self.record.name

    @holding("_aws.lock")
    def put_policy(self, document: Document, name: str = "inline") -> None:
        """Attach an inline policy, replacing the one of that name; running sessions feel it at once (P-6).

        Raises ``PolicySyntaxError`` for a malformed document.
        """
        _put(self._aws, self.record, policies={**self.record.policies, name: parse_document(document, name)})

    @holding("_aws.lock")
    def delete_policy(self, name: str = "inline") -> None:
        """Detach a policy by its name; without one the policy that was attached first when the holder was made."""
        _put(self._aws, self.record, policies=_without(self.record.policies, name))

    @holding("_aws.lock")
    def put_boundary(self, document: Document | None) -> None:
        """Set the permissions boundary, or take it away with None."""
        _put(self._aws, self.record, boundary=_boundary(document))


class User(PolicyHolder, KeyedPrincipal):
    """An IAM user."""

    def __init__(self, aws: MockAWS, unique_id: str, key_id: str) -> None:
        super().__init__(aws, key_id)
        self.unique_id = unique_id

    @property
    def record(self) -> UserRecord:
        """What the directory knows of the user at this moment. Raises :class:`Mocks3Error` once it was deleted."""
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
        """GetFederationToken: a federated user with the intersection of this user's policies and ``policy``.

        Args: ``duration`` seconds. Without a policy the session can do nothing by itself (P-7).
        """
        record = self.record
        name = arguments.check_session_name(name, 32)
        session = _session(
            self._aws, "federated-user", record.account, record.unique_id, name, policy, tags, duration
        )
        return FederatedUser(self._aws, self._aws.iam.issue_key(session).id)

    def session_token(self, *, mfa: bool = False, duration: int = 43200) -> KeyedPrincipal:
        """GetSessionToken: the same user with temporary credentials, ``mfa`` authenticated or not (P-3)."""
        record = self.record
        session = _session(
            self._aws, "user", record.account, record.unique_id, record.name, (), None, duration, mfa=mfa
        )
        return KeyedPrincipal(self._aws, self._aws.iam.issue_key(session).id)

    @holding("_aws.lock")
    def deactivate_key(self) -> None:
        """Make the user's access key inactive: what it signs, and has signed, gets ``InvalidAccessKeyId``."""
        self._aws.iam.put_key(dataclasses.replace(self.access_key, active=False))

    @holding("_aws.lock")
    def activate_key(self) -> None:
        """Make the user's access key active again."""
        self._aws.iam.put_key(dataclasses.replace(self.access_key, active=True))

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the user with its keys. A user made again under the name is another one (PE-14)."""
        self._aws.iam.remove(self.record)


class Group:
    """An IAM group: carries policies for its members, and is no principal (P-4)."""

    def __init__(self, aws: MockAWS, account_id: str, name: str) -> None:
        self._aws = aws
        self._account = account_id
        self.name = name

    @property
    def record(self) -> GroupRecord:
        """What the directory knows of the group. Raises :class:`Mocks3Error` once it was deleted."""
        record = self._aws.iam.group(self._account, self.name)
        if record is None:
            raise Mocks3Error(f"the group {self.name} was deleted")
        return record

    @property
    def arn(self) -> str:
        """The group's ARN; never valid as a principal (PE-12)."""
        return self.record.arn

    @holding("_aws.lock")
    def add(self, *members: User) -> None:
        """Make users members."""
        for member in members:
            arguments.check_type("a member", member, User, "a user, as create_user returns it")
            _put(self._aws, member.record, groups=(*member.record.groups, self.name))

    @holding("_aws.lock")
    def put_policy(self, document: Document, name: str = "inline") -> None:
        """Attach an inline policy, replacing the one of that name. Raises ``PolicySyntaxError``."""
        record = self.record
        changed = {**record.policies, name: parse_document(document, name)}
        self._aws.iam.put(dataclasses.replace(record, policies=changed))


class Role(PolicyHolder):
    """An IAM role. It never calls itself; its sessions do (P-5)."""

    def __init__(self, aws: MockAWS, unique_id: str) -> None:
        self._aws = aws
        self.unique_id = unique_id

    @property
    def record(self) -> RoleRecord:
        """What the directory knows of the role at this moment. Raises :class:`Mocks3Error` once it was deleted."""
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
        """A session of the role.

        Args: ``by`` who assumes it, through a real ``sts:AssumeRole`` call that the role's trust policy (and the
        caller's own policies) must allow; without ``by`` the session is one that AWS itself started, as for EC2 or
        Lambda. ``policy`` a session policy, ``tags`` session tags, ``duration`` seconds. Raises botocore's
        ``ClientError`` (AccessDenied) when ``by`` may not.
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
        """Delete the role; its sessions' keys are refused from now on (P-6)."""
        self._aws.iam.remove(self.record)

    def __repr__(self) -> str:
        return f"Role({self.arn})"


def principals_of(aws: MockAWS, policy: Policy) -> stored_principals.Named:
    """Return whom a policy names: ARN to unique id, to be kept beside it (PE-14).

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
        f"{what} names {principal!r}, which does not exist: AWS refuses it too; create the user, role or account first"
    )


def _put(aws: MockAWS, record: UserRecord | RoleRecord, **changes: Any) -> None:
    aws.iam.put(dataclasses.replace(record, **changes))


def _without(policies: Mapping[str, Any], name: str) -> dict[str, Any]:
    if name not in policies:
        raise Mocks3Error(f"no policy is named {name!r}; there are {sorted(policies) or 'none'}")
    return {key: policy for key, policy in policies.items() if key != name}


def _boundary(document: Document | None) -> Any:
    return None if document is None else parse_document(document, "boundary")


def _session(
    aws: MockAWS,
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
    policies = tuple(parse_documents(policy, "session-policy").values())
    expires = later(now, seconds=duration)
    return SessionRecord(
        kind, account, base, name, now, expires, policies, arguments.check_tags(tags), mfa=mfa
    )
