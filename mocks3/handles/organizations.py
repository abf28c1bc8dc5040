"""Organizations and VPC endpoints as tests hold them: what binds principals without being theirs.

    org = aws.organization("o-1", management=aws.account("999999999999"))
    workloads = org.ou("workloads")
    org.add(aws.account("111111111111"), ou=workloads)
    org.put_scp({...}, on=workloads)

Rule: a handle keeps ids only; what it stands for is looked up at every use.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Mocks3Error
from mocks3.handles.accounts import Account
from mocks3.lib.locking import holding
from mocks3.policy import Effect, Policy, PolicyKind
from mocks3.rules.policy_documents import Document, parse_document
from mocks3.storage.iam import ids
from mocks3.storage.iam.organizations import RCP_FULL_ACCESS, OrganizationLevel, OrganizationRecord

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.storage.iam.guardrails import EndpointRecord, GuardRails


class OrganizationalUnit:
    """A unit of an organization. Get it with ``org.ou(name)``."""

    def __init__(self, unit_id: str, name: str) -> None:
        self.id = unit_id
        self.name = name

    def __repr__(self) -> str:
        return f"OrganizationalUnit({self.name}, {self.id})"


Place = OrganizationalUnit | Account | None
"""A level of an organization: a unit, a member account, or None for the root."""


class Organization:
    """An organization. Get it with ``aws.organization(id, management=account)``."""

    def __init__(self, aws: MockAWS, organization_id: str) -> None:
        self._aws = aws
        self.id = organization_id

    @property
    def record(self) -> OrganizationRecord:
        """What the world knows of it. Raises :class:`Mocks3Error` if it was made after the snapshot restored last."""
        record = self._aws.guardrails.organizations.get(self.id)
        if record is None:
            raise Mocks3Error(f"the organization {self.id} was made after the snapshot restored last")
        return record

    @holding("_aws.lock")
    def ou(self, name: str, parent: OrganizationalUnit | None = None) -> OrganizationalUnit:
        """Get or create a unit, under the root or under another unit."""
        record, above = self.record, self._level(parent).id
        unit_id = f"ou-{record.root[2:]}-{ids.lower_id(self.id, above, name)}"
        if unit_id not in record.levels:
            self._put(OrganizationLevel(unit_id, f"OU {name}", above))
        return OrganizationalUnit(unit_id, name)

    @holding("_aws.lock")
    def add(self, account: Account, ou: OrganizationalUnit | None = None) -> None:
        """Make an account a member, under the root or a unit; a member is moved there, with what is attached to it.

        Raises :class:`Mocks3Error` for an account of another organization.
        """
        present = self._aws.guardrails.organization_of(account.id)
        if present is not None and present.id != self.id:
            raise Mocks3Error(f"the account {account.id} is in the organization {present.id} already")
        above = self._level(ou).id
        known = self.record.levels.get(account.id)
        level = OrganizationLevel(account.id, f"account {account.id}", above)
        self._put(level if known is None else dataclasses.replace(known, parent=above))

    @holding("_aws.lock")
    def remove(self, account: Account) -> None:
        """Let a member leave. Raises :class:`Mocks3Error` for one that cannot: the management account, a stranger."""
        if account.id == self.record.management:
            raise Mocks3Error("the management account cannot leave its organization")
        self._store(self.record.without(self._level(account).id))

    @holding("_aws.lock")
    def put_scp(self, document: Document, on: Place = None, name: str = "scp") -> None:
        """Attach a service control policy to the root, a unit or an account, replacing the one of that name.

        It only limits: every level must still allow what is to be done, which FullAWSAccess sees to until it is
        deleted (E-1). Raises ``PolicySyntaxError``.
        """
        level = self._level(on)
        policy = parse_document(document, f"{name} on {level.name}", PolicyKind.SCP)
        self._put(dataclasses.replace(level, scps={**level.scps, name: policy}))

    @holding("_aws.lock")
    def delete_scp(self, name: str = "scp", on: Place = None) -> None:
        """Detach a service control policy by its name; ``"FullAWSAccess"`` is the one that all levels begin with."""
        level = self._level(on)
        if name not in level.scps:
            raise Mocks3Error(f"no SCP on {level.name} is named {name!r}; there are {sorted(level.scps)}")
        kept = {each: policy for each, policy in level.scps.items() if each != name}
        self._put(dataclasses.replace(level, scps=kept))

    @holding("_aws.lock")
    def put_rcp(self, document: Document, on: Place = None, name: str = "rcp") -> None:
        """Attach a resource control policy: it denies, to every caller, what may be done to the members' buckets (E-2).

        Raises ``PolicySyntaxError``, and :class:`Mocks3Error` for a statement that allows.
        """
        level = self._level(on)
        policy = parse_document(document, f"{name} on {level.name}", PolicyKind.RCP)
        if any(statement.effect is Effect.ALLOW for statement in policy.statements):
            raise Mocks3Error("a resource control policy only denies")
        self._put(dataclasses.replace(level, rcps={**level.rcps, name: policy}))

    @holding("_aws.lock")
    def delete_rcp(self, name: str = "rcp", on: Place = None) -> None:
        """Detach a resource control policy by its name. ``"RCPFullAWSAccess"`` cannot be detached, as at AWS."""
        level = self._level(on)
        if name == RCP_FULL_ACCESS:
            raise Mocks3Error(f"{RCP_FULL_ACCESS} cannot be detached")
        if name not in level.rcps:
            raise Mocks3Error(f"no RCP on {level.name} is named {name!r}; there are {sorted(level.rcps)}")
        kept = {each: policy for each, policy in level.rcps.items() if each != name}
        self._put(dataclasses.replace(level, rcps=kept))

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
    """A new organization: a root, and the management account under it. Raises as ``aws.organization``."""
    if not organization_id.startswith("o-"):
        raise Mocks3Error(f"an organization's id begins with o-, like o-a1b2c3d4e5, not {organization_id!r}")
    present = rails.organization_of(management)
    if present is not None:
        raise Mocks3Error(f"the account {management} is in the organization {present.id} already")
    root = OrganizationLevel(f"r-{ids.lower_id(organization_id)[:4]}", "root", None)
    account = OrganizationLevel(management, f"account {management}", root.id)
    return OrganizationRecord(organization_id, management, root.id, {root.id: root, management: account})


class VpcEndpoint:
    """A VPC endpoint for S3. Get it with ``aws.vpc_endpoint(id, vpc=...)``."""

    def __init__(self, aws: MockAWS, endpoint_id: str) -> None:
        self._aws = aws
        self.id = endpoint_id

    @property
    def record(self) -> EndpointRecord:
        """What the world knows of it. Raises :class:`Mocks3Error` if it was made after the snapshot restored last."""
        record = self._aws.guardrails.endpoints.get(self.id)
        if record is None:
            raise Mocks3Error(f"the endpoint {self.id} was made after the snapshot restored last")
        return record

    @holding("_aws.lock")
    def put_policy(self, document: Document | None) -> None:
        """Set the endpoint's policy; None is the default, which allows everything. Raises ``PolicySyntaxError``."""
        policy, principals = endpoint_policy(self._aws, self.id, document)
        record = dataclasses.replace(self.record, policy=policy, principals=principals)
        self._aws.guardrails = self._aws.guardrails.with_endpoint(record)

    def __repr__(self) -> str:
        return f"VpcEndpoint({self.id})"


def endpoint_policy(
    aws: MockAWS, endpoint_id: str, document: Document | None
) -> tuple[Policy | None, dict[str, str]]:
    """The compiled policy of an endpoint, None where it is the default; and whom it names (PE-14)."""
    if document is None:
        return None, {}
    policy = parse_document(document, endpoint_id, PolicyKind.VPC_ENDPOINT)
    return policy, stored_principals.known_of_policy(aws.iam, policy)
