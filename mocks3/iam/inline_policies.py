"""Inline policies of users, groups and roles."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam.documents import check_inline_size, encoded, identity_policy
from mocks3.iam.faults import NO_SUCH_ENTITY
from mocks3.iam.lookup import group_of, iam_of, role_of, role_to_change, user_of
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import GroupRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.policy import Policy

Holder = UserRecord | GroupRecord | RoleRecord


def _put(call: Authorized, kind: str, holder: Holder, params: Params) -> Params:
    name = params["PolicyName"]
    policies = {**holder.policies, name: identity_policy(params["PolicyDocument"], name)}
    check_inline_size(kind, holder.name, iter(policies.values()))
    iam_of(call).put(dataclasses.replace(holder, policies=policies))
    return {}


def _delete(call: Authorized, kind: str, holder: Holder, params: Params) -> Params:
    _policy(kind, holder, params)
    kept = {name: each for name, each in holder.policies.items() if name != params["PolicyName"]}
    iam_of(call).put(dataclasses.replace(holder, policies=kept))
    return {}


def _get(kind: str, holder: Holder, params: Params) -> Params:
    return {
        f"{kind.capitalize()}Name": holder.name,
        "PolicyName": params["PolicyName"],
        "PolicyDocument": encoded(_policy(kind, holder, params).text),
    }


def _list(holder: Holder, params: Params) -> Params:
    return paginate(params, "PolicyNames", sorted(holder.policies))


def _policy(kind: str, holder: Holder, params: Params) -> Policy:
    name = params["PolicyName"]
    if name not in holder.policies:
        raise NO_SUCH_ENTITY(message=f"The {kind} policy with name {name} cannot be found.")
    return holder.policies[name]


@iam_operation(Need("iam:PutUserPolicy", On.USER))
def put_user_policy(call: Authorized, params: Params) -> Params:
    """Add an inline policy to a user, or replace it.

    Raises ``NoSuchEntity``, ``MalformedPolicyDocument``, ``LimitExceeded``.
    """
    return _put(call, "user", user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:GetUserPolicy", On.USER))
def get_user_policy(call: Authorized, params: Params) -> Params:
    """Return an inline policy of a user. Raises ``NoSuchEntity``."""
    return _get("user", user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:ListUserPolicies", On.USER))
def list_user_policies(call: Authorized, params: Params) -> Params:
    """List the names of the inline policies of a user. Raises ``NoSuchEntity``."""
    return _list(user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:DeleteUserPolicy", On.USER))
def delete_user_policy(call: Authorized, params: Params) -> Params:
    """Delete an inline policy of a user. Raises ``NoSuchEntity``."""
    return _delete(call, "user", user_of(call, params["UserName"]), params)


@iam_operation(Need("iam:PutGroupPolicy", On.GROUP))
def put_group_policy(call: Authorized, params: Params) -> Params:
    """Add an inline policy to a group, or replace it.

    Raises ``NoSuchEntity``, ``MalformedPolicyDocument``, ``LimitExceeded``.
    """
    return _put(call, "group", group_of(call, params), params)


@iam_operation(Need("iam:GetGroupPolicy", On.GROUP))
def get_group_policy(call: Authorized, params: Params) -> Params:
    """Return an inline policy of a group. Raises ``NoSuchEntity``."""
    return _get("group", group_of(call, params), params)


@iam_operation(Need("iam:ListGroupPolicies", On.GROUP))
def list_group_policies(call: Authorized, params: Params) -> Params:
    """List the names of the inline policies of a group. Raises ``NoSuchEntity``."""
    return _list(group_of(call, params), params)


@iam_operation(Need("iam:DeleteGroupPolicy", On.GROUP))
def delete_group_policy(call: Authorized, params: Params) -> Params:
    """Delete an inline policy of a group. Raises ``NoSuchEntity``."""
    return _delete(call, "group", group_of(call, params), params)


@iam_operation(Need("iam:PutRolePolicy", On.IAM_ROLE))
def put_role_policy(call: Authorized, params: Params) -> Params:
    """Add an inline policy to a role, or replace it.

    Raises ``NoSuchEntity``, ``MalformedPolicyDocument``, ``LimitExceeded``, ``UnmodifiableEntity``.
    """
    return _put(call, "role", role_to_change(call, params), params)


@iam_operation(Need("iam:GetRolePolicy", On.IAM_ROLE))
def get_role_policy(call: Authorized, params: Params) -> Params:
    """Return an inline policy of a role. Raises ``NoSuchEntity``."""
    return _get("role", role_of(call, params), params)


@iam_operation(Need("iam:ListRolePolicies", On.IAM_ROLE))
def list_role_policies(call: Authorized, params: Params) -> Params:
    """List the names of the inline policies of a role. Raises ``NoSuchEntity``."""
    return _list(role_of(call, params), params)


@iam_operation(Need("iam:DeleteRolePolicy", On.IAM_ROLE))
def delete_role_policy(call: Authorized, params: Params) -> Params:
    """Delete an inline policy of a role. Raises ``NoSuchEntity``, ``UnmodifiableEntity``."""
    return _delete(call, "role", role_to_change(call, params), params)
