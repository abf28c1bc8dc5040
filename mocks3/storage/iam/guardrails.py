"""Guardrails: the policies of organizations and of VPC endpoints. They limit principals but belong to none.

Rule: they are one frozen value. A change creates a new value, so a snapshot is the value itself, and a decision keeps
the guardrails that it used.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mocks3.policy import Policy, RequestPrincipal
from mocks3.storage.iam.organizations import OrganizationRecord
from mocks3.storage.values import PublicAccessBlock

Levels = tuple[tuple[Policy, ...], ...]

_LINKED = ":role/aws-service-role/"
"""The mark of a service-linked role in its ARN. Policies of organizations do not apply to these roles (E-1, E-2)."""


@dataclass(frozen=True, slots=True)
class EndpointRecord:
    """A VPC endpoint: its ``id`` (``vpce-…``), VPC, account, Region and policy.

    A ``policy`` of None is the default policy, which allows everything (E-3). ``principals`` maps the ARNs in the
    policy to unique ids (PE-14).
    """

    id: str
    vpc: str
    account: str
    region: str
    policy: Policy | None = None
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def vpc_arn(self) -> str:
        """``arn:aws:ec2:REGION:ACCOUNT:vpc/VPC``."""
        return f"arn:aws:ec2:{self.region}:{self.account}:vpc/{self.vpc}"


@dataclass(frozen=True, slots=True)
class GuardRails:
    """All organizations and VPC endpoints by id, and the Block Public Access settings of accounts.

    ``deleted`` are the ids of deleted organizations, which are never used again.
    """

    organizations: Mapping[str, OrganizationRecord] = field(default_factory=lambda: MappingProxyType({}))
    endpoints: Mapping[str, EndpointRecord] = field(default_factory=lambda: MappingProxyType({}))
    account_blocks: Mapping[str, PublicAccessBlock] = field(default_factory=lambda: MappingProxyType({}))
    deleted: frozenset[str] = frozenset()

    def organization_of(self, account: str | None) -> OrganizationRecord | None:
        """Return the organization of the account, or None."""
        if account is None or not self.organizations:
            return None
        return next((each for each in self.organizations.values() if account in each.levels), None)

    def related(self, one: str | None, other: str | None) -> bool:
        """Return whether two accounts are the same, or members of the same organization (X-40)."""
        if one is None or other is None:
            return False
        organization = self.organization_of(one)
        return one == other or (organization is not None and other in organization.levels)

    def scps(self, principal: RequestPrincipal) -> Levels:
        """Return the service control policies for a caller. They apply only to identities of members (E-1)."""
        organization = self.organization_of(principal.account) if self.organizations else None
        if organization is None or principal.account is None or _is_linked(principal):
            return ()
        return organization.scps(principal.account)

    def rcps(self, principal: RequestPrincipal, owner: str | None) -> Levels:
        """Return the resource control policies for resources of ``owner``. They apply to every caller (E-2)."""
        organization = self.organization_of(owner) if self.organizations else None
        if organization is None or owner is None or _is_linked(principal):
            return ()
        return organization.rcps(owner)

    def public_access_block(self, account: str) -> PublicAccessBlock | None:
        """Return the Block Public Access settings of an account. A policy of its organization replaces them (B-5)."""
        organization = self.organization_of(account) if self.organizations else None
        of_organization = None if organization is None else organization.blocks_public_access(account)
        if of_organization is not None:
            return PublicAccessBlock() if of_organization else None
        return self.account_blocks.get(account)

    def with_account_block(self, account: str, block: PublicAccessBlock | None) -> GuardRails:
        """Return a copy in which the account has these settings; None deletes them."""
        others = {each: kept for each, kept in self.account_blocks.items() if each != account}
        return dataclasses.replace(
            self, account_blocks=others if block is None else {**others, account: block}
        )

    def with_organization(self, record: OrganizationRecord) -> GuardRails:
        """Return a copy with this organization, which replaces the one with the same id."""
        return dataclasses.replace(self, organizations={**self.organizations, record.id: record})

    def without_organization(self, organization_id: str) -> GuardRails:
        """Return a copy without this organization."""
        others = {each: record for each, record in self.organizations.items() if each != organization_id}
        return dataclasses.replace(self, organizations=others, deleted=self.deleted | {organization_id})

    def with_endpoint(self, record: EndpointRecord) -> GuardRails:
        """Return a copy with this endpoint, which replaces the one with the same id."""
        return dataclasses.replace(self, endpoints={**self.endpoints, record.id: record})


NO_GUARDRAILS = GuardRails()


def _is_linked(principal: RequestPrincipal) -> bool:
    return principal.role_arn is not None and _LINKED in principal.role_arn
