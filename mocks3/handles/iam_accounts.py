"""The IAM part of an account: its users, groups, roles and managed policies.

Rule: the API of IAM has the same state. What one creates, the other finds.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.identity_policies import identity_policies
from mocks3.handles.identity_providers import IdentityProviders
from mocks3.handles.managed_policies import ManagedPolicy, make_policy
from mocks3.handles.policy_holders import boundary_arn
from mocks3.handles.principals import Group, Role, User, principals_of
from mocks3.lib.locking import holding
from mocks3.policy import Policy
from mocks3.rules.policy_documents import Document, default_trust, parse_trust
from mocks3.storage.iam import GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    pass

Documents = Document | Iterable[Document]
P = TypeVar("P", UserRecord, RoleRecord)


class IamAccount(IdentityProviders):
    """An account as IAM sees it."""

    @holding("_aws.lock")
    def create_user(
        self,
        name: str,
        *,
        policies: Documents = (),
        path: str = "/",
        boundary: ManagedPolicy | Document | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> User:
        """Create an IAM user with an access key.

        Args:
            name: The user's name.
            policies: Inline policies: one document or several. A document is a dict, JSON text or the path of a
                ``.json`` file.
            path: The IAM path, such as ``/team/``.
            boundary: The permissions boundary, as in :meth:`User.put_boundary`.
            tags: The user's tags.

        Returns:
            The user.

        Raises:
            Mocks3Error: The name is invalid or already in use.
            PolicySyntaxError: A document is malformed.
        """
        iam = self._aws.iam
        record = UserRecord(
            self.id,
            arguments.check_iam_name("user", name),
            arguments.check_iam_path(path),
            iam.new_unique_id("AIDA", self.id, name),
            identity_policies(policies, "inline"),
            tags=arguments.check_tags(tags),
            created=self._aws.clock.now(),
        )
        iam.put(self._bounded(record, boundary))
        return User(self._aws, record.unique_id, iam.issue_key(record.unique_id).id)

    @holding("_aws.lock")
    def create_group(self, name: str, *, policies: Documents = (), members: Iterable[User] = ()) -> Group:
        """Create an IAM group.

        Args:
            name: The group's name.
            policies: Inline policies, as in :meth:`create_user`.
            members: The users in the group.

        Returns:
            The group.

        Raises:
            Mocks3Error: The name is invalid or already in use.
            PolicySyntaxError: A document is malformed.
        """
        name = arguments.check_iam_name("group", name, 128)
        unique_id = self._aws.iam.new_unique_id("AGPA", self.id, name)
        record = GroupRecord(
            self.id,
            name,
            "/",
            unique_id,
            identity_policies(policies, "inline"),
            created=self._aws.clock.now(),
        )
        self._require_free_name(record)
        self._aws.iam.put(record)
        group = Group(self._aws, self.id, name)
        group.add(*members)
        return group

    @holding("_aws.lock")
    def create_role(
        self,
        name: str,
        *,
        trust: Document | None = None,
        policies: Documents = (),
        path: str = "/",
        boundary: ManagedPolicy | Document | None = None,
        tags: Mapping[str, str] | None = None,
        max_session_duration: int = 3600,
    ) -> Role:
        """Create an IAM role.

        Args:
            name: The role's name.
            trust: The trust policy. Default: every principal of this account whose own policies allow
                ``sts:AssumeRole`` may assume the role.
            policies: Inline policies, as in :meth:`create_user`.
            path: The IAM path, such as ``/team/``.
            boundary: The permissions boundary, as in :meth:`User.put_boundary`.
            tags: The role's tags.
            max_session_duration: The longest session that AssumeRole may ask for: 3,600 to 43,200 seconds.

        Returns:
            The role.

        Raises:
            Mocks3Error: The name is invalid or already in use, or the trust policy names a principal that does not
                exist.
            PolicySyntaxError: A document is malformed.
        """
        iam = self._aws.iam
        trusted = self._trust(trust)
        record = RoleRecord(
            self.id,
            arguments.check_iam_name("role", name),
            arguments.check_iam_path(path),
            iam.new_unique_id("AROA", self.id, name),
            trusted,
            identity_policies(policies, "inline"),
            tags=arguments.check_tags(tags),
            principals=principals_of(self._aws, trusted),
            created=self._aws.clock.now(),
            max_session=arguments.check_session_limit(max_session_duration),
        )
        iam.put(self._bounded(record, boundary))
        return Role(self._aws, record.unique_id)

    @holding("_aws.lock")
    def create_policy(
        self,
        name: str,
        document: Document,
        *,
        path: str = "/",
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> ManagedPolicy:
        """Create a managed policy. Attach it with ``user.attach(policy)``; groups and roles have the same method.

        Args:
            name: The policy's name.
            document: A dict, JSON text or the path of a ``.json`` file.
            path: The IAM path, such as ``/team/``.
            description: The description.
            tags: The policy's tags.

        Returns:
            The policy.

        Raises:
            Mocks3Error: The name is invalid or already in use.
            PolicySyntaxError: The document is malformed.
        """
        return make_policy(self._aws, self.id, name, document, path=path, description=description, tags=tags)

    @holding("_aws.lock")
    def user(self, name: str) -> User:
        """Return an existing user, however it was created. Its clients use its first active access key.

        A user without an active access key gets one.

        Args:
            name: The user's name.

        Raises:
            Mocks3Error: There is no such user.
        """
        iam = self._aws.iam
        record = iam.user_named(self.id, name)
        if record is None:
            raise self._missing("user", name, [each.name for each in iam.principals_of(self.id, UserRecord)])
        return User(self._aws, record.unique_id, iam.usable_key(record.unique_id).id)

    def group(self, name: str) -> Group:
        """Return an existing group.

        Args:
            name: The group's name.

        Raises:
            Mocks3Error: There is no such group.
        """
        iam = self._aws.iam
        if iam.group(self.id, name) is None:
            raise self._missing("group", name, [each.name for each in iam.groups(self.id)])
        return Group(self._aws, self.id, name)

    def role(self, name: str) -> Role:
        """Return an existing role, however it was created.

        Args:
            name: The role's name.

        Raises:
            Mocks3Error: There is no such role.
        """
        iam = self._aws.iam
        record = iam.role_named(self.id, name)
        if record is None:
            raise self._missing("role", name, [each.name for each in iam.principals_of(self.id, RoleRecord)])
        return Role(self._aws, record.unique_id)

    def policy(self, name: str) -> ManagedPolicy:
        """Return an existing managed policy of the account.

        Args:
            name: The policy's name.

        Raises:
            Mocks3Error: There is no such policy.
        """
        iam = self._aws.iam
        record = iam.resource_named(ManagedPolicyRecord, self.id, name)
        if record is None:
            known = [each.name for each in iam.resources(ManagedPolicyRecord, self.id)]
            raise self._missing("managed policy", name, known)
        return ManagedPolicy(self._aws, record.arn)

    def _missing(self, kind: str, name: str, known: list[str]) -> Mocks3Error:
        others = f"; it has {', '.join(known)}" if known else ""
        return Mocks3Error(f"the account {self.id} has no {kind} {name!r}{others}")

    def _trust(self, trust: Document | None) -> Policy:
        """Return the trust policy of a new role. Without one, principals of this account can assume the role."""
        named = getattr(trust, "arn", trust)
        if isinstance(named, str) and _PRINCIPAL.fullmatch(named):
            principal = {"Service" if named.endswith((".com", ".cn")) else "AWS": named}
            raise Mocks3Error(
                f"trust must be a policy, not the principal {named!r}: "
                f'{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {json.dumps(principal)}, '
                '"Action": "sts:AssumeRole"}]}'
            )
        if trust:
            return parse_trust(trust, "trust policy")
        return default_trust(_own_account(self.id), "trust policy")

    def _bounded(self, record: P, boundary: ManagedPolicy | Document | None) -> P:
        """Return a new user or role with its boundary. Raise Mocks3Error if its name is in use."""
        self._require_free_name(record)
        if boundary is None:
            return record
        return dataclasses.replace(record, boundary=boundary_arn(self._aws, record, boundary))

    def _require_free_name(self, record: UserRecord | RoleRecord | GroupRecord) -> None:
        """Raise Mocks3Error if the account has an entity with this name, in any path and in upper or lower case."""
        present = self._aws.iam.with_same_name(record)
        if present is not None:
            raise Mocks3Error(
                f"{record.arn}: the name is already in use by {present.arn}; IAM names are unique in an account, "
                "regardless of path and case"
            )


_PRINCIPAL = re.compile(r"[*]|[0-9]{12}|arn:aws[\w-]*:(?:iam|sts)::.*|[\w.-]+[.]amazonaws[.]com(?:[.]cn)?")
"""A principal in place of a trust policy: everyone, an account, an ARN or a service."""


def _own_account(account_id: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": account_id},
            "Action": "sts:AssumeRole",
        },
    }
