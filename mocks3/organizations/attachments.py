"""Policies at roots, units and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.organizations.authorizing import level_arn
from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import Need, On
from mocks3.organizations.lookup import CONSTRAINT, level_of, organization, page, policy_of, store
from mocks3.organizations.organization import TYPE_NOT_ENABLED, check_type
from mocks3.organizations.policies import summary
from mocks3.organizations.units import kind_of
from mocks3.storage.iam.organizations import (
    RCP_FULL_ACCESS_ID,
    SCP,
    OrganizationLevel,
    OrganizationPolicyRecord,
    OrganizationRecord,
)

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

ALREADY_ATTACHED = Row(
    "DuplicatePolicyAttachmentException",
    400,
    "The selected policy is already attached to the specified target.",
)
NOT_ATTACHED = Row(
    "PolicyNotAttachedException",
    400,
    "The policy isn't attached to the specified target in the specified root.",
)

MOST_ATTACHED = 5
"""The most policies of one type at a root, unit or account (AWS Organizations user guide, "Quotas")."""


@operation(
    Need("organizations:AttachPolicy", On.ORGANIZATION_POLICY),
    Need("organizations:AttachPolicy", On.ATTACHMENT_TARGET),
    service="organizations",
)
def attach_policy(call: Authorized, params: Params) -> Params:
    """Attach a policy to a root, unit or account. It limits calls from now on.

    Raises ``PolicyNotFoundException``, ``TargetNotFoundException``, ``PolicyTypeNotEnabledException``,
    ``DuplicatePolicyAttachmentException``, ``ConstraintViolationException``.
    """
    record, policy, target = _named(call, params)
    if policy.type not in record.enabled:
        raise TYPE_NOT_ENABLED()
    present = [each.id for each in record.attached(target, policy.type)]
    if policy.id in present:
        raise ALREADY_ATTACHED()
    if len(present) >= MOST_ATTACHED:
        raise CONSTRAINT(message="You have attached the maximum number of policies to the specified target.")
    _put(call, record, target, policy.type, [*present, policy.id])
    return {}


@operation(
    Need("organizations:DetachPolicy", On.ORGANIZATION_POLICY),
    Need("organizations:DetachPolicy", On.ATTACHMENT_TARGET),
    service="organizations",
)
def detach_policy(call: Authorized, params: Params) -> Params:
    """Detach a policy. The last SCP of a target, and RCPFullAWSAccess, stay attached.

    Raises ``PolicyNotFoundException``, ``TargetNotFoundException``, ``PolicyNotAttachedException``,
    ``ConstraintViolationException``.
    """
    record, policy, target = _named(call, params)
    present = [each.id for each in record.attached(target, policy.type)]
    if policy.id not in present:
        raise NOT_ATTACHED()
    if policy.id == RCP_FULL_ACCESS_ID or (policy.type == SCP and len(present) == 1):
        raise CONSTRAINT(message="You cannot remove the last policy attached to the specified target.")
    _put(call, record, target, policy.type, [each for each in present if each != policy.id])
    return {}


@operation(Need("organizations:ListPoliciesForTarget", On.ATTACHMENT_TARGET), service="organizations")
def list_policies_for_target(call: Authorized, params: Params) -> Params:
    """List the policies of a type that are attached to a root, unit or account itself.

    Raises ``TargetNotFoundException``.
    """
    record = organization(call)
    target = level_of(record, params["TargetId"], "Target")
    found = record.attached(target, check_type(params["Filter"]))
    return page(params, "Policies", [summary(record, each) for each in found])


@operation(Need("organizations:ListTargetsForPolicy", On.ORGANIZATION_POLICY), service="organizations")
def list_targets_for_policy(call: Authorized, params: Params) -> Params:
    """List the roots, units and accounts to which a policy is attached. Raises ``PolicyNotFoundException``."""
    record = organization(call)
    policy = policy_of(record, params)
    levels = [each for each in record.levels.values() if policy in record.attached(each, policy.type)]
    return page(params, "Targets", [_target(call, record, each) for each in levels])


def _named(
    call: Authorized, params: Params
) -> tuple[OrganizationRecord, OrganizationPolicyRecord, OrganizationLevel]:
    record = organization(call)
    return record, policy_of(record, params), level_of(record, params["TargetId"], "Target")


def _put(
    call: Authorized, record: OrganizationRecord, target: OrganizationLevel, kind: str, policy_ids: list[str]
) -> None:
    kept = tuple(each for each in policy_ids if each != RCP_FULL_ACCESS_ID)
    store(call, record.with_attached(target.id, kind, kept))


def _target(call: Authorized, record: OrganizationRecord, level: OrganizationLevel) -> Params:
    """Return a target of a policy (API_PolicyTargetSummary)."""
    account = call.world.iam.account(level.id)
    name = "Root" if level.parent is None else level.title if account is None else account.name
    return {"TargetId": level.id, "Arn": level_arn(record, level.id), "Name": name, "Type": kind_of(level)}
