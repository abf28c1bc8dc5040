"""Organizations as values: accounts under units under a root, with the policies attached at each level (E-1, E-2).

Rule 1: frozen; a change makes the next record. Rule 2: the management account is a member like any other, but no
service control policy binds it, and no resource control policy its buckets (E-1, E-2, E-73).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.policy import Policy
from mocks3.storage.iam.records import Policies

FULL_ACCESS = "FullAWSAccess"
"""The policy that lets a level allow everything: attached to each until somebody detaches it (E-1)."""

RCP_FULL_ACCESS = "RCPFullAWSAccess"
"""Its twin among resource control policies, which nobody can detach (E-2)."""

_FULL = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    name=FULL_ACCESS,
)


def _full_access() -> Policies:
    return {FULL_ACCESS: _FULL}


@dataclass(frozen=True, slots=True)
class OrganizationLevel:
    """A root, an organizational unit or an account, by ``id`` (``r-…``, ``ou-…``, 12 digits), and what is on it.

    ``parent`` is the id of the level above, None for the root. ``rcps`` are the customer's; RCPFullAWSAccess goes
    without saying.
    """

    id: str
    name: str
    parent: str | None
    scps: Policies = field(default_factory=_full_access)
    rcps: Policies = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """One organization: its levels by id. ``root`` is the root's id, ``management`` an account's."""

    id: str
    management: str
    root: str
    levels: Mapping[str, OrganizationLevel]

    def chain(self, account: str) -> tuple[OrganizationLevel, ...]:
        """The levels above an account and the account itself, outermost first."""
        found: list[OrganizationLevel] = []
        level: str | None = account
        while level is not None:
            found.append(self.levels[level])
            level = found[-1].parent
        return tuple(reversed(found))

    def path(self, account: str) -> str:
        """The account's place as ``aws:PrincipalOrgPaths`` spells it: ``o-1/r-ab12/ou-ab12-11111111/``."""
        above = (level.id for level in self.chain(account)[:-1])
        return "/".join((self.id, *above, ""))

    def scps(self, account: str) -> tuple[tuple[Policy, ...], ...]:
        """The service control policies over the account's principals, level by level."""
        if account == self.management:
            return ()
        return tuple(tuple(level.scps.values()) for level in self.chain(account))

    def rcps(self, account: str) -> tuple[tuple[Policy, ...], ...]:
        """The resource control policies over the account's buckets, level by level."""
        if account == self.management:
            return ()
        return tuple(tuple(level.rcps.values()) for level in self.chain(account))

    def put(self, level: OrganizationLevel) -> OrganizationRecord:
        """The organization with this level in it, in place of the one with the same id."""
        return dataclasses.replace(self, levels={**self.levels, level.id: level})

    def without(self, level_id: str) -> OrganizationRecord:
        """The organization without this level."""
        kept = {each: level for each, level in self.levels.items() if each != level_id}
        return dataclasses.replace(self, levels=kept)
