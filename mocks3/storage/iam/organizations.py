"""Organizations: a root, organizational units and accounts, with the policies attached at each level (E-1, E-2).

Rule 1: records are frozen. A change creates a new record. Rule 2: the management account is a member too. But service
control policies do not apply to it, and resource control policies do not apply to its buckets (E-1, E-2, E-73).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3 import clock
from mocks3.policy import Policy
from mocks3.storage.iam import ids

FULL_ACCESS, FULL_ACCESS_ID = "FullAWSAccess", "p-FullAWSAccess"
"""The policy that allows everything, and its id. It is attached to each level until it is detached (E-1)."""

RCP_FULL_ACCESS, RCP_FULL_ACCESS_ID = "RCPFullAWSAccess", "p-RCPFullAWSAccess"
"""The resource control policy that allows everything, and its id. It cannot be detached (E-2)."""

SCP, RCP, S3 = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"
"""The types of policies that limit permissions, and the one that sets Block Public Access (API_Policy, ``Type``)."""


S3_BLOCKING = '{"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}'
"""The S3 policy that turns on Block Public Access (AWS Organizations user guide, "Amazon S3 policy syntax")."""


@dataclass(frozen=True, slots=True)
class OrganizationPolicyRecord:
    """A policy of an organization. ``id`` is ``p-…``, ``type`` is ``SCP``, ``RCP`` or ``S3``.

    ``policy`` is the document of an SCP or RCP. ``text`` is the document as JSON. ``blocks`` is what an S3 policy says:
    whether all settings of Block Public Access are on or off.
    """

    id: str
    name: str
    type: str
    policy: Policy | None
    description: str = ""
    s3_text: str = ""
    blocks: bool = False

    @property
    def text(self) -> str:
        """The document as JSON."""
        return self.s3_text if self.policy is None else self.policy.text

    @property
    def aws_managed(self) -> bool:
        """Whether AWS owns the policy: its id is its name."""
        return self.id in (FULL_ACCESS_ID, RCP_FULL_ACCESS_ID)


_FULL = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    name=FULL_ACCESS,
)
_MANAGED = {
    FULL_ACCESS_ID: OrganizationPolicyRecord(
        FULL_ACCESS_ID, FULL_ACCESS, SCP, _FULL, "Allows access to every operation"
    ),
    RCP_FULL_ACCESS_ID: OrganizationPolicyRecord(
        RCP_FULL_ACCESS_ID, RCP_FULL_ACCESS, RCP, _FULL, "Allows access to every operation"
    ),
}
"""The policies of AWS, by id (AWS Organizations user guide, "Service control policies")."""


@dataclass(frozen=True, slots=True)
class OrganizationLevel:
    """A root, an organizational unit or an account, with its ``id`` (``r-…``, ``ou-…``, 12 digits) and its policies.

    ``parent`` is the id of the level above; None for the root. ``scps`` and ``rcps`` are the ids of the attached
    policies. RCPFullAWSAccess is always attached and is not in ``rcps``. ``email``, ``joined`` and ``created`` (whether
    CreateAccount created it) are of accounts.
    """

    id: str
    name: str
    parent: str | None
    scps: tuple[str, ...] = (FULL_ACCESS_ID,)
    rcps: tuple[str, ...] = ()
    s3_policies: tuple[str, ...] = ()
    email: str | None = None
    joined: datetime.datetime | None = None
    created: bool = False

    @property
    def title(self) -> str:
        """The name of a unit, as the API returns it."""
        return self.name.removeprefix("OU ")


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """A call of CreateAccount. ``account`` is None if it failed, for the reason ``failure``."""

    id: str
    name: str
    requested: datetime.datetime
    account: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class HandshakeRecord:
    """An invitation of ``account`` to an organization. ``state`` is a state of API_Handshake.

    ``ended`` is the time at which it was accepted, declined or canceled; None for an open one. ``tags`` are those of
    the account if it accepts.
    """

    id: str
    account: str
    requested: datetime.datetime
    expires: datetime.datetime
    notes: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    state: str = "OPEN"
    ended: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """One organization with its levels by id.

    ``root`` is the id of its root. ``management`` is the id of its management account. ``policies`` are all policies by
    id, attached or not. ``enabled`` are the types of policies that are enabled in the root: policies of other types are
    not attached. ``requests`` are the calls of CreateAccount by id. ``services`` are the services with trusted access,
    and since when. ``root_features`` are the features of centralized root access (API_EnableOrganizationsRootSessions).
    ``deleted`` are the ids of deleted units and policies, which are never used again.
    ``tags`` are the tags of levels and policies by id. ``delegated`` are the delegated administrators: the accounts
    with their services, and since when. ``handshakes`` are the invitations by id.
    """

    id: str
    management: str
    root: str
    levels: Mapping[str, OrganizationLevel]
    policies: Mapping[str, OrganizationPolicyRecord] = field(default_factory=lambda: _MANAGED)
    enabled: frozenset[str] = frozenset({SCP, RCP})
    requests: Mapping[str, AccountRequest] = field(default_factory=dict)
    services: Mapping[str, datetime.datetime] = field(default_factory=dict)
    root_features: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    delegated: Mapping[str, Mapping[str, datetime.datetime]] = field(default_factory=dict)
    handshakes: Mapping[str, HandshakeRecord] = field(default_factory=dict)

    def administers(self, account: str | None, service: str) -> bool:
        """Return whether an account is the management account, or a delegated administrator for a service."""
        return account == self.management or service in self.delegated.get(account or "", ())

    def with_tags(self, resource: str, tags: Mapping[str, str]) -> OrganizationRecord:
        """Return a copy in which the level or policy with this id has exactly these tags."""
        others = {each: found for each, found in self.tags.items() if each != resource}
        return dataclasses.replace(self, tags={**others, resource: tags} if tags else others)

    def arn_of_handshake(self, record: HandshakeRecord) -> str:
        """Return the ARN of an invitation (AWS Organizations user guide, "ARN formats")."""
        return f"arn:aws:organizations::{self.management}:handshake/{self.id}/invite/{record.id}"

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
        if account == self.management or SCP not in self.enabled:
            return ()
        return tuple(self._documents(level.scps) for level in self.chain(account))

    def rcps(self, account: str) -> tuple[tuple[Policy, ...], ...]:
        """Return the resource control policies for the account's buckets, level by level."""
        if account == self.management or RCP not in self.enabled:
            return ()
        return tuple(self._documents(level.rcps) for level in self.chain(account))

    def _documents(self, policy_ids: tuple[str, ...]) -> tuple[Policy, ...]:
        found = (self.policies[each].policy for each in policy_ids)
        return tuple(each for each in found if each is not None)

    def attached(self, level: OrganizationLevel, kind: str) -> tuple[OrganizationPolicyRecord, ...]:
        """Return the policies of a type that are attached to a level, in the order of their attachment."""
        if kind not in self.enabled:
            return ()
        always = (RCP_FULL_ACCESS_ID,) if kind == RCP else ()
        return tuple(self.policies[each] for each in (*always, *self.policy_ids(level, kind)))

    def policy_ids(self, level: OrganizationLevel, kind: str) -> tuple[str, ...]:
        """Return the ids of the policies of a type at a level, without RCPFullAWSAccess."""
        return {SCP: level.scps, RCP: level.rcps, S3: level.s3_policies}[kind]

    def blocks_public_access(self, account: str) -> bool | None:
        """Return whether S3 policies turn Block Public Access on or off for the account; None without such a policy.

        A policy at a lower level replaces those above it. They also apply to the management account (AWS Organizations
        user guide, "Amazon S3 policies", "Understanding declarative policy inheritance").
        """
        found = [each for level in self.chain(account) for each in self.attached(level, S3)]
        return found[-1].blocks if found else None

    def policy_arn(self, policy: Policy) -> str | None:
        """Return the ARN of a policy's document; None for a document of another organization."""
        found = (each for each in self.policies.values() if each.policy is policy)
        record = next(found, None)
        return None if record is None else self.arn_of_policy(record)

    def arn_of_policy(self, record: OrganizationPolicyRecord) -> str:
        """Return the ARN of a policy (AWS Organizations user guide, "ARN formats")."""
        kind = record.type.lower()
        if record.aws_managed:
            return f"arn:aws:organizations::aws:policy/{kind}/{record.id}"
        return f"arn:aws:organizations::{self.management}:policy/{self.id}/{kind}/{record.id}"

    def put_policy(self, record: OrganizationPolicyRecord) -> OrganizationRecord:
        """Return a copy with this policy, which replaces the one with the same id."""
        return dataclasses.replace(self, policies={**self.policies, record.id: record})

    def without_policy(self, policy_id: str) -> OrganizationRecord:
        """Return a copy without this policy, which must not be attached."""
        others = {each: record for each, record in self.policies.items() if each != policy_id}
        return dataclasses.replace(
            self.with_tags(policy_id, {}), policies=others, deleted=self.deleted | {policy_id}
        )

    def with_attached(self, level_id: str, kind: str, policy_ids: tuple[str, ...]) -> OrganizationRecord:
        """Return a copy with exactly these policies of a type attached to a level."""
        level = self.levels[level_id]
        if kind == SCP:
            return self.put(dataclasses.replace(level, scps=policy_ids))
        if kind == RCP:
            return self.put(dataclasses.replace(level, rcps=policy_ids))
        return self.put(dataclasses.replace(level, s3_policies=policy_ids))

    def with_type(self, kind: str, *, enabled: bool) -> OrganizationRecord:
        """Return a copy in which a type of policies is enabled or not, and none of the customer's is attached.

        FullAWSAccess is attached to every level when SCPs are enabled (API_EnablePolicyType, API_DisablePolicyType).
        """
        changed = self
        for level in self.levels:
            changed = changed.with_attached(level, kind, (FULL_ACCESS_ID,) if enabled and kind == SCP else ())
        types = self.enabled | {kind} if enabled else self.enabled - {kind}
        return dataclasses.replace(changed, enabled=types)

    def put(self, level: OrganizationLevel) -> OrganizationRecord:
        """Return a copy with this level, which replaces the one with the same id."""
        return dataclasses.replace(self, levels={**self.levels, level.id: level})

    def without(self, level_id: str) -> OrganizationRecord:
        """Return a copy without this level."""
        others = {each: level for each, level in self.levels.items() if each != level_id}
        return dataclasses.replace(
            self.with_tags(level_id, {}), levels=others, deleted=self.deleted | {level_id}
        )


