"""Organizations: a root, organizational units and accounts, with the policies attached at each level (E-1, E-2).

Rule 1: records are frozen. A change creates a new record. Rule 2: the management account is a member too. But service
control policies do not apply to it, and resource control policies do not apply to its buckets (E-1, E-2, E-73).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy
from mocks3.storage.iam.records import Policies

FULL_ACCESS = "FullAWSAccess"
"""The policy that allows everything. It is attached to each level until a test detaches it (E-1)."""

RCP_FULL_ACCESS = "RCPFullAWSAccess"
"""The resource control policy that allows everything. It cannot be detached (E-2)."""

_FULL = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    name=FULL_ACCESS,
)


def _full_access() -> Policies:
    return {FULL_ACCESS: _FULL}


@dataclass(frozen=True, slots=True)
class OrganizationLevel:
    """A root, an organizational unit or an account, with its ``id`` (``r-…``, ``ou-…``, 12 digits) and its policies.

    ``parent`` is the id of the level above; None for the root. ``rcps`` are the customer's policies. RCPFullAWSAccess
    is always attached and is not in it. ``blocks_public_access`` is True if an S3 policy that turns on Block Public
    Access is attached.
    """

    id: str
    name: str
    parent: str | None
    scps: Policies = field(default_factory=_full_access)
    rcps: Policies = field(default_factory=dict)
    blocks_public_access: bool = False


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """One organization with its levels by id.

    ``root`` is the id of its root. ``management`` is the id of its management account.
    """

    id: str
    management: str
    root: str
    levels: Mapping[str, OrganizationLevel]

    def chain(self, account: str) -> tuple[OrganizationLevel, ...]:
        """Return the levels from the root down to the account."""
        found: list[OrganizationLevel] = []
        level: str | None = account
        while level is not None:
            found.append(self.levels[level])
            level = found[-1].parent
        return tuple(reversed(found))

    def path(self, account: str) -> str:
        """Return the path of the account as in ``aws:PrincipalOrgPaths``: ``o-1/r-ab12/ou-ab12-11111111/``."""
        above = (level.id for level in self.chain(account)[:-1])
        return "/".join((self.id, *above, ""))

    def scps(self, account: str) -> tuple[tuple[Policy, ...], ...]:
        """Return the service control policies for the account's principals, level by level."""
        if account == self.management:
            return ()
        return tuple(tuple(level.scps.values()) for level in self.chain(account))

    def rcps(self, account: str) -> tuple[tuple[Policy, ...], ...]:
        """Return the resource control policies for the account's buckets, level by level."""
        if account == self.management:
            return ()
        return tuple(tuple(level.rcps.values()) for level in self.chain(account))

    def blocks_public_access(self, account: str) -> bool:
        """Return whether an S3 policy turns on Block Public Access for the account, at any level above it or its own.

        Such a policy also applies to the management account (AWS Organizations user guide, "Amazon S3 policies").
        """
        return any(level.blocks_public_access for level in self.chain(account))

    def put(self, level: OrganizationLevel) -> OrganizationRecord:
        """Return a copy with this level, which replaces the one with the same id."""
        return dataclasses.replace(self, levels={**self.levels, level.id: level})

    def without(self, level_id: str) -> OrganizationRecord:
        """Return a copy without this level."""
        others = {each: level for each, level in self.levels.items() if each != level_id}
        return dataclasses.replace(self, levels=others)
