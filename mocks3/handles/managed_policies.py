"""Managed policies, as a test uses them: created in an account, attached to users, groups and roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.identity_policies import identity_policy
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document
from mocks3.storage.iam import ManagedPolicyRecord
from mocks3.storage.iam.managed_policies import MOST_VERSIONS, arn_of_policy, new_managed_policy

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState


class ManagedPolicy:
    """A managed policy. Create it with ``account.create_policy``; attach it with ``user.attach``."""

    def __init__(self, aws: AwsState, arn: str) -> None:
        self._aws = aws
        self.arn = arn

    @property
    def record(self) -> ManagedPolicyRecord:
        """The stored state of the policy.

        Raises:
            Mocks3Error: The policy was deleted.
        """
        record = self._aws.iam.managed_policy(self.arn)
        if record is None:
            raise Mocks3Error(f"the managed policy {self.arn} was deleted")
        return record

    @property
    def name(self) -> str:
        """The name, without the path."""
        return self.record.name

    @property
    def document(self) -> str:
        """The JSON text of the default version."""
        return self.record.policy.text

    @holding("_aws.lock")
    def put_document(self, document: Document) -> str:
        """Create a new version and make it the default one. It takes effect immediately, also in sessions.

        A policy has five versions at most. The oldest version is deleted if there are five already.

        Args:
            document: A dict, JSON text or the path of a ``.json`` file.

        Returns:
            The id of the new version, such as ``v2``.

        Raises:
            PolicySyntaxError: The document is malformed.
        """
        record = self.record
        policy = identity_policy(document, self.arn)
        if len(record.versions) == MOST_VERSIONS:
            record = record.without_version(next(iter(record.versions)))
        record = record.with_version(policy, self._aws.clock.now(), default=True)
        self._aws.iam.put(record)
        return record.default

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the policy. It must not be attached, and must not be a permissions boundary.

        Raises:
            Mocks3Error: The policy is in use.
        """
        iam, record = self._aws.iam, self.record
        users = (*iam.holders_of(self.arn), *iam.bounded_by(self.arn))
        if users:
            raise Mocks3Error(
                f"{self.arn} is in use by {', '.join(each.arn for each in users)}, and AWS would not delete it; detach "
                "it first"
            )
        iam.remove(record)

    def __repr__(self) -> str:
        return f"ManagedPolicy({self.arn})"


def make_policy(
    aws: AwsState,
    account: str,
    name: str,
    document: Document,
    *,
    path: str = "/",
    description: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> ManagedPolicy:
    """Create a managed policy. See ``Account.create_policy``."""
    name = arguments.check_iam_name("policy", name, 128)
    arn = arn_of_policy(account, arguments.check_iam_path(path), name)
    present = aws.iam.resource_named(ManagedPolicyRecord, account, name)
    if present is not None:
        raise Mocks3Error(f"{arn}: the name is already in use by {present.arn}")
    policy = identity_policy(document, arn)
    unique_id = aws.iam.new_unique_id("ANPA", account, name)
    aws.iam.put(
        new_managed_policy(
            account,
            path,
            name,
            unique_id,
            policy,
            aws.clock.now(),
            description=description,
            tags=arguments.check_tags(tags),
        )
    )
    return ManagedPolicy(aws, arn)


def put_boundary_policy(aws: AwsState, account: str, name: str, document: Document) -> str:
    """Create the managed policy of a boundary, or give it a new version. Return its ARN."""
    arn = arn_of_policy(account, "/", name)
    if aws.iam.managed_policy(arn) is None:
        return make_policy(aws, account, name, document).arn
    ManagedPolicy(aws, arn).put_document(document)
    return arn


def arn_of(aws: AwsState, policy: ManagedPolicy | str, account: str) -> str:
    """Return the ARN of a managed policy that the principals of an account can attach.

    Raises:
        Mocks3Error: There is no such policy, or it belongs to another account.
    """
    arguments.check_type(
        "policy", policy, (ManagedPolicy, str), "a managed policy, as create_policy returns it, or its ARN"
    )
    arn = policy if isinstance(policy, str) else policy.arn
    record = aws.iam.managed_policy(arn)
    if record is None:
        raise Mocks3Error(
            f"there is no managed policy {arn!r}; create it with account.create_policy(name, document)"
        )
    if record.account not in (account, "aws"):
        raise Mocks3Error(f"{arn} belongs to another account than {account}, and AWS would not attach it")
    return arn