def new_organization(
    organization_id: str, management: str, enabled: frozenset[str] = frozenset({SCP, RCP})
) -> OrganizationRecord:
    """Return a new organization: a root with the management account under it."""
    attached = (FULL_ACCESS_ID,) if SCP in enabled else ()
    root = OrganizationLevel(f"r-{ids.lower_id(organization_id)[:4]}", "root", None, attached)
    account = OrganizationLevel(
        management, f"account {management}", root.id, attached, joined=clock.now().replace(microsecond=0)
    )
    levels = {root.id: root, management: account}
    return OrganizationRecord(organization_id, management, root.id, levels, enabled=enabled)


def unit_named(record: OrganizationRecord, name: str, parent: str) -> OrganizationLevel:
    """Return the unit with this name under a parent; a new one, which is not yet in the organization, if there is none.

    The id of a new one follows from its name and parent. It is none that another unit has or had.
    """
    present = (each for each in record.levels.values() if (each.parent, each.name) == (parent, f"OU {name}"))
    used = record.levels.keys() | record.deleted
    free = (f"ou-{record.root[2:]}-{each}" for each in ids.lower_ids(record.id, parent, name))
    unit_id = next(each for each in free if each not in used)
    return next(present, OrganizationLevel(unit_id, f"OU {name}", parent, usual_scps(record)))


def usual_scps(record: OrganizationRecord) -> tuple[str, ...]:
    """Return the SCPs of a new level: FullAWSAccess if SCPs are enabled (E-1)."""
    return (FULL_ACCESS_ID,) if SCP in record.enabled else ()
