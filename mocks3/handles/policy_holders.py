"""The common part of users, groups and roles: their policies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.handles.identity_policies import identity_policy
from mocks3.handles.managed_policies import ManagedPolicy, arn_of, put_boundary_policy
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam import GroupRecord, RoleRecord, UserRecord


class PolicyHolder:
    """A user, group or role: its inline policies and the managed policies that are attached to it."""

    _aws: AwsState
    name: str

    @property
    def record(self) -> UserRecord | RoleRecord | GroupRecord:
        """The stored state."""
        raise NotImplementedError

    @holding("_aws.lock")
    def put_policy(self, document: Document, name: str = "inline") -> None:
        """Add an inline policy, or replace the one with this name. It takes effect immediately, also in sessions (P-6).

        Args:
            document: A dict, JSON text or the path of a ``.json`` file.
            name: The name of the policy.

        Raises:
            PolicySyntaxError: The document is malformed.
            Mocks3Error: IAM would refuse an action or a resource.
        """
        self._put(policies={**self.record.policies, name: identity_policy(document, name)})

    @holding("_aws.lock")
    def delete_policy(self, name: str = "inline") -> None:
        """Remove an inline policy.

        Args:
            name: The name of the policy. Default: the first policy that the user, group or role was created with.

        Raises:
            Mocks3Error: There is no policy with this name.
        """
        self._put(policies=_without(self.record.policies, name))

    @holding("_aws.lock")
    def attach(self, policy: ManagedPolicy | str) -> None:
        """Attach a managed policy. It takes effect immediately, also in sessions.

        Args:
            policy: The policy, as ``account.create_policy`` returns it, or its ARN.

        Raises:
            Mocks3Error: There is no such policy, or it belongs to another account.
        """
        arn, record = arn_of(self._aws, policy, self.record.account), self.record
        if arn not in record.attached:
            self._put(attached=(*record.attached, arn))

    @holding("_aws.lock")
    def detach(self, policy: ManagedPolicy | str) -> None:
        """Detach a managed policy.

        Args:
            policy: The policy, or its ARN.

        Raises:
            Mocks3Error: The policy is not attached.
        """
        arn, attached = policy if isinstance(policy, str) else policy.arn, self.record.attached
        if arn not in attached:
            raise Mocks3Error(f"{arn} is not attached; the attached policies are {list(attached)}")
        self._put(attached=tuple(each for each in attached if each != arn))

    def _put(self, **changes: Any) -> None:
        self._aws.iam.put(dataclasses.replace(self.record, **changes))


class BoundaryHolder(PolicyHolder):
    """A user or role: it has a permissions boundary too."""

    @property
    def record(self) -> UserRecord | RoleRecord:
        """The stored state of the user or role."""
        raise NotImplementedError

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name, without the path."""
        return self.record.name

    @holding("_aws.lock")
    def put_boundary(self, policy: ManagedPolicy | Document | None) -> None:
        """Set the permissions boundary, or remove it.

        In AWS, a boundary is a managed policy. For a document, a managed policy is created, and named after the user or
        role; a second document becomes its new version.

        Args:
            policy: A managed policy or its ARN; a document: a dict, JSON text or the path of a ``.json`` file; None to
                remove the boundary.

        Raises:
            Mocks3Error: There is no such managed policy.
            PolicySyntaxError: The document is malformed.
        """
        arn = None if policy is None else boundary_arn(self._aws, self.record, policy)
        self._put(boundary=arn)


def boundary_arn(aws: AwsState, record: UserRecord | RoleRecord, policy: ManagedPolicy | Document) -> str:
    """Return the ARN of the managed policy that becomes the boundary of a user or role.

    Raises:
        Mocks3Error: There is no such managed policy.
        PolicySyntaxError: The document is malformed.
    """
    if isinstance(policy, ManagedPolicy) or (isinstance(policy, str) and policy.startswith("arn:")):
        return arn_of(aws, policy, record.account)
    kind = record.arn.rpartition(":")[2].partition("/")[0]
    return put_boundary_policy(aws, record.account, f"{kind}-{record.name}-boundary", policy)


def _without(policies: Mapping[str, Any], name: str) -> dict[str, Any]:
    if name not in policies:
        raise Mocks3Error(f"there is no policy named {name!r}; the policies are {sorted(policies)}")
    return {key: policy for key, policy in policies.items() if key != name}
