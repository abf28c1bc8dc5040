"""Managed policies: policies with an ARN of their own, which users, groups and roles attach.

Source: IAM user guide, "Managed policies and inline policies", "Versioning IAM policies".
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy

MOST_VERSIONS = 5
"""How many versions a managed policy can have (IAM user guide, "IAM and AWS STS quotas")."""

NO_POLICY = Policy.parse(
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "none:None", "Resource": "*"}}',
    name="a deleted policy",
)
"""A policy that allows nothing: no service has the action. It takes the place of a session policy that was deleted."""


@dataclass(frozen=True, slots=True)
class PolicyVersionRecord:
    """One version of a managed policy. ``id`` is ``v1``, ``v2`` and so on. The ``policy``'s name is the ARN."""

    id: str
    policy: Policy
    created: datetime.datetime


@dataclass(frozen=True, slots=True)
class ManagedPolicyRecord:
    """A managed policy. Its default version applies to everything that it is attached to.

    ``account`` is ``aws`` for an AWS managed policy. ``versions`` are in the order of their creation. ``latest`` is the
    number of the newest version that was ever created: numbers are not used again.
    """

    account: str
    name: str
    path: str
    unique_id: str
    versions: Mapping[str, PolicyVersionRecord]
    default: str
    created: datetime.datetime
    updated: datetime.datetime
    latest: int = 1
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:policy/PATH/NAME``."""
        return arn_of_policy(self.account, self.path, self.name)

    @property
    def policy(self) -> Policy:
        """The document of the default version."""
        return self.versions[self.default].policy

    def with_version(self, policy: Policy, now: datetime.datetime, *, default: bool) -> ManagedPolicyRecord:
        """Return a copy with one more version, which may become the default version."""
        made = PolicyVersionRecord(f"v{self.latest + 1}", policy, now)
        return dataclasses.replace(
            self,
            versions={**self.versions, made.id: made},
            default=made.id if default else self.default,
            updated=now,
            latest=self.latest + 1,
        )

    def without_version(self, version: str) -> ManagedPolicyRecord:
        """Return a copy without a version."""
        kept = {name: each for name, each in self.versions.items() if name != version}
        return dataclasses.replace(self, versions=kept)


def arn_of_policy(account: str, path: str, name: str) -> str:
    """Return ``arn:aws:iam::ACCOUNT:policy/PATH/NAME``."""
    return f"arn:aws:iam::{account}:policy{path}{name}"


def new_managed_policy(
    account: str,
    path: str,
    name: str,
    unique_id: str,
    policy: Policy,
    now: datetime.datetime,
    *,
    description: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> ManagedPolicyRecord:
    """Return the record of a new managed policy, with one version.

    Args:
        account: The 12-digit account id.
        path: The IAM path.
        name: The policy's name.
        unique_id: Its unique id (``ANPA…``).
        policy: The parsed document. Its name must be the ARN.
        now: The time of its creation.
        description: The description, which never changes.
        tags: The tags.
    """
    first = PolicyVersionRecord("v1", policy, now)
    return ManagedPolicyRecord(
        account, name, path, unique_id, {"v1": first}, "v1", now, now, 1, description, dict(tags or {})
    )
