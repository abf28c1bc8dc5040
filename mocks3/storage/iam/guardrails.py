"""What no principal has and many are bound by: organizations, and the VPC endpoints that requests come through.

Rule: one frozen value; a change makes the next one, so that a snapshot is the value itself, and a decision keeps the
guard rails it was made under.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mocks3.policy import Policy, Principal
from mocks3.storage.iam.organizations import OrganizationRecord

Levels = tuple[tuple[Policy, ...], ...]

_LINKED = ":role/aws-service-role/"
"""In the ARN of a service-linked role, which no policy of an organization binds (E-1, E-2)."""


@dataclass(frozen=True, slots=True)
class EndpointRecord:
    """A VPC endpoint: ``id`` (``vpce-…``), its VPC, the account and Region it is in, its policy.

    ``policy`` None is the default, which allows everything (E-3). ``principals`` is whom it names: ARN to unique id
    (PE-14).
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
    """Organizations and VPC endpoints, by id."""

    organizations: Mapping[str, OrganizationRecord] = field(default_factory=lambda: MappingProxyType({}))
    endpoints: Mapping[str, EndpointRecord] = field(default_factory=lambda: MappingProxyType({}))

    def organization_of(self, account: str | None) -> OrganizationRecord | None:
        """The organization that the account is in, or None."""
        if account is None or not self.organizations:
            return None
        return next((each for each in self.organizations.values() if account in each.levels), None)

    def related(self, one: str | None, other: str | None) -> bool:
        """Whether two accounts are the same or of one organization (X-40)."""
        if one is None or other is None:
            return False
        organization = self.organization_of(one)
        return one == other or (organization is not None and other in organization.levels)

    def scps(self, principal: Principal) -> Levels:
        """The service control policies over a caller; none binds what is no member's identity (E-1)."""
        organization = self.organization_of(principal.account) if self.organizations else None
        if organization is None or principal.account is None or _is_linked(principal):
            return ()
        return organization.scps(principal.account)

    def rcps(self, principal: Principal, owner: str | None) -> Levels:
        """The resource control policies over what ``owner`` owns; they bind every caller (E-2)."""
        organization = self.organization_of(owner) if self.organizations else None
        if organization is None or owner is None or _is_linked(principal):
            return ()
        return organization.rcps(owner)

    def with_organization(self, record: OrganizationRecord) -> GuardRails:
        """The guard rails with this organization, in place of the one with the same id."""
        return dataclasses.replace(self, organizations={**self.organizations, record.id: record})

    def with_endpoint(self, record: EndpointRecord) -> GuardRails:
        """The guard rails with this endpoint, in place of the one with the same id."""
        return dataclasses.replace(self, endpoints={**self.endpoints, record.id: record})


NO_GUARDRAILS = GuardRails()


def _is_linked(principal: Principal) -> bool:
    return principal.role_arn is not None and _LINKED in principal.role_arn
