"""Create organizations, their policies, VPC endpoints and the accounts' Block Public Access from descriptions.

Rule: they are put last, because they limit the calls that create everything else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import public_access_block
from mocks3.handles.organizations import endpoint_policy, new_organization
from mocks3.load.arns import is_account
from mocks3.load.build_iam import malformed, parse
from mocks3.load.descriptions import (
    AccountDescription,
    FilePlace,
    OrganizationDescription,
    OrganizationPolicyDescription,
    PolicyAttachmentDescription,
    VpcEndpointDescription,
)
from mocks3.load.documents import statements
from mocks3.load.faults import LoadError
from mocks3.load.merging import Descriptions, Merged
from mocks3.load.named_principals import NamedPrincipals
from mocks3.load.notes import Notes
from mocks3.policy import PolicyKind, PolicySyntaxError
from mocks3.storage.iam.guardrails import EndpointRecord, GuardRails
from mocks3.storage.iam.organizations import (
    FULL_ACCESS_ID,
    RCP,
    RCP_FULL_ACCESS_ID,
    SCP,
    OrganizationLevel,
    OrganizationPolicyRecord,
    OrganizationRecord,
    usual_scps,
)

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

_KINDS = {SCP: PolicyKind.SCP, RCP: PolicyKind.RCP}
_NEW = "o-loaded"


class GuardrailBuilder:
    """Creates what limits principals. ``owners`` are the accounts whose resources the files describe."""

    def __init__(
        self,
        aws: AwsState,
        descriptions: Descriptions,
        named: NamedPrincipals,
        notes: Notes,
        owners: Iterable[str],
    ) -> None:
        self._aws, self._all, self._named, self._notes = aws, descriptions, named, notes
        self._owners = list(owners)

    def create(self, rails: GuardRails) -> GuardRails:
        """Return guardrails with everything that the files describe added to ``rails``."""
        for endpoint in self._all.of(VpcEndpointDescription):
            rails = rails.with_endpoint(self._endpoint(endpoint))
        for account in self._all.of(AccountDescription):
            if account.said.public_access_block is not None and account.said.id is not None:
                rails = rails.with_account_block(
                    account.said.id, public_access_block(account.said.public_access_block)
                )
        record = self._organization(rails)
        return rails if record is None else rails.with_organization(record)

    def _endpoint(self, merged: Merged[VpcEndpointDescription]) -> EndpointRecord:
        said = merged.said
        assert said.id is not None
        account = self._named.account(said.account or "")
        try:
            document = None if said.policy is None else self._named.as_put(said.policy)
            policy, principals = endpoint_policy(self._aws, said.id, document)
        except PolicySyntaxError as error:
            raise malformed(error, merged.place("policy")) from None
        region = said.region or self._aws.settings.region
        return EndpointRecord(said.id, said.vpc or "vpc-unknown", account.id, region, policy, principals)

    # Organizations

    def _organization(self, rails: GuardRails) -> OrganizationRecord | None:
        levels = self._all.of(OrganizationDescription)
        policies = self._all.of(OrganizationPolicyDescription)
        attachments = self._all.of(PolicyAttachmentDescription)
        if not levels and not policies and not attachments:
            return None
        said: list[Merged[Any]] = [*levels, *policies, *attachments]
        record = self._new(rails, levels, said[0].said.place)
        record = self._with_levels(record, levels)
        for policy in policies:
            record = self._with_policy(record, policy)
        record = self._with_attachments(record, attachments)
        return self._with_targets(record, policies)

    def _new(
        self, rails: GuardRails, levels: list[Merged[OrganizationDescription]], place: FilePlace
    ) -> OrganizationRecord:
        """Return a new organization with the ids in the files."""
        said = next((each.said for each in levels if (each.said.id or "").startswith("o-")), None)
        root = next((each.said for each in levels if (each.said.id or "").startswith("r-")), None)
        management = None if said is None else said.management
        if management is None:
            taken = {*self._owners, *(each.id for each in self._aws.iam.accounts())}
            management = next(each for each in map(str, count(999999999999, -1)) if each not in taken)
            self._notes.assume(
                "no file names the management account (aws organizations describe-organization): the accounts in the "
                "files are members"
            )
        self._named.account(management)
        try:
            record = new_organization(rails, _NEW if said is None or said.id is None else said.id, management)
        except Mocks3Error as error:
            raise LoadError(str(error), place) from None
        if root is None or root.id is None:
            return record
        levels_by_id = {
            root.id: dataclasses.replace(record.levels[record.root], id=root.id, name=root.name or "root"),
            management: dataclasses.replace(record.levels[management], parent=root.id),
        }
        enabled = record.enabled if root.policy_types is None else frozenset(root.policy_types) & {SCP, RCP}
        return dataclasses.replace(record, root=root.id, levels=levels_by_id, enabled=frozenset(enabled))

    def _with_levels(
        self, record: OrganizationRecord, levels: list[Merged[OrganizationDescription]]
    ) -> OrganizationRecord:
        parents = {each.said.id: each.said.parent for each in levels if each.said.id is not None}
        names = {each.said.id: each.said.name for each in levels}
        units = [each for each in parents if each.startswith("ou-")]
        units += [each for each in parents.values() if each is not None and each.startswith("ou-")]
        for unit in dict.fromkeys(units):
            name = f"OU {names.get(unit) or unit}"
            record = record.put(OrganizationLevel(unit, name, record.root, usual_scps(record)))
        listed = [each for each in parents if is_account(each)]
        accounts = dict.fromkeys(listed or self._owners)
        for number in accounts:
            self._named.account(number)
            if number not in record.levels:
                name = f"account {number}"
                record = record.put(OrganizationLevel(number, name, record.root, usual_scps(record)))
        for child, parent in parents.items():
            level = record.levels.get(child)
            if level is not None and parent is not None and parent in record.levels:
                record = record.put(dataclasses.replace(level, parent=parent))
        self._check_tree(record, levels)
        return record

    def _check_tree(self, record: OrganizationRecord, levels: list[Merged[OrganizationDescription]]) -> None:
        for each in levels:
            seen: list[str] = []
            current: str | None = each.said.id
            while current is not None and current in record.levels:
                if current in seen:
                    raise LoadError(f"the levels {' and '.join(seen)} are below each other", each.said.place)
                seen.append(current)
                current = record.levels[current].parent

    def _with_policy(
        self, record: OrganizationRecord, merged: Merged[OrganizationPolicyDescription]
    ) -> OrganizationRecord:
        said = merged.said
        assert said.id is not None
        if said.id in record.policies:
            return record
        if said.document is None or said.kind not in _KINDS:
            if said.document is None and said.kind in (None, *_KINDS):
                self._notes.skip(
                    said.id,
                    said.place,
                    f"no file has its document; load aws organizations describe-policy --policy-id {said.id}",
                )
            return record
        policy = parse(said.document, said.name or said.id, merged.place("document"), _KINDS[said.kind])
        return record.put_policy(OrganizationPolicyRecord(said.id, said.name or said.id, said.kind, policy))

    def _with_attachments(
        self, record: OrganizationRecord, attachments: list[Merged[PolicyAttachmentDescription]]
    ) -> OrganizationRecord:
        """Attach exactly the policies that list-policies-for-target prints."""
        for merged in attachments:
            said = merged.said
            level = record.levels.get(said.target or "")
            if level is None or said.kind not in _KINDS:
                continue
            known = tuple(
                each for each in said.policies if each in record.policies and each != RCP_FULL_ACCESS_ID
            )
            record = record.with_attached(level.id, said.kind, known)
        return record

    def _with_targets(
        self, record: OrganizationRecord, policies: list[Merged[OrganizationPolicyDescription]]
    ) -> OrganizationRecord:
        """Attach the policies to their targets. One without a target is attached to the root."""
        attached = {each for level in record.levels.values() for each in (*level.scps, *level.rcps)}
        allowing = False
        for merged in policies:
            said = merged.said
            if (
                said.id is None
                or said.id not in record.policies
                or said.id in (FULL_ACCESS_ID, RCP_FULL_ACCESS_ID)
            ):
                continue
            targets = [each for each in said.targets if each in record.levels]
            if not targets and not said.targets and said.id not in attached:
                targets = [record.root]
                self._notes.assume(
                    f"no file has the targets of {said.id} (aws organizations list-targets-for-policy): it is attached "
                    "to the root"
                )
                allowing = allowing or (
                    said.kind == SCP
                    and any(each.get("Effect") == "Allow" for each in statements(said.document or {}))
                )
            for target in targets:
                record = _attach(record, target, said.id)
        if allowing:
            level = record.levels[record.root]
            kept = tuple(each for each in level.scps if each != FULL_ACCESS_ID)
            record = record.with_attached(record.root, SCP, kept)
            self._notes.assume(
                "a service control policy in the files allows something: FullAWSAccess is not attached to its level"
            )
        return record


def _attach(record: OrganizationRecord, target: str, policy_id: str) -> OrganizationRecord:
    level, kind = record.levels[target], record.policies[policy_id].type
    present = level.scps if kind == SCP else level.rcps
    return record.with_attached(target, kind, tuple(dict.fromkeys((*present, policy_id))))
