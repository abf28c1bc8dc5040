"""Handles of organizations and VPC endpoints, whose policies limit principals of other accounts.

    org = aws.organization("o-1", management=aws.account("999999999999"))
    workloads = org.ou("workloads")
    org.add(aws.account("111111111111"), ou=workloads)
    org.put_scp({...}, on=workloads)

Rule: a handle stores ids only; its state is looked up on every use.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.accounts import Account
from mocks3.lib.locking import holding
from mocks3.policy import Effect, Policy, PolicyKind
from mocks3.rules.policy_documents import Document, parse_document
from mocks3.storage.iam import ids
from mocks3.storage.iam import organizations as stored
from mocks3.storage.iam.organizations import (
    RCP,
    RCP_FULL_ACCESS,
    S3,
    S3_BLOCKING,
    SCP,
    OrganizationLevel,
    OrganizationPolicyRecord,
    OrganizationRecord,
)

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam.guardrails import EndpointRecord, GuardRails


class OrganizationalUnit:
    """An organizational unit. Get it with ``org.ou(name)``."""

    def __init__(self, unit_id: str, name: str) -> None:
        self.id = unit_id
        self.name = name

    def __repr__(self) -> str:
        return f"OrganizationalUnit({self.name}, {self.id})"


Place = OrganizationalUnit | Account | None
"""A level of an organization: a unit, a member account, or None for the root."""


class Organization:
    """An organization. Get it with ``aws.organization(id, management=account)``."""

    def __init__(self, aws: AwsState, organization_id: str) -> None:
        self._aws = aws
        self.id = organization_id

    @property
    def record(self) -> OrganizationRecord:
        """The stored state of the organization.

        Raises:
            Mocks3Error: The organization was created after the snapshot that was restored.
        """
        return arguments.stored(
            self._aws.guardrails.organizations.get(self.id), f"the organization {self.id}"
        )

    @holding("_aws.lock")
    def ou(self, name: str, parent: OrganizationalUnit | None = None) -> OrganizationalUnit:
        """Get or create an organizational unit.

        Args:
            name: The name of the unit.
            parent: The parent unit. Default: the root.

        Returns:
            The unit.

        Raises:
            Mocks3Error: The parent is not in this organization.
        """
        record, above = self.record, self._level(parent).id
        unit = stored.unit_named(record, name, above)
        if unit.id not in record.levels:
            self._put(unit)
        return OrganizationalUnit(unit.id, name)

    @holding("_aws.lock")
    def add(self, account: Account, ou: OrganizationalUnit | None = None) -> None:
        """Add an account to the organization, or move a member. The policies attached to a member stay attached.

        Args:
            account: The account.
            ou: The unit. Default: the root.

        Raises:
            Mocks3Error: The account belongs to another organization.
        """
        present = self._aws.guardrails.organization_of(account.id)
        if present is not None and present.id != self.id:
            raise Mocks3Error(
                f"the account {account.id} is already a member of the organization {present.id}"
            )
        above = self._level(ou).id
        known = self.record.levels.get(account.id)
        level = OrganizationLevel(
            account.id,
            f"account {account.id}",
            above,
            stored.usual_scps(self.record),
            joined=clock.now().replace(microsecond=0),
        )
        self._put(level if known is None else dataclasses.replace(known, parent=above))

    @holding("_aws.lock")
    def remove(self, account: Account) -> None:
        """Remove a member account.

        Args:
            account: The account.

        Raises:
            Mocks3Error: The account is the management account or is not a member.
        """
        if account.id == self.record.management:
            raise Mocks3Error("the management account cannot leave its organization")
        self._store(self.record.without(self._level(account).id))

    @holding("_aws.lock")
    def put_scp(self, document: Document, on: Place = None, name: str = "scp") -> None:
        """Attach a service control policy, or replace the one with this name.

        An SCP only limits permissions: every level must allow an action. FullAWSAccess, which allows everything, is
        attached to each level until it is deleted (E-1).

        Args:
            document: A dict, JSON text or the path of a ``.json`` file.
            on: A unit or an account. Default: the root.
            name: The name of the policy.

        Raises:
            PolicySyntaxError: The document is malformed.
        """
        level = self._level(on)
        policy = parse_document(document, f"{name} on {level.name}", PolicyKind.SCP)
        self._attach(level, SCP, name, policy)

    @holding("_aws.lock")
    def delete_scp(self, name: str = "scp", on: Place = None) -> None:
        """Detach a service control policy.

        Args:
            name: The name of the policy. ``"FullAWSAccess"`` is attached to every new level.
            on: A unit or an account. Default: the root.

        Raises:
            Mocks3Error: No such policy is attached.
        """
        self._detach(self._level(on), SCP, name)

    @holding("_aws.lock")
    def put_rcp(self, document: Document, on: Place = None, name: str = "rcp") -> None:
        """Attach a resource control policy, or replace the one with this name.

        It denies actions on the members' buckets to every caller (E-2).

        Args:
            document: A dict, JSON text or the path of a ``.json`` file.
            on: A unit or an account. Default: the root.
            name: The name of the policy.

        Raises:
            PolicySyntaxError: The document is malformed.
            Mocks3Error: A statement has the effect Allow.
        """
        level = self._level(on)
        policy = parse_document(document, f"{name} on {level.name}", PolicyKind.RCP)
        if any(statement.effect is Effect.ALLOW for statement in policy.statements):
            raise Mocks3Error("a resource control policy must not have statements with the effect Allow")
        self._attach(level, RCP, name, policy)

    @holding("_aws.lock")
    def delete_rcp(self, name: str = "rcp", on: Place = None) -> None:
        """Detach a resource control policy. ``"RCPFullAWSAccess"`` cannot be detached, as at AWS.

        Args:
            name: The name of the policy.
            on: A unit or an account. Default: the root.

        Raises:
            Mocks3Error: No such policy is attached, or it cannot be detached.
        """
        level = self._level(on)
        if name == RCP_FULL_ACCESS:
            raise Mocks3Error(f"{RCP_FULL_ACCESS} cannot be detached")
        self._detach(level, RCP, name)

    @holding("_aws.lock")
    def block_public_access(self, on: Place = None, *, blocked: bool = True) -> None:
        """Attach an S3 policy that turns on all four settings of Block Public Access, or detach it.

        The policy applies to every account at and below the level, also to the management account. It replaces the
        accounts' own settings (AWS Organizations user guide, "Amazon S3 policies"; B-5). It is named
        ``block-public-access``.

        Args:
            on: A unit or an account. Default: the root.
            blocked: False to detach the policy.
        """
        level, name = self._level(on), "block-public-access"
        if blocked:
            self._attach(level, S3, name, None)
        elif name in (each.name for each in self.record.attached(level, S3)):
            self._detach(level, S3, name)

    def _attach(self, level: OrganizationLevel, kind: str, name: str, policy: Policy | None) -> None:
        """Attach a document under a name. It replaces the attached policy with this name, at this level alone.

        Without a document it is the S3 policy that turns on Block Public Access.
        """
        record = self.record
        if kind not in record.enabled:
            record = record.with_type(kind, enabled=True)
        policy_ids = (f"p-{each}" for each in ids.lower_ids(self.id, kind.lower(), level.id, name))
        policy_id = next(each for each in policy_ids if each not in record.deleted)
        present = record.policy_ids(record.levels[level.id], kind)
        replaced = [policy_id if record.policies[each].name == name else each for each in present]
        made = OrganizationPolicyRecord(policy_id, name, kind, policy)
        if policy is None:
            made = dataclasses.replace(made, s3_text=S3_BLOCKING, blocks=True)
        record = record.put_policy(made)
        self._store(record.with_attached(level.id, kind, tuple(dict.fromkeys((*replaced, policy_id)))))

    def _detach(self, level: OrganizationLevel, kind: str, name: str) -> None:
        record, what = self.record, {SCP: "SCP", RCP: "RCP", S3: "S3 policy"}[kind]
        present = {each: record.policies[each].name for each in record.policy_ids(level, kind)}
        if name not in present.values():
            raise Mocks3Error(
                f"no {what} on {level.name} is named {name!r}; the {what}s are {sorted(present.values())}"
            )
        kept = tuple(each for each, called in present.items() if called != name)
        self._store(record.with_attached(level.id, kind, kept))

    def _level(self, place: Place) -> OrganizationLevel:
        wanted = self.record.root if place is None else place.id
        level = self.record.levels.get(wanted)
        if level is None:
            raise Mocks3Error(f"{place!r} is not in the organization {self.id}")
        return level

    def _put(self, level: OrganizationLevel) -> None:
        self._store(self.record.put(level))

    def _store(self, record: OrganizationRecord) -> None:
        self._aws.guardrails = self._aws.guardrails.with_organization(record)

    def __repr__(self) -> str:
        return f"Organization({self.id})"


def new_organization(rails: GuardRails, organization_id: str, management: str) -> OrganizationRecord:
    """Return a new organization: a root with the management account under it.

    Raises:
        Mocks3Error: The id is not valid, or the account belongs to another organization.
    """
    if not organization_id.startswith("o-"):
        raise Mocks3Error(
            f"an organization's id must begin with o-, like o-a1b2c3d4e5, not {organization_id!r}"
        )
    present = rails.organization_of(management)
    if present is not None:
        raise Mocks3Error(f"the account {management} is already a member of the organization {present.id}")
    return stored.new_organization(organization_id, management)


class VpcEndpoint:
    """A VPC endpoint for S3. Get it with ``aws.vpc_endpoint(id, vpc=...)``."""

    def __init__(self, aws: AwsState, endpoint_id: str) -> None:
        self._aws = aws
        self.id = endpoint_id

    @property
    def record(self) -> EndpointRecord:
        """The stored state of the endpoint.

        Raises:
            Mocks3Error: The endpoint was created after the snapshot that was restored.
        """
        return arguments.stored(self._aws.guardrails.endpoints.get(self.id), f"the endpoint {self.id}")

    @holding("_aws.lock")
    def put_policy(self, document: Document | None) -> None:
        """Set the endpoint policy.

        Args:
            document: A dict, JSON text or the path of a ``.json`` file; None for the default, which allows everything.

        Raises:
            PolicySyntaxError: The document is malformed.
            Mocks3Error: The policy names a principal that does not exist.
        """
        policy, principals = endpoint_policy(self._aws, self.id, document)
        record = dataclasses.replace(self.record, policy=policy, principals=principals)
        self._aws.guardrails = self._aws.guardrails.with_endpoint(record)

    def __repr__(self) -> str:
        return f"VpcEndpoint({self.id})"


def endpoint_policy(
    aws: AwsState, endpoint_id: str, document: Document | None
) -> tuple[Policy | None, dict[str, str]]:
    """Return the parsed policy of an endpoint (None for the default) and the principals that it names (PE-14)."""
    if document is None:
        return None, {}
    policy = parse_document(document, endpoint_id, PolicyKind.VPC_ENDPOINT)
    return policy, stored_principals.known_of_policy(aws.iam, policy)
