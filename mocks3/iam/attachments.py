"""Attachments of managed policies to users, groups and roles."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.faults import NO_SUCH_ENTITY, NOT_ATTACHABLE, quota_exceeded
from mocks3.iam.lookup import (
    account_of,
    check_policy_arn,
    group_of,
    iam_of,
    policy_of,
    role_of,
    role_to_change,
    user_of,
)
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.lib.partitions import AWS, in_partition
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import GroupRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

Holder = UserRecord | GroupRecord | RoleRecord

MOST_ATTACHED = 10
"""How many managed policies can be attached to one entity (IAM user guide, "IAM and AWS STS quotas")."""

_SERVICE_ROLE_PATH = "/aws-service-role/"
"""The path of AWS managed policies that only service-linked roles can have."""


def _attach(call: Authorized, kind: str, holder: Holder, params: Params) -> Params:
    arn = params["PolicyArn"]
    check_policy_arn(call, arn)
    record = iam_of(call).managed_policy(arn)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"Policy {arn} does not exist or is not attachable.")
    if record.path.startswith(_SERVICE_ROLE_PATH):
        raise NOT_ATTACHABLE(message="Cannot attach a Service Role Policy to a Customer Role.")
    if record.arn in holder.attached:
        return {}
    if len(holder.attached) >= MOST_ATTACHED:
        raise quota_exceeded(f"PoliciesPer{kind}", MOST_ATTACHED)
    iam_of(call).put(dataclasses.replace(holder, attached=(*holder.attached, record.arn)))
    return {}


def _detach(call: Authorized, holder: Holder, params: Params) -> Params:
    check_policy_arn(call, params["PolicyArn"])
    arn = in_partition(params["PolicyArn"], AWS)
    if arn not in holder.attached:
        raise NO_SUCH_ENTITY(message=f"Policy {arn} was not found.")
    kept = tuple(each for each in holder.attached if each != arn)
    iam_of(call).put(dataclasses.replace(holder, attached=kept))
    return {}


def _list(call: Authorized, holder: Holder, params: Params) -> Params:
    records = filter(None, map(iam_of(call).managed_policy, holder.attached))
    arns = tuple(each.arn for each in under_path(params, records))
    return paginate(
        params, "AttachedPolicies", shapes.attached(iam_of(call), arns), lambda each: each["PolicyArn"]
    )


@iam_operation(Need("iam:AttachUserPolicy", On.USER))
def attach_user_policy(call: Authorized, params: Params) -> Params:
    """Attach a managed policy to a user. Raises ``NoSuchEntity``, ``LimitExceeded``, ``PolicyNotAttachable``."""
    return _attach(call, "User", user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:DetachUserPolicy", On.USER))
def detach_user_policy(call: Authorized, params: Params) -> Params:
    """Detach a managed policy from a user. Raises ``NoSuchEntity``."""
    return _detach(call, user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:ListAttachedUserPolicies", On.USER))
def list_attached_user_policies(call: Authorized, params: Params) -> Params:
    """List the managed policies that are attached to a user, by name. Raises ``NoSuchEntity``."""
    return _list(call, user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:AttachGroupPolicy", On.GROUP))
def attach_group_policy(call: Authorized, params: Params) -> Params:
    """Attach a managed policy to a group. Raises ``NoSuchEntity``, ``LimitExceeded``, ``PolicyNotAttachable``."""
    return _attach(call, "Group", group_of(call, params), params)


@iam_operation(Need("iam:DetachGroupPolicy", On.GROUP))
def detach_group_policy(call: Authorized, params: Params) -> Params:
    """Detach a managed policy from a group. Raises ``NoSuchEntity``."""
    return _detach(call, group_of(call, params), params)


@iam_operation(Need("iam:ListAttachedGroupPolicies", On.GROUP))
def list_attached_group_policies(call: Authorized, params: Params) -> Params:
    """List the managed policies that are attached to a group, by name. Raises ``NoSuchEntity``."""
    return _list(call, group_of(call, params), params)


@iam_operation(Need("iam:AttachRolePolicy", On.IAM_ROLE))
def attach_role_policy(call: Authorized, params: Params) -> Params:
    """Attach a managed policy to a role.

    Raises ``NoSuchEntity``, ``LimitExceeded``, ``PolicyNotAttachable``, ``UnmodifiableEntity``.
    """
    return _attach(call, "Role", role_to_change(call, params), params)


@iam_operation(Need("iam:DetachRolePolicy", On.IAM_ROLE))
def detach_role_policy(call: Authorized, params: Params) -> Params:
    """Detach a managed policy from a role. Raises ``NoSuchEntity``, ``UnmodifiableEntity``."""
    return _detach(call, role_to_change(call, params), params)


@iam_operation(Need("iam:ListAttachedRolePolicies", On.IAM_ROLE))
def list_attached_role_policies(call: Authorized, params: Params) -> Params:
    """List the managed policies that are attached to a role, by name. Raises ``NoSuchEntity``."""
    return _list(call, role_of(call, params), params)


@iam_operation(Need("iam:ListEntitiesForPolicy", On.POLICY))
def list_entities_for_policy(call: Authorized, params: Params) -> Params:
    """List the users, groups and roles that a managed policy is attached to, or whose boundary it is.

    Raises ``NoSuchEntity``, ``InvalidInput``.
    """
    arn, iam, account = policy_of(call, params).arn, iam_of(call), account_of(call)
    usage = params.get("PolicyUsageFilter")
    found: dict[str, Holder] = {}
    if usage in (None, "PermissionsPolicy"):
        found |= {each.arn: each for each in iam.holders_of(arn)}
    if usage in (None, "PermissionsBoundary"):
        found |= {each.arn: each for each in iam.bounded_by(arn)}
    wanted = params.get("EntityFilter")
    entities = [
        each
        for each in under_path(params, (each for each in found.values() if each.account == account))
        if wanted in (None, _KINDS[type(each)])
    ]
    page = paginate(params, "all", entities, lambda each: each.arn)
    shown: Params = {"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []}
    for each in page.pop("all"):
        kind = _KINDS[type(each)]
        shown[f"Policy{kind}s"].append({f"{kind}Name": each.name, f"{kind}Id": each.unique_id})
    return {**shown, **page}


_KINDS: dict[type, str] = {UserRecord: "User", GroupRecord: "Group", RoleRecord: "Role"}
"""The name of an entity's kind in ``EntityFilter`` and in the answer."""
